"""What a family may see: their own cases, told in steps no further than their own letters have told them, and those letters.

The right is looked at afresh at each request. A relationship that ended, a dispute, an order, a restriction or the passing of
the rights to the young person closes the page at once; an unknown postal address does not.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.letters.facts import Contact, LetterFacts, Step, dated, from_json
from meetings.letters.freeze import contacts_on
from meetings.letters.queries import ties_of
from meetings.models import AuthorityContact, Letter
from meetings.queries.late_answers import put_off_late, put_off_of
from meetings.queries.recused import AT_THE_TABLE
from meetings.rules.put_off import HEADING, PutOff, told
from panel.law import clock, rights
from panel.law.clock import Code
from panel.law.legal import Outcome, Stage
from panel.law.words import in_words
from panel.models import CASE_MACHINE, Case, CaseState, ClockEvent, Denial, Person, Relationship, User
from panel.queries.clocks import live_events, owed_of
from panel.queries.lateness import latest_delays

NOTHING_EXPECTED: Mapping[str, dt.date] = MappingProxyType({})
NOTHING_PUT_OFF: Mapping[Stage, dt.date | None] = MappingProxyType({})


def children_of(user: User, on: dt.date) -> tuple[int, ...]:
    """The children (or the young person) whose rights this account's person holds on the day `on`, by their keys."""
    person = Person.objects.filter(user=user).first()
    if person is None:
        return ()
    tied = Person.objects.filter(
        pk__in=Relationship.objects.filter(Q(until=None) | Q(until__gt=on), person=person).values("child")
    ).order_by("pk")
    return tuple(child.pk for child in tied if holds_right(person, child, on))


def holds_right(person: Person, child: Person, on: dt.date) -> bool:
    """Whether `person` holds the rights about `child` that day and nothing stands between them. Addresses are not asked."""
    ties = [dataclasses.replace(tie, address_known=True) for tie in ties_of(child, on)]
    return person.pk in rights.recipients(ties, child.born_on, on).entitled


def cases_of(user: User, on: dt.date) -> QuerySet[Case]:
    """The family's cases, newest request first. Denials bind families too; a restriction of the case to named staff does not.

    Nor does a conflict at the table: a parent who sits on the panel leaves the room for her own child and keeps her letters.
    """
    shut_out = Denial.objects.live().filter(case=OuterRef("pk"), user=user).exclude(AT_THE_TABLE)
    return (
        Case.objects.filter(child__in=children_of(user, on))
        .exclude(Exists(shut_out))
        .select_related("child", "setting")
        .order_by("-received_on", "-pk")
    )


def letters_to(user: User, on: dt.date) -> QuerySet[Letter]:
    """Letters that were sent to this very person about children whose rights they hold, newest first."""
    return (
        Letter.objects.of_family(user)
        .filter(decision__case__in=cases_of(user, on))
        .select_related("sent__document", "decision__case__child")
        .order_by("-sent__letter_on", "-pk")
    )


def may_read(user: User, letter: Letter, on: dt.date) -> bool:
    """Whether this account may open this letter today."""
    return letters_to(user, on).filter(pk=letter.pk).exists()


@dataclass(frozen=True)
class Standing:
    """Where a case is, in the family's words: the heading, what it means, and what comes next with its dates.

    `put_off`: the sentences about a question that a panel put off, in the place of its usual meaning.
    """

    heading: str
    meaning: str
    coming: tuple["Coming", ...]
    put_off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coming:
    """Something the authority will do, the last lawful day for it, and whether that day has passed.

    `expected`: the day the authority has since said it will be done, while that day is still to come. `because`: what put this
    day in the place of the first one. `put_off`: a panel put the question off so that the answer may come after `by`; what the
    page says of it.
    """

    what: str
    by: dt.date
    late: bool
    expected: dt.date | None = None
    because: str = ""
    put_off: str = ""


