"""Which advice a case is still without when its plan is asked about (SEND Regulations 2014, reg 6(1)), for many cases at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from panel.law.advice import NO_GAPS, AdviceGaps, advice_lacking
from panel.models import AdviceRequest, Case


def advice_gaps(cases: Collection[int], on: date) -> dict[int, AdviceGaps]:
    """Of these cases, by their keys, those that miss something on the day `on`. One query, none for no case.

    Asked only of cases that wait for the second question: before an assessment is agreed nobody is asked for advice.
    """
    if not cases:
        return {}
    rows = Case.objects.filter(pk__in=cases).order_by("pk", "advice_requests__item", "advice_requests__pk")
    about: dict[int, tuple[str, date | None]] = {}
    sought: dict[int, set[str]] = defaultdict(set)
    out: dict[int, list[str]] = defaultdict(list)
    for case, year, born_on, item, came_on in rows.values_list(
        "pk",
        "year_group",
        "child__born_on",
        "advice_requests__item",
        "advice_requests__received_on",
    ):
        about[case] = (year, born_on)
        if not item:
            continue
        sought[case].add(item)
        if came_on is None:
            label = str(AdviceRequest.Item(item).label)
            out[case].append(f"{label[:1].lower()}{label[1:]}")
    found = {
        case: AdviceGaps(advice_lacking(sought[case], *known, on), tuple(dict.fromkeys(out[case])))
        for case, known in about.items()
    }
    return {case: gaps for case, gaps in found.items() if gaps}


def gaps_of(case: Case, on: date) -> AdviceGaps:
    """The same of one case. One query."""
    return advice_gaps([case.pk], on).get(case.pk, NO_GAPS)
