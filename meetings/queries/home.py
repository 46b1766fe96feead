"""What the home page says about meetings and letters beside the trays: the items of a day, and letters in numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from meetings.letters.queries import SEND, to_correct_anew, untold, with_corrections
from meetings.models import AgendaItem, Letter, Meeting, SettingNotice
from meetings.models.letters import cases_to_write_about
from meetings.queries.bodies import of_the_record, untold_to
from meetings.queries.decisions import standing_decisions
from meetings.rules.states import ItemState, item_words
from panel.law.legal import STAGE_LABELS, Stage
from panel.law.notices import BODIES
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

    `to_settings`: sheets for settings that nobody there can read by an account; `to_health`, `to_social_care`: decisions of which
    these have not been told.
    """

    to_draft: int = 0
    to_release: int = 0
    own: int = 0
    to_post: int = 0
    to_settings: int = 0
    to_health: int = 0
    to_social_care: int = 0

    @property
    def any(self) -> bool:
        """Whether any letter waits."""
        return any(vars(self).values())


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
    words = item_words(ItemState(item.state), taken_up=item.started_at is not None)
    return ItemLine(position, item, STAGE_LABELS[Stage(item.stage)], words)


def letter_counts(user: User, now: datetime) -> LetterCounts:
    """One query: the page is short of them."""
    # A print that was made and not posted yet: its promise is kept, and the letter has not gone.
    printed = Dispatch.objects.filter(kind=SEND, state=Dispatch.State.SENT, subject=OuterRef("public_id"))
    letters = Letter.objects.visible_to(user, now).filter(superseded_by=None, withdrawal=None, sent=None)
    theirs = Exists(cases_to_write_about(user, now).filter(pk=OuterRef("case")))
    mine = with_corrections(standing_decisions()).filter(theirs)
    none_yet = ~Exists(Letter.objects.filter(decision=OuterRef("pk")))
    counts = _counted(mine.filter((untold() & Q(none_yet)) | to_correct_anew()), "to_draft").union(
        _counted(SettingNotice.objects.visible_to(user, now).owing(), "to_settings"),
        *(_counted(of_the_record(untold_to(body)).filter(theirs), f"to_{body.value}") for body in BODIES),
        _letters_by_step(letters, user, Exists(printed)),
        all=True,
    )
    return LetterCounts(**dict(counts))


def _letters_by_step(letters: QuerySet[Letter], user: User, printed: Exists) -> QuerySet[Any]:
    """How many wait for which step, as `_counted` gives one count. Whose letters they are is asked once: that is what takes long."""
    step = Case(
        When(release=None, author=user, then=Value("own")),
        When(release=None, then=Value("to_release")),
        default=Value("to_post"),
        output_field=CharField(),
    )
    waiting = letters.filter(Q(release=None) | Q(printed)).order_by()
    return waiting.values(what=step).annotate(count=Count("pk", distinct=True)).values_list("what", "count")


def _counted(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    """How many rows there are, under a name, to be joined with other counts; no row where there are none."""
    return rows.order_by().values(what=Value(what)).annotate(number=Count("pk")).values_list("what", "number")
