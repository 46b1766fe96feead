"""The letter tray: what a clerk or officer must do about letters today, the most urgent first. Flat in the number of rows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from meetings.letters import queries
from meetings.letters.queries import EMAIL, RENDER, SEND
from meetings.models import Decision, Letter, Omission
from meetings.models.letters import cases_to_write_about
from meetings.rules.states import LetterState
from panel.law import clock, rights
from panel.law.legal import OUTCOME_LABELS, Outcome, Stage
from panel.models import Dispatch, Document, Person, User
from panel.queries.clocks import stage_due_of

# More decisions than a tray can usefully show; the rest follow as these are done.
LIMIT = 60


@dataclass(frozen=True)
class Due:
    """By when the family must have been told, and whether that day has passed.

    `with_plan`: the day is the final plan's (week 20), since the law sets none for saying that a plan follows. The officer's
    list shows week 16 for the same case until it is decided, for the answer may still be no.
    `first_told_on`: the day the first answer went, where this one takes the place of a refusal and no order or the like has set
    another day. The duty was met by that one, late or not, and no day is set for this.
    """

    on: dt.date
    late: bool
    with_plan: bool = False
    first_told_on: dt.date | None = None


@dataclass(frozen=True)
class Undrafted:
    """A decision with people who are entitled to a letter and have none yet."""

    decision: Decision
    outcome: str
    due: Due
    persons: int


@dataclass(frozen=True)
class BlockedRow:
    """Somebody who cannot be written to yet, why, and what to do. `person` is None when it concerns nobody in particular."""

    decision: Decision
    person: Person | None
    sentence: str
    due: Due


@dataclass(frozen=True)
class LetterRow:
    """One letter in the tray. `why`: what stopped it. `document`: the preview, or the print that waits to be posted."""

    letter: Letter
    outcome: str
    due: Due
    state: LetterState
    document: Document | None = None
    dated: dt.date | None = None
    why: str = ""


@dataclass(frozen=True)
class EmailRow:
    """An e-mail of which nobody knows whether it arrived, or that could not be sent at all."""

    letter: Letter
    dispatch: Dispatch


@dataclass(frozen=True)
class Tray:
    """Everything about letters that waits for a person, and what is on its way without one."""

    to_draft: tuple[Undrafted, ...]
    blocked: tuple[BlockedRow, ...]
    to_release: tuple[LetterRow, ...]
    to_post: tuple[LetterRow, ...]
    recheck: tuple[LetterRow, ...]
    on_their_way: tuple[LetterRow, ...]
    emails: tuple[EmailRow, ...]
    more: bool

    @property
    def empty(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        return not any(
            (
                self.to_draft,
                self.blocked,
                self.to_release,
                self.to_post,
                self.recheck,
                self.on_their_way,
                self.emails,
            )
        )


def tray(user: User, now: dt.datetime) -> Tray:
    """The tray of this user. Eleven queries, however full it is."""
    today = timezone.localdate(now)
    found: list[Any] = list(open_decisions(user, now)[: LIMIT + 1])
    # Of those shown the most pressing come first, whatever waited longest.
    decisions = sorted(found[:LIMIT], key=lambda decision: due_of(decision, today).on)
    ties = queries.ties_of_all({d.case.child_id for d in decisions}, today)
    recipients = {
        d.pk: rights.recipients(ties[d.case.child_id], d.case.child.born_on, today) for d in decisions
    }
    promises = _promises([letter for d in decisions for letter in d.letters_now])
    persons = Person.objects.in_bulk(
        [b.person_id for r in recipients.values() for b in r.blocked if b.person_id]
    )
    rows = [
        _row(letter, decision, promises, today) for decision in decisions for letter in decision.letters_now
    ]
    return Tray(
        to_draft=tuple(row for d in decisions if (row := _undrafted(d, recipients[d.pk], today))),
        blocked=tuple(row for d in decisions for row in _blocked(d, recipients[d.pk], persons, today)),
        to_release=tuple(row for row in rows if row.state is LetterState.DRAFTED),
        to_post=tuple(row for row in rows if row.state is LetterState.RELEASED and row.dated),
        recheck=tuple(row for row in rows if row.state is LetterState.NEEDS_RECHECK),
        on_their_way=tuple(row for row in rows if row.state is LetterState.RELEASED and not row.dated),
        emails=emails(user, now),
        more=len(found) > LIMIT,
    )


def open_decisions(user: User, now: dt.datetime) -> QuerySet[Decision]:
    """Decisions in force of which the family has not been told, or not what was wrong in its letter; longest waiting first.

    Each carries `asked_at` (of a corrected letter), `letters_now` (in force) and `omissions_now`, fetched beside it.
    """
    letters = Letter.objects.filter(superseded_by=None, withdrawal=None).select_related(
        "recipient", "release", "sent", "author", "withdrawal"
    )
    return (
        queries.with_corrections(Decision.objects.all())
        .filter(
            queries.untold() | queries.corrections_open(),
            Exists(cases_to_write_about(user, now).filter(pk=OuterRef("case"))),
            superseded_by=None,
            set_aside=None,
        )
        .select_related("case__child")
        .prefetch_related(
            Prefetch("letters", letters.order_by("pk"), to_attr="letters_now"),
            Prefetch("omissions", Omission.objects.all(), to_attr="omissions_now"),
        )
        .order_by("case__received_on", "pk")
    )


def emails(user: User, now: dt.datetime) -> tuple[EmailRow, ...]:
    """E-mails a person must settle, oldest first. Two queries."""
    stuck = Dispatch.objects.filter(
        kind=EMAIL, state__in=[Dispatch.State.UNKNOWN, Dispatch.State.DEAD]
    ).order_by("pk")[:LIMIT]
    by_letter = {dispatch.subject: dispatch for dispatch in stuck}
    letters = (
        Letter.objects.visible_to(user, now)
        .filter(public_id__in=by_letter)
        .select_related("recipient", "decision__case__child")
    )
    return tuple(EmailRow(letter, by_letter[letter.public_id]) for letter in letters.order_by("pk"))


def _promises(letters: list[Letter]) -> dict[tuple[str, str], Dispatch]:
    """The newest promise of each kind about each letter."""
    rows = (
        Dispatch.objects.filter(subject__in=[letter.public_id for letter in letters], kind__in=[RENDER, SEND])
        .select_related("document")
        .order_by("version", "pk")
    )
    return {(row.kind, str(row.subject)): row for row in rows}


def due_of(decision: Decision, today: dt.date) -> Due:
    """The last lawful day to tell the family; a decision to issue has none of its own but the final plan's."""
    case = decision.case
    if decision.outcome == Outcome.ISSUE:
        own = case.next_due_on if case.next_duty == clock.Code.C6 else None
        on = own or clock.final_due(case.received_on)
        return Due(on, late=on < today, with_plan=True)
    on, first = stage_due_of(case, Stage(decision.stage)), _first_told_on(decision)
    return Due(on, late=on < today and first is None, first_told_on=first)


