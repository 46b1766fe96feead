"""What is left of a late meeting, and where each item of it can be heard next: proposed for putting off the rest in one step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from meetings.models import WAITS_IN, AgendaItem, ConsentEntry, Meeting
from meetings.queries.late import entries_that_count, untouched
from meetings.queries.next_panel import Ahead, ahead_of
from meetings.queries.room import load_room
from meetings.queries.ties import tied_since
from meetings.queries.waiting import minutes_listed, too_full
from meetings.rules.deferring import DeferralReason, asks_why_late, proposed_next
from meetings.rules.states import ItemState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import User
from panel.queries.clocks import stage_due_of


@dataclass(frozen=True)
class Left:
    """One item that is left, and what is proposed for it. `too_full`: of each later meeting that would be longer than planned with it.

    `asks_why`: no panel can hear it in time. `on_consent`: it can be noted instead, and is not ticked.
    """

    item: AgendaItem
    latest_panel_on: date
    proposed: Meeting | None
    reason: DeferralReason
    asks_why: bool
    on_consent: bool
    too_full: Mapping[int, str]


@dataclass(frozen=True)
class Rest:
    """The items of a meeting that are left and open to a reader, in their order, and the meetings of the panel that come later.

    `apart`: the numbers of those that are not put off here, each with why. `loads`: what the proposal adds to each later list.
    """

    meeting: Meeting
    lines: tuple[Left, ...]
    later: tuple[Meeting, ...]
    apart: tuple[tuple[int, str], ...]
    loads: tuple[str, ...]


CLOSED = "closed to you: whoever leads it puts it off"
ANSWERED = "answered without this panel: withdraw it"
ON_PAPER = "heard on paper: the chair records what was recommended"


def the_rest(user: User, meeting: Meeting, now: datetime) -> Rest:
    """What is left of a meeting that was loaded for this user. About twenty queries, however many items and meetings."""
    entered = entries_that_count().filter(item=OuterRef("pk"))
    consenting = ConsentEntry.objects.filter(untouched(), item=OuterRef("pk"), taken_off_at=None)
    seen = AgendaItem.objects.visible_to(user, now).exclude(tied_since(user, timezone.localdate(now)))
    rows = (
        AgendaItem.objects.filter(meeting=meeting, state=ItemState.LISTED)
        .annotate(
            open_to_reader=Exists(seen.filter(pk=OuterRef("pk"))),
            entered=Exists(entered),
            consenting=Exists(consenting),
        )
        .select_related("case__child")
        .order_by("position", "pk")
    )
    left, apart = [], []
    for item in rows:
        why = _apart(item)
        if why:
            apart.append((item.position, why))
        else:
            left.append(item)
    lines, later = _lines(meeting, left, now) if left else ((), ())
    return Rest(meeting, lines, later, tuple(apart), _loads(lines, later))


def _apart(item: AgendaItem) -> str:
    if not item.open_to_reader:  # type: ignore[attr-defined]  # annotated
        return CLOSED
    if item.entered:  # type: ignore[attr-defined]
        return ON_PAPER
    return ANSWERED if item.case.state != WAITS_IN[Stage(item.stage)] else ""


def _lines(
    meeting: Meeting, items: Sequence[AgendaItem], now: datetime
) -> tuple[tuple[Left, ...], tuple[Meeting, ...]]:
    room, ahead = load_room(meeting), ahead_of(meeting, items)
    listed = minutes_listed(ahead.later)
    lines = []
    for item in items:
        latest = latest_safe_panel_for(stage_due_of(item.case, Stage(item.stage)))
        quorate = room.quorum(item, now, afresh=True).quorate
        lines.append(
            Left(
                item=item,
                latest_panel_on=latest,
                proposed=_proposed(item, latest, ahead),
                reason=DeferralReason.TIME if quorate else DeferralReason.QUORUM,
                asks_why=asks_why_late(
                    latest_panel_on=latest, able_on=[_day(one) for one in ahead.able[item.pk]]
                ),
                on_consent=item.consenting,  # type: ignore[attr-defined]
                too_full={
                    one.pk: words for one in ahead.later if (words := too_full(one, listed, item.minutes))
                },
            )
        )
    return tuple(lines), ahead.later


def _proposed(item: AgendaItem, latest: date, ahead: Ahead) -> Meeting | None:
    able = ahead.able[item.pk]
    day = proposed_next(
        latest_panel_on=latest,
        planned_on=[_day(one) for one in ahead.later],
        able_on=[_day(one) for one in able],
    )
    return next((one for one in able or ahead.later if _day(one) == day), None)


def _loads(lines: tuple[Left, ...], later: tuple[Meeting, ...]) -> tuple[str, ...]:
    """How many items come onto each later list as it is proposed, and where that list is then too long."""
    ticked = [line for line in lines if not line.on_consent and line.proposed is not None]
    items = Counter(line.proposed for line in ticked)
    minutes: Counter[int] = Counter()
    for line in ticked:
        if line.proposed is not None:
            minutes[line.proposed.pk] += line.item.minutes
    listed = minutes_listed([one for one in later if items[one]])
    found = []
    for one in later:
        if items[one]:
            full = too_full(one, listed, minutes[one.pk])
            more = f"{items[one]} item{'' if items[one] == 1 else 's'} more"
            longer = f", and its list is then longer than the meeting: {full}" if full else ""
            found.append(f"{in_words(_day(one))}: {more}{longer}.")
    return tuple(found)


def _day(meeting: Meeting) -> date:
    return timezone.localdate(meeting.starts_at)
