"""Putting an item off: what is missing, who gets it, when the panel looks again, and why the answer will be late. The clock runs on.

Every check returns all it finds, in the order a person would mend it; nothing found means yes. Pure: dates are passed in.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meetings.rules.our_side import on_the_family_side
from panel.law.legal import says_something, too_little
from panel.law.problems import Problem
from panel.law.words import in_words


class DeferralReason(StrEnum):
    """Why an item is put off (practice.md A6: A-DEF-INFO, A-DEF-Q, A-DEF-T)."""

    INFORMATION = "info"
    QUORUM = "quorum"
    TIME = "time"


@dataclass(frozen=True)
class Deferring:
    """A deferral as entered. `owner` is somebody on the authority's side: a family is never sent to fetch evidence."""

    reason: DeferralReason
    missing: str = ""
    owner: str = ""
    by_when: date | None = None
    next_on: date | None = None
    late_because: str = ""


def check_deferral(
    deferring: Deferring,
    *,
    heard_on: date,
    latest_panel_on: date,
    planned_on: Collection[date] = (),
    able_on: Collection[date] | None = None,
    family: Collection[str] = (),
) -> tuple[Problem, ...]:
    """What a deferral lacks. The clock runs on: a next date after the latest safe one, or none at all, needs a reason (law.md 2.9).

    `planned_on`: the days on which the same panel meets later. Where there is one, a next date is chosen from them; where none of
    them is in time, it is the earliest that the missing information allows; where one is, none later is taken. `able_on`: those of
    them on which a quorum can be reached, all where it is not said. `family`: full names of the child and those tied to it.
    """
    later = [day for day in planned_on if day > heard_on]
    able = later if able_on is None else [day for day in later if day in able_on]
    in_time = [day for day in _possible(deferring, able) if day <= latest_panel_on]
    return (
        *_deferral_problems(deferring, heard_on, family),
        *_late_problems(deferring, heard_on, latest_panel_on, planned_on, in_time),
        *_slot_problems(deferring, latest_panel_on, later, _possible(deferring, able)),
    )


def makes_late(deferring: Deferring, *, heard_on: date, latest_panel_on: date) -> bool:
    """Whether the family's answer would come after its legal date: the panel hears the case on the next date, or, without one, on
    any day after this one.
    """
    if deferring.next_on is None:
        return latest_panel_on <= heard_on
    return latest_panel_on < deferring.next_on


def proposed_next(
    *, latest_panel_on: date, planned_on: Collection[date], able_on: Collection[date]
) -> date | None:
    """The day to propose for an item that is put off for no more than time or quorum: one that `check_deferral` takes.

    The first one in time on which a quorum can be reached, so that no family waits longer than it must; where none is in time, the
    first with one, else the first of all. None where the panel is planned on no later day.
    """
    in_time = [day for day in able_on if day <= latest_panel_on]
    if in_time:
        return min(in_time)
    return min(able_on or planned_on, default=None)


def asks_why_late(*, latest_panel_on: date, able_on: Collection[date]) -> bool:
    """Whether no panel can hear it in time, so that whoever puts it off has to say why."""
    return not any(day <= latest_panel_on for day in able_on)


def _late_problems(
    deferring: Deferring,
    heard_on: date,
    latest_panel_on: date,
    planned_on: Collection[date],
    in_time: Collection[date],
) -> Iterable[Problem]:
    """A reason for a late answer, and for none in sight. None is asked for where a meeting could still hear it in time: that one is
    chosen (`_slot_problems`).
    """
    if says_something(deferring.late_because):
        return
    if deferring.next_on is None and not planned_on:
        last = f"the last safe day for this case {'was' if latest_panel_on <= heard_on else 'is'}"
        yield Problem(
            "deferral_without_slot",
            "late_because",
            f"No later meeting of this panel is planned, and {last} {in_words(latest_panel_on)}. "
            f"{too_little(deferring.late_because)}Give the reason, or ask the officer to decide without one.",
        )
    if deferring.next_on is None or deferring.next_on <= latest_panel_on:
        return
    if in_time:
        return
    yield Problem(
        "deferral_makes_late",
        "late_because",
        f"{_after(deferring.next_on, latest_panel_on)}, and no panel can hear it sooner in time. "
        f"{too_little(deferring.late_because)}Give the reason, or ask the officer to decide without one.",
    )


def _after(next_on: date, latest_panel_on: date) -> str:
    return f"{in_words(next_on)} is after {in_words(latest_panel_on)}, the last safe day for this case"


def _possible(deferring: Deferring, planned_on: Collection[date]) -> list[date]:
    """The days on which a panel can hear it: from the day on which the missing information is here."""
    return [day for day in planned_on if deferring.by_when is None or day >= deferring.by_when]


def _slot_problems(
    deferring: Deferring, latest_panel_on: date, planned_on: Collection[date], possible: Collection[date]
) -> Iterable[Problem]:
    if not planned_on:
        return
    if deferring.next_on is None:
        yield Problem(
            "next_not_chosen", "next_meeting", "Choose the meeting that hears it next: the clock runs on."
        )
        return
    in_time = [day for day in possible if day <= latest_panel_on]
    if deferring.next_on > latest_panel_on and in_time:
        yield Problem(
            "slot_in_time",
            "next_meeting",
            f"{_after(deferring.next_on, latest_panel_on)}. The panel of {in_words(max(in_time))} can hear it in time: choose that"
            " meeting, or ask the officer to decide without one.",
        )
    elif deferring.next_on > latest_panel_on and possible and deferring.next_on > min(possible):
        yield Problem(
            "not_the_earliest",
            "next_meeting",
            f"No later panel is in time for this case, so the earliest must hear it: {in_words(min(possible))}.",
        )


def _deferral_problems(deferring: Deferring, heard_on: date, family: Collection[str]) -> Iterable[Problem]:
    if deferring.reason is DeferralReason.INFORMATION:
        if not deferring.missing.strip():
            yield Problem("missing_not_named", "missing", "Name the information that is missing.")
        if not deferring.owner.strip():
            yield Problem(
                "owner_not_named", "owner", "Name who on our side will get the missing information."
            )
        elif theirs := on_the_family_side(deferring.owner, family):
            yield Problem(
                "owner_is_family",
                "owner",
                f"“{theirs}” is the family, and a family is never sent to fetch evidence. Name somebody of the authority or a"
                " service who gets it, with the family’s help where that is needed.",
            )
        if deferring.by_when is None:
            yield Problem("no_date", "by_when", "Say by which day the missing information will be here.")
        elif deferring.by_when < heard_on:
            yield Problem(
                "date_before_meeting",
                "by_when",
                f"The information cannot be due on {in_words(deferring.by_when)}, before the meeting of {in_words(heard_on)}.",
            )
    if deferring.next_on is None:
        return
    if deferring.next_on <= heard_on:
        yield Problem(
            "next_not_later",
            "next_meeting",
            f"The next date, {in_words(deferring.next_on)}, must come after the meeting of {in_words(heard_on)}.",
        )
    if deferring.by_when is not None and deferring.next_on < deferring.by_when:
        yield Problem(
            "next_before_information",
            "next_meeting",
            f"The panel would meet on {in_words(deferring.next_on)}, before the information is due on"
            f" {in_words(deferring.by_when)}.",
        )
