"""What changed between two versions of a record, in words and place by place."""

import pytest

from meetings.minutes.changes import Change, Mark, changes, corrections, said

BEFORE = {
    "version": 1,
    "correction": "",
    "discussion": "She speaks in single words, her teacher says.",
    "held_on": "2026-11-23",
    "opened_at": "2026-06-23T08:30:00Z",
    "quorate": True,
    "attendees": [{"name": "Ed", "status": "Present"}, {"name": "Nia", "status": "Present"}],
    "limbs": [{"question": "May have SEN?", "answer": "Yes", "evidence": ["Report"]}],
    "recommendation": {"outcome": "Assess", "codes": []},
    "risk": None,
}


def test_same_record_has_no_changes_but_for_its_number() -> None:
    assert changes(BEFORE, {**BEFORE, "version": 2, "correction": "A name"}) == ()


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            {"held_on": "2026-11-24"},
            [Change("Held on", "23 November 2026", "24 November 2026")],
        ),
        (
            {"opened_at": "2026-06-23T08:45:00Z"},
            [Change("Opened", "09:30 on 23 June 2026", "09:45 on 23 June 2026")],
        ),
        ({"quorate": False}, [Change("Quorate", "yes", "no")]),
        (
            {"attendees": [{"name": "Nia", "status": "Apologies"}, {"name": "Ed", "status": "Present"}]},
            [Change("At the meeting: Nia: Status", "Present", "Apologies")],
        ),
        (
            {"attendees": [{"name": "Ed", "status": "Present"}]},
            [Change("At the meeting", "Nia, Present", "")],
        ),
        (
            {"limbs": [{"question": "May have SEN?", "answer": "Yes", "evidence": ["Report", "Letter"]}]},
            [Change("Legal test: May have SEN?: Papers it rests on", "Report", "Report; Letter")],
        ),
        (
            {"recommendation": {"outcome": "Not assess", "codes": ["R2"]}},
            [
                Change("Recommendation: Outcome", "Assess", "Not assess"),
                Change("Recommendation: Reason codes", "", "R2"),
            ],
        ),
        ({"risk": {"level": "Watch", "words": ""}}, [Change("Risk to the place", "", "Watch")]),
        ({"recommendation": None}, [Change("Recommendation", "Assess", "")]),
    ],
)
def test_each_change_is_named_by_its_place(change: dict[str, object], wanted: list[Change]) -> None:
    assert list(changes(BEFORE, {**BEFORE, **change})) == wanted


def test_two_entries_of_one_name_are_told_apart_by_their_order() -> None:
    two = [{"name": "Ed", "status": "Present"}, {"name": "Ed", "status": "Absent"}]
    other = [{"name": "Ed", "status": "Present"}, {"name": "Ed", "status": "Apologies"}]
    assert changes({"attendees": two}, {"attendees": other}) == (
        Change("At the meeting: Ed: Status", "Absent", "Apologies"),
    )


def test_words_are_laid_over_each_other() -> None:
    (change,) = changes(BEFORE, {**BEFORE, "discussion": "She speaks in short sentences, her teacher says."})
    assert [(part.mark, part.words) for part in change.stretches] == [
        (Mark.SAME, "She speaks in"),
        (Mark.OUT, " single words,"),
        (Mark.IN, " short sentences,"),
        (Mark.SAME, " her teacher says."),
    ]
    for text, mark in ((change.was, Mark.IN), (change.became, Mark.OUT)):
        assert "".join(part.words for part in change.stretches if part.mark != mark) == text


def test_values_are_said_as_people_write_them() -> None:
    assert said(None) == ""
    assert said(["Ed", "", "Nia"]) == "Ed; Nia"
    assert said({"name": "Ed", "sha256": "0" * 64, "votes": True}) == "Ed, yes"
    assert said("2026-11-23 was a Monday") == "2026-11-23 was a Monday"


@pytest.mark.parametrize(
    "same",
    [
        {"decision": {"outcome": "Assess"}},
        {"tell_family_by": "2026-12-08", "tell_family_because": "an appointment was missed"},
        {"deferral": {"reason": "Time", "next_on": "2026-12-15"}},
    ],
)
def test_decision_that_came_and_days_worked_out_afresh_correct_nothing(same: dict[str, object]) -> None:
    before = {
        **BEFORE,
        "decision": None,
        "tell_family_by": "2026-12-01",
        "tell_family_because": "",
        "deferral": {"reason": "Time", "next_on": "2026-12-01"},
    }
    assert corrections(before, {**before, **same}) == ()
    [word] = corrections(before, {**before, **same, "discussion": "She speaks in sentences."})
    assert word.where == "Discussion"


def test_decision_that_is_another_one_by_now_is_a_correction() -> None:
    before = {**BEFORE, "decision": {"outcome": "Assess"}}
    [change] = corrections(before, {**before, "decision": {"outcome": "Do not assess"}})
    assert (change.where, change.was) == ("Decision: Outcome", "Assess")
    assert corrections(before, {**before, "decision": None})
