"""A case's own clock: the facts its rows hold, every duty that follows from them in words, and the one it owes next."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from panel.law import clock as law
from panel.law import facts
from panel.law.clock import Basis, Code, OrderKind, Status, UnopposedKind, early_warning
from panel.law.clock import exemptions as law_exemptions
from panel.law.clock.dates import LETTER_DAYS, MODERATION_DAYS, POST_DAYS, STAGE_DUTY
from panel.law.legal import Stage
from panel.law.rules import rules_for
from panel.law.words import in_words
from panel.law.workdays import add_working_days
from panel.models import AdviceRequest, Case, CaseState, ClockEvent, Exemption, SchoolClosure
from panel.queries.case_file import CaseFile

Kind = ClockEvent.Kind

# What the authority owes in each state; in the others only what an order, an agreement or the like has restated.
OWED_IN: Mapping[str, frozenset[Code]] = {
    CaseState.REQUESTED: frozenset({Code.C1}),
    CaseState.NOT_ASSESSED: frozenset({Code.C1}),
    CaseState.ASSESSING: frozenset({Code.C1, Code.C3}),
    CaseState.NOT_ISSUED: frozenset({Code.C3}),
    CaseState.DRAFTING: frozenset({Code.C6}),
}
MAY_BE_RESTATED = frozenset({CaseState.NOT_ASSESSED, CaseState.NOT_ISSUED, CaseState.ISSUED})
# C4 has no date of its own in law: it is shown, and no list is sorted by it.
DATED = (Code.C1, Code.C3, Code.C6)

BASIS_WORDS = {
    Basis.STATUTORY: "",
    Basis.REG44: "by the tribunal’s order",
    Basis.REG42: "by the mediation agreement",
    Basis.REG45: "after the appeal that is not opposed",
    Basis.REVERSAL: "to work to, after the change of mind",
}
_REPLACED_BY = {
    Basis.REG44: "Replaced by the dates of the tribunal’s order.",
    Basis.REG42: "Replaced by the dates of the mediation agreement.",
    Basis.REG45: "Replaced by the dates that follow an appeal that is not opposed.",
    "refusal": "Not needed: decided not to assess.",
    "not_issue": "Not needed: decided not to issue a plan.",
    "C4": "Not needed: there will be a plan.",
    "C6": "Not needed: the final plan has been sent.",
}


class Standing(StrEnum):
    """How a duty stands; the page's class names end in these words."""

    MET = "met"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    EXCUSED = "excused"
    NOT_YET = "not_yet"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class CaseRows:
    """What the clock reads beside the case itself. `events` are the live ones, in the order of their days."""

    exemptions: Sequence[Exemption] = ()
    events: Sequence[ClockEvent] = ()
    advice_asked_on: date | None = None
    earlier_refusal_on: date | None = None
    born_on: date | None = None
    closures: Sequence[SchoolClosure] = ()


@dataclass(frozen=True)
class ClockLine:
    """One duty in words. `act_by` is None where nothing is owed; `warning`: 50, 75 or 90 per cent of its period has run."""

    duty: law.Duty
    what: str
    basis: str
    standing: Standing
    sentence: str
    act_by: date | None
    warning: int | None

    @property
    def code(self) -> Code:
        """Which duty this is."""
        return self.duty.code


@dataclass(frozen=True)
class CaseClock:
    """`main`: the legal dates that count. `steps`: the steps and windows between. `replaced`: kept for the record."""

    main: tuple[ClockLine, ...]
    steps: tuple[ClockLine, ...]
    replaced: tuple[ClockLine, ...]
    result: law.Result


def live_events(cases: Iterable[Case] | None = None) -> dict[int, list[ClockEvent]]:
    """Events that stand, by case and in the order of their days: of `cases`, or of all. One query."""
    rows = ClockEvent.objects.filter(superseded_by=None).exclude(kind=Kind.ERROR).order_by("on", "pk")
    found: dict[int, list[ClockEvent]] = defaultdict(list)
    for event in rows if cases is None else rows.filter(case__in=cases):
        found[event.case_id].append(event)
    return found


def advice_asked_on(advice: Iterable[AdviceRequest], exemptions: Iterable[Exemption]) -> date | None:
    """The first day advice was asked; the day the setting was asked where its closure is to excuse a stage."""
    every = list(advice)
    of_setting = (one.requested_on for one in every if one.item == AdviceRequest.Item.SETTING)
    first = min((one.requested_on for one in every), default=None)
    return asked_that_counts(first, min(of_setting, default=None), exemptions)


