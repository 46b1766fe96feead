"""Whose turn it is: who chairs, who is vice-chair, who waits."""

from datetime import datetime, timedelta

import pytest

from meetings.rules.rota import Turn, next_turn
from tests.make import NOW

ANN, BEN, CAT, DEE = 1, 2, 3, 4


def ago(weeks: int) -> datetime:
    return NOW - timedelta(weeks=weeks)


@pytest.mark.parametrize(
    ("chairs", "vice_chairs", "chaired", "stood_by", "turn"),
    [
        ([], [], {}, {}, Turn(None, None)),
        ([ANN], [], {}, {}, Turn(ANN, None)),
        ([ANN], [DEE], {}, {}, Turn(ANN, DEE)),
        # Nobody chairs because nobody stands as a chair: a vice-chair stays one.
        ([], [DEE], {}, {}, Turn(None, DEE)),
        # Whoever has not chaired yet goes first, then whoever did the longest ago.
        ([ANN, BEN], [DEE], {ANN: ago(2)}, {}, Turn(BEN, DEE, (ANN,))),
        ([ANN, BEN], [DEE], {ANN: ago(2), BEN: ago(4)}, {}, Turn(BEN, DEE, (ANN,))),
        ([ANN, BEN], [DEE], {ANN: ago(4), BEN: ago(2)}, {}, Turn(ANN, DEE, (BEN,))),
        # Where only chairs stand, the next in the rota is vice-chair.
        ([ANN, BEN, CAT], [], {ANN: ago(2), BEN: ago(4)}, {}, Turn(CAT, BEN, (ANN,))),
        # Vice-chairs take turns of their own.
        ([ANN], [CAT, DEE], {}, {CAT: ago(2)}, Turn(ANN, DEE, (CAT,))),
        ([ANN], [CAT, DEE], {}, {CAT: ago(4), DEE: ago(2)}, Turn(ANN, CAT, (DEE,))),
        # Never the same person twice, whatever stands in the rows.
        ([ANN], [ANN], {}, {}, Turn(ANN, None)),
        ([ANN, BEN], [ANN], {BEN: ago(1)}, {}, Turn(ANN, BEN)),
        ([ANN, ANN], [DEE], {}, {}, Turn(ANN, DEE)),
    ],
)
def test_turns_go_round(
    chairs: list[int],
    vice_chairs: list[int],
    chaired: dict[int, datetime],
    stood_by: dict[int, datetime],
    turn: Turn,
) -> None:
    assert next_turn(chairs, vice_chairs, chaired=chaired, stood_by=stood_by) == turn


def test_three_chairs_share_out_both_turns() -> None:
    chaired: dict[int, datetime] = {}
    turns = []
    for week in range(4):
        turn = next_turn([ANN, BEN, CAT], [], chaired=chaired, stood_by={})
        assert turn.chair is not None
        chaired[turn.chair] = NOW + timedelta(weeks=week)
        turns.append((turn.chair, turn.vice_chair))
    assert turns == [(ANN, BEN), (BEN, CAT), (CAT, ANN), (ANN, BEN)]
