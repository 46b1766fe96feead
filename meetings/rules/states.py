"""The machines of a panel day: meeting, agenda item, minutes, letter, and what follows. Pure: one frozen table each.

A decision has no machine: it is one insert-only row, current until another supersedes it. A corrected set of minutes is a new
version with its own machine, never a signed one reopened (design.md 2, fact 4).
"""

from enum import StrEnum

from panel.platform.machine import Machine, Transition, labels


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """Where an agenda item stands; the officer's decision is a record of its own and no state of the item."""

    LISTED = "listed"
    IN_DISCUSSION = "in_discussion"
    RECOMMENDED = "recommended"
    SENT_BACK = "sent_back"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


class MinutesState(StrEnum):
    """Where one version of the minutes stands."""

    DRAFT = "draft"
    RENDERED = "rendered"
    CIRCULATED = "circulated"
    SIGNED = "signed"


class LetterState(StrEnum):
    """Where one letter to one recipient stands."""

    DRAFTED = "drafted"
    BLOCKED = "blocked"
    RELEASED = "released"
    SENT = "sent"
    NEEDS_RECHECK = "needs_recheck"
    WITHDRAWN = "withdrawn"


class ActionState(StrEnum):
    """Where a next step stands after the meeting."""

    OPEN = "open"
    DONE = "done"
    OVERTAKEN = "overtaken"
    NOT_DONE = "not_done"


# A meeting at which nothing more happens.
OVER = frozenset({MeetingState.CLOSED, MeetingState.CANCELLED})
# An item that will not be taken up again at its meeting.
FINISHED = frozenset({ItemState.RECOMMENDED, ItemState.SENT_BACK, ItemState.DEFERRED, ItemState.WITHDRAWN})
# An item on which the panel has advised, whatever became of its advice.
ADVISED = frozenset({ItemState.RECOMMENDED, ItemState.SENT_BACK})


def _move(verb: str, sources: tuple[StrEnum, ...], target: StrEnum, needs: str = "") -> Transition:
    return Transition(verb, frozenset(str(source) for source in sources), str(target), needs)


MEETING = Machine(
    name="meeting",
    states=labels(
        MeetingState,
        (
            ("Planned", "The meeting is planned"),
            ("In session", "The meeting is taking place"),
            ("Closed", "The meeting has taken place"),
            ("Cancelled", "The meeting does not take place"),
        ),
    ),
    initial=MeetingState.PLANNED,
    transitions=(
        _move(
            "meeting.open",
            (MeetingState.PLANNED,),
            MeetingState.OPEN,
            "a chair is present, the legal-test card was read out",
        ),
        _move("meeting.close", (MeetingState.OPEN,), MeetingState.CLOSED, "every item is finished"),
        _move(
            "meeting.cancel",
            (MeetingState.PLANNED,),
            MeetingState.CANCELLED,
            "a reason; its items wait for another meeting",
        ),
    ),
)

ITEM = Machine(
    name="agenda item",
    states=labels(
        ItemState,
        (
            ("Listed", "The panel will look at the request"),
            ("In discussion", "The panel is looking at the request"),
            ("Recommendation made", "The panel has given its advice"),
            ("Sent back by the officer", "The panel needs to look at the request again"),
            ("Deferred", "The panel needs to look at the request again"),
            ("Withdrawn", "The request is no longer on the panel’s list"),
        ),
    ),
    initial=ItemState.LISTED,
    transitions=(
        _move("item.open", (ItemState.LISTED,), ItemState.IN_DISCUSSION, "the meeting is in session"),
        _move("item.pause", (ItemState.IN_DISCUSSION,), ItemState.LISTED),
        _move(
            "recommendation.record",
            (ItemState.IN_DISCUSSION,),
            ItemState.RECOMMENDED,
            "quorum for this item, the legal test answered with reasons, by the chair or the named deputy",
        ),
        _move(
            "recommendation.set_aside",
            (ItemState.RECOMMENDED, ItemState.SENT_BACK),
            ItemState.IN_DISCUSSION,
            "the meeting is in session, no decision rests on it",
        ),
        _move(
            "recommendation.send_back",
            (ItemState.RECOMMENDED,),
            ItemState.SENT_BACK,
            "by the designated officer, a reason, no decision rests on it; the question waits for a panel again",
        ),
        _move(
            "item.defer",
            (ItemState.LISTED, ItemState.IN_DISCUSSION),
            ItemState.DEFERRED,
            "a reason; for information: what is missing, who gets it, by when",
        ),
        _move(
            "item.take_back",
            (ItemState.DEFERRED,),
            ItemState.LISTED,
            "the meeting is in session, a reason, nothing has come of it elsewhere, the family has not been told",
        ),
        _move("item.withdraw", (ItemState.LISTED, ItemState.IN_DISCUSSION), ItemState.WITHDRAWN, "a reason"),
    ),
)

