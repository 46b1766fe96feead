"""What may be said to a setting, when a term begins, and which numbers of other settings stay unsaid."""

import datetime as dt

import pytest

from meetings.rules.feedback import (
    FEWER,
    SEEN_AS_GAP,
    SEEN_AS_GOOD,
    STRANDS,
    Seen,
    feedback_problems,
    note,
    term_before,
    term_of,
)

PLAN, VOICE = "plan", "voice"


@pytest.mark.parametrize(
    ("good", "gaps", "words", "codes"),
    [
        ([PLAN], [VOICE], "", []),
        ([], [], "They kept a diary.", []),
        ([], [], "  ", ["nothing"]),
        (["strange"], [], "", ["unknown"]),
        ([PLAN, VOICE], [PLAN], "", ["both"]),
    ],
)
def test_feedback_says_something_and_each_strand_once(
    good: list[str], gaps: list[str], words: str, codes: list[str]
) -> None:
    assert [one.code for one in feedback_problems(good, gaps, words, "")] == codes


@pytest.mark.parametrize(
    ("day", "label", "begins", "ends"),
    [
        ("2026-11-23", "Autumn term 2026", "2026-09-01", "2027-01-01"),
        ("2027-01-01", "Spring term 2027", "2027-01-01", "2027-04-01"),
        ("2026-08-31", "Summer term 2026", "2026-04-01", "2026-09-01"),
    ],
)
def test_every_day_is_in_one_term(day: str, label: str, begins: str, ends: str) -> None:
    term = term_of(dt.date.fromisoformat(day))
    assert (term.label, str(term.begins), str(term.ends)) == (label, begins, ends)


def test_terms_follow_each_other() -> None:
    term = term_of(dt.date(2027, 2, 1))
    names = []
    for _ in range(4):
        names.append(term.label)
        before = term_before(term)
        assert before.ends == term.begins
        term = before
    assert names == ["Spring term 2027", "Autumn term 2026", "Summer term 2026", "Spring term 2026"]


def seen(setting: int, *gaps: str) -> Seen:
    return Seen(setting, frozenset(), frozenset(gaps))


def line(rows: list[Seen], strand: str) -> tuple[int, str]:
    found = dict(zip(STRANDS, note(1, rows), strict=True))[strand]
    return found.gaps, found.others_gaps


def test_own_numbers_are_said_however_small_and_small_ones_of_others_are_not() -> None:
    others = [seen(2 + n % 3, PLAN) for n in range(4)] + [seen(2), seen(3)]
    assert line([seen(1, PLAN), *others], PLAN) == (1, FEWER)
    assert line([seen(1, PLAN), *others, seen(4, PLAN)], PLAN) == (1, "5")
    # A strand nobody else was told of is not told apart from one that a few were.
    assert line([seen(1, VOICE), *others], VOICE) == (1, FEWER)


def test_nothing_is_said_of_few_requests_or_of_few_settings() -> None:
    few = [seen(2 + n % 3, PLAN) for n in range(4)]
    two = [seen(2 + n % 2, PLAN) for n in range(20)]
    assert [line([seen(1), *rows], PLAN)[1] for rows in (few, two)] == ["not enough to say"] * 2


def test_no_gap_reads_as_praise() -> None:
    assert list(SEEN_AS_GOOD) == list(SEEN_AS_GAP) == list(STRANDS)
    said_alike = {code for code in STRANDS if SEEN_AS_GAP[code] == SEEN_AS_GOOD[code]}
    # The others are names of strands, which say nothing of what was seen.
    assert said_alike == {code for code in STRANDS if SEEN_AS_GOOD[code] == STRANDS[code]} - {"voice"}
    assert SEEN_AS_GAP["review"].startswith("Review: it was not clear that")