def asked_that_counts(
    first: date | None, of_setting: date | None, exemptions: Iterable[Exemption]
) -> date | None:
    """Which day counts: the first of all, or the first the setting was asked where its closure is to excuse a stage."""
    closure = any(one.stage != Code.C2 and one.ground in "ab" for one in exemptions)
    return of_setting if closure and of_setting else first


def facts_of(case: Case, rows: CaseRows = CaseRows(), today: date | None = None) -> facts.Facts:
    """What is recorded of one request. Which answer the family was told follows from where the case was brought by it.

    Without `today` the clock is read on the day of the last recorded step: enough to know what is owed next.
    """
    last = {event.kind: event for event in rows.events}
    told = {str(event.details.get("told")): event.on for event in rows.events if event.kind == Kind.TOLD}
    refused_on = _refused(case, rows.events, "assess")
    not_issue_on = _refused(case, rows.events, "issue")
    sent = sorted(
        {event.on for event in rows.events if event.kind == Kind.FINAL_SENT}
        | ({case.final_sent_on} if case.final_sent_on else set())
    )
    return facts.Facts(
        received_on=case.received_on,
        as_of=today,
        born_on=rows.born_on,
        school_closures=_closures(rows),
        advice_asked_on=rows.advice_asked_on,
        exemptions=tuple(
            facts.Exemption(Code(one.stage), one.ground, one.starts_on, one.ends_on, one.impractical_because)
            for one in rows.exemptions
        ),
        refused_notified_on=refused_on,
        assess_notified_on=told.get("assess") or _unless(case.assess_notified_on, refused_on),
        not_issue_notified_on=told.get("not_issue") or not_issue_on,
        issue_notified_on=told.get("issue") or _unless(case.issue_notified_on, not_issue_on),
        draft_served_on=_on(last.get(Kind.DRAFT_SERVED)),
        final_sent_on=sent[0] if sent else None,
        amended_sent_on=sent[-1] if len(sent) > 1 else None,
        reversed_on=_on(last.get(Kind.REVERSED)),
        certificate_on=_on(last.get(Kind.CERTIFICATE)),
        assessment_completed_on=_on(last.get(Kind.ASSESSMENT_COMPLETED)),
        tribunal_order=_order(last.get(Kind.TRIBUNAL_ORDER)),
        mediation_agreement=_agreement(last.get(Kind.MEDIATION_AGREEMENT)),
        unopposed=_unopposed(last.get(Kind.UNOPPOSED)),
        earlier_refusal_on=rows.earlier_refusal_on,
    )


def _closures(rows: CaseRows) -> tuple[facts.SchoolClosure, ...]:
    """The closures on the list, and those an exemption names by its own days: it re-opens on the day after the last."""
    listed = {(one.closed_from, one.reopens_on) for one in rows.closures}
    named = {
        (one.starts_on, one.ends_on + timedelta(days=1))
        for one in rows.exemptions
        if one.stage != Code.C2 and one.ground in "ab" and one.ends_on
    }
    begun = {closed_from for closed_from, _ in listed}
    # Days typed with an exemption only count where the list does not know the closure.
    return tuple(
        facts.SchoolClosure(*days)
        for days in sorted(listed | {days for days in named if days[0] not in begun})
    )


def closures_for(case: Case) -> list[SchoolClosure]:
    """The closures that may bear on this request: its setting's own and those of every setting, from the request on. One query."""
    rows = SchoolClosure.objects.filter(removed_at__isnull=True, reopens_on__gt=case.received_on)
    own = Q(setting=None) | Q(setting=case.setting_id) if case.setting_id else Q(setting=None)
    return list(rows.filter(own).order_by("closed_from", "pk"))


def next_owed(case: Case, events: Sequence[ClockEvent] = ()) -> tuple[str, date | None]:
    """The duty this case owes next and its legal date; `("", None)` when it owes none. It does not depend on the day."""
    owed = OWED_IN.get(case.state, frozenset())
    rows = law.clock(facts_of(case, CaseRows(events=events))).duties
    first = min(
        (
            row
            for row in rows
            if row.open
            and row.code in DATED
            and (row.code in owed or (case.state in MAY_BE_RESTATED and row.basis != Basis.STATUTORY))
        ),
        key=lambda row: (row.legal_due, row.code),
        default=None,
    )
    return (first.code, first.legal_due) if first else ("", None)


def due_index(
    case: Case, events: Sequence[ClockEvent] = ()
) -> tuple[str, date | None, date | None, date | None]:
    """What the columns of a case are to say: the next duty and its day, and the restated days of the two answers."""
    owed = owed_of(case, events)
    restated = (
        None if owed[code].basis is Basis.STATUTORY else owed[code].by
        for code in (STAGE_DUTY[Stage.ASSESS], STAGE_DUTY[Stage.ISSUE])
    )
    return (*next_owed(case, events), next(restated), next(restated))


