"""Words of a recommendation that were kept to their key reasons in the room: those to be finished, and those to be confirmed.

The room captures the test, key reasons and the answer to the family; the clerk finishes the words the same day, and whoever led
the item confirms them (`meetings.actions.finishing`, `meetings.actions.correct`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    Recommendation,
    RecommendationWords,
    Revision,
    WordsDraft,
    WordsReturned,
)
from meetings.queries.words import Corrected, changes_between, last_correction
from meetings.rules.states import ItemState
from panel.models import User

SHOWN = 20
# The words of a draft by which its clerk says that the one before waits no more.
TAKEN_BACK: dict[str, Any] = {}


@dataclass(frozen=True)
class Drafted:
    """What became of the words a clerk sent last: they wait to be confirmed, or were returned to her; neither once words are
    recorded on them or they were taken back.
    """

    waits: WordsDraft | None = None
    returned: WordsReturned | None = None


def drafted(advice: Recommendation) -> Drafted:
    """How the last draft of one recommendation stands. One query."""
    last = _open_drafts().select_related("returned__by").filter(recommendation=advice).first()
    if last is None:
        return Drafted()
    returned = getattr(last, "returned", None)
    return Drafted(None if returned else last, returned)


def _open_drafts() -> QuerySet[WordsDraft]:
    """The last draft of each recommendation that stands, unless words were recorded on it or it was taken back."""
    later = WordsDraft.objects.filter(recommendation=OuterRef("recommendation"), pk__gt=OuterRef("pk"))
    taken_up = RecommendationWords.objects.filter(takes_up=OuterRef("pk"))
    waits = WordsDraft.objects.filter(~Exists(later), ~Exists(taken_up), recommendation__superseded_by=None)
    return waits.exclude(words=TAKEN_BACK).select_related("by")


def waiting_drafts() -> QuerySet[WordsDraft]:
    """The drafts that nobody has confirmed yet, and that were not returned."""
    return _open_drafts().filter(returned=None)


def is_unfinished(advice: Recommendation) -> bool:
    """Whether of a recommendation read along with its words only the key reasons are written."""
    return advice.unfinished and not last_correction(advice)


def decided_meanwhile(advice: Recommendation) -> bool:
    """Whether the officer has decided on it: on key reasons only in words of her own, and nobody waits for the panel's then."""
    return Decision.objects.filter(recommendation=advice, set_aside=None).exists()


def _unfinished() -> QuerySet[Recommendation]:
    """Key reasons that nobody has finished. Once the officer has decided in words of her own, nobody waits for them."""
    decided = Decision.objects.filter(recommendation=OuterRef("pk"), set_aside=None)
    return Recommendation.objects.filter(~Exists(decided), unfinished=True, superseded_by=None, words=None)


def _returned_drafts() -> QuerySet[WordsDraft]:
    """The drafts that were returned to be written otherwise. Once the officer has decided, nobody waits for them either."""
    decided = Decision.objects.filter(recommendation=OuterRef("recommendation"), set_aside=None)
    return _open_drafts().filter(~Exists(decided)).exclude(returned=None)


def with_words_owed(items: QuerySet[AgendaItem]) -> QuerySet[Any]:
    """Items each with `words_to_confirm`, a clerk's draft that waits, and `words_to_finish`, key reasons without such a draft, or a
    draft that was returned (`words_returned`) to be written otherwise.
    """
    of_item = OuterRef("pk")
    # What the officer sent back is heard again, and has words of its own then.
    advised = Q(state=ItemState.RECOMMENDED)
    waits = advised & Q(Exists(waiting_drafts().filter(recommendation__item=of_item)))
    back = advised & Q(Exists(_returned_drafts().filter(recommendation__item=of_item)))
    short = advised & Q(Exists(_unfinished().filter(item=of_item)))
    return items.annotate(
        words_to_confirm=waits, words_returned=back, words_to_finish=(short & ~waits) | back
    )


def items_with_words_owed(meeting: Meeting) -> tuple[AgendaItem, ...]:
    """The items of a meeting whose words are not finished or not confirmed yet, in order, as `with_words_owed` marks them."""
    marked = with_words_owed(meeting.items.select_related("deputy_chair__user", "case__child"))
    owed = marked.filter(Q(words_to_finish=True) | Q(words_to_confirm=True))
    return tuple(owed.order_by("position", "pk"))


def words_to_confirm(user: User, now: datetime) -> tuple[AgendaItem, ...]:
    """The items whose words wait for this user to confirm, the oldest meeting first. One query.

    Of those she led: whose recommendation she recorded, whoever holds the chair since.
    """
    led = Recommendation.objects.filter(item=OuterRef("pk"), by=user, superseded_by=None)
    items = AgendaItem.objects.visible_to(user, now).filter(Exists(led))
    # The same as `with_words_owed` marks, from the few drafts that wait.
    waiting = waiting_drafts().values("recommendation__item")
    mine = items.filter(pk__in=waiting, state=ItemState.RECOMMENDED)
    return tuple(mine.select_related("meeting", "case").order_by("meeting__starts_at", "position")[:SHOWN])


def words_to_finish(user: User, now: datetime) -> tuple[AgendaItem, ...]:
    """The items whose words wait for a clerk, the oldest meeting first, each with `returned`, `by` whom and `because` of what, where
    whoever led it sent them back. One query, and those of the user's roles.
    """
    # From the few that are short or were returned, not from every item there ever was; the same as `with_words_owed` marks.
    back = _returned_drafts()
    owed = Q(pk__in=back.values("recommendation__item")) | (
        Q(pk__in=_unfinished().values("item")) & ~Q(pk__in=waiting_drafts().values("recommendation__item"))
    )
    mine = AgendaItem.objects.visible_to(user, now).filter(owed, state=ItemState.RECOMMENDED)
    why = back.filter(recommendation__item=OuterRef("pk")).values(
        said=JSONObject(by="returned__by__name", because="returned__because")
    )
    rows = mine.annotate(returned=Subquery(why[:1])).select_related("meeting__panel_type", "case__child")
    return tuple(rows.order_by("meeting__starts_at", "position")[:SHOWN])


def shown_draft(advice: Recommendation, draft: WordsDraft) -> Corrected:
    """A draft as a page shows it: who wrote it and when, and every place where it says otherwise than the words that stand."""
    return Corrected(draft.by.name, draft.at, "", changes_between(advice, draft.words))


def discussed(item: AgendaItem) -> str:
    """What was noted of the discussion while the item was heard: what the words are finished from."""
    last = (
        Revision.objects.filter(item=item, group="discussion").order_by("-n").values_list("data", flat=True)
    )
    return str((last.first() or {}).get("text", ""))
