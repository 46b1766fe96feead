"""What a clerk has begun to write out of a recommendation and sent to nobody: read by the clerks alone (`meetings.actions.finishing`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from meetings.models import AgendaItem, Recommendation, Revision, WordsDraft
from meetings.queries.finishing import TAKEN_BACK
from meetings.queries.item import UNWRITTEN, Written
from meetings.queries.words import OF_ADVICE, Corrected, changes_between, flat_words, last_correction

# The group of revisions in which a clerk's words are kept while she writes them out, and the name under which each says what it
# was begun from. The room does not write it (`GROUPS` in `meetings.actions.live`).
UNSENT = "finish"
BASE = "base"


@dataclass(frozen=True)
class Unsent:
    """What a clerk has written out and not sent. `last`: as it was saved last; `base`: what words begun now are begun from.

    `begun`: what was saved last of those begun from the words as they are now, and she goes on with it. `left`: what was saved last of
    those begun from each older words, the latest first, if it was never sent; it is shown to be read, and stands in no field.
    """

    last: Written
    base: str
    begun: Written | None
    left: tuple[Written, ...]


def unsent_words(item: AgendaItem, advice: Recommendation) -> Unsent:
    """How the words of an item stand that no chair has been sent. At most four queries."""
    drafts = advice.drafts.order_by("-pk").values_list("pk", flat=True)
    # A draft that was taken back counts as well: whoever goes on after it begins anew.
    base = f"{advice.pk}.{last_correction(advice)}.{drafts.first() or 0}"
    ends, after = _saved_last(item)
    last = ends[0] if ends else UNWRITTEN
    begun = next((one for one in ends if one.data.get(BASE) == base), None)
    older = [one for one in ends if one is not begun and _said(one.data) != after.get(one.n + 1)]
    return Unsent(last, base, begun, _never_sent(item, older) if older else ())


def _saved_last(item: AgendaItem) -> tuple[list[Written], dict[int, dict[str, Any]]]:
    """The last of those begun from each words, the latest first, and what each number says that may have followed one of them.

    Whoever keeps another's text carries it over to the words as they are now, under the next number: it is left behind no more.
    """
    rows = Revision.objects.filter(item=item, group=UNSENT)
    numbers = set(rows.order_by().values("data__base").annotate(end=Max("n")).values_list("end", flat=True))
    found = rows.filter(n__in={*numbers, *(n + 1 for n in numbers)}).order_by("-n").select_related("by")
    ends = [Written(row.n, row.by.name, row.at, row.data) for row in found if row.n in numbers]
    return ends, {row.n: _said(row.data) for row in found}


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: words for name, words in data.items() if name != BASE}


def _never_sent(item: AgendaItem, written: list[Written]) -> tuple[Written, ...]:
    drafts = WordsDraft.objects.filter(recommendation__item=item).exclude(words=TAKEN_BACK)
    sent = [
        {name: one for name, one in flat_words(words).items() if one}
        for words in drafts.values_list("words", flat=True)
    ]
    return tuple(one for one in written if _said(one.data) not in sent)


def shown_unsent(advice: Recommendation, last: Written) -> Corrected:
    """What was written and never sent, held against the words that stand."""
    limbs = {one["limb"]: last.data.get(f"limbs-{one['limb']}_reasons", "") for one in advice.answers}
    words = {"limbs": limbs, **{name: last.data.get(name, "") for name in OF_ADVICE}}
    return Corrected(last.by, last.at or advice.at, "", changes_between(advice, words))
