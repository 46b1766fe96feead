"""The extract of a meeting: what is counted, and that no small number can be read or worked out."""

import csv
import io
import itertools
import json
from dataclasses import replace

import pytest

from meetings.minutes.extract import HELD_BACK, SMALLEST, as_data, as_table, extract, suppressed
from meetings.minutes.frozen import ItemSheet
from tests.meetings.minutes.test_frozen import DECIDED, DEFERRED, HEARD, meeting

ASSESSED = replace(
    DECIDED,
    outcome_of_item="Recommendation made",
    recommendation=replace(DECIDED.recommendation, outcome="Assess"),
)
REFUSED = replace(
    ASSESSED,
    recommendation=replace(DECIDED.recommendation, outcome="Do not assess"),
    decision=replace(DECIDED.decision, outcome="Do not assess"),
)


def numbers(*sheets: ItemSheet) -> dict[tuple[str, str], object]:
    found = as_data(extract(meeting(*sheets), sheets))
    return {(line["of"], line["label"]): line["number"] for line in found["counts"]}


def test_enough_items_are_counted_by_question_result_and_quorum() -> None:
    found = numbers(*[ASSESSED] * 7, *[REFUSED] * 6)
    question = "Whether to assess"
    assert found["Items", "Recommendation made"] == 13
    assert found["Quorum", "Quorate"] == 13
    assert found[f"Recommended. {question}", "Assess"] == 7
    assert found[f"Decided. {question}", "Do not assess"] == 6
    assert found[f"Decided. {question}", "Not yet decided"] == 0


def test_small_numbers_are_held_back_with_enough_others() -> None:
    found = numbers(*[ASSESSED] * 9, REFUSED, REFUSED, DEFERRED)
    of = "Recommended. Whether to assess"
    assert [found[of, label] for label in ("Assess", "Do not assess", "No recommendation")] == [HELD_BACK] * 3
    assert found["Recommended. Whether to issue a plan", "No recommendation"] == HELD_BACK


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"a": 7, "b": 6, "c": 0}, {"a": 7, "b": 6, "c": 0}),
        ({"a": 9, "b": 6, "c": 2}, {"a": 9, "b": None, "c": None}),
        ({"a": 9, "b": 2, "c": 0}, {"a": None, "b": None, "c": None}),
        ({"a": 9, "b": 4, "c": 4}, {"a": 9, "b": None, "c": None}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_which_numbers_are_held_back(given: dict[str, int], wanted: dict[str, int | None]) -> None:
    assert suppressed(given) == wanted


def test_no_small_number_can_be_worked_out_from_the_sum() -> None:
    """Every group of three numbers up to eleven: what is shown is never small, and what is left of the sum is never small."""
    for given in itertools.product(range(12), repeat=3):
        held = suppressed(dict(zip("abc", given, strict=True)))
        shown = [number for number in held.values() if number is not None]
        assert all(number == 0 or number >= SMALLEST for number in shown)
        if len(shown) < 3:
            assert len(shown) <= 1
            assert not shown or sum(given) - sum(shown) >= SMALLEST


def test_times_are_told_of_five_items_heard_or_none() -> None:
    few = extract(meeting(*[HEARD] * 4), [HEARD] * 4)
    many = extract(meeting(*[HEARD] * 5), [HEARD] * 5)
    assert (few.mean_minutes, few.median_minutes) == (None, None)
    assert (many.mean_minutes, many.median_minutes, many.length_minutes) == (9, 9, 150)


def test_attendance_is_by_agency() -> None:
    found = extract(meeting(HEARD), [HEARD])
    assert [(one.agency, one.seats, one.present) for one in found.attendance] == [
        ("Elm Primary School", 1, 1),
        ("Weald NHS", 2, 1),
        ("Wealdshire County Council", 2, 2),
    ]


def test_extract_holds_no_name_no_reference_and_nothing_that_was_written() -> None:
    sheets = [replace(DECIDED, discussion="SECRET-A", family_views="SECRET-B")] * 6
    found = extract(meeting(*sheets), sheets)
    for text in (as_table(found), json.dumps(as_data(found))):
        told = ("SECRET", "EHC-26", "Charlie", "Hana", "Oli", "Cleo", "working", "Mrs Hale")
        assert [word for word in told if word in text] == []


def test_table_is_the_same_numbers_and_no_formula() -> None:
    sheets = [ASSESSED] * 5
    sheet = meeting(*sheets)
    evil = replace(sheet, attendees=(replace(sheet.attendees[0], agency="=1+1"),))
    rows = list(csv.reader(io.StringIO(as_table(extract(evil, sheets)))))
    assert rows[0] == ["what", "label", "number"]
    assert ["Seats of an agency", "'=1+1", "1"] in rows
    assert ["Items", "Recommendation made", "5"] in rows
