"""What the staff pages about letters show: one letter with its checks, and everybody one decision concerns."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from meetings.letters import checks, content, queries
from meetings.letters import facts as letter_facts
from meetings.letters.freeze import frozen_facts
from meetings.letters.page import page_context
from meetings.letters.queries import RENDER, SEND
from meetings.letters.tray import due_of
from meetings.models import Decision, Letter, Omission, Sent
from meetings.queries.quorum import gone_since
from meetings.rules.states import LETTER, LetterState
from panel.law import rights
from panel.law.legal import OUTCOME_LABELS, Outcome
from panel.models import Dispatch, Document, Person, Relationship, User
from panel.platform.policy import Refused

_TROUBLED = (Dispatch.State.FAILED, Dispatch.State.DEAD)


def staff_letters(user: User, now: dt.datetime) -> QuerySet[Letter]:
    """Letters this user may see as staff, with what their page shows."""
    return Letter.objects.visible_to(user, now).select_related(
        "decision__case__child",
        "decision__by",
        "recipient__user",
        "relationship",
        "address",
        "author",
        "release__by",
        "sent__document",
        "sent__posted_by",
        "withdrawal__by",
        "superseded_by",
    )


def document_of(letter: Letter, sending: Dispatch | None) -> Document | None:
    """The bytes this letter is now: as sent, else as printed to be posted, else the preview of the draft."""
    sent: Sent | None = getattr(letter, "sent", None)
    if sent is not None:
        return sent.document
    if sending is not None and sending.state == Dispatch.State.SENT and sending.document:
        return sending.document
    return queries.preview_of(letter)


def letter_context(letter: Letter, user: User, now: dt.datetime) -> dict[str, Any]:
    """Everything the page of one letter shows and offers."""
    today = timezone.localdate(now)
    sending = queries.last_dispatch(letter, SEND)
    state = queries.state_of(letter, sending)
    document = document_of(letter, sending)
    superseded = getattr(letter, "superseded_by", None)
    drafted = state is LetterState.DRAFTED and superseded is None
    preparing = queries.last_dispatch(letter, RENDER) if drafted and document is None else None
    return {
        "letter": letter,
        "state": state,
        "state_label": LETTER.states[state].staff,
        "superseded": superseded,
        "outcome": OUTCOME_LABELS[Outcome(letter.decision.outcome)],
        "due": due_of(letter.decision, today),
        "document": document,
        "shown_sha256": document.sha256 if document else "",
        "preparing": preparing,
        "preparing_fault": preparing.error if preparing and preparing.state in _TROUBLED else "",
        "checklist": checks.checklist(letter, today) if drafted else (),
        "is_author": letter.author_id == user.pk,
        "waits_for_post": state is LetterState.RELEASED
        and bool(sending and sending.state == Dispatch.State.SENT),
        "stopped": sending.error if sending and state is LetterState.NEEDS_RECHECK else "",
        "body": twin(letter),
        # Said while it can still be held: what is sent rests on a recommendation of the panel.
        "quorum_gone": "" if hasattr(letter, "sent") else gone_since(letter.decision),
    }


def twin(letter: Letter) -> dict[str, object] | None:
    """The letter as a page, from the facts it was frozen with; None when they make no letter."""
    sent = getattr(letter, "sent", None)
    on = sent.letter_on if sent else timezone.localdate(letter.drafted_at)
    try:
        facts = letter_facts.dated(letter_facts.from_json(letter.facts), on)
        return page_context(content.letter(facts))
    except (Refused, TypeError, KeyError, ValueError):
        return None


@dataclass(frozen=True)
class Way:
    """Where what keeps a letter back is put right: what the link says, the name of the page, and whose tie it is about."""

    label: str
    page: str
    tie: uuid.UUID | None = None


@dataclass(frozen=True)
class Addressee:
    """One person a decision concerns: their letter, why they have none, and what is missing before it can be written."""

    person: Person | None
    kind: str
    letter: Letter | None = None
    label: str = ""
    omission: Omission | None = None
    sentences: tuple[str, ...] = ()
    ways: tuple["Way", ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a letter can be drafted to this person now."""
        return self.person is not None and not (self.letter or self.omission or self.sentences)


