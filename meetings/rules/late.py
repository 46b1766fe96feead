"""What was written on paper in a meeting and is entered afterwards: whether its times can be true (reliability.md 4.3). Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from panel.law.legal import says_something, too_little
from panel.law.problems import Problem
from panel.law.words import in_words
from panel.law.workdays import add_working_days

# Paper is entered while those who were there still remember; later, it is said why.
ENTRY_WORKING_DAYS = 10


@dataclass(frozen=True)
class OnPaper:
    """Times as the paper gives them, and why they are entered so late. `ended_at` None: it goes on by screen."""

    began_at: datetime
    ended_at: datetime | None
    because: str = ""


@dataclass(frozen=True)
class Entering:
    """When it is entered, of a meeting of which day; `zone` is the clock on the wall."""

    now: datetime
    held_on: date
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day it is entered on."""
        return self.now.astimezone(self.zone).date()

    def clock(self, moment: datetime) -> str:
        """A time as people write it."""
        return f"{moment.astimezone(self.zone):%H:%M}"


@dataclass(frozen=True)
class Heard:
    """Another item of the day and its time; no end while it is in discussion."""

    number: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class FamilyTime:
    """When somebody of the family was in for an item, as its sheet says. `key` is that of their fields; `again`: they came once more."""

    key: int
    name: str
    came_at: datetime | None
    left_at: datetime | None
    again: bool = False


def family_problems(
    paper: OnPaper, entering: Entering, family: Collection[FamilyTime]
) -> tuple[Problem, ...]:
    """What cannot be true of the family's times: they are in for their own item, and from a moment to a later one.

    Without a time of leaving they stayed to the end of the item.
    """
    return tuple(problem for one in family for problem in _family_problems(paper, entering, one))


def _family_problems(paper: OnPaper, entering: Entering, one: FamilyTime) -> Iterable[Problem]:
    came, left = f"came_{one.key}", f"left_{one.key}"
    ended = paper.ended_at or entering.now
    if one.came_at is None:
        if one.left_at is not None:
            yield Problem(
                "guest_no_arrival", came, f"Enter when {one.name} came in, or leave both times empty."
            )
        return
    if not paper.began_at <= one.came_at <= ended:
        yield Problem(
            "guest_outside",
            came,
            f"The family is in for its own item alone, from {entering.clock(paper.began_at)} to {entering.clock(ended)}.",
        )
    if one.left_at is None:
        if one.again:
            yield Problem("guest_no_leaving", left, f"Enter when {one.name} left: they came in once more.")
    elif one.left_at < one.came_at:
        yield Problem("guest_leaves_first", left, f"{one.name} cannot leave before coming in.")
    elif one.left_at > ended:
        yield Problem(
            "guest_outside",
            left,
            f"The item ended at {entering.clock(ended)}, and the family left with it at the latest.",
        )


def last_day(held_on: date) -> date:
    """The last day on which paper is entered without a reason."""
    return add_working_days(held_on, ENTRY_WORKING_DAYS)


def meeting_problems(
    paper: OnPaper, entering: Entering, items: Collection[Heard] = ()
) -> tuple[Problem, ...]:
    """What cannot be true of a meeting's opening and close, against the clock and what is recorded of its items."""
    return (*_time_problems(paper, entering), *_meeting_problems(paper, entering, items))


def item_problems(
    paper: OnPaper,
    entering: Entering,
    *,
    opened_at: datetime,
    closed_at: datetime | None,
    others: Collection[Heard] = (),
) -> tuple[Problem, ...]:
    """What cannot be true of an item's time: outside the meeting, or while another item was in discussion."""
    return (*_time_problems(paper, entering), *_item_problems(paper, entering, opened_at, closed_at, others))


def _time_problems(paper: OnPaper, entering: Entering) -> Iterable[Problem]:
    for field, moment in (("began", paper.began_at), ("ended", paper.ended_at)):
        if moment is None:
            continue
        if moment.astimezone(entering.zone).date() != entering.held_on:
            yield Problem("another_day", field, f"The meeting was on {in_words(entering.held_on)}.")
        elif moment > entering.now:
            yield Problem("later_than_now", field, "This time has not come yet. Check it.")
    if paper.ended_at is not None and paper.ended_at <= paper.began_at:
        yield Problem("ends_first", "ended", "It cannot end before it began. Check both times.")
    if entering.today > last_day(entering.held_on) and not says_something(paper.because):
        yield Problem(
            "late_without_reason",
            "because",
            f"Paper is entered by {in_words(last_day(entering.held_on))}. {too_little(paper.because)}Say why this comes later.",
        )


def _meeting_problems(paper: OnPaper, entering: Entering, items: Collection[Heard]) -> Iterable[Problem]:
    if paper.ended_at is None and entering.today > entering.held_on:
        yield Problem(
            "not_ended",
            "ended",
            "The day of this meeting has passed. Enter when it ended, as the paper says.",
        )
    for item in items:
        if item.began_at < paper.began_at:
            yield Problem(
                "item_before",
                "began",
                f"Item {item.number} was taken up at {entering.clock(item.began_at)}, before that.",
            )
        if paper.ended_at is None:
            continue
        if item.ended_at is None:
            yield Problem(
                "item_open",
                "ended",
                f"Item {item.number} is still in discussion. Enter its times first, or set it back on the list.",
            )
        elif item.ended_at > paper.ended_at:
            yield Problem(
                "item_after",
                "ended",
                f"Item {item.number} ended at {entering.clock(item.ended_at)}, after that.",
            )


def _item_problems(
    paper: OnPaper,
    entering: Entering,
    opened_at: datetime,
    closed_at: datetime | None,
    others: Collection[Heard],
) -> Iterable[Problem]:
    ended = paper.ended_at or entering.now
    if paper.began_at < opened_at:
        yield Problem("before_opening", "began", f"The meeting opened at {entering.clock(opened_at)}.")
    if closed_at is not None and ended > closed_at:
        yield Problem("after_close", "ended", f"The meeting ended at {entering.clock(closed_at)}.")
    for other in others:
        # Paper knows minutes, a screen seconds: an item that ended within a minute leaves that minute to the next.
        until = (other.ended_at or entering.now).replace(second=0, microsecond=0)
        if other.began_at < ended and paper.began_at < until:
            still = f"to {entering.clock(other.ended_at)}" if other.ended_at else "on"
            yield Problem(
                "two_at_once",
                "began",
                f"Item {other.number} was in discussion from {entering.clock(other.began_at)} {still}."
                " The panel hears one item at a time: check the times of both.",
            )
