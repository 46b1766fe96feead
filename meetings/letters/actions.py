"""Drafting, leaving out, releasing, posting and withdrawing letters. Each is one transaction under the lock of the child's cases.

`panel.actions.people` takes the same lock before it changes an address, a relationship or a restriction, so a letter is
released and sent either wholly before such a change or after it, never across it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from meetings.letters import checks, content, queries
from meetings.letters import facts as letter_facts
from meetings.letters.freeze import frozen_facts
from meetings.letters.queries import RENDER, SEND
from meetings.letters.sending import tell_case
from meetings.models import Decision, Letter, Omission, Release, Sent, Withdrawal
from panel.actions.cases import lock_family
from panel.actions.people import open_family_account
from panel.law import rights
from panel.models import Address, Dispatch, Person, Relationship, User
from panel.platform import access, audit
from panel.platform.faults import fault_point
from panel.platform.outbox import enqueue
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

BECAUSE_LIMIT = 300
# A promise in one of these states is with nobody: it may be cancelled. One in a worker's hands is stopped by its own recheck.
IDLE = (Dispatch.State.QUEUED, Dispatch.State.FAILED, Dispatch.State.NEEDS_RECHECK, Dispatch.State.DEAD)


@dataclass(frozen=True)
class Drafted:
    """The letters that stand after drafting, and what keeps other people from having one."""

    letters: tuple[Letter, ...]
    blocked: tuple[rights.Blocked, ...]


def draft_letters(*, decision: Decision, by: User, now: dt.datetime) -> Drafted:
    """Draft one letter to each entitled person who has none that still says what the record says, and have it rendered.

    A letter that was sent stays, unless a corrected one was asked for since; one whose facts changed is superseded by a new
    version, and its promise to send is cancelled. Raises `Refused`: `decision_superseded` (row 60), or the policy's own.
    """
    case = decision.case
    access.require(by, Verb.LETTER_DRAFT, case, now=now)
    with transaction.atomic():
        lock_family(case.child)
        _require_standing(decision)
        today = timezone.localdate(now)
        recipients = queries.recipients_of(case, today)
        left_out = queries.omitted(decision)
        existing = {letter.recipient_id: letter for letter in queries.current_letters(decision)}
        drafted = [
            _draft_one(decision, person_id, existing.get(person_id), recipients, by, now)
            for person_id in recipients.entitled
            if person_id not in left_out
        ]
        blocked = [block for block in recipients.blocked if block.person_id not in left_out]
        return Drafted(
            tuple(letter for letter in drafted if isinstance(letter, Letter)),
            (*blocked, *(block for block in drafted if isinstance(block, rights.Blocked))),
        )


def _draft_one(
    decision: Decision,
    person_id: int,
    existing: Letter | None,
    recipients: rights.Recipients,
    by: User,
    now: dt.datetime,
) -> Letter | rights.Blocked:
    """The person's letter as the record stands now, or what the record lacks to write it."""
    if (
        existing is not None
        and getattr(existing, "sent", None) is not None
        and not queries.to_correct(existing)
    ):
        return existing
    today = timezone.localdate(now)
    holder = recipients.holder or rights.Holder.PARENT
    relationship = queries.relationship_of(decision.case.child, person_id, today, holder)
    address = queries.known_address(relationship.person, today)
    facts = frozen_facts(decision, relationship, address, today)
    lacking = content.missing(facts)
    if lacking:
        sentence = f"The letter cannot be written yet. Missing: {'; '.join(lacking)}."
        return rights.Blocked(person_id, "letter_incomplete", sentence)
    digest = letter_facts.content_digest(facts)
    same = (digest, address.pk, relationship.pk)
    if existing is not None and same == (
        existing.content_sha256,
        existing.address_id,
        existing.relationship_id,
    ):
        return existing
    letter = _new_version(decision, relationship, address, facts, by, now)
    if existing is not None:
        cancel_promises(existing, now)
    _audit(Verb.LETTER_DRAFT, letter, by, now, {"content_sha256": digest})
    enqueue(kind=RENDER, subject=letter.public_id, now=now, inputs={"content_sha256": digest})
    return letter