def decision_context(decision: Decision, today: dt.date) -> dict[str, Any]:
    """Everybody the decision concerns, for the page that drafts its letters."""
    recipients = queries.recipients_of(decision.case, today)
    letters = {letter.recipient_id: letter for letter in queries.current_letters(decision)}
    left_out = queries.omitted(decision)
    named = dict.fromkeys([*recipients.entitled, *(b.person_id for b in recipients.blocked if b.person_id)])
    persons = Person.objects.in_bulk(named)
    rows = [
        _addressee(decision, persons[key], letters.get(key), left_out.get(key), recipients, today)
        for key in named
    ]
    rows += [
        Addressee(None, "", sentences=(block.sentence,), ways=_ways_out(decision, block, recipients.holder))
        for block in recipients.blocked
        if block.person_id is None
    ]
    return {
        "decision": decision,
        "case": decision.case,
        "outcome": OUTCOME_LABELS[Outcome(decision.outcome)],
        "stands": queries.stands(decision),
        "due": due_of(decision, today),
        "rows": rows,
        "to_draft": any(row.is_open for row in rows),
    }


def _addressee(
    decision: Decision,
    person: Person,
    letter: Letter | None,
    omission: Omission | None,
    recipients: rights.Recipients,
    today: dt.date,
) -> Addressee:
    sentences = tuple(block.sentence for block in recipients.blocked if block.person_id == person.pk)
    if letter is None and omission is None and not sentences:
        sentences = _lacking(decision, person, recipients, today)
    label = (
        LETTER.states[queries.state_of(letter, queries.last_dispatch(letter, SEND))].staff if letter else ""
    )
    ties = person.ties.filter(child=decision.case.child)
    # What stands in the way is of the tie that holds.
    tie = ties.order_by(F("until").desc(nulls_first=True), "-since", "-pk").first()
    blocks = [block for block in recipients.blocked if block.person_id == person.pk] if tie else []
    ways = [way for block in blocks for way in _ways_out(decision, block, recipients.holder, tie)]
    kind = tie.kind if tie else ""
    return Addressee(person, kind, letter, label, omission, sentences, tuple(dict.fromkeys(ways)))


# Not to be undone for the letter’s sake: whoever is rightly kept out stays out.
_LIFT = (("If it has ended, record that", "person.lift"),)
_WAYS = {
    "disputed": (
        ("If the dispute is resolved, record that", "person.dispute"),
        ("If there is no such right, end this entry", "person.end"),
    ),
    "order": _LIFT,
    "restricted": _LIFT,
    "identity_unknown": (("Confirm the identity", "person.identity"),),
    "address_unknown": (("Record the address", "person.address"),),
}


def _ways_out(
    decision: Decision,
    block: rights.Blocked,
    holder: rights.Holder | None,
    tie: Relationship | None = None,
) -> tuple[Way, ...]:
    """Where a block is put right, for whoever drafts the letters of a case: they record its family as well (`person.record`)."""
    if block.code == "nobody_entitled":
        child = decision.case.child
        own = Way(f"Record {child.full_name} as the one to write to", "person.self")
        return (own if holder is rights.Holder.YOUNG_PERSON else Way("Add a person", "person.add"),)
    if block.code in _WAYS and tie is not None:
        return tuple(Way(label, page, tie.public_id) for label, page in _WAYS[block.code])
    return ()


def _lacking(
    decision: Decision, person: Person, recipients: rights.Recipients, today: dt.date
) -> tuple[str, ...]:
    """What the record lacks before this person's letter can be written, in words."""
    if recipients.holder is None:
        return ()
    relationship = queries.relationship_of(decision.case.child, person.pk, today, recipients.holder)
    address = queries.known_address(relationship.person, today)
    missing = content.missing(frozen_facts(decision, relationship, address, today))
    return (f"The letter cannot be written yet. Missing: {'; '.join(missing)}.",) if missing else ()


def drafted_words(letters: int, blocked: int) -> str:
    """What drafting came to, for the person who asked for it."""
    done = f"{letters} letter{'' if letters == 1 else 's'} ready to be read and released by a second person."
    return f"{done} {blocked} still blocked: see why below." if blocked else done
