"""The themes of the day in the minutes: words about no child."""

import pytest

from tests.meetings.actions.test_minutes import a_closed_day, code, prepare

pytestmark = pytest.mark.django_db


def test_themes_stand_on_the_meeting_sheet_and_follow_into_the_next_version() -> None:
    day = a_closed_day()
    first = prepare(day, themes="Waits for speech therapy came up in half of the requests.")
    assert first.record["notes"] == "Waits for speech therapy came up in half of the requests."
    assert prepare(day) == first
    second = prepare(day, because="The therapists have said more.", themes="Waits for therapy.")
    assert (second.version, second.record["notes"]) == (2, "Waits for therapy.")
    third = prepare(day, because="There were none.", themes="")
    assert (third.version, third.record["notes"]) == (3, "")


def test_themes_name_no_child_and_no_case() -> None:
    day = a_closed_day()
    case = day.items[0].case
    for words in (f"{case.child.full_name} was the third this term.", f"As in {case.reference.lower()}."):
        assert (
            code(prepare, day=day, themes=words, names_nobody=[case.child.full_name, case.reference])
            == "another_case"
        )


def test_word_that_is_a_name_on_the_list_is_asked_about_once() -> None:
    day = a_closed_day()
    words = f"More families ask for {day.items[0].case.child.forename} Hill school."
    forename = day.items[0].case.child.forename
    for shown in ([], ["Hill"]):
        assert code(prepare, day=day, themes=words, names_nobody=shown) == "names"
    assert prepare(day, themes=words, names_nobody=[forename]).record["notes"] == words
