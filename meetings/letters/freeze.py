"""One letter's facts from the rows: the decision, the record behind it, and this recipient's own name and address, no more.

The address and the relationship come in as the recipient's own rows. Nothing here can reach another relationship of the
child, so one parent's letter cannot carry the other's whereabouts (reliability.md 1.4, 3.4).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from meetings.letters.facts import (
    Advised,
    Contact,
    Dates,
    LetterFacts,
    LimbFound,
    LookedAgain,
    PaperRead,
    PlanningMeeting,
    Replaced,
    Step,
    dated,
)
from meetings.letters.queries import asked_again
from meetings.models import (
    AgendaItem,
    AuthorityContact,
    Conflict,
    Decision,
    ItemAttendance,
    PaperConsidered,
    Recommendation,
    Reconsidered,
    RosterEntry,
    Sent,
)
from meetings.queries.risk import risk_line, standing_risk
from meetings.queries.said import said_at
from meetings.queries.words import decision_as_it_reads
from meetings.rules.answering import answer_that_counts
from meetings.rules.risk import Standing
from meetings.rules.script import TELLS
from meetings.rules.standard_steps import told_to_family
from panel.law import clock
from panel.law.legal import REFUSALS, Answer, Outcome, Stage
from panel.law.notices import Party, letter_law, must_be_told
from panel.law.words import in_words
from panel.law.workdays import add_working_days, last_working_day_on_or_before
from panel.models import (
    Address,
    AdviceRequest,
    Agency,
    Case,
    ClockEvent,
    Installation,
    Paper,
    PaperState,
    Person,
    Relationship,
)
from panel.platform.policy import ROLE_LABELS, Role
from panel.queries.clocks import live_events, owed_of

Kind = AuthorityContact.Kind
# The planning meeting is offered within this many working days of the decision; the family may ask for another day.
PLANNING_MEETING_WORKING_DAYS = 15


def frozen_facts(
    decision: Decision, relationship: Relationship, address: Address, on: dt.date
) -> LetterFacts:
    """Everything the letter to this person says, as the record stands, dated `on`. About seventeen queries."""
    decision = decision_as_it_reads(decision)
    case, person = decision.case, relationship.person
    outcome = Outcome(decision.outcome)
    contacts = contacts_on(on)
    said = said_at(case, _heard_at(decision))
    undated = LetterFacts(
        **_head(contacts),
        **_addressee(relationship, address),
        child=case.child.forename,
        reference=case.reference,
        outcome=outcome,
        received_on=case.received_on,
        decided_on=timezone.localdate(decision.decided_at),
        letter_on=on,
        officer=decision.by.name,
        officer_role=_role(decision.by_role),
        test_version=decision.test_version,
        limbs=_limbs(decision),
        reasons=decision.reasons,
        dates=_dates(case),
        advised=_advised(decision),
        departs_because=decision.departs_because,
        no_panel_because=decision.no_panel_because,
        fast_tracked=decision.route == Decision.Route.FAST_TRACK,
        papers=_papers(decision),
        family_views=said.family,
        child_views=said.child,
        views_answered=_views_answered(decision),
        steps=_steps(decision),
        support_now=_support(decision),
        setting=_setting(case),
        **_lead(case, on),
        advice_from=_advice_from(decision) if outcome is Outcome.ASSESS else (),
        planning_meeting=_planning_meeting(decision, contacts.get(Kind.CONTACT))
        if outcome in REFUSALS
        else None,
        draft_by=_draft_by(case) if outcome is Outcome.ISSUE else None,
        copied_to=_copied_to(case, outcome),
        **_corrects(decision, person),
        replaces=_replaces(decision, person),
    )
    return dated(_signposted(undated, contacts), on)


def _head(contacts: Mapping[str, Contact]) -> dict[str, Any]:
    """Who writes, and whom to ask."""
    authority = contacts.get(Kind.AUTHORITY)
    return {
        "authority": authority.name if authority else _installed_name(),
        "authority_lines": authority.lines if authority else (),
        "contact": contacts.get(Kind.CONTACT),
    }


def _addressee(relationship: Relationship, address: Address) -> dict[str, Any]:
    """To whom it goes, where, and in what print."""
    person = relationship.person
    return {
        "recipient": person.full_name,
        "salutation": person.full_name,
        "address": (*_lines(address.lines), address.postcode.strip()),
        "to_young_person": relationship.basis == Relationship.Basis.SELF,
        "large_print": person.letter_format == Person.Format.LARGE_PRINT,
    }


def _heard_at(decision: Decision) -> AgendaItem | None:
    """The item at which the question was heard: of a refusal looked at again, that of the refusal."""
    return decision.item or (decision.supersedes.item if decision.supersedes else None)


def _views_answered(decision: Decision) -> str:
    advice = decision.recommendation
    return answer_that_counts(
        decision.family_views_answered,
        advice.family_views_answered if advice else "",
        follows=advice is not None and advice.outcome == decision.outcome,
    )


def _corrects(decision: Decision, person: Person) -> dict[str, Any]:
    """The first letter this person had about the decision, and what was wrong in it, where a corrected one was asked for."""
    asked = asked_again(decision)
    first = (
        Sent.objects.filter(letter__decision=decision, letter__recipient=person).order_by("at").first()
        if asked
        else None
    )
    if asked is None or first is None:
        return {}
    return {"corrects_letter_of": first.letter_on, "corrects": asked.words}


# What reopened the case says why it was looked at again, whatever was said when that began.
_REOPENED_BY = {
    ClockEvent.Kind.TRIBUNAL_ORDER: LookedAgain.TRIBUNAL,
    ClockEvent.Kind.MEDIATION_AGREEMENT: LookedAgain.MEDIATION,
    ClockEvent.Kind.UNOPPOSED: LookedAgain.UNOPPOSED,
}


def _replaces(decision: Decision, person: Person) -> Replaced | None:
    """The refusal this decision took the place of, on looking again; None of any other decision.

    Each person has the day of their own letter about it: two homes are not always told on one day.
    """
    if decision.route != Decision.Route.RECONSIDERED:
        return None
    ended = decision.reconsidered
    looked, kind = ended.reconsideration, ended.event.kind if ended.event else ""
    why = next((one for each, one in _REOPENED_BY.items() if each == kind), LookedAgain(looked.cause))
    own = Sent.objects.filter(letter__decision=looked.decision, letter__recipient=person)
    first = own.order_by("at").first() if looked.decision else None
    if first is not None:
        return Replaced(first.letter_on, told_you=True, why=why)
    told_on = _family_told_on(ended)
    return Replaced(told_on, told_you=False, why=why) if told_on else None


def _family_told_on(ended: Reconsidered) -> dt.date | None:
    """The day the family was told of the refusal, as the case or what was imported of it says."""
    looked, case = ended.reconsideration, ended.reconsideration.case
    told = ended.event.details.get("refused_on") if ended.event else None
    if told:
        return dt.date.fromisoformat(told)
    noted: dt.date | None = (
        case.assess_notified_on if looked.stage == Stage.ASSESS else case.issue_notified_on
    )
    return noted or (looked.prior.notified_on if looked.prior else None)


def _lead(case: Case, on: dt.date) -> dict[str, Any]:
    """Who takes on a place at risk, for the family to know; nobody where that person cannot, and no other is named yet."""
    noon = timezone.make_aware(dt.datetime.combine(on, dt.time(12)))
    risk = standing_risk(case, noon)
    if risk is None or risk.lead is None:
        return {}
    line = risk_line(risk, on)
    if line.standing in {Standing.SHUT_OUT, Standing.DECLINED}:
        return {}
    contacted = "contacted" in line.steps
    return {
        "lead_professional": risk.lead.name,
        "lead_contact_by": None if contacted else risk.contact_by,
        "lead_contacted": contacted,
    }


_COUNTED_FROM = {
    clock.Basis.REG44: "the tribunal’s order of {day}",
    clock.Basis.REG42: "the agreement made in mediation on {day}",
    clock.Basis.REG45: "{day}, when we told the tribunal that we do not oppose the appeal",
}


def _dates(case: Case) -> Dates:
    """The dates that count now. Where an order or an agreement has restated them, the letter says what they follow from."""
    owed = owed_of(case, live_events([case]).get(case.pk, ()))
    answer, issue, plan = (owed[code] for code in (clock.Code.C1, clock.Code.C3, clock.Code.C6))
    restated = next((one for one in (plan, issue, answer) if one.basis in _COUNTED_FROM), None)
    return Dates(
        assess_by=answer.by,
        not_issue_by=issue.by,
        plan_by=plan.by,
        counted_from=_COUNTED_FROM[restated.basis].format(day=in_words(restated.since)) if restated else "",
        answer_works_to=issue.works_to,
        plan_works_to=plan.works_to,
    )


def _draft_by(case: Case) -> dt.date:
    """The last day to serve a draft that leaves the family its fifteen days before the final plan is due.

    A working day: nothing is served on a Sunday, and a promise is for a day on which somebody keeps it.
    """
    plan = owed_of(case, live_events([case]).get(case.pk, ()))[clock.Code.C6]
    return last_working_day_on_or_before(
        plan.by - dt.timedelta(days=clock.rules_for(case.received_on).reply_days)
    )


def _signposted(facts: LetterFacts, contacts: dict[str, Contact]) -> LetterFacts:
    """With everybody outside the authority's own team a letter points to, as configured for the day."""
    return replace(
        facts,
        sendiass=contacts.get(Kind.SENDIASS),
        mediation=contacts.get(Kind.MEDIATION),
        disagreement=contacts.get(Kind.DISAGREEMENT),
        tribunal=contacts.get(Kind.TRIBUNAL),
        complaints=contacts.get(Kind.COMPLAINTS),
    )


