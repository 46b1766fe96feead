"""What the home page says about meetings and letters beside the trays: the items of a day, and letters in numbers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from meetings.letters.queries import SEND, to_correct_anew, to_tell_by_hand, with_corrections
from meetings.models import AgendaItem, Decision, Letter, Meeting
from meetings.models.letters import cases_to_write_about
from meetings.queries.decisions import standing_decisions
from meetings.rules.states import ITEM
from panel.law.legal import STAGE_LABELS, Stage
from panel.models import Dispatch, User


@dataclass(frozen=True)
class ItemLine:
    """One item of a day's list. Without `item` it is closed to this user: only its number is said."""

    position: int
    item: AgendaItem | None
    stage: str
    state: str


@dataclass(frozen=True)
class LetterCounts:
    """Letters that wait for somebody. `to_release`: by this user; `own`: drafted by her, so a second person releases.

    `by_hand`: new answers of which a family is to be told by a letter that is not made here.
    """

    to_draft: int
    by_hand: int
    to_release: int
    own: int
    to_post: int

    @property
    def any(self) -> bool:
        """Whether any letter waits."""
        return bool(self.to_draft or self.by_hand or self.to_release or self.own or self.to_post)


def items_of(user: User, meeting: Meeting, now: datetime) -> tuple[ItemLine, ...]:
    """The list of one meeting in order, those closed to `user` by number alone. Two queries."""
    seen = {
        item.pk: item
        for item in AgendaItem.objects.visible_to(user, now)
        .filter(meeting=meeting)
        .select_related("case__child")
    }
    every = (
        AgendaItem.objects.filter(meeting=meeting).order_by("position", "pk").values_list("pk", "position")
    )
    return tuple(_line(position, seen.get(key)) for key, position in every)


def _line(position: int, item: AgendaItem | None) -> ItemLine:
    if item is None:
        return ItemLine(position, None, "", "")
    return ItemLine(position, item, STAGE_LABELS[Stage(item.stage)], ITEM.states[item.state].staff)


def letter_counts(user: User, now: datetime) -> LetterCounts:
    """Two queries."""
    # A print that was made and not posted yet: its promise is kept, and the letter has not gone.
    printed = Dispatch.objects.filter(kind=SEND, state=Dispatch.State.SENT, subject=OuterRef("public_id"))
    letters = Letter.objects.visible_to(user, now).filter(superseded_by=None, withdrawal=None, sent=None)
    untold = Q(stage=Stage.ASSESS, case__assess_notified_on=None) | Q(
        stage=Stage.ISSUE, case__issue_notified_on=None
    )
    theirs = Exists(cases_to_write_about(user, now).filter(pk=OuterRef("case")))
    made_here = standing_decisions().exclude(route=Decision.Route.RECONSIDERED)
    mine = with_corrections(made_here).filter(theirs)
    none_yet = ~Exists(Letter.objects.filter(decision=OuterRef("pk")))
    to_draft = mine.filter((untold & Q(none_yet)) | to_correct_anew()).count()
    by_hand = _counted(to_tell_by_hand().filter(theirs))
    waiting = letters.annotate(printed=Exists(printed)).aggregate(
        to_release=Count("pk", filter=Q(release=None) & ~Q(author=user)),
        own=Count("pk", filter=Q(release=None, author=user)),
        to_post=Count("pk", filter=Q(printed=True)),
        # Counted apart and asked along: an aggregate has its one row where there is no letter at all.
        by_hand=Coalesce(Max(by_hand), by_hand, 0),
    )
    return LetterCounts(to_draft=to_draft, **waiting)


def _counted(decisions: QuerySet[Decision]) -> Subquery:
    """How many decisions these are, asked along with another question; no row where there is none."""
    rows = decisions.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Subquery(rows, output_field=IntegerField())