MINUTES = Machine(
    name="minutes",
    states=labels(
        MinutesState,
        (
            ("Draft", "The record of the meeting is being written"),
            ("Ready to sign", "The record of the meeting is being checked"),
            ("With those who were there", "The record of the meeting is being checked"),
            ("Signed", "The record of the meeting is signed"),
        ),
    ),
    initial=MinutesState.DRAFT,
    transitions=(
        _move(
            "minutes.prepare",
            (MinutesState.DRAFT,),
            MinutesState.RENDERED,
            "the meeting is closed, every item heard or deferred, attendance complete",
        ),
        _move(
            "minutes.circulate",
            (MinutesState.RENDERED,),
            MinutesState.CIRCULATED,
            "the last day to comment, as many working days on as the panel’s rules give",
        ),
        _move(
            "minutes.take_back",
            (MinutesState.CIRCULATED,),
            MinutesState.RENDERED,
            "a reason; nobody is asked any more, and what was said is kept",
        ),
        _move(
            "minutes.sign",
            (MinutesState.RENDERED, MinutesState.CIRCULATED),
            MinutesState.SIGNED,
            "by the chair, who has just confirmed who they are, with the digest of the very bytes shown; every comment answered",
        ),
    ),
)

LETTER = Machine(
    name="letter",
    states=labels(
        LetterState,
        (
            ("Draft", "A letter is being written"),
            ("Blocked", "A letter is being written"),
            ("Released", "A letter is on its way"),
            ("Sent", "A letter is ready to read"),
            ("Needs another check", "A letter is being written"),
            ("Withdrawn", "A letter is being written"),
        ),
    ),
    initial=LetterState.DRAFTED,
    transitions=(
        _move(
            "letter.block",
            (LetterState.DRAFTED,),
            LetterState.BLOCKED,
            "a fact of the recipient stands in the way",
        ),
        _move(
            "letter.redraft",
            (LetterState.DRAFTED, LetterState.BLOCKED, LetterState.NEEDS_RECHECK),
            LetterState.DRAFTED,
            "the recipient may be written to, at a known address",
        ),
        _move(
            "letter.release",
            (LetterState.DRAFTED,),
            LetterState.RELEASED,
            "nothing blocks it, by a second person, with the digest of the very bytes shown",
        ),
        _move(
            "letter.recheck",
            (LetterState.RELEASED,),
            LetterState.NEEDS_RECHECK,
            "a fact of the recipient or the decision changed before sending",
        ),
        _move(
            "letter.send",
            (LetterState.RELEASED,),
            LetterState.SENT,
            "the recheck at the moment of sending passed",
        ),
        _move(
            "letter.withdraw",
            (LetterState.DRAFTED, LetterState.BLOCKED, LetterState.RELEASED, LetterState.NEEDS_RECHECK),
            LetterState.WITHDRAWN,
            "not yet sent, a reason",
        ),
    ),
)


def item_words(state: ItemState, *, taken_up: bool) -> str:
    """What an item's page and the list call its state: one that was taken up and set back is not simply listed."""
    said = ITEM.states[state].staff
    return f"{said}, set back" if state is ItemState.LISTED and taken_up else said


# practice.md A10: what could not be done any more is told apart from what an agency did not do.
ACTION = Machine(
    name="action",
    states=labels(
        ActionState,
        (
            ("Open", "Something the panel asked for is still to be done"),
            ("Done", "What the panel asked for has been done"),
            ("Circumstances changed", "What the panel asked for is no longer needed"),
            ("Not done by the agency", "What the panel asked for has not been done"),
        ),
    ),
    initial=ActionState.OPEN,
    transitions=(
        _move("action.done", (ActionState.OPEN,), ActionState.DONE),
        _move("action.overtaken", (ActionState.OPEN,), ActionState.OVERTAKEN, "a sentence: what has changed"),
        _move("action.not_done", (ActionState.OPEN,), ActionState.NOT_DONE, "a sentence: why not"),
        _move(
            "action.reopen",
            (ActionState.DONE, ActionState.OVERTAKEN, ActionState.NOT_DONE),
            ActionState.OPEN,
            "a sentence: why it is open again",
        ),
    ),
)

MACHINES = (MEETING, ITEM, MINUTES, LETTER, ACTION)