def contacts_on(on: dt.date) -> dict[str, Contact]:
    """Who is named for what on the day: of each kind the newest row that has begun."""
    rows = AuthorityContact.objects.filter(valid_from__lte=on).order_by("valid_from", "pk")
    return {row.kind: Contact(row.name, _lines(row.lines), row.phone, row.email, row.web) for row in rows}


def _installed_name() -> str:
    installation = Installation.objects.first()
    return installation.authority_name if installation else ""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _role(role: str) -> str:
    return ROLE_LABELS[Role(role)].lower() if role in set(Role) else role


def _limbs(decision: Decision) -> tuple[LimbFound, ...]:
    return tuple(
        LimbFound(answer["limb"], Answer(said) if (said := answer["answer"]) else None, answer["reasons"])
        for answer in decision.answers
    )


def _advised(decision: Decision) -> Advised | None:
    recommendation = decision.recommendation
    if recommendation is None:
        return None
    meeting = recommendation.item.meeting
    return Advised(
        panel=meeting.panel_type.name,
        met_on=timezone.localdate(meeting.starts_at),
        agencies=_agencies(recommendation),
        outcome=Outcome(recommendation.outcome),
    )


_IN_WORDS = {
    Agency.Kind.EDUCATION: "education",
    Agency.Kind.HEALTH: "health",
    Agency.Kind.SOCIAL_CARE: "social care",
    Agency.Kind.SCHOOLS: "schools",
    Agency.Kind.PARENT_CARERS: "parent carers",
    Agency.Kind.OTHER: "other services",
}


