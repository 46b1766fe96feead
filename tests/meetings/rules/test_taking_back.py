"""What stands in the way of taking back that an item was put off, in a sentence that says what to do instead."""

from dataclasses import replace
from datetime import date

import pytest

from meetings.rules.taking_back import Since, check_taking_back, stops

NEXT = date(2026, 12, 8)
FREE = Since(in_session=True, next_on=NEXT)
WHY = "The psychologist came back into the room."


def test_what_nothing_has_come_of_is_taken_back_with_a_reason() -> None:
    assert check_taking_back(WHY, FREE) == ()
    assert check_taking_back(WHY, Since(in_session=True)) == ()
    (problem,) = check_taking_back("  ", FREE)
    assert (problem.code, problem.field) == ("no_reason", "because")


@pytest.mark.parametrize(
    ("fact", "code", "said"),
    [
        ({"in_session": False}, "not_in_session", "change their agendas"),
        ({"waits": False}, "answered", "decided or withdrawn since"),
        ({"told_on": NEXT}, "family_told", "told on 8 December 2026"),
        ({"taken_up_on": NEXT}, "taken_up", "The panel of 8 December 2026 has taken it up"),
        ({"listed_on": NEXT}, "listed_elsewhere", "Take it off that list first"),
        ({"has_views": True}, "has_views", "has written a view for the panel of 8 December 2026"),
        ({"family_asked": True}, "family_asked", "take their invitation back"),
        ({"named": True}, "named", "recorded already about the item at the panel of 8 December 2026"),
    ],
)
def test_what_has_come_of_it_elsewhere_keeps_it_put_off(
    fact: dict[str, object], code: str, said: str
) -> None:
    (problem,) = check_taking_back("", replace(FREE, **fact))
    assert (problem.code, problem.field) == (code, "")
    assert said in problem.sentence


def test_weightiest_stop_is_said_and_not_all_of_them() -> None:
    since = replace(FREE, told_on=NEXT, has_views=True, family_asked=True)
    assert [one.code for one in stops(since)] == ["family_told", "has_views", "family_asked"]
    assert [one.code for one in check_taking_back(WHY, since)] == ["family_told"]


def test_what_was_arranged_at_the_next_meeting_counts_only_while_it_has_the_item() -> None:
    assert not tuple(stops(replace(FREE, next_on=None, has_views=True, family_asked=True, named=True)))