def _new_version(
    decision: Decision,
    relationship: Relationship,
    address: Address,
    facts: letter_facts.LetterFacts,
    by: User,
    now: dt.datetime,
) -> Letter:
    person_id = relationship.person_id
    before = Letter.objects.filter(decision=decision, recipient_id=person_id).order_by("-version").first()
    letter = Letter(
        decision=decision,
        recipient=relationship.person,
        relationship=relationship,
        address=address,
        version=before.version + 1 if before else 1,
        supersedes=before,
        facts=letter_facts.to_json(facts),
        content_sha256=letter_facts.content_digest(facts),
        author=by,
        drafted_at=now,
    )
    letter.save()
    return letter


def omit_recipient(
    *, decision: Decision, person: Person, because: str, by: User, now: dt.datetime
) -> Omission:
    """Leave one entitled (or blocked) person without this letter, for a reason that is kept (row 63). A draft is withdrawn.

    Done twice it has one effect. Raises `Refused`: `no_reason`, `not_a_recipient`, `wrong_state` once a letter was sent.
    """
    access.require(by, Verb.LETTER_DRAFT, decision.case, now=now)
    reason = _reason(because, "Say why this person gets no letter.")
    with transaction.atomic():
        lock_family(decision.case.child)
        _require_standing(decision)
        earlier: Omission | None = Omission.objects.filter(decision=decision, person=person).first()
        if earlier is not None:
            return earlier
        recipients = queries.recipients_of(decision.case, timezone.localdate(now))
        if person.pk not in {*recipients.entitled, *(b.person_id for b in recipients.blocked)}:
            raise Refused(
                "not_a_recipient",
                "This person has no recorded right to the letter, so there is nothing to leave out.",
            )
        letter = queries.current_letters(decision).filter(recipient=person).first()
        if letter is not None:
            _withdraw(letter, reason, by, now)
        omission = Omission(decision=decision, person=person, because=reason, by=by, at=now)
        omission.save()
        audit.record(
            verb="letter.omit",
            by=by,
            at=now,
            subject_kind="decision",
            subject=decision.public_id,
            case=decision.case.public_id,
            values={"person": str(person.public_id), "because": reason},
        )
        # Everybody else may have their letter already: then the family has been told, on the day the last one went.
        tell_case(decision, now)
        return omission


def release_letter(
    *,
    letter: Letter,
    content_sha256: str,
    shown_sha256: str,
    by: User,
    now: dt.datetime,
    retyped: str = "",
) -> Release:
    """A second person lets this content go: release row, family account where there is an e-mail address, promise to send.

    `content_sha256` and `shown_sha256` come from the page she looked at: they must be the letter's own and that of the very
    bytes she was shown. The same release sent twice is one. Raises `Refused` with everything the gate finds: `own_letter`
    (row 62), `decision_reversed` (row 60), `recipient_without_letter` (row 63), `facts_changed`, `placeholder` (row 49), `leak`
    and the codes of the letter's contents; then `not_rendered`, `stale`, `wrong_state`. Where the case is restricted or the
    address confidential, `retyped` is the recipient's surname and postcode as the releaser typed them, else `retype`.
    """
    case = letter.decision.case
    access.require(by, Verb.LETTER_RELEASE, case, now=now)
    with transaction.atomic():
        lock_family(case.child)
        earlier = Release.objects.filter(letter=letter).first()
        if earlier is not None:
            return _same_release(earlier, by, shown_sha256)
        _require_current(letter)
        checks.refuse(checks.release_problems(letter, by.pk, timezone.localdate(now)))
        shown = queries.preview_of(letter)
        if shown is None:
            raise Refused(
                "not_rendered", "The letter is still being prepared. Look again in a moment, then release it."
            )
        if (content_sha256, shown_sha256) != (letter.content_sha256, shown.sha256):
            raise Refused(
                "stale",
                "This is not the letter you were shown. Reload the page, read it again, then release it.",
            )
        _require_retyped(letter, retyped)
        open_family_account(person=letter.recipient, by=by, now=now)
        release = Release(
            letter=letter,
            author=letter.author,
            by=by,
            at=now,
            content_sha256=content_sha256,
            shown=shown,
            shown_sha256=shown_sha256,
        )
        release.save()
        _audit(
            Verb.LETTER_RELEASE,
            letter,
            by,
            now,
            {"shown_sha256": shown_sha256, "content_sha256": content_sha256},
        )
        enqueue(kind=SEND, subject=letter.public_id, now=now, inputs=queries.send_inputs(letter))
        fault_point("C1")
        return release


