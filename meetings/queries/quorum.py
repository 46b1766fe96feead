"""Advice that was given with a quorum, and whose attendance sheet, as it was put right since, shows none."""

from dataclasses import dataclass

from django.utils import timezone

from meetings.models import AgendaItem, QuorumAnswer, Recommendation
from meetings.queries.room import Room
from meetings.rules.states import ADVISED, ItemState


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


def lost(room: Room, item: AgendaItem, advice: Recommendation) -> str:
    """The quorum as the sheet shows it now for the moment of the advice, where it is none any more; else empty."""
    if not advice.quorum["quorate"]:
        return ""
    result = room.quorum_of_advice(item, advice.at)
    return "" if result.quorate else result.sentence
