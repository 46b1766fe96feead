"""Requests: taken in one by one, moved on by decisions, marked when the family was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from panel.actions import due
from panel.importing.cells import UPN, upn_check_letter
from panel.law.rights import request_problems, young_person_from
from panel.law.words import in_words
from panel.law.workdays import add_months
from panel.models import (
    CASE_MACHINE,
    Case,
    CaseState,
    ClockEvent,
    Installation,
    Person,
    Relationship,
    Setting,
    User,
)
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_name, clean_text

VIEWS_LIMIT = 10_000
# CFA 2014 s36(6)(b): the duties begin anew six months after an assessment. A refusal starts no such period.
ASSESSED_RECENTLY_MONTHS = 6
# A young person who will hold the rights while this case runs is recorded as her own contact from the start.
YEARS_AHEAD = 2


@dataclass(frozen=True)
class NewChild:
    """A child or young person as the clerk typed them; an existing one of the same UPN, or name and birth, is meant."""

    forename: str
    surname: str
    born_on: date
    sex: str = ""
    upn: str = ""
    email: str = ""


def create_case(
    *,
    child: NewChild | Person,
    source: str,
    received_on: date,
    by: User,
    now: datetime,
    reference: str = "",
    setting: Setting | None = None,
    year_group: str = "",
    primary_need: str = "",
    coordinator: User | None = None,
    family_views: str = "",
    child_views: str = "",
    previous: Case | None = None,
    reason_to_continue: str = "",
) -> Case:
    """Take in one request. `received_on` is the day it reached any part of the authority, the clock's day nought.

    An earlier case of the same child is linked as `previous`. A second active request, or one within six months of an
    assessment, is refused with `second_request` until `reason_to_continue` says why it is taken all the same. Other refusals:
    those of `request_problems`, `reference_taken`, `upn`, `upn_of_other`, `wrong_child`, and those of the text gate. Audits.
    """
    access.require(by, Verb.CASE_CREATE, now=now)
    today = timezone.localdate(now)
    _refuse_dates(child.born_on, received_on, today)
    reason = clean_text(reason_to_continue, limit=1_000, label="The reason")
    case = Case(
        source=source,
        received_on=received_on,
        setting=setting,
        year_group=year_group,
        primary_need=primary_need,
        coordinator=coordinator,
        family_views=clean_text(family_views, limit=VIEWS_LIMIT, label="The family’s views"),
        child_views=clean_text(child_views, limit=VIEWS_LIMIT, label="The child’s views"),
        created_at=now,
    )
    with transaction.atomic():
        one_at_a_time()
        case.child = child if isinstance(child, Person) else _child(child)
        # Locked in the one order everybody locks a child's cases in, then read oldest first.
        locked = Case.objects.select_for_update().filter(child=case.child).order_by("pk")
        earlier = sorted(locked, key=lambda one: (one.received_on, one.pk))
        case.previous = _previous(previous, earlier)
        _refuse_repeat(earlier, received_on, reason, by, now)
        case.reference = _reference(reference, received_on)
        due.refresh(case)
        case.save()
        tie_to_self([case.child], case.received_on)
        values = {
            "reference": case.reference,
            "received_on": str(received_on),
            "source": source,
            "reason": reason,
        }
        _record(
            Verb.CASE_CREATE, case, by, now, {**values, "previous": case.previous and case.previous.reference}
        )
    return case


def lock_case(case: Case) -> Case:
    """The case's row under the lock that every change of its facts takes. Inside a transaction only."""
    return Case.objects.select_for_update().get(pk=case.pk)


def lock_family(person: Person) -> list[Case]:
    """Every case a fact about `person` can touch, locked in one order: their own and those of children they are tied to.

    Letters take the same lock before anything goes out, so no fact changes between the check and the sending.
    """
    children = Relationship.objects.filter(person=person).values("child")
    touched = Case.objects.filter(Q(child=person) | Q(child__in=children))
    return list(touched.select_for_update(of=("self",)).order_by("pk"))


def one_at_a_time() -> None:
    """Let one taker of new cases at a time through, so that two cannot make the same child or reference."""
    list(Installation.objects.select_for_update().values_list("pk"))


def advance(
    *,
    case: Case,
    verb: str,
    by: User | None,
    now: datetime,
    events: Sequence[ClockEvent] | None = None,
    because: Sequence[audit.Event] = (),
) -> Case:
    """Move the case as a decision demands, by `CASE_MACHINE`, inside the caller's transaction and after its may-I.

    `case` is the row as its caller read it under lock; `events`: its live ones where they are read already. Refused:
    `wrong_state`. Writes the state and the due index; audits `verb`, and in the same breath what the case moves `because` of.
    """
    before = case.state
    case.state = CASE_MACHINE.target(before, verb)
    due.refresh(case, events)
    case.save(update_fields=["state", *due.FIELDS])
    audit.record_many([_event(verb, case, {"from": before, "to": case.state}), *because], by=by, at=now)
    return case


