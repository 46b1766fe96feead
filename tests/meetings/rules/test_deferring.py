"""What a deferral lacks, and whether it makes the family's answer late."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from meetings.rules.deferring import (
    DeferralReason,
    Deferring,
    asks_why_late,
    check_deferral,
    makes_late,
    proposed_next,
)
from panel.law.problems import Problem

HEARD = date(2026, 11, 24)
LATEST = date(2026, 12, 1)


def codes(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in problems]


SLOT = date(2026, 12, 1)
INFORMATION = Deferring(
    DeferralReason.INFORMATION,
    "The speech therapist’s report",
    "Ines Ward",
    by_when=date(2026, 11, 30),
    next_on=SLOT,
)


def test_a_deferral_for_information_that_names_it_all_may_be_kept():
    assert check_deferral(INFORMATION, heard_on=HEARD, latest_panel_on=LATEST) == ()


def test_a_deferral_for_information_names_what_who_and_by_when():
    bare = Deferring(DeferralReason.INFORMATION, " ", next_on=SLOT)
    assert codes(check_deferral(bare, heard_on=HEARD, latest_panel_on=LATEST)) == [
        ("missing_not_named", "missing"),
        ("owner_not_named", "owner"),
        ("no_date", "by_when"),
    ]


@pytest.mark.parametrize("reason", [DeferralReason.QUORUM, DeferralReason.TIME])
def test_a_deferral_for_quorum_or_time_needs_only_its_reason_and_its_slot(reason: DeferralReason):
    assert check_deferral(Deferring(reason, next_on=SLOT), heard_on=HEARD, latest_panel_on=LATEST) == ()


@pytest.mark.parametrize(
    ("latest", "said"),
    [(LATEST, "the last safe day for this case is "), (HEARD, "the last safe day for this case was ")],
)
def test_a_deferral_to_no_meeting_says_why_in_time_or_late(latest: date, said: str):
    days = {"heard_on": HEARD, "latest_panel_on": latest}
    (problem,) = check_deferral(Deferring(DeferralReason.TIME), **days)
    assert (problem.code, problem.field) == ("deferral_without_slot", "late_because")
    assert said in problem.sentence
    assert check_deferral(Deferring(DeferralReason.TIME, late_because="None is planned yet."), **days) == ()


def test_nobody_of_the_family_is_sent_to_fetch_evidence():
    theirs = replace(INFORMATION, owner="Her mother, Parent1 Ashdown")
    days = {"heard_on": HEARD, "latest_panel_on": LATEST}
    (problem,) = check_deferral(theirs, **days, family=("Parent1 Ashdown",))
    assert (problem.code, problem.field) == ("owner_is_family", "owner")
    assert problem.sentence.startswith("“mother” is the family")
    assert check_deferral(replace(theirs, owner="Ines Ward"), **days, family=("Parent1 Ashdown",)) == ()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"by_when": date(2026, 11, 23)}, "date_before_meeting", "by_when"),
        ({"next_on": HEARD, "by_when": HEARD}, "next_not_later", "next_meeting"),
        ({"next_on": date(2026, 11, 27)}, "next_before_information", "next_meeting"),
        ({"next_on": date(2026, 12, 8)}, "deferral_makes_late", "late_because"),
    ],
)
def test_a_deferral_with_dates_that_do_not_fit_is_refused(change, code: str, field: str):
    problems = check_deferral(replace(INFORMATION, **change), heard_on=HEARD, latest_panel_on=LATEST)
    assert codes(problems) == [(code, field)]


def test_a_deferral_past_the_latest_safe_day_is_kept_with_a_reason():
    late = replace(INFORMATION, next_on=date(2026, 12, 8), late_because="No panel meets before then.")
    assert check_deferral(late, heard_on=HEARD, latest_panel_on=LATEST) == ()


def test_no_says_which_meeting_can_hear_it_in_time():
    late = Deferring(DeferralReason.TIME, next_on=date(2026, 12, 15))
    days = {"heard_on": HEARD, "latest_panel_on": LATEST}

    def why(*planned: date) -> str:
        (found,) = check_deferral(late, **days, planned_on=planned)
        return found.sentence

    assert "The panel of 1 December 2026 can hear it in time" in why(date(2026, 12, 1), date(2026, 12, 15))
    assert "no panel can hear it sooner in time. Give the reason" in why(date(2026, 12, 15))


IN_TIME, LATER, LATEST_OF_ALL = date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)


@pytest.mark.parametrize(
    ("next_on", "planned", "why", "expected"),
    [
        (None, (), "", [("deferral_without_slot", "late_because")]),
        (None, (), "No panel is planned.", []),
        (None, (IN_TIME,), "", [("next_not_chosen", "next_meeting")]),
        (IN_TIME, (IN_TIME, LATER), "", []),
        (LATER, (IN_TIME, LATER), "", [("slot_in_time", "next_meeting")]),
        # No reason makes an answer late that can be in time.
        (LATER, (IN_TIME, LATER), "That meeting is full.", [("slot_in_time", "next_meeting")]),
        (LATER, (LATER, LATEST_OF_ALL), "", [("deferral_makes_late", "late_because")]),
        (LATER, (LATER, LATEST_OF_ALL), "No panel sits before.", []),
        (
            LATEST_OF_ALL,
            (LATER, LATEST_OF_ALL),
            "No panel sits before.",
            [("not_the_earliest", "next_meeting")],
        ),
    ],
)
def test_a_deferral_names_the_next_slot_in_time_or_the_earliest_with_its_reason(
    next_on, planned, why, expected
):
    deferring = Deferring(DeferralReason.TIME, next_on=next_on, late_because=why)
    problems = check_deferral(deferring, heard_on=HEARD, latest_panel_on=LATEST, planned_on=planned)
    assert codes(problems) == expected


def test_the_earliest_slot_is_the_first_after_the_missing_information():
    wait = Deferring(
        DeferralReason.INFORMATION,
        "Hearing test",
        "Corin, SEN team",
        by_when=date(2026, 12, 10),
        next_on=LATEST_OF_ALL,
        late_because="The clinic has no earlier day.",
    )
    days = {"heard_on": HEARD, "latest_panel_on": LATEST}
    assert check_deferral(wait, **days, planned_on=(IN_TIME, LATER, LATEST_OF_ALL)) == ()


@pytest.mark.parametrize(
    ("next_on", "latest", "late"),
    [
        (IN_TIME, LATEST, False),
        (LATER, LATEST, True),
        (None, LATEST, False),
        (None, date(2026, 11, 20), True),
        # Another panel would sit on another day.
        (None, HEARD, True),
    ],
)
def test_whether_the_answer_will_be_late(next_on, latest, late):
    deferring = Deferring(DeferralReason.TIME, next_on=next_on)
    assert makes_late(deferring, heard_on=HEARD, latest_panel_on=latest) is late


WHY = "No panel before."
DAYS = (date(2026, 11, 26), date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15))


@pytest.mark.parametrize(
    ("planned", "able", "latest", "proposed", "why"),
    [
        (DAYS, DAYS, LATEST, date(2026, 11, 26), ""),
        (DAYS, DAYS[1:], LATEST, date(2026, 12, 1), ""),
        (DAYS, DAYS[:1], LATEST, date(2026, 11, 26), ""),
        (DAYS, DAYS[2:], LATEST, date(2026, 12, 8), WHY),
        (DAYS, (), LATEST, date(2026, 11, 26), WHY),
        (DAYS, DAYS, HEARD, date(2026, 11, 26), WHY),
        ((), (), LATEST, None, WHY),
    ],
)
def test_the_next_meeting_that_is_proposed_is_one_the_rule_takes(
    planned: tuple[date, ...], able: tuple[date, ...], latest: date, proposed: date | None, why: str
):
    days = {"latest_panel_on": latest, "able_on": able}
    assert proposed_next(planned_on=planned, **days) == proposed
    assert asks_why_late(**days) == bool(why)
    said = Deferring(DeferralReason.TIME, next_on=proposed, late_because=why)
    assert check_deferral(said, heard_on=HEARD, planned_on=planned, **days) == ()


def test_one_word_for_a_late_answer_is_told_that_it_is_too_little() -> None:
    late = replace(INFORMATION, next_on=date(2026, 12, 8), late_because="snow")
    (problem,) = check_deferral(late, heard_on=HEARD, latest_panel_on=LATEST, planned_on=[date(2026, 12, 8)])
    assert "in time. One word is too little. Give the reason, or ask" in problem.sentence
