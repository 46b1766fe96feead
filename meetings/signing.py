"""What stands between a meeting and its minutes, and between the minutes and a signature (reliability.md 6, rows 59 and 61). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings.attendance import AttendanceProblem
from meetings.states import FINISHED, ITEM, ItemState
from panel.law.legal import says_something
from panel.law.problems import Problem


@dataclass(frozen=True)
class Heard:
    """An item as far as the minutes are concerned."""

    number: int
    reference: str
    state: ItemState


@dataclass(frozen=True)
class Preparing:
    """A meeting whose minutes are asked for. `unaccounted`: people on the roster of whom nothing was said."""

    closed: bool
    items: tuple[Heard, ...]
    unaccounted: tuple[str, ...] = ()
    attendance: tuple[AttendanceProblem, ...] = ()
    version: int = 1
    because: str = ""


def check_preparing(preparing: Preparing) -> tuple[Problem, ...]:
    """Every blocker, each naming the line it is about; `field` is where its link leads. A decision is never waited for."""
    return tuple(_blockers(preparing))


def _blockers(preparing: Preparing) -> Iterable[Problem]:
    if not preparing.closed:
        yield Problem("meeting_open", "meeting", "The meeting is still in session. Close it first.")
    for item in preparing.items:
        if item.state not in FINISHED:
            state = ITEM.states[item.state].staff.lower()
            yield Problem(
                "item_unfinished",
                f"item-{item.number}",
                f"Item {item.number}, {item.reference}, is “{state}”. Record the panel’s recommendation, defer or withdraw it.",
            )
    for name in preparing.unaccounted:
        yield Problem(
            "attendance_blank",
            "attendance",
            f"Nothing is recorded about {name}: present, apologies or absent?",
        )
    for wrong in preparing.attendance:
        yield Problem(wrong.code, "attendance", wrong.sentence)
    if preparing.version > 1 and not says_something(preparing.because):
        yield Problem("no_reason", "because", "Say what this version corrects, and why.")


@dataclass(frozen=True)
class Signing:
    """A signature: `shown_sha256` is the digest her form posts, `kept_sha256` that of the bytes in store."""

    by: int
    chair: int | None
    shown_sha256: str
    kept_sha256: str
    newest: bool = True


def check_signing(signing: Signing) -> tuple[Problem, ...]:
    """Only the chair signs, the newest version, and exactly the bytes she was shown."""
    if signing.by != signing.chair:
        return (Problem("not_the_chair", "", "The minutes are signed by the chair of the meeting."),)
    if not signing.newest:
        return (
            Problem(
                "not_newest", "", "There is a newer version of these minutes. Open it and sign that one."
            ),
        )
    if not signing.kept_sha256 or signing.shown_sha256 != signing.kept_sha256:
        return (
            Problem(
                "other_bytes",
                "",
                "These are not the minutes you were shown. Open them again, read them, then sign.",
            ),
        )
    return ()