def told_state(case: Case, letters: tuple[Letter, ...], events: Sequence[ClockEvent] = ()) -> CaseState:
    """How far this person has been told: by their own sent letters, or by what was decided and told before this system.

    A decision whose letter has not gone to them yet is not in it, whatever the case's own state says. A no that an order, an
    agreement or an appeal we do not oppose has undone is undone here too: the family is party to each of them.
    """
    sent = case.final_sent_on is not None or any(event.kind == ClockEvent.Kind.FINAL_SENT for event in events)
    state = _told(case, letters)
    if state is CaseState.DRAFTING and sent:
        return CaseState.ISSUED
    undone = {event.details.get("reopened") for event in events if event.kind in _FAMILY_IS_PARTY} | {
        event.details.get("told") for event in events if event.kind == ClockEvent.Kind.TOLD
    }
    if state is CaseState.NOT_ASSESSED and "assess" in undone:
        return CaseState.ASSESSING
    if state is CaseState.NOT_ISSUED and "issue" in undone:
        return CaseState.ISSUED if sent else CaseState.DRAFTING
    return state


_FAMILY_IS_PARTY = frozenset(
    {ClockEvent.Kind.TRIBUNAL_ORDER, ClockEvent.Kind.MEDIATION_AGREEMENT, ClockEvent.Kind.UNOPPOSED}
)


def _told(case: Case, letters: tuple[Letter, ...]) -> CaseState:
    if case.state == CaseState.WITHDRAWN:
        return CaseState.WITHDRAWN
    told = {
        letter.decision.stage: letter.decision.outcome
        for letter in reversed(letters)
        if letter.decision.case_id == case.pk
    }
    for prior in case.prior_outcomes.all():
        if prior.notified_on is not None:
            told.setdefault(prior.stage, prior.outcome)
    if told.get("issue") == "issue":
        return CaseState.DRAFTING
    if told.get("issue") == "not_issue":
        return CaseState.NOT_ISSUED
    return {"assess": CaseState.ASSESSING, "not_assess": CaseState.NOT_ASSESSED}.get(
        told.get("assess", ""), CaseState.REQUESTED
    )


# Where a case stands for as long as its newest letter holds, by the outcome it tells of.
_MEANT_BY = {
    Outcome.ASSESS: {CaseState.ASSESSING},
    Outcome.NOT_ASSESS: {CaseState.NOT_ASSESSED},
    Outcome.ISSUE: {CaseState.DRAFTING, CaseState.ISSUED},
    Outcome.NOT_ISSUE: {CaseState.NOT_ISSUED},
}
# The question that waits while the family knows of this much.
_WAITS_FOR = {CaseState.REQUESTED: Stage.ASSESS, CaseState.ASSESSING: Stage.ISSUE}
# The duties that end with the panel's question answered; the final plan is another.
_ANSWERED_BY = (Code.C1, Code.C3)
_BECAUSE = {
    clock.Basis.REG44: "This is the date that follows from the tribunal’s order.",
    clock.Basis.REG42: "This is the date that follows from what was agreed in mediation.",
    clock.Basis.REG45: "This is the date that follows from the appeal that we do not oppose.",
}
_MEANING = {
    CaseState.REQUESTED: "We have the request. A panel of people from education, health and social care reads it and gives"
    " us advice. Then we decide whether to carry out an assessment.",
    CaseState.ASSESSING: "We are carrying out an assessment and asking people what help is needed. Then we decide"
    " whether a plan is needed.",
    CaseState.NOT_ASSESSED: "Your letter says why, what help comes next, and what you can do if you do not agree.",
    CaseState.DRAFTING: "We are writing a plan. You will see a draft first and can tell us what you think of it.",
    CaseState.NOT_ISSUED: "Your letter says why, what help comes next, and what you can do if you do not agree.",
    CaseState.ISSUED: "The plan is finished and has been sent to you.",
    CaseState.WITHDRAWN: "The request was taken back, so nothing more happens unless somebody asks again.",
}


