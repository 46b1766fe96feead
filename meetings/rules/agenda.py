"""Which cases a meeting takes, in which order, and what the list does not allow.

A case is put by its latest safe panel date: the last day a panel may hear it and the family can still be told in time
(law.md 2.9). Nothing here moves a statutory date. Pure; working days and other meetings are passed in.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from panel.law.advice import NO_GAPS, AdviceGaps
from panel.law.words import in_words, inside
from panel.law.workdays import SATURDAY

# Twenty cases is the upper figure practitioners name for one sitting; a sheet far beyond that is a slip of the import.
MANY_ITEMS = 20
MAX_ITEMS = 60


@dataclass(frozen=True)
class Candidate:
    """A case that waits for a panel. `legal_due_on`: the day the family must have been told. `minutes`: None for the usual.

    `advice`: what is missing of it, where the plan is asked about.
    """

    case_id: int
    reference: str
    legal_due_on: date
    latest_panel_on: date
    minutes: int | None = None
    recused: frozenset[int] = frozenset()
    advice: AdviceGaps = NO_GAPS


class LastSafe(StrEnum):
    """How a case's last safe day stands to a meeting, in the words every page says it with; empty where it can wait."""

    PASSED = "passed"
    BEFORE = "before this meeting"
    HERE = "cannot wait for the next panel"
    CAN_WAIT = ""

    @property
    def too_late(self) -> bool:
        """Whether this meeting is after it."""
        return self in {LastSafe.PASSED, LastSafe.BEFORE}


@dataclass(frozen=True)
class Slot:
    """When an item is expected. `over_time`: it would end after the meeting does."""

    case_id: int
    starts_at: datetime
    ends_at: datetime
    over_time: bool


@dataclass(frozen=True)
class NextSlot:
    """Where a deferred case can be heard next. `in_time`: on or before its latest safe panel date."""

    on: date
    in_time: bool


@dataclass(frozen=True)
class Timed:
    """An item as the day's clock sees it. `started_at` is set while it is heard and after; `done` once it is finished."""

    minutes: int
    started_at: datetime | None = None
    done: bool = False


@dataclass(frozen=True)
class Pace:
    """How a day goes. `behind`: whole minutes later than planned, 0 when not. `unheard`: items that end too late as it goes."""

    behind: int
    ends_at: datetime
    unheard: int
    sentence: str


@dataclass(frozen=True)
class AgendaProblem:
    """Something about a list: `stops` it from being kept, or is only said."""

    code: str
    sentence: str
    stops: bool = False


def proposed_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Earliest latest-safe date first, then the earlier statutory date, then by reference.

    Among cases of the same latest safe date, those with the same recused members stand together, so that each leaves once.
    """
    return tuple(
        sorted(candidates, key=lambda c: (c.latest_panel_on, sorted(c.recused), c.legal_due_on, c.reference))
    )


def timetable(
    candidates: Iterable[Candidate],
    *,
    starts_at: datetime,
    minutes_per_item: int,
    ends_at: datetime | None = None,
) -> tuple[Slot, ...]:
    """Expected times, one item after the other; moments are aware, so a night of clock change adds or loses no minute."""
    slots, clock = [], starts_at
    for candidate in candidates:
        length = minutes_per_item if candidate.minutes is None else candidate.minutes
        end = clock + timedelta(minutes=length)
        slots.append(Slot(candidate.case_id, clock, end, ends_at is not None and end > ends_at))
        clock = end
    return tuple(slots)


def overfull(minutes_listed: int, minutes_there_are: int) -> str:
    """What to say of a list that is longer than its meeting; empty where it fits."""
    if minutes_listed <= minutes_there_are:
        return ""
    return f"{minutes_listed} minutes of {minutes_there_are}"


def pace(items: Sequence[Timed], *, opened_at: datetime, closes_at: datetime, now: datetime) -> Pace:
    """Where a meeting stands against its plan at `now`: said early, while there is still something to be done about it.

    What is finished was allowed its planned minutes, and the item in discussion as many as it has had, up to its own. The rest
    is expected to take what was planned; `unheard` counts those of the rest that would end after `closes_at`.
    """
    allowed, clock, unheard = 0.0, now, 0
    for item in items:
        had = (now - item.started_at) / timedelta(minutes=1) if item.started_at and not item.done else 0.0
        if item.done:
            allowed += item.minutes
            continue
        allowed += min(had, item.minutes)
        clock += timedelta(minutes=max(0.0, item.minutes - had))
        unheard += item.started_at is None and clock > closes_at
    behind = max(0, int((now - opened_at) / timedelta(minutes=1) - allowed))
    return Pace(behind, clock, unheard, _pace_words(behind, unheard))


def _pace_words(behind: int, unheard: int) -> str:
    if not behind and not unheard:
        return "On time."
    late = f"{behind} minute{'' if behind == 1 else 's'} behind. " if behind else ""
    if not unheard:
        return late.strip()
    items = "1 item" if unheard == 1 else f"{unheard} items"
    return f"{late}As it goes, {items} will not be heard before the meeting ends."


def next_slot(candidate: Candidate, after: date, meetings_on: Collection[date]) -> NextSlot | None:
    """The first meeting after `after` that could take the case again, or None when none is planned."""
    later = [day for day in meetings_on if day > after]
    return NextSlot(min(later), min(later) <= candidate.latest_panel_on) if later else None


def cannot_survive_deferral(candidate: Candidate, after: date, meetings_on: Collection[date]) -> bool:
    """Whether deferring the case on `after` makes the family's answer late, or later than it is: no next slot in time."""
    slot = next_slot(candidate, after, meetings_on)
    return slot is None or not slot.in_time


