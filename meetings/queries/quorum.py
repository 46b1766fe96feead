"""Advice that was given with a quorum, and whose attendance sheet, as it was put right since, shows none."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models import AgendaItem, QuorumAnswer, Recommendation, RosterEntry
from meetings.queries.decisions import as_read
from meetings.queries.room import Room, load_room
from meetings.queries.words import as_it_reads
from meetings.rules.states import ADVISED, ItemState
from panel.law.problems import Problem


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
        for row in rows.select_related("item").order_by("item__position")
        if (standing := lost(room, row.item, row))
    ]
    if not found:
        return ()
    given = QuorumAnswer.objects.filter(recommendation__in=[row for row, _ in found]).order_by("pk")
    answers = {(one.recommendation_id, one.sentence): one for one in given}
    return tuple(
        LostQuorum(row.item, row, standing, answers.get((row.pk, standing))) for row, standing in found
    )


def advice_to_decide_on(item: AgendaItem) -> Recommendation | None:
    """The recommendation of an item as `current_recommendation` gives it, and whether what is known of who was there has moved
    since: somebody's time or an exception does not cover the moment of the advice, or was recorded after it. One query.
    """
    at = OuterRef("at")
    moved = RosterEntry.objects.filter(
        Q(intervals__left_at__lte=at)
        | Q(intervals__joined_at__gt=at)
        | Q(attendance__recorded_at__gt=at)
        | Q(item_exceptions__item=item, item_exceptions__recorded_at__gt=at)
        | Q(conflicts__item=item, conflicts__recorded_at__gt=at),
        meeting=item.meeting,
    )
    rows = Recommendation.objects.filter(item=item, superseded_by__isnull=True)
    found = as_read(rows.annotate(attendance_moved=Exists(moved))).first()
    return as_it_reads(found) if found is not None else None


def quorum_problems(item: AgendaItem, advice: Recommendation) -> tuple[Problem, ...]:
    """What keeps advice of `advice_to_decide_on` from being decided on: its quorum has gone, and its chair has not said how that
    stands. No query unless attendance has moved.
    """
    if not advice.attendance_moved:  # type: ignore[attr-defined]
        return ()
    return tuple(
        Problem(
            "quorum_gone",
            "",
            f"{gone.sentence} Whoever led the item says first how that stands, or you send it back to the panel.",
        )
        for gone in lost_quorums(load_room(item.meeting), only=item)
        if gone.open
    )


def lost(room: Room, item: AgendaItem, advice: Recommendation) -> str:
    """The quorum as the sheet shows it now for the moment of the advice, where it is none any more; else empty."""
    if not advice.quorum["quorate"]:
        return ""
    result = room.quorum_of_advice(item, advice.at)
    return "" if result.quorate else result.sentence