def standing(
    case: Case,
    letters: tuple[Letter, ...],
    today: dt.date,
    expected: Mapping[str, dt.date] = NOTHING_EXPECTED,
    events: Sequence[ClockEvent] = (),
    put_off: Mapping[Stage, dt.date | None] = NOTHING_PUT_OFF,
) -> Standing:
    """What the family page says of one case. A date that has passed is still shown: the duty does not end with it.

    `expected`: the new dates the authority has set for late stages, by the duty's code. `events`: orders, agreements and the
    like, which put other dates in the place of those counted from the request. `put_off`: the questions a panel put off past
    their legal date, each with the day it is heard next, if that is known.
    """
    state = told_state(case, letters, events)
    owed = owed_of(case, events)
    due = {
        CaseState.REQUESTED: ((Code.C1, "We tell you whether we will assess"),),
        CaseState.ASSESSING: (
            (Code.C3, "If there will be no plan, we tell you"),
            (Code.C6, "If there will be a plan, we send you the final plan"),
        ),
        CaseState.DRAFTING: ((Code.C6, "We send you the final plan"),),
    }.get(state, ())
    waits = _WAITS_FOR.get(state)
    to_come = {code: day for code, day in expected.items() if day >= today}
    return Standing(
        heading=CASE_MACHINE.states[state].family,
        meaning=_MEANING[state],
        coming=tuple(
            Coming(
                what,
                owed[code].by,
                late=owed[code].by < today,
                expected=to_come.get(code, owed[code].works_to) if owed[code].by < today else None,
                because=_BECAUSE.get(owed[code].basis, ""),
                put_off=_put_off(put_off[waits], owed[code].by, today)
                if waits and waits in put_off and code in _ANSWERED_BY
                else "",
            )
            for code, what in due
        ),
    )


def _put_off(again_on: dt.date | None, by: dt.date, today: dt.date) -> str:
    """No family is held to a day of which we know that we may miss it, or shall. Of one that has passed the page says sorry itself."""
    soon = (
        f"The panel looks at this again on {in_words(again_on)}"
        if again_on is not None and again_on >= today
        else "The panel needs to look at this again"
    )
    if by < today:
        return f"{soon}."
    surely = again_on is not None and again_on >= by
    return f"{soon}, so our answer {'will' if surely else 'may'} come later than it should. We are sorry."


@dataclass(frozen=True)
class Choice:
    """Something the reader may do, and the last day for it as their letter gives it. `after`: what goes on behind the day."""

    what: str
    by: dt.date
    after: str = ""


@dataclass(frozen=True)
class FamilyCase:
    """One case as its family page shows it: `name` is how the reader is spoken to about it."""

    case: Case
    name: str
    standing: Standing
    letters: tuple["LetterLine", ...]
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class FamilyPage:
    """Everything on one reader's page. `contact` is who to ask, from the authority's configuration of the day."""

    cases: tuple[FamilyCase, ...]
    contact: Contact | None
    sendiass: Contact | None


def page(user: User, today: dt.date) -> FamilyPage:
    """The page of this account: its cases, its own letters, and the next steps its newest letter of each case names."""
    cases = list(cases_of(user, today).prefetch_related("prior_outcomes"))
    letters = tuple(letters_to(user, today)) if cases else ()
    person_id = Person.objects.filter(user=user).values_list("pk", flat=True).first()
    contacts = contacts_on(today)
    known = _known(cases) if cases else {}
    return FamilyPage(
        cases=tuple(_family_case(case, letters, person_id, today, known[case.pk]) for case in cases),
        contact=contacts.get(AuthorityContact.Kind.CONTACT),
        sendiass=contacts.get(AuthorityContact.Kind.SENDIASS),
    )


@dataclass(frozen=True)
class _Known:
    """What is known of one case beside its letters: new days for late stages, orders and the like, questions that were put off,
    and those of them whose answer comes late.
    """

    expected: Mapping[str, dt.date]
    events: Sequence[ClockEvent]
    put_off: Mapping[Stage, PutOff]
    late: Mapping[Stage, dt.date | None]


def _known(cases: Sequence[Case]) -> dict[int, _Known]:
    delays, events = latest_delays(cases), live_events(cases)
    put_off, late = put_off_of(cases), put_off_late(cases)
    return {
        case.pk: _Known(
            {stage: delay.new_date for (pk, stage), delay in delays.items() if pk == case.pk},
            events.get(case.pk, ()),
            {stage: one for (pk, stage), one in put_off.items() if pk == case.pk},
            {stage: again_on for (pk, stage), again_on in late.items() if pk == case.pk},
        )
        for case in cases
    }