def record_notified(*, case: Case, stage: str, on: date, by: User | None, now: datetime) -> None:
    """Note the day the family was told of the decision at `stage` (`assess` or `issue`): what meets regs 5(1) and 10(1).

    The first such day stands: a second letter to another parent, or a corrected one, changes nothing. Inside the caller's
    transaction; audits `case.notified`.
    """
    field = {"assess": "assess_notified_on", "issue": "issue_notified_on"}[stage]
    locked = lock_case(case)
    if getattr(locked, field) is None:
        setattr(locked, field, on)
        due.refresh(locked)
        locked.save(update_fields=[field, *due.FIELDS])
        _record("case.notified", locked, by, now, {"stage": stage, "on": str(on)})
    for name in (field, *due.FIELDS):
        setattr(case, name, getattr(locked, name))


def tie_to_self(children: Sequence[Person], day: date) -> None:
    """Record as their own contact everyone who holds the rights now or soon (CFA 2014 s83(2)), from that day on.

    Each child is new or has a case under the caller's lock. One who is tied already is left as they are.
    """
    tied = set(
        Relationship.objects.filter(child__in=children, basis=Relationship.Basis.SELF).values_list(
            "child_id", flat=True
        )
    )
    ties = []
    for child in children:
        since = young_person_from(child.born_on) if child.born_on else None
        if since and child.pk not in tied and since <= add_months(day, 12 * YEARS_AHEAD):
            ties.append(
                Relationship(
                    person=child,
                    child=child,
                    kind="young person",
                    basis=Relationship.Basis.SELF,
                    how_known="date of birth",
                    since=since,
                )
            )
    Relationship.objects.bulk_create(ties)


def _refuse_dates(born_on: date | None, received_on: date, today: date) -> None:
    for problem in request_problems(born_on=born_on, received_on=received_on, today=today):
        raise Refused(problem.code, problem.sentence, field=problem.field)


def _child(typed: NewChild) -> Person:
    """The child meant: the one of this UPN, else of this very name and birth, else a new one."""
    forename = clean_name(typed.forename, label="Forename")
    surname = clean_name(typed.surname, label="Surname")
    upn = clean_line(typed.upn, label="UPN").upper()
    if upn and (not UPN.fullmatch(upn) or upn[0] != upn_check_letter(upn[1:])):
        raise Refused("upn", "Check the UPN: the check letter does not match.", field="upn")
    same = Q(forename__iexact=forename, surname__iexact=surname, born_on=typed.born_on)
    found = Person.objects.filter(same & (Q(upn=upn) | Q(upn="") if upn else Q())).order_by("pk").first()
    if upn and Person.objects.filter(upn=upn).exclude(same).exists():
        sentence = "This UPN belongs to a child recorded under another name or date of birth. Check both."
        raise Refused("upn_of_other", sentence, field="upn")
    if found:
        return found
    return Person.objects.create(
        forename=forename, surname=surname, born_on=typed.born_on, sex=typed.sex, upn=upn, email=typed.email
    )


def _previous(named: Case | None, earlier: Sequence[Case]) -> Case | None:
    if named is not None and named not in earlier:
        raise Refused(
            "wrong_child",
            "The earlier case is about another child. Choose one of this child’s.",
            field="previous",
        )
    return named or (earlier[-1] if earlier else None)


def _refuse_repeat(earlier: Sequence[Case], received_on: date, reason: str, by: User, now: datetime) -> None:
    """Warn once of a request that may be one too many; a reason lets it through (a refusal to assess is never counted)."""
    if reason:
        return
    for case in earlier:
        seen = access.can(by, Verb.CASE_VIEW, case, now=now).allowed
        name = case.reference if seen else "one that is open to named people only"
        if case.is_open:
            why = f"There is already an active request for this child: {name}, received {in_words(case.received_on)}."
        elif (done := _assessed_on(case)) and received_on < add_months(done, ASSESSED_RECENTLY_MONTHS):
            why = (
                f"An assessment of this child ended on {in_words(done)}, less than six months before: {name}."
            )
        else:
            continue
        raise Refused(
            "second_request", f"{why} To continue all the same, give a reason.", field="reason_to_continue"
        )


def _assessed_on(case: Case) -> date | None:
    """The day an assessment ended for the family: told that no plan follows, or sent the plan."""
    if case.state not in {CaseState.ISSUED, CaseState.NOT_ISSUED}:
        return None
    return case.final_sent_on or case.issue_notified_on


def _reference(typed: str, received_on: date) -> str:
    """The authority's own reference, or the next free number of the year."""
    reference = clean_line(typed, limit=30, label="The reference")
    if not reference:
        stem = f"EHC-{received_on.year}-"
        ours = Case.objects.filter(reference__startswith=stem, reference__regex=rf"^{stem}[0-9]{{5}}$")
        last = ours.order_by("-reference").values_list("reference", flat=True).first()
        reference = f"{stem}{int(last.removeprefix(stem) if last else 0) + 1:05d}"
    if Case.objects.filter(reference__iexact=reference).exists():
        raise Refused(
            "reference_taken", "Another case has this reference. Enter a different one.", field="reference"
        )
    return reference


def _record(verb: str, case: Case, by: User | None, now: datetime, values: dict[str, object]) -> None:
    audit.record_many([_event(verb, case, values)], by=by, at=now)


def _event(verb: str, case: Case, values: dict[str, object]) -> audit.Event:
    return audit.Event(verb, "case", case.public_id, case.public_id, values)