def last_safe(candidate: Candidate, *, meeting_on: date, today: date, later_on: Collection[date]) -> LastSafe:
    """How the last safe day stands to a meeting: passed only once it lies behind us, not already when the meeting is after it."""
    if candidate.latest_panel_on < min(today, meeting_on):
        return LastSafe.PASSED
    if candidate.latest_panel_on < meeting_on:
        return LastSafe.BEFORE
    waits = not cannot_survive_deferral(candidate, meeting_on, later_on)
    return LastSafe.CAN_WAIT if waits else LastSafe.HERE


def day_has_passed(meeting_on: date, today: date) -> str:
    """What to say before a meeting is planned on a day that lies behind; empty for today and later."""
    if meeting_on >= today:
        return ""
    return f"{in_words(meeting_on)} has passed. Record a meeting afterwards only if it took place."


def agenda_problems(
    items: Sequence[Candidate],
    *,
    meeting_on: date,
    today: date,
    closed_days: Mapping[date, str],
    elsewhere_that_day: Collection[int] = (),
    slots: Sequence[Slot] = (),
) -> tuple[AgendaProblem, ...]:
    """Everything to say about a list before it is kept (reliability.md 6, rows 68 and 69).

    `closed_days` names bank holidays and the authority's closed days; `elsewhere_that_day` are cases on another meeting's
    list the same day.
    """
    found: list[AgendaProblem] = []
    day = in_words(meeting_on)
    if len(items) > MAX_ITEMS:
        found.append(
            AgendaProblem(
                "too_many",
                f"A meeting takes at most {MAX_ITEMS} cases; this list has {len(items)}. Split it.",
                True,
            )
        )
    elif len(items) > MANY_ITEMS:
        found.append(
            AgendaProblem("many", f"{len(items)} cases is more than a panel can usually hear in one sitting.")
        )
    if not items:
        found.append(AgendaProblem("empty", "No case is listed for this meeting yet."))
    if meeting_on in closed_days:
        found.append(AgendaProblem("closed_day", f"{day} is {closed_days[meeting_on]}. Is the date right?"))
    elif meeting_on.weekday() >= SATURDAY:
        found.append(AgendaProblem("weekend", f"{day} is a {meeting_on:%A}. Is the date right?"))
    if past := day_has_passed(meeting_on, today):
        found.append(AgendaProblem("past", past))
    return (
        *found,
        *_case_problems(items, meeting_on, today, elsewhere_that_day),
        *_time_problems(items, slots),
    )


@dataclass(frozen=True)
class Sitting:
    """From when to when a panel is to sit, in the authority's own hours, and where."""

    begins: datetime
    ends: datetime
    venue: str


def overlap_problems(planned: Sitting, others: Iterable[Sitting]) -> tuple[AgendaProblem, ...]:
    """A warning for every other sitting of the same panel that is not over when this one begins, nor begins when it is over."""
    return tuple(
        AgendaProblem(
            "overlap",
            f"This panel is also to sit on {in_words(one.begins.date())} from {one.begins:%H:%M} to {one.ends:%H:%M} ({one.venue})."
            " Nobody can be at both. Are day and hour right?",
        )
        for one in others
        if one.begins < planned.ends and planned.begins < one.ends
    )


def _case_problems(
    items: Sequence[Candidate], meeting_on: date, today: date, elsewhere: Collection[int]
) -> Iterable[AgendaProblem]:
    times = Counter(item.case_id for item in items)
    for item in {item.case_id: item for item in items}.values():
        if times[item.case_id] > 1:
            yield AgendaProblem(
                "same_case_twice", f"{item.reference} is listed twice. Keep one of the two.", True
            )
        if item.case_id in elsewhere:
            yield AgendaProblem(
                "other_meeting", f"{item.reference} is listed for another meeting the same day."
            )
        if item.advice:
            yield AgendaProblem("advice_missing", f"{item.reference}: {inside(item.advice.words)}")
        if item.latest_panel_on < meeting_on:
            latest = in_words(item.latest_panel_on)
            yield AgendaProblem(
                "after_latest",
                f"{item.reference} should have been heard by {latest}. Hear it here, or ask the officer to decide sooner."
                if item.latest_panel_on < today
                else f"{item.reference} has to be heard by {latest}, before this meeting. Put it on an earlier list, or ask the"
                " officer to decide.",
            )


def _time_problems(items: Sequence[Candidate], slots: Sequence[Slot]) -> Iterable[AgendaProblem]:
    late = [slot for slot in slots if slot.over_time]
    if late:
        reference = next(item.reference for item in items if item.case_id == late[0].case_id)
        cases = "case does" if len(late) == 1 else "cases do"
        yield AgendaProblem(
            "over_time", f"{len(late)} {cases} not fit before the meeting ends, from {reference} on."
        )


def still_to_hear(numbers: Sequence[int]) -> str:
    """Why a meeting with these items cannot be closed yet, and what is done about each."""
    if len(numbers) == 1:
        return f"Item {numbers[0]} is neither heard nor put off. Hear it, put it off or withdraw it."
    said = f"{', '.join(str(number) for number in numbers[:-1])} and {numbers[-1]}"
    return f"Items {said} are neither heard nor put off. Hear, put off or withdraw each of them."