def clock_of_file(file: CaseFile, today: date) -> tuple[CaseClock, list[ClockEvent]]:
    """The clock of a case as its page shows it, and the events that bear on it. Two queries beside what the file holds."""
    rows = _rows_of(file)
    return case_clock(file.case, rows, today), list(rows.events)


def not_excused(file: CaseFile, exemption: Exemption) -> str | None:
    """Why `exemption`, which stands in this file, does not excuse its stage; None where it does. Two queries."""
    facts_now = facts_of(file.case, _rows_of(file))
    stage = Code(exemption.stage)
    duty = next(
        row for row in law.clock(facts_now).duties if row.code == stage and row.basis is Basis.STATUTORY
    )
    fact = facts.Exemption(
        stage, exemption.ground, exemption.starts_on, exemption.ends_on, exemption.impractical_because
    )
    rules = rules_for(file.case.received_on)
    return law_exemptions.excuse(fact, facts_now, rules, duty.starts_on, duty.legal_due).refused


def _rows_of(file: CaseFile) -> CaseRows:
    case = file.case
    events = live_events([case]).get(case.pk, [])
    earlier = next((other for other in file.other_cases if other.pk == case.previous_id), None)
    refused = earlier is not None and earlier.state == CaseState.NOT_ASSESSED
    return CaseRows(
        exemptions=file.exemptions,
        events=events,
        advice_asked_on=advice_asked_on(file.advice, file.exemptions),
        earlier_refusal_on=earlier.assess_notified_on if earlier and refused else None,
        born_on=case.child.born_on,
        closures=closures_for(case),
    )


def stage_due_of(case: Case, stage: Stage) -> date:
    """The legal date to tell the family the answer of `stage`: the case's own where an order or the like has restated it.

    Read off the index, so that lists and agendas ask nothing more; `owed_of` says the same of the rows.
    """
    restated = case.assess_restated_on if stage is Stage.ASSESS else case.issue_restated_on
    return restated or law.stage_due(case.received_on, stage)


@dataclass(frozen=True)
class Owed:
    """The legal day of one duty, and what it is counted from: `since` is the day of the request, or of the event that restated it.

    `works_to`: after a change of mind by the authority alone the first day stays the legal one, and this is the day it works to.
    """

    code: Code
    by: date
    basis: Basis
    since: date
    works_to: date | None = None


def owed_of(case: Case, events: Sequence[ClockEvent] = ()) -> dict[Code, Owed]:
    """The days that count now for the answers and the plan (C1, C3, C6), whatever they were before. It asks nothing."""
    duties = law.clock(facts_of(case, CaseRows(events=events))).duties
    found = {}
    for code in DATED:
        rows = [row for row in duties if row.code == code and row.basis is not Basis.REVERSAL]
        # An outcome ends a duty without putting a date in its place; only an event with dates of its own does that.
        standing = [row for row in rows if row.superseded_by not in set(Basis)] or rows
        last = max(standing, key=lambda row: (row.basis is not Basis.STATUTORY, row.starts_on))
        works_to = next(
            (row.legal_due for row in duties if row.code == code and row.basis is Basis.REVERSAL), None
        )
        found[code] = Owed(code, last.legal_due, last.basis, last.starts_on, works_to)
    return found


def warning_of(case: Case, events: Sequence[ClockEvent], today: date) -> int | None:
    """The early warning of the duty the case is indexed by."""
    rows = law.clock(facts_of(case, CaseRows(events=events), today)).duties
    owed = (row for row in rows if (row.code, row.legal_due) == (case.next_duty, case.next_due_on))
    return next((early_warning(row, today) for row in owed), None)


def case_clock(case: Case, rows: CaseRows, today: date) -> CaseClock:
    """Every duty of this case on the day `today`."""
    result = law.clock(facts_of(case, rows, today))
    lines = [_line(row, case, today) for row in result.duties]
    counting = [line for line in lines if line.standing is not Standing.NOT_NEEDED]
    return CaseClock(
        main=tuple(line for line in counting if line.code in DATED),
        steps=tuple(line for line in counting if line.code not in DATED),
        replaced=tuple(line for line in lines if line.standing is Standing.NOT_NEEDED),
        result=result,
    )


def earliest_on(code: str, today: date, draft_served_on: date | None = None) -> date:
    """The earliest day a late duty can be done if everybody begins today: moderation, letter and post for an answer to the
    family; fifteen days with the draft for a final plan (reg 13(1)(a)).
    """
    if code != Code.C6:
        return add_working_days(today, MODERATION_DAYS + LETTER_DAYS + POST_DAYS)
    reply = timedelta(days=rules_for(today).reply_days)
    return max(today, (draft_served_on or today) + reply)