def _first_told_on(decision: Decision) -> dt.date | None:
    case, assess = decision.case, decision.stage == Stage.ASSESS
    restated = case.assess_restated_on if assess else case.issue_restated_on
    if decision.route != Decision.Route.RECONSIDERED or restated:
        return None
    return case.assess_notified_on if assess else case.issue_notified_on


def _outcome(decision: Decision) -> str:
    return OUTCOME_LABELS[Outcome(decision.outcome)]


def _undrafted(decision: Any, recipients: rights.Recipients, today: dt.date) -> Undrafted | None:
    settled = {
        letter.recipient_id for letter in decision.letters_now if not _to_correct(letter, decision)
    } | {o.person_id for o in decision.omissions_now}
    waiting = [person for person in recipients.entitled if person not in settled]
    return Undrafted(decision, _outcome(decision), due_of(decision, today), len(waiting)) if waiting else None


def _to_correct(letter: Letter, decision: Any) -> bool:
    sent = getattr(letter, "sent", None)
    return sent is not None and decision.asked_at is not None and sent.at < decision.asked_at


def _blocked(
    decision: Any, recipients: rights.Recipients, persons: dict[int, Person], today: dt.date
) -> list[BlockedRow]:
    left_out = {omission.person_id for omission in decision.omissions_now}
    return [
        BlockedRow(decision, persons.get(block.person_id or 0), block.sentence, due_of(decision, today))
        for block in recipients.blocked
        if block.person_id not in left_out
    ]


def _row(
    letter: Letter, decision: Decision, promises: dict[tuple[str, str], Dispatch], today: dt.date
) -> LetterRow:
    sending = promises.get((SEND, str(letter.public_id)))
    state = queries.state_of(letter, sending)
    preparing = promises.get((RENDER, str(letter.public_id)))
    document, dated, why = (preparing.document if preparing else None), None, ""
    if (
        state is LetterState.RELEASED
        and sending
        and sending.state == Dispatch.State.SENT
        and sending.document
    ):
        document, dated = sending.document, timezone.localdate(sending.document.created_at)
    if state is LetterState.NEEDS_RECHECK and sending:
        why = sending.error
    letter.decision = decision
    return LetterRow(letter, _outcome(decision), due_of(decision, today), state, document, dated, why)
