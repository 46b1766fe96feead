"""The whole authority's clock: indexed dates that disagree with it, and the cohort of late stages with their causes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min, Q

from panel.law.clock import Basis, Status
from panel.models import AdviceRequest, Case, ClockEvent, DelayReason, Exemption, SchoolClosure
from panel.queries.clocks import CaseRows, Standing, asked_that_counts, case_clock, due_index, live_events

BATCH = 2_000
NO_CAUSE = "no reason recorded"
Index = tuple[str, date | None, date | None, date | None]


@dataclass(frozen=True)
class Difference:
    """A case whose index is not what its rows say: the next duty, its day, and the restated days of the two answers."""

    reference: str
    indexed: Index
    computed: Index


@dataclass
class Cohort:
    """Late stages by what was given as the cause. Days are calendar days after the legal date; excused ones are not in it."""

    open_late: Counter[tuple[str, str]] = field(default_factory=Counter)
    met_late: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def rows(self) -> list[tuple[str, str, int, int, int, int]]:
        """Stage, cause, open and late, done late, median and most days late; by stage, the most frequent cause first."""
        keys = sorted(self.days, key=lambda key: (key[0], -len(self.days[key]), key[1]))
        return [
            (*key, self.open_late[key], self.met_late[key], *_middle_and_most(self.days[key])) for key in keys
        ]


@dataclass
class Report:
    """What `clock_report` prints."""

    cases: int = 0
    differences: list[Difference] = field(default_factory=list)
    cohort: Cohort = field(default_factory=Cohort)


def clock_report(today: date) -> Report:
    """Read every case once. Six queries, however many cases there are."""
    report = Report()
    causes = _causes()
    for case, rows in _everything():
        report.cases += 1
        computed = due_index(case, rows.events)
        indexed = (case.next_duty, case.next_due_on, case.assess_restated_on, case.issue_restated_on)
        if computed != indexed:
            report.differences.append(Difference(case.reference, indexed, computed))
        _count(report.cohort, case, rows, today, causes)
    return report


def _everything() -> Iterator[tuple[Case, CaseRows]]:
    events: dict[int, list[ClockEvent]] = live_events()
    exemptions: dict[int, list[Exemption]] = defaultdict(list)
    for exemption in Exemption.objects.standing().order_by("starts_on", "pk"):
        exemptions[exemption.case_id].append(exemption)
    of_setting = Min("requested_on", filter=Q(item=AdviceRequest.Item.SETTING))
    asked = {
        case: (first, setting)
        for case, first, setting in AdviceRequest.objects.order_by()
        .values_list("case")
        .annotate(first=Min("requested_on"), setting=of_setting)
        .values_list("case", "first", "setting")
    }
    closed: dict[int | None, list[SchoolClosure]] = defaultdict(list)
    for closure in SchoolClosure.objects.filter(removed_at__isnull=True).order_by("closed_from", "pk"):
        closed[closure.setting_id].append(closure)
    for case in Case.objects.order_by("pk").iterator(chunk_size=BATCH):
        rows = CaseRows(
            exemptions=exemptions.get(case.pk, ()),
            events=events.get(case.pk, ()),
            advice_asked_on=asked_that_counts(*asked.get(case.pk, (None, None)), exemptions.get(case.pk, ())),
            closures=_closures_of(case, closed),
        )
        yield case, rows


def _closures_of(case: Case, closed: Mapping[int | None, list[SchoolClosure]]) -> list[SchoolClosure]:
    """Those `closures_for` finds, out of the list read once."""
    every = [*closed.get(None, ()), *(closed.get(case.setting_id, ()) if case.setting_id else ())]
    return [one for one in every if one.reopens_on > case.received_on]


def _causes() -> dict[tuple[int, str], str]:
    """The latest cause recorded for each stage of each case."""
    found = DelayReason.objects.order_by("pk").values_list("case_id", "stage", "cause")
    labels = dict(DelayReason.Cause.choices)
    return {(case, stage): str(labels[cause]) for case, stage, cause in found}


def _count(
    cohort: Cohort, case: Case, rows: CaseRows, today: date, causes: dict[tuple[int, str], str]
) -> None:
    for line in case_clock(case, rows, today).main:
        duty = line.duty
        # A date that the case's own state has not brought about yet, or an operational one beside the law's, is no breach.
        if line.standing not in {Standing.LATE, Standing.MET} or duty.basis == Basis.REVERSAL:
            continue
        if duty.status not in {Status.BREACHED, Status.MET_LATE}:
            continue
        key = (str(duty.code), causes.get((case.pk, duty.code), NO_CAUSE))
        (cohort.open_late if duty.status is Status.BREACHED else cohort.met_late)[key] += 1
        cohort.days[key].append(duty.days_late)


def _middle_and_most(days: list[int]) -> tuple[int, int]:
    ordered = sorted(days)
    return ordered[len(ordered) // 2], ordered[-1]
