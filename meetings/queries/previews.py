"""What a reader may know of the members' own views: before the opening her own, and who has given one if she runs the item."""

from dataclasses import dataclass
from datetime import datetime

from meetings.models import AgendaItem, PreView, RosterEntry
from meetings.queries.room import Room
from meetings.rules.pre_views import label_of
from meetings.rules.quorum import barred_by
from meetings.rules.states import FINISHED, OVER
from panel.law.legal import (
    ANSWER_LABELS,
    OVER_18,
    Answer,
    Stage,
    asked_at,
    legal_test,
)
from panel.models import User


@dataclass(frozen=True)
class ShownView:
    """One view as it is read: each question with its answer, then those that are answered in words."""

    name: str
    answers: tuple[tuple[str, str], ...]
    considered: tuple[tuple[str, str], ...]
    outcome: str
    confidence: int


@dataclass(frozen=True)
class PreViews:
    """`may_give`: this reader can still give or change hers, `own` if she has.

    The names in `done` and `missing` are known to whoever runs the item (`sees_progress`), never to a member; `views` only once opened.
    `withheld` counts what was given by somebody who was recused since: whoever takes no part moves nobody.
    """

    opened: bool
    may_give: bool
    own: ShownView | None
    sees_progress: bool
    done: tuple[str, ...]
    missing: tuple[str, ...]
    views: tuple[ShownView, ...]
    withheld: int = 0


def pre_views(item: AgendaItem, room: Room, user: User, now: datetime, *, sees_progress: bool) -> PreViews:
    """One query. `sees_progress`: the reader is the clerk or leads the item."""
    opened = item.pre_views_opened_at is not None
    # What was not opened before the item was finished stays unread.
    still_asked = (
        item.meeting.config.pre_views
        and not opened
        and item.state not in FINISHED
        and item.meeting.state not in OVER
    )
    barred = barred_by(room.conflicts_of(item), now)
    voters = [entry for entry in room.entries if entry.voting and entry.user_id not in barred]
    given = {
        view.entry_id: view
        for view in PreView.objects.filter(item=item, superseded_by__isnull=True).order_by("pk")
    }
    writers = [entry for entry in room.entries if entry.pk in given]
    mine = next((entry for entry in voters if entry.user_id == user.pk), None)
    own = given.get(mine.pk) if mine else None
    return PreViews(
        opened=opened,
        may_give=still_asked and mine is not None,
        own=_shown(own, mine, item) if own and mine else None,
        sees_progress=sees_progress and still_asked,
        done=tuple(e.user.name for e in voters if e.pk in given) if sees_progress else (),
        missing=tuple(e.user.name for e in voters if e.pk not in given) if sees_progress else (),
        views=tuple(_shown(given[e.pk], e, item) for e in writers if e.user_id not in barred)
        if opened
        else (),
        withheld=sum(e.user_id in barred for e in writers) if opened else 0,
    )


def _shown(view: PreView, entry: RosterEntry, item: AgendaItem) -> ShownView:
    test = legal_test(Stage(item.stage), item.case.received_on)
    # What was written is read, whatever the age is thought to be since.
    asked = asked_at(test, OVER_18)
    return ShownView(
        name=entry.user.name,
        answers=tuple((limb.label, ANSWER_LABELS[Answer(view.answers[limb.code])]) for limb in test.limbs),
        considered=tuple(
            (limb.label, said) for limb in asked.limbs if (said := view.in_words.get(limb.code))
        ),
        outcome=label_of(view.outcome),
        confidence=view.confidence,
    )
