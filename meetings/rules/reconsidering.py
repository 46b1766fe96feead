"""Looking again at a refusal the family was told of: when it may begin, and what it may end in.

It never takes an agreement back, and it never makes a second refusal: either the authority now agrees, or the refusal stands as
it was, with the rights that came with it (law.md 2.6). Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panel.law.legal import REFUSALS, Outcome, says_something, too_little
from panel.law.problems import Problem


class Cause(StrEnum):
    """Why the authority looks again."""

    MEDIATION = "mediation"
    EVIDENCE = "evidence"
    MODERATION = "moderation"
    TRIBUNAL = "tribunal"
    CONCESSION = "concession"


# What must be on the case’s clock before the authority agrees for such a cause: its dates follow from it.
NEEDS_EVENT = {
    Cause.MEDIATION: "The agreement made in mediation is not on the case yet, and its dates follow from it. The clerk or the case’s"
    " coordinator records it there first.",
    Cause.TRIBUNAL: "The order of the tribunal is not on the case yet, and its dates follow from it. The clerk or the case’s"
    " coordinator records it there first.",
}


@dataclass(frozen=True)
class Looking:
    """The question as it stands: what was answered last, when the family was told of it, whether somebody looks again already."""

    outcome: Outcome | None
    told_on: date | None
    under_way: bool
    because: str


NOT_SET_ASIDE = (
    "This agreement took the place of a refusal the family was told of, and the case has gone on with it, so it cannot be set aside"
    " here. If it was entered wrongly, do not write to the family yet. Take it to the head of the service, who decides with legal"
    " advice what the family is told."
)

# What lists say of a refusal that is looked at again without an outcome: one can still come, or something else has come first.
STILL_LOOKED_AT = "No outcome yet: the officer still has to agree, or say that the refusal stands."
OVERTAKEN = "It ended without an outcome: the case has gone on in another way since, and this refusal is no longer what counts."


def start_problems(looking: Looking) -> Iterable[Problem]:
    """What keeps somebody from looking again."""
    if looking.outcome not in REFUSALS:
        yield Problem(
            "nothing_refused", "", "No refusal stands on this case. An agreement is never taken back."
        )
    elif looking.told_on is None:
        sentence = "The family was not told of this refusal yet. If it was entered in error, two people set it aside."
        yield Problem("family_not_told", "", sentence)
    elif looking.under_way:
        yield Problem("under_way", "", "Somebody is looking at this refusal again already.")
    elif not says_something(looking.because):
        yield Problem(
            "no_reason",
            "because",
            f"{too_little(looking.because)}Say why it is looked at again, in a few words.",
        )


def agree_problems(cause: Cause, *, event_recorded: bool) -> Iterable[Problem]:
    """What keeps the authority from agreeing now: an order or an agreement that nobody has recorded."""
    if not event_recorded and cause in NEEDS_EVENT:
        yield Problem("event_missing", "", NEEDS_EVENT[cause])


def stand_problems(because: str, *, reopened: bool) -> Iterable[Problem]:
    """What keeps a refusal from standing."""
    if reopened:
        sentence = "An order, an agreement or a change of mind has undone this refusal, so it cannot stand."
        yield Problem("undone", "", sentence)
    elif not says_something(because):
        yield Problem(
            "no_reason",
            "stands_because",
            f"{too_little(because)}Say why the refusal stands, in words about this child.",
        )