def _agencies(recommendation: Recommendation) -> tuple[str, ...]:
    """The kinds of agency that were in the room for this item, in words and in alphabetical order; never a person's name."""
    item = recommendation.item
    begun, ended = item.started_at or item.meeting.starts_at, item.ended_at or recommendation.at
    entries: Iterable[Any] = (
        RosterEntry.objects.filter(meeting=item.meeting)
        .select_related("agency")
        .prefetch_related(
            "intervals",
            Prefetch("item_exceptions", ItemAttendance.objects.filter(item=item), to_attr="for_item"),
            Prefetch(
                "conflicts",
                Conflict.objects.filter(item=item, effect=Conflict.Effect.LEAVES),
                to_attr="left_for_item",
            ),
        )
    )
    kinds = set()
    for entry in entries:
        came = any(
            i.joined_at <= ended and (i.left_at is None or i.left_at > begun) for i in entry.intervals.all()
        )
        came = entry.for_item[0].present if entry.for_item else came
        if came and entry.agency and not entry.left_for_item:
            kinds.add(_IN_WORDS[Agency.Kind(entry.agency.kind)])
    return tuple(sorted(kinds))


def _papers(decision: Decision) -> tuple[PaperRead, ...]:
    """What the panel had before it; without a panel, what had been accepted when the officer decided."""
    if decision.recommendation is not None:
        unread = [row["paper"] for row in decision.recommendation.papers_left_out]
        considered = (
            PaperConsidered.objects.filter(item=decision.item_id)
            .exclude(paper__public_id__in=unread)
            .select_related("paper")
            .order_by("pk")
        )
        return tuple(PaperRead(row.paper.title, row.paper.dated_on) for row in considered)
    papers = Paper.objects.filter(
        case=decision.case, state=PaperState.ACCEPTED, received_at__lte=decision.decided_at
    ).order_by("received_at", "pk")
    return tuple(PaperRead(paper.title, paper.dated_on) for paper in papers)


