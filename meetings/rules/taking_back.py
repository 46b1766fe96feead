"""Taking back that an item was put off: while its meeting sits, and only where nothing has come of it elsewhere. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from panel.law.legal import says_something, too_little
from panel.law.problems import Problem
from panel.law.words import in_words


@dataclass(frozen=True)
class Since:
    """What has come of a question since it was put off.

    `waits`: it still waits for an answer. `next_on`: the day of the meeting it was put onto the list of, while it is there;
    `taken_up_on`: of one that has heard it since; `listed_on`: of one that somebody put it on the list of since.
    `has_views`, `family_asked`, `named`: what was said or arranged for the next meeting and cannot simply go.
    """

    in_session: bool
    waits: bool = True
    told_on: date | None = None
    next_on: date | None = None
    taken_up_on: date | None = None
    listed_on: date | None = None
    has_views: bool = False
    family_asked: bool = False
    named: bool = False


def check_taking_back(because: str, since: Since) -> tuple[Problem, ...]:
    """What keeps an item put off, the weightiest alone; or that the reason to take it back is missing."""
    stop = next(stops(since), None)
    if stop is not None:
        return (stop,)
    if not says_something(because):
        return (
            Problem("no_reason", "because", f"{too_little(because)}Say why it is put back on today’s list."),
        )
    return ()


def stops(since: Since) -> Iterator[Problem]:
    """Why an item stays put off, the weightiest first, each with what to do instead."""
    if not since.in_session:
        yield _stays(
            "not_in_session",
            "This meeting is not in session any more, so the item stays put off. It is heard by the panel that has it on its list; to"
            " have another hear it, change their agendas.",
        )
    if not since.waits:
        yield _stays(
            "answered",
            "The question was decided or withdrawn since, so there is nothing left for the panel to hear. The item stays put off.",
        )
    if since.told_on is not None:
        yield _stays(
            "family_told",
            f"The family was told on {in_words(since.told_on)} that their answer comes later, so the item stays put off. To have it heard"
            " sooner, list it for an earlier meeting, and tell them.",
        )
    if since.taken_up_on is not None:
        yield _stays(
            "taken_up",
            f"The panel of {in_words(since.taken_up_on)} has taken it up since. It is heard there, and the item stays put off.",
        )
    if since.listed_on is not None:
        yield _stays(
            "listed_elsewhere",
            f"Somebody has put it on the list of {in_words(since.listed_on)} since. Take it off that list first, then take it back here.",
        )
    if since.next_on is None:
        return
    panel = f"the panel of {in_words(since.next_on)}"
    if since.has_views:
        yield _stays(
            "has_views",
            f"A member has written a view for {panel}, which the record keeps. It is heard there, and the item stays put off.",
        )
    if since.family_asked:
        yield _stays(
            "family_asked",
            f"The family was asked to come to {panel}. Tell them, and take their invitation back on the page of that item; then take it"
            " back here.",
        )
    if since.named:
        yield _stays(
            "named",
            f"Something is recorded already about the item at {panel}. It is heard there, and the item stays put off.",
        )


def _stays(code: str, sentence: str) -> Problem:
    return Problem(code, "", sentence)
