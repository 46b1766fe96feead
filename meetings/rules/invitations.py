"""Being asked to a meeting: what one may answer, when one is reminded, what an observer promises first. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from panel.law.problems import Problem
from panel.law.workdays import add_working_days

REMIND_WORKING_DAYS = 3
REMIND_AT = time(9)


class Said(StrEnum):
    """What somebody who was asked to a meeting answers. A promise to come never counts as presence."""

    ROOM = "room"
    VIDEO = "video"
    CANNOT = "cannot"
    WRITTEN = "written"


SAID_LABELS = {
    Said.ROOM: "I come, in the room",
    Said.VIDEO: "I come, by video",
    Said.CANNOT: "I cannot come",
    Said.WRITTEN: "I cannot come, and send a written view",
}
# The same as others read it.
SAID_SHORT = {
    Said.ROOM: "Comes, in the room",
    Said.VIDEO: "Comes, by video",
    Said.CANNOT: "Cannot come",
    Said.WRITTEN: "Cannot come, sent a written view",
}
COMES = frozenset({Said.ROOM, Said.VIDEO})


@dataclass(frozen=True)
class Occasion:
    """What a calendar says of a meeting: when and where. Whoever was told another one is told again."""

    starts_at: datetime
    ends_at: datetime
    venue: str


def answer_problems(said: Said, *, substitute: bool, written_view: str) -> tuple[Problem, ...]:
    """What is wrong with an answer: whoever comes sends nobody, and a written view has words."""
    found: list[Problem] = []
    if said in COMES and substitute:
        found.append(
            Problem("comes_and_sends", "substitute", "You come yourself: leave “who could come” at nobody.")
        )
    if said is Said.WRITTEN and not written_view.strip():
        found.append(Problem("no_view", "written_view", "Write your view, or choose “I cannot come”."))
    if said is not Said.WRITTEN and written_view.strip():
        found.append(
            Problem("view_unasked", "said", "You have written a view. Choose the answer that sends it.")
        )
    return tuple(found)


def remind_at(meeting_on: date, zone: tzinfo) -> datetime:
    """When somebody who has not answered is reminded: in the morning, three working days before the meeting."""
    return datetime.combine(add_working_days(meeting_on, -REMIND_WORKING_DAYS), REMIND_AT, zone)


def papers_ready_at(meeting_on: date, deadline_days: int, zone: tzinfo) -> datetime:
    """When those who come are told that the papers can be read: the morning of the working day after papers had to be in.

    Never after the day of the meeting, however late its rules let papers come.
    """
    ready_on = add_working_days(meeting_on - timedelta(days=deadline_days), 1)
    return datetime.combine(min(ready_on, meeting_on), REMIND_AT, zone)


# What an observer promises before an item is opened to her. A changed text is a new version; the old ones stay, because
# records name them.
CONFIDENTIALITY: dict[str, tuple[str, ...]] = {
    "2026-1": (
        "What I read and hear at this meeting is about real children and their families.",
        "I use it for nothing but learning how the panel works.",
        "I tell nobody outside the meeting what was said, and I name no child, family, school or member.",
        "I copy, photograph and record nothing, and I keep no notes about a child.",
        "If I know a child or a family on the list, I say so at once and leave for that item.",
    )
}
CONFIDENTIALITY_NOW = "2026-1"