def _require_retyped(letter: Letter, retyped: str) -> None:
    """A protected address is typed by the person who lets it go, not clicked past (reliability.md 3.4)."""
    if not queries.is_guarded(letter):
        return
    expected = _bare(f"{letter.recipient.surname}{letter.address.postcode}")
    if _bare(retyped) != expected:
        raise Refused(
            "retype",
            "This case or address is protected. Read the letter’s address, then type the surname and the postcode.",
            field="retyped",
        )


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _same_release(earlier: Release, by: User, shown_sha256: str) -> Release:
    if earlier.by_id == by.pk and earlier.shown_sha256 == shown_sha256:
        return earlier
    raise Refused(
        "wrong_state", f"This letter was released by {earlier.by.name} already. There is nothing more to do."
    )


def withdraw_letter(*, letter: Letter, because: str, by: User, now: dt.datetime) -> Withdrawal:
    """Keep a letter that was not sent from going out, and say why. Done twice it has one effect.

    Raises `Refused`: `no_reason`, `wrong_state` once it was sent.
    """
    access.require(by, Verb.LETTER_DRAFT, letter.decision.case, now=now)
    reason = _reason(because, "Say why this letter is withdrawn.")
    with transaction.atomic():
        lock_family(letter.decision.case.child)
        return _withdraw(letter, reason, by, now)


def _withdraw(letter: Letter, because: str, by: User, now: dt.datetime) -> Withdrawal:
    earlier: Withdrawal | None = Withdrawal.objects.filter(letter=letter).first()
    if earlier is not None:
        return earlier
    if Sent.objects.filter(letter=letter).exists():
        raise Refused("wrong_state", "This letter was sent already, so it cannot be withdrawn.")
    withdrawal = Withdrawal(letter=letter, because=because, by=by, at=now)
    withdrawal.save()
    cancel_promises(letter, now)
    _audit("letter.withdraw", letter, by, now, {"because": because})
    return withdrawal


def cancel_promises(letter: Letter, now: dt.datetime) -> None:
    """Cancel what nobody is working on. A worker that holds the row is stopped by its own check under the same lock."""
    Dispatch.objects.filter(subject=letter.public_id, kind__in=[RENDER, SEND], state__in=IDLE).update(
        state=Dispatch.State.CANCELLED, finished_at=now
    )


def note_letter_read(*, letter: Letter, by: User, now: dt.datetime, verb: Verb = Verb.LETTER_VIEW) -> None:
    """Write down that `by` read this letter. The caller found it through the reader's own query, which is the may-I."""
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="letter",
        subject=letter.public_id,
        case=letter.decision.case.public_id,
    )


def _require_standing(decision: Decision) -> None:
    if not queries.stands(decision):
        raise Refused(
            "decision_superseded",
            "This decision was replaced or set aside, so no letter about it can go out. Open the case to see what stands.",
        )


def _require_current(letter: Letter) -> None:
    if Withdrawal.objects.filter(letter=letter).exists():
        raise Refused(
            "wrong_state", "This letter was withdrawn. Draft a new one if the family is still to be told."
        )
    if Letter.objects.filter(supersedes=letter).exists():
        raise Refused(
            "stale", "A newer version of this letter was drafted. Open that one, read it, then release it."
        )


def _reason(because: str, missing: str) -> str:
    reason = clean_line(because, limit=BECAUSE_LIMIT, label="The reason")
    if not reason:
        raise Refused("no_reason", missing, field="because")
    return reason


def _audit(verb: Verb | str, letter: Letter, by: User, now: dt.datetime, values: dict[str, object]) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="letter",
        subject=letter.public_id,
        case=letter.decision.case.public_id,
        values={"version": letter.version, **values},
    )