def _steps(decision: Decision) -> tuple[Step, ...]:
    """What the panel agreed comes next. Where the officer decided otherwise, its steps belong to another outcome."""
    if decision.recommendation is None or decision.recommendation.outcome != decision.outcome:
        return ()
    rows = decision.recommendation.next_steps.order_by("position")
    # Who tells the family is a step of ours: the letter is that step, and does not announce itself.
    return tuple(
        Step(
            row.what,
            row.owner,
            row.agency,
            row.due_on,
            told=told_to_family(row.what, setting=_setting(decision.case)),
        )
        for row in rows
        if not row.what.lower().startswith(TELLS)
    )


def _setting(case: Case) -> str:
    return case.setting.name if case.setting else ""


def _support(decision: Decision) -> str:
    """The officer's own words on the help meanwhile, else the panel's; of another outcome those would be about other help."""
    advice = decision.recommendation
    if decision.support_meanwhile:
        return decision.support_meanwhile
    return advice.support_meanwhile if advice and advice.outcome == decision.outcome else ""


def _advice_from(decision: Decision) -> tuple[str, ...]:
    """Who is asked for advice, each once, in the order of the regulation: those named already, else those reg 6(1) names.

    The family is “you”, whoever was written down: no letter names the other parent.
    """
    asked = decision.case.advice_requests.order_by("item", "pk").values_list("item", "body")
    by_law = (
        "you",
        _setting(decision.case),
        "health services",
        "an educational psychologist",
        "social care",
    )
    bodies = ["you" if item == AdviceRequest.Item.FAMILY else body for item, body in asked]
    return tuple(dict.fromkeys(filter(None, bodies or by_law)))


def _planning_meeting(decision: Decision, contact: Contact | None) -> PlanningMeeting | None:
    """Led by whoever was named, else by the coordinator; where neither is known, by those the letter says to ask."""
    offer = getattr(decision, "planning_offer", None)
    named = offer.lead if offer and offer.lead else decision.case.coordinator
    lead = named.name if named else contact.name if contact else ""
    if offer is None or not lead:
        return None
    by = add_working_days(timezone.localdate(decision.decided_at), PLANNING_MEETING_WORKING_DAYS)
    return PlanningMeeting(lead=lead, by=by)


# As a family knows them.
_BODY_NAMES = {
    Party.HEALTH: "The health service (integrated care board)",
    Party.SOCIAL_CARE: "Social care",
}


def _copied_to(case: Case, outcome: Outcome) -> tuple[str, ...]:
    """Who else is told of the decision: the child's setting, and the bodies the law gives notice of this outcome."""
    told = must_be_told(outcome, law=letter_law(case.received_on))
    bodies = tuple(name for party, name in _BODY_NAMES.items() if party in told)
    return (*filter(None, (_setting(case),)), *bodies)
