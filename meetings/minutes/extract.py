"""A statistical extract of one meeting: how long, who came, with what quorum, what was advised and decided, and nobody in it. Pure.

Counted from the frozen sheets alone. It has no field for free text, a name or a reference. A number of children below five is not
given (practice.md E, reliability.md T12): `None`, which is written `c`.

Groups of numbers hang together: what was decided on each question adds up to the items on it, both questions to all items, and items
without advice to those put off or withdrawn. So a group with a small number in it is held back whole, and the two questions stand or
fall together, for one could be taken from the other; both taken as one are then given where that has no small number. Every total
somebody can work out is then nought or five and more, and none of them pins down a number that is held back.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from meetings.minutes.frozen import ItemSheet, MeetingSheet
from meetings.minutes.records import plain
from meetings.rules.states import FINISHED, ITEM
from panel.law.legal import OUTCOME_LABELS, STAGE_LABELS, Outcome, Stage

SMALLEST = 5
HELD_BACK = "c"


@dataclass(frozen=True)
class Count:
    """A number of items under a heading and a label; None where it is held back."""

    of: str
    label: str
    number: int | None


@dataclass(frozen=True)
class AgencyThere:
    """An agency's seats at the meeting, and how many of them were taken for some of it."""

    agency: str
    seats: int
    present: int


@dataclass(frozen=True)
class Extract:
    """The numbers of one meeting. `items`, and `mean_minutes` and `median_minutes` of items heard: None below five."""

    panel: str
    held_on: date
    minutes_version: int
    items: int | None
    length_minutes: int
    mean_minutes: int | None
    median_minutes: int | None
    attendance: tuple[AgencyThere, ...]
    counts: tuple[Count, ...]


def extract(meeting: MeetingSheet, sheets: Sequence[ItemSheet]) -> Extract:
    """The extract of a meeting whose item sheets are `sheets`."""
    heard = [
        sum(_minutes(one.began, one.ended) for one in sheet.heard_before)
        + _minutes(sheet.opened_at, sheet.closed_at)
        for sheet in sheets
        if sheet.opened_at and sheet.closed_at
    ]
    enough = len(heard) >= SMALLEST
    return Extract(
        panel=meeting.panel,
        held_on=meeting.held_on,
        minutes_version=meeting.version,
        items=None if _is_small(len(sheets)) else len(sheets),
        length_minutes=_minutes(meeting.opened_at, meeting.closed_at),
        mean_minutes=round(sum(heard) / len(heard)) if enough else None,
        median_minutes=round(median(heard)) if enough else None,
        attendance=_attendance(meeting),
        counts=(
            *_lines("Items", held(_full(_RESULTS, (sheet.outcome_of_item for sheet in sheets)))),
            *_lines("Quorum", held(_full(_QUORUM.values(), (_QUORUM[sheet.quorate] for sheet in sheets)))),
            *_by_question("Recommended", sheets, _advised, "No recommendation"),
            *_by_question("Decided", sheets, _decided, "Not yet decided"),
        ),
    )


_RESULTS = tuple(ITEM.states[state].staff for state in sorted(FINISHED))
_OUTCOMES: Mapping[Stage, tuple[Outcome, ...]] = {
    Stage.ASSESS: (Outcome.ASSESS, Outcome.NOT_ASSESS),
    Stage.ISSUE: (Outcome.ISSUE, Outcome.NOT_ISSUE),
}
# What the two questions have in common, in the order of their outcomes.
_EITHER = ("Yes, to assess or to issue", "No, not to assess or not to issue")
_QUORUM: Mapping[bool | None, str] = {True: "Quorate", False: "Not quorate", None: "Not asked"}


def _minutes(opened_at: datetime, closed_at: datetime) -> int:
    return round((closed_at - opened_at).total_seconds() / 60)


def _attendance(meeting: MeetingSheet) -> tuple[AgencyThere, ...]:
    seats = Counter(one.agency or "No agency" for one in meeting.attendees)
    there = Counter(one.agency or "No agency" for one in meeting.attendees if one.times)
    return tuple(AgencyThere(agency, seats[agency], there[agency]) for agency in sorted(seats))


