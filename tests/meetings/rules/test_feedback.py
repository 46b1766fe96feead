"""What may be said to a setting, when a term begins, and which numbers of other settings stay unsaid."""

import datetime as dt
import itertools

import pytest

from meetings.rules.feedback import (
    LEAST,
    LEAST_SETTINGS,
    SEEN_AS_GAP,
    SEEN_AS_GOOD,
    STRANDS,
    UNSAID,
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
    assert line([seen(1, PLAN), *others], PLAN) == (1, UNSAID)
    assert line([seen(1, PLAN), *others, seen(4, PLAN)], PLAN) == (1, "5")
    # A strand nobody else was told of is not told apart from one that a few were.
    assert line([seen(1, VOICE), *others], VOICE) == (1, UNSAID)


def test_settings_of_whom_a_number_says_nothing_do_not_hide_whose_it_is() -> None:
    one_settings_own = [seen(2, PLAN) for _ in range(5)]
    assert line([seen(1), *one_settings_own, seen(3), seen(4)], PLAN)[1] == UNSAID


def test_every_number_of_others_rests_on_enough_requests_of_enough_settings() -> None:
    """Every world of up to three requests with a gap and two with good practice at each of four settings, beside a silent one."""
    gap, good = (frozenset(), frozenset({PLAN})), (frozenset({PLAN}), frozenset())
    for world in itertools.combinations_with_replacement(itertools.product(range(4), range(3)), 4):
        rows = [
            Seen(2 + at, *ticked)
            for at, times in enumerate(world)
            for ticked, n in zip((gap, good), times, strict=True)
            for _ in range(n)
        ]
        found = dict(zip(STRANDS, note(1, [*rows, *[seen(9)] * 6]), strict=True))[PLAN]
        counts = zip(*world, strict=True)
        for said, settings in zip((found.others_gaps, found.others_good), counts, strict=True):
            enough = sum(settings) >= LEAST and sum(one > 0 for one in settings) >= LEAST_SETTINGS
            assert said == (str(sum(settings)) if enough else UNSAID), world


def test_no_gap_reads_as_praise() -> None:
    assert list(SEEN_AS_GOOD) == list(SEEN_AS_GAP) == list(STRANDS)
    said_alike = {code for code in STRANDS if SEEN_AS_GAP[code] == SEEN_AS_GOOD[code]}
    # The others are names of strands, which say nothing of what was seen.
    assert said_alike == {code for code in STRANDS if SEEN_AS_GOOD[code] == STRANDS[code]} - {"voice"}
    assert SEEN_AS_GAP["review"].startswith("Review: it was not clear that")