def _family_case(
    case: Case, letters: tuple[Letter, ...], person_id: int | None, today: dt.date, known: _Known
) -> FamilyCase:
    own = tuple(letter for letter in letters if letter.decision.case_id == case.pk)
    # A letter whose answer was undone since, or followed by another, says no longer what the reader can do.
    state = told_state(case, own, known.events)
    holds = bool(own) and state in _MEANT_BY[Outcome(own[0].decision.outcome)]
    said = dated(from_json(own[0].facts), own[0].sent.letter_on) if holds else None
    where = standing(case, own, today, known.expected, known.events, known.late)
    return FamilyCase(
        case=case,
        name="your request" if case.child_id == person_id else f"the request about {case.child.forename}",
        standing=with_put_off(with_draft(where, state, said, today), state, known.put_off, today),
        letters=letter_lines(own),
        steps=said.steps if said else (),
        choices=_choices(said) if said else (),
    )


_ANSWERS: Mapping[Outcome, str] = {
    Outcome.ASSESS: "we will assess",
    Outcome.NOT_ASSESS: "we decided not to assess",
    Outcome.ISSUE: "we decided to issue a plan",
    Outcome.NOT_ISSUE: "we decided not to issue a plan",
}


@dataclass(frozen=True)
class LetterLine:
    """One letter as it is listed: what it answers, and the later letter about the same question that takes its place."""

    letter: Letter
    answer: str
    later: Letter | None


def letter_lines(letters: Sequence[Letter]) -> tuple[LetterLine, ...]:
    """The letters to one person about one case, the newest first. Only what they were sent themselves takes a letter's place."""
    newest: dict[str, Letter] = {}
    lines = []
    for letter in letters:
        decision = letter.decision
        later = newest.setdefault(decision.stage, letter)
        lines.append(
            LetterLine(letter, _ANSWERS[Outcome(decision.outcome)], None if later == letter else later)
        )
    return tuple(lines)


def later_than(letter: Letter, user: User, on: dt.date) -> Letter | None:
    """The newest letter to this account that takes the place of `letter`; None where it still counts."""
    same = letters_to(user, on).filter(
        decision__case=letter.decision.case_id, decision__stage=letter.decision.stage
    )
    newest = same.first()
    return newest if newest != letter else None


def with_put_off(
    where: Standing, state: CaseState, put_off: Mapping[Stage, PutOff], today: dt.date
) -> Standing:
    """With why the question that waits was put off and what comes of it: the family's own question, no other."""
    waits = _WAITS_FOR.get(state)
    if waits is None or waits not in put_off:
        return where
    # Where the answer comes late, the day is said there.
    again = not any(one.put_off for one in where.coming)
    said = told(put_off[waits], today, again=again)
    if put_off[waits].answered:
        where = dataclasses.replace(where, coming=tuple(_without_a_panel(one) for one in where.coming))
    return dataclasses.replace(where, heading=HEADING, put_off=said)


def _without_a_panel(one: Coming) -> Coming:
    """A late answer that no panel looks at any more."""
    if not one.put_off:
        return one
    return dataclasses.replace(
        one, put_off="" if one.late else "Our answer may come later than it should. We are sorry."
    )


def with_draft(where: Standing, state: CaseState, said: LetterFacts | None, today: dt.date) -> Standing:
    """With the day the draft was promised for, in the letter that still holds, while the plan is being written."""
    if said is None or said.draft_by is None or state is not CaseState.DRAFTING:
        return where
    draft = Coming("We send you a draft of the plan", said.draft_by, late=said.draft_by < today)
    return dataclasses.replace(where, coming=(draft, *where.coming))


def _choices(said: LetterFacts) -> tuple[Choice, ...]:
    """What the newest letter lets the reader do, with its own dates; nothing the reader was not sent."""
    offered = []
    if said.planning_meeting is not None:
        what = f"Come to a meeting to plan support. {said.planning_meeting.lead} leads it. We want to hold it"
        offered.append(Choice(what, said.planning_meeting.by))
    if said.rights is not None:
        offered.append(Choice("If you do not agree: contact the mediation adviser", said.rights.mediation_by))
        offered.append(
            Choice(
                "If you want to appeal: the tribunal must have your appeal",
                said.rights.appeal_by,
                ", or within one month of your mediation certificate if that is later. You need that certificate first. The"
                " mediation adviser gives it, also if you do not want mediation",
            )
        )
    return tuple(offered)
