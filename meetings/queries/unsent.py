"""What a clerk has begun to write out of a recommendation and sent to nobody: read by the clerks alone (`meetings.actions.finishing`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    `goes_on`: it was begun from the words as they are now, and she goes on with it. `left_behind`: something was sent, taken back
    or recorded since, and this was never sent; it is shown to be read, and stands in no field.
    """

    last: Written
    base: str
    goes_on: bool
    left_behind: bool


def unsent_words(item: AgendaItem, advice: Recommendation) -> Unsent:
    """How the words of an item stand that no chair has been sent. At most three queries."""
    drafts = advice.drafts.order_by("-pk").values_list("pk", flat=True)
    # A draft that was taken back counts as well: whoever goes on after it begins anew.
    base = f"{advice.pk}.{last_correction(advice)}.{drafts.first() or 0}"
    last = _saved_last(item)
    goes_on = bool(last.n) and last.data.get(BASE) == base
    return Unsent(last, base, goes_on, bool(last.n) and not goes_on and not _was_sent(item, last.data))


def _saved_last(item: AgendaItem) -> Written:
    row = Revision.objects.filter(item=item, group=UNSENT).order_by("-n").select_related("by").first()
    return Written(row.n, row.by.name, row.at, row.data) if row else UNWRITTEN


def _was_sent(item: AgendaItem, data: Mapping[str, Any]) -> bool:
    said = {name: words for name, words in data.items() if name != BASE}
    sent = WordsDraft.objects.filter(recommendation__item=item).exclude(words=TAKEN_BACK)
    return any(
        {name: one for name, one in flat_words(words).items() if one} == said
        for words in sent.values_list("words", flat=True)
    )


def shown_unsent(advice: Recommendation, last: Written) -> Corrected:
    """What was written and never sent, held against the words that stand."""
    limbs = {one["limb"]: last.data.get(f"limbs-{one['limb']}_reasons", "") for one in advice.answers}
    words = {"limbs": limbs, **{name: last.data.get(name, "") for name in OF_ADVICE}}
    return Corrected(last.by, last.at or advice.at, "", changes_between(advice, words))