def _advised(sheet: ItemSheet) -> str:
    return sheet.recommendation.outcome if sheet.recommendation else ""


def _decided(sheet: ItemSheet) -> str:
    return sheet.decision.outcome if sheet.decision else ""


def _by_question(
    heading: str, sheets: Sequence[ItemSheet], outcome_of: Callable[[ItemSheet], str], otherwise: str
) -> Iterable[Count]:
    """A group of counts for each question and one for both, every outcome in it, so that what is missing tells nothing."""
    questions = []
    for stage, outcomes in _OUTCOMES.items():
        labels = (*(OUTCOME_LABELS[outcome] for outcome in outcomes), otherwise)
        asked = (sheet for sheet in sheets if sheet.stage == STAGE_LABELS[stage])
        questions.append(_full(labels, (outcome_of(sheet) or otherwise for sheet in asked)))
    split, both = by_question(questions)
    for stage, numbers in zip(_OUTCOMES, split, strict=True):
        yield from _lines(f"{heading}. {STAGE_LABELS[stage]}", numbers)
    yield from _lines(f"{heading}. Both questions", dict(zip((*_EITHER, otherwise), both, strict=True)))


Numbers = Mapping[str, int]
Shown = dict[str, int | None]


def by_question(questions: Sequence[Numbers]) -> tuple[tuple[Shown, ...], tuple[int | None, ...]]:
    """The numbers of each question, all or none of them held back, and those of the questions taken as one, place by place."""
    split = tuple(held(numbers) for numbers in questions)
    if any(None in shown.values() for shown in split):
        split = tuple(dict.fromkeys(numbers) for numbers in questions)
    together = zip(*(numbers.values() for numbers in questions), strict=True)
    both = held({str(place): sum(each) for place, each in enumerate(together)})
    return split, tuple(both.values())


def _full(labels: Iterable[str], found: Iterable[str]) -> Numbers:
    """How often each label was found, those never found with it."""
    return {**dict.fromkeys(labels, 0), **Counter(found)}


def held(numbers: Numbers) -> Shown:
    """The numbers of one group; none of them where one is small."""
    return dict.fromkeys(numbers) if any(map(_is_small, numbers.values())) else dict(numbers)


def _is_small(number: int) -> bool:
    return 0 < number < SMALLEST


def _lines(heading: str, numbers: Shown) -> Iterable[Count]:
    return (Count(heading, label, number) for label, number in numbers.items())


def as_data(found: Extract) -> dict[str, Any]:
    """The extract in JSON's own types, what is held back written as in the table."""
    data: dict[str, Any] = plain(found)
    for line in data["counts"]:
        line["number"] = _shown(line["number"])
    return {**data, **{name: _shown(data[name]) for name in ("items", "mean_minutes", "median_minutes")}}


def as_table(found: Extract) -> str:
    """The extract as CSV: a heading, a label, a number."""
    rows: list[tuple[str, str, object]] = [
        ("Meeting", "Panel", found.panel),
        ("Meeting", "Held on", found.held_on.isoformat()),
        ("Meeting", "Version of the minutes", found.minutes_version),
        ("Meeting", "Minutes from opening to close", found.length_minutes),
        ("Meeting", "Items", _shown(found.items)),
        ("Minutes for an item heard", "Mean", _shown(found.mean_minutes)),
        ("Minutes for an item heard", "Median", _shown(found.median_minutes)),
        *(("Seats of an agency", one.agency, one.seats) for one in found.attendance),
        *(("Present of an agency", one.agency, one.present) for one in found.attendance),
        *((line.of, line.label, _shown(line.number)) for line in found.counts),
    ]
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(("what", "label", "number"))
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return page.getvalue()


def _shown(number: int | None) -> int | str:
    return HELD_BACK if number is None else number


def _harmless(cell: object) -> object:
    """A name that a spreadsheet would take for a formula, as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
