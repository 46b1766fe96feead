"""Advice that was given with a quorum, and whose attendance sheet, as it was put right since, shows none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, Decision, MinutesSignature, QuorumAnswer, Recommendation, RosterEntry
from meetings.queries.decisions import as_read
from meetings.queries.room import Room, load_rooms
from meetings.queries.words import as_it_reads
from meetings.rules.states import ADVISED, ItemState
from panel.law.problems import Problem
from panel.models import User

MOST_LOSSES = 20


@dataclass(frozen=True)
class LostQuorum:
    """An item, its advice, the quorum as the sheet shows it now, and what the chair said of exactly that."""

    item: AgendaItem
    advice: Recommendation
    standing: str
    answer: QuorumAnswer | None

    @property
    def sentence(self) -> str:
        """What happened, for whoever reads the item."""
        at = timezone.localtime(self.advice.at)
        return f"The panel advised at {at:%H:%M} with a quorum, which attendance as it is recorded now does not show. {self.standing}"

    @property
    def minuted(self) -> tuple[str, bool]:
        """What the minutes say of the quorum: as it was counted, and as attendance shows it now."""
        counted = str(self.advice.quorum["sentence"])
        return (
            f"Counted when the panel advised: {counted} As attendance was put right since: {self.standing}",
            False,
        )

    @property
    def open(self) -> bool:
        """Whether it waits for the chair. What the officer sent back is heard again, with a quorum of its own."""
        return self.answer is None and self.item.state == ItemState.RECOMMENDED


def lost_quorums(room: Room, only: AgendaItem | None = None) -> tuple[LostQuorum, ...]:
    """Every item heard at a meeting whose quorum has gone since it was recorded. One query, and one more where there is any.

    `only`: asked of one item.
    """
    rows = Recommendation.objects.filter(
        item__meeting=room.meeting, item__state__in=ADVISED, superseded_by__isnull=True
    )
    if only is not None:
        rows = rows.filter(item=only)
    found = [
        (row, standing)
        for row in rows.select_related("item__case__child").order_by("item__position")
        if (standing := lost(room, row.item, row))
    ]
    if not found:
        return ()
    answers = _answers([row for row, _ in found])
    return tuple(
        LostQuorum(row.item, row, standing, answers.get((row.pk, standing))) for row, standing in found
    )


def with_attendance_moved(advice: QuerySet[Recommendation]) -> QuerySet[Any]:
    """Recommendations each with `attendance_moved`: what is known of who was there does not cover the moment of the advice any
    more, or was recorded after it. Only then can its quorum have gone.
    """
    at, item = OuterRef("at"), OuterRef("item")
    moved = RosterEntry.objects.filter(
        Q(intervals__left_at__lte=at)
        | Q(intervals__joined_at__gt=at)
        | Q(attendance__recorded_at__gt=at)
        | Q(item_exceptions__item=item, item_exceptions__recorded_at__gt=at)
        | Q(conflicts__item=item, conflicts__recorded_at__gt=at),
        meeting=OuterRef("item__meeting"),
    )
    return advice.annotate(attendance_moved=Exists(moved))


def advice_to_decide_on(item: AgendaItem) -> Recommendation | None:
    """The recommendation of an item as `current_recommendation` gives it, `with_attendance_moved`. One query."""
    rows = Recommendation.objects.filter(item=item, superseded_by__isnull=True)
    found = as_read(with_attendance_moved(rows)).first()
    return as_it_reads(found) if found is not None else None


def quorum_problems(item: AgendaItem, advice: Recommendation) -> tuple[Problem, ...]:
    """What keeps advice read `with_attendance_moved` from being decided on: its quorum has gone, and its chair has not said how
    that stands. No query unless attendance has moved.
    """
    return tuple(
        Problem(
            "quorum_gone",
            "",
            f"{gone.sentence} Whoever led the item says first how that stands, or you send it back to the panel.",
        )
        for gone in open_losses([(item, advice)])
    )


def open_losses(advised: Iterable[tuple[AgendaItem, Recommendation]]) -> tuple[LostQuorum, ...]:
    """Of items with advice read `with_attendance_moved`: those whose quorum has gone and whose chair has not said how that stands.

    Five queries, however many; none unless attendance has moved. `item.meeting.config` should be loaded already.
    """
    moved = [(item, advice) for item, advice in advised if advice.attendance_moved]  # type: ignore[attr-defined]
    rooms = load_rooms(list({item.meeting_id: item.meeting for item, _ in moved}.values())) if moved else {}
    gone = [
        (item, advice, standing)
        for item, advice in moved
        if (standing := lost(rooms[item.meeting_id], item, advice))
    ]
    if not gone:
        return ()
    answers = _answers([advice for _, advice, _ in gone])
    found = (
        LostQuorum(item, advice, standing, answers.get((advice.pk, standing)))
        for item, advice, standing in gone
    )
    return tuple(one for one in found if one.open)


def gone_since(decision: Decision) -> str:
    """That attendance, put right since, shows no quorum for the advice a decision rests on; empty where it does. One query, six
    where attendance has moved.
    """
    rows = Recommendation.objects.filter(decisions=decision).select_related("item__meeting__config")
    advice = with_attendance_moved(rows).filter(attendance_moved=True).first()
    if advice is None:
        return ""
    gone = lost_quorums(load_rooms([advice.item.meeting])[advice.item.meeting_id], only=advice.item)
    return next((one.sentence for one in gone if one.advice == advice), "")


def losses_to_answer(user: User, now: datetime) -> tuple[LostQuorum, ...]:
    """The items this user led whose quorum has gone since, for her to say how that stands, of meetings whose minutes are not signed.

    One query, five more where attendance of one of them has moved.
    """
    signed = MinutesSignature.objects.filter(minutes__meeting=OuterRef("item__meeting"))
    rows = Recommendation.objects.filter(
        ~Exists(signed),
        item__in=AgendaItem.objects.visible_to(user, now).filter(state=ItemState.RECOMMENDED),
        superseded_by__isnull=True,
        by=user,
    ).select_related("item__meeting__config", "item__case")
    moved = with_attendance_moved(rows).filter(attendance_moved=True).order_by("-pk")[:MOST_LOSSES]
    return open_losses([(row.item, row) for row in moved])


def _answers(advice: Sequence[Recommendation]) -> dict[tuple[int, str], QuorumAnswer]:
    given = QuorumAnswer.objects.filter(recommendation__in=advice).order_by("pk")
    return {(one.recommendation_id, one.sentence): one for one in given}


def lost(room: Room, item: AgendaItem, advice: Recommendation) -> str:
    """The quorum as the sheet shows it now for the moment of the advice, where it is none any more; else empty."""
    if not advice.quorum["quorate"]:
        return ""
    result = room.quorum_of_advice(item, advice.at)
    return "" if result.quorate else result.sentence
