"""The extract of a meeting: what is counted, and that no small number can be read or worked out."""

import csv
import io
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from meetings.minutes.extract import HELD_BACK, SMALLEST, as_data, as_table, by_question, extract, held
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


def test_small_number_holds_its_group_back_and_both_questions_with_it() -> None:
    found = numbers(*[ASSESSED] * 9, REFUSED, REFUSED, DEFERRED)
    for question in ("Whether to assess", "Whether to issue a plan", "Both questions"):
        of = f"Recommended. {question}"
        assert {number for (group, _), number in found.items() if group == of} == {HELD_BACK}


def test_few_cases_of_one_question_are_not_what_is_left_of_the_other() -> None:
    """Ten on whether to assess and two on whether to issue: the two could be taken from the twelve."""
    issued = replace(ASSESSED, stage="Whether to issue a plan", recommendation=None, decision=None)
    found = numbers(*[ASSESSED] * 10, issued, issued)
    for question in ("Whether to assess", "Whether to issue a plan"):
        of = f"Decided. {question}"
        assert {number for (group, _), number in found.items() if group == of} == {HELD_BACK}
    assert as_data(extract(meeting(), [ASSESSED] * 4))["items"] == HELD_BACK


def test_both_questions_are_given_as_one_where_one_alone_is_small() -> None:
    issued = replace(
        ASSESSED,
        stage="Whether to issue a plan",
        recommendation=replace(ASSESSED.recommendation, outcome="Issue a plan"),
        decision=None,
    )
    found = numbers(*[ASSESSED] * 10, *[REFUSED] * 5, issued, issued)
    of = "Recommended. Both questions"
    assert [number for (group, _), number in found.items() if group == of] == [12, 5, 0]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"a": 7, "b": 6, "c": 0}, {"a": 7, "b": 6, "c": 0}),
        ({"a": 9, "b": 6, "c": 2}, {"a": None, "b": None, "c": None}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_which_groups_are_held_back(given: dict[str, int], wanted: dict[str, int | None]) -> None:
    assert held(given) == wanted


# Whole extracts: what everybody who reads one could work out


World = tuple[tuple[int, ...], ...]


def group(*numbers: int) -> dict[str, int]:
    return dict(zip("abcd", numbers, strict=False))


def parts(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """Every way to lay `total` items in so many places."""
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in parts(total - first, places - 1))


def advised_and_results(items: int) -> Iterator[World]:
    """Every world of a meeting: advice on each question, and results. Items without advice are those put off or withdrawn."""
    for cells in parts(items, 6):
        without = cells[2] + cells[5]
        for sent_back, withdrawn in itertools.product(range(items - without + 1), range(without + 1)):
            results = (items - without - sent_back, sent_back, without - withdrawn, withdrawn)
            yield cells[:3], cells[3:], results


def advised_and_decided(items: int) -> Iterator[World]:
    """Every world of a meeting that advised on most: nothing is decided on an item that was put off."""
    for on_assess in range(items + 1):
        advice = [
            [cells for cells in parts(each, 3) if cells[2] in {0, 2, each}]
            for each in (on_assess, items - on_assess)
        ]
        decided = [list(parts(each, 3)) for each in (on_assess, items - on_assess)]
        for first, second in itertools.product(*advice):
            for of_first, of_second in itertools.product(*decided):
                if of_first[2] >= first[2] and of_second[2] >= second[2]:
                    yield first, second, of_first, of_second


def put_off_by_question(most: int) -> Iterator[World]:
    """Five agreements on each question, and up to `most` items of each that were put off or withdrawn."""
    for on_assess, on_issue in itertools.product(range(most + 1), repeat=2):
        for withdrawn in range(on_assess + on_issue + 1):
            results = (10, 0, on_assess + on_issue - withdrawn, withdrawn)
            yield (5, 0, on_assess), (5, 0, on_issue), results


def published(world: World, questions: Iterable[int]) -> tuple[object, ...]:
    """What an extract shows of a world: two groups by question from each place in `questions`, the others whole."""
    shown: list[object] = [sum(world[0]) + sum(world[1])]
    for place in questions:
        split, both = by_question([group(*world[place]), group(*world[place + 1])])
        shown.append((tuple(tuple(each.values()) for each in split), both))
    others = range(max(questions) + 2, len(world))
    return (*shown, *(tuple(held(group(*world[place])).values()) for place in others))


@pytest.mark.parametrize(
    ("worlds", "questions", "items"),
    [
        *((advised_and_results, (0,), items) for items in (5, 9)),
        (advised_and_decided, (0, 2), 6),
        (put_off_by_question, (0,), 9),
    ],
)
def test_no_small_number_can_be_worked_out_from_a_whole_extract(
    worlds: object, questions: tuple[int, ...], items: int
) -> None:
    """Of all worlds that publish the same, no number is between one and four in each and always the same."""
    told: dict[tuple[object, ...], list[World]] = defaultdict(list)
    for world in worlds(items):  # type: ignore[operator]
        told[published(world, questions)].append(world)
    assert len(told) > 1
    for shown, same in told.items():
        for place, cells in enumerate(same[0]):
            for at, number in enumerate(cells):
                if 0 < number < SMALLEST:
                    assert any(world[place][at] != number for world in same), (shown, same[0])


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