def _refused(case: Case, events: Iterable[ClockEvent], stage: str) -> date | None:
    """The day the family was told no: kept with the event that reopened the case, else the case's own day where it stands."""
    for event in events:
        if event.details.get("reopened") == stage and event.details.get("refused_on"):
            return date.fromisoformat(event.details["refused_on"])
    if stage == "assess":
        return case.assess_notified_on if case.state == CaseState.NOT_ASSESSED else None
    return case.issue_notified_on if case.state == CaseState.NOT_ISSUED else None


def _unless(day: date | None, other: date | None) -> date | None:
    return None if day == other else day


def _on(event: ClockEvent | None) -> date | None:
    return event.on if event else None


def _other_dates(event: ClockEvent) -> facts.AgreedDates:
    given = event.details.get("other_dates") or {}
    return tuple(
        (Code(code), date.fromisoformat(given[code])) for code in facts.AGREED_CODES if code in given
    )


def _order(event: ClockEvent | None) -> facts.TribunalOrder | None:
    if event is None:
        return None
    return facts.TribunalOrder(OrderKind(event.details["about"]), event.on, _other_dates(event))


def _agreement(event: ClockEvent | None) -> facts.MediationAgreement | None:
    if event is None:
        return None
    return facts.MediationAgreement(event.on, _other_dates(event), OrderKind(event.details["about"]))


def _unopposed(event: ClockEvent | None) -> facts.Unopposed | None:
    return facts.Unopposed(UnopposedKind(event.details["about"]), event.on) if event else None


def _line(row: law.Duty, case: Case, today: date) -> ClockLine:
    if row.met_on is not None:
        standing, sentence = Standing.MET, _done(row)
    elif row.status is Status.SUPERSEDED:
        standing, sentence = (
            Standing.NOT_NEEDED,
            _REPLACED_BY.get(str(row.superseded_by), "No longer counts."),
        )
    else:
        standing, sentence = _not_owed(row, case) or _open(row, today)
    owed = standing not in {Standing.MET, Standing.NOT_NEEDED}
    return ClockLine(
        duty=row,
        what=rules_for(case.received_on).label[row.code],
        basis=BASIS_WORDS[row.basis],
        standing=standing,
        sentence=sentence,
        act_by=row.act_by if owed else None,
        warning=early_warning(row, today) if standing in {Standing.OPEN, Standing.SOON} else None,
    )


def _not_owed(row: law.Duty, case: Case) -> tuple[Standing, str] | None:
    """What the authority's own decision has made needless, or has not brought about yet."""
    if case.state == CaseState.WITHDRAWN:
        return Standing.NOT_NEEDED, "Not needed: the request was withdrawn."
    if row.code in {Code.C1, Code.C1A} or row.basis != Basis.STATUTORY:
        return None
    match case.state:
        case CaseState.REQUESTED:
            return Standing.NOT_YET, "Only if there is an assessment."
        case CaseState.NOT_ASSESSED:
            return Standing.NOT_NEEDED, "Not needed: decided not to assess."
        case CaseState.NOT_ISSUED if row.code in {Code.C4, Code.C5, Code.C5A, Code.C6}:
            return Standing.NOT_NEEDED, "Not needed: decided not to issue a plan."
        case CaseState.DRAFTING | CaseState.ISSUED if row.code in {Code.C2, Code.C2A, Code.C3}:
            return Standing.NOT_NEEDED, "Not needed: there will be a plan."
        case CaseState.ASSESSING if row.code in {Code.C4, Code.C5, Code.C5A, Code.C6}:
            return Standing.NOT_YET, "Only if a plan is issued."
    return None


def _done(row: law.Duty) -> str:
    if row.met_on is None:
        return ""
    how = "in time" if row.days_late == 0 else f"{_days(row.days_late)} late"
    excused = "; an exemption excuses it" if row.status is Status.EXCUSED else ""
    return f"Done on {in_words(row.met_on)}, {how}{excused}."


def _open(row: law.Duty, today: date) -> tuple[Standing, str]:
    left = (row.legal_due - today).days
    if row.status is Status.EXCUSED:
        passed = f"Passed {_days(-left)} ago. " if left < 0 else ""
        return Standing.EXCUSED, f"{passed}An exemption is recorded. The duty still stands."
    if row.status is Status.BREACHED:
        return Standing.LATE, f"Passed {_days(-left)} ago. The duty still stands: do it as soon as you can."
    if left < 0:
        return Standing.OPEN, f"Its last day was {in_words(row.legal_due)}."
    if left == 0:
        return Standing.SOON, "Due today."
    return Standing.SOON if row.status is Status.AT_RISK else Standing.OPEN, f"{_days(left)} left."


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
