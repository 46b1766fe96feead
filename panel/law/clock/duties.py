"""The rows of the clock: which duties there are, what met them, what took their place and where each stands. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from panel.law.clock.dates import act_by, at_risk_from, safe
from panel.law.clock.exemptions import excuse, exempted
from panel.law.clock.restated import Restatement, restatements, reversal
from panel.law.clock.result import Duty, Status
from panel.law.facts import Facts
from panel.law.rules import Basis, Code, RuleSet
from panel.law.workdays import Days

ORDER = {code: n for n, code in enumerate(Code)}
AFTER_C1 = frozenset({Code.C2A, Code.C2, Code.C3, Code.C4, Code.C5, Code.C5A, Code.C6})
AFTER_C3 = frozenset({Code.C2A, Code.C2, Code.C4, Code.C5, Code.C5A, Code.C6})
BEFORE_PLAN = frozenset({Code.C2A, Code.C2, Code.C3})
# Time given to others rather than a task of the authority: it runs out, it is not breached.
WINDOWS = frozenset({Code.C1A, Code.C5, Code.C5A})
# The exemptions of the restated limits are those of reg 44(3); regs 42 and 45 are held to their dates.
EXCUSABLE = frozenset({Basis.STATUTORY, Basis.REG44})
# No status but "due" is possible this long before a date: ten working days never span four weeks without closed days.
FAR = timedelta(days=28)


@dataclass(slots=True)
class _Row:
    """A duty while it is worked out. `begun` is False where the period waits for an event that has not happened."""

    code: Code
    basis: Basis
    starts_on: date
    due: date
    authority: str
    begun: bool = True
    met_on: date | None = None
    superseded_by: str | None = None

    @property
    def open(self) -> bool:
        return self.met_on is None and self.superseded_by is None


def duties(facts: Facts, rules: RuleSet, as_of: date, closed: Days) -> tuple[Duty, ...]:
    """Every duty on the day `as_of`, by code and, within a code, in the order of the events that set its date.

    `facts` must hold nothing later than `as_of`. `closed`: the authority's own closed days, for act-by dates only.
    """
    events = restatements(facts, rules, as_of)
    changed = reversal(facts, rules, as_of)
    rows = list(_ordinary(facts, rules))
    for event in events:
        _meet(rows, facts, before=event.on)
        for row in rows:
            if row.open and not _served(row, event.on):
                row.superseded_by = event.basis
        rows.extend(_restated(event))
    if changed is not None:
        rows.extend(_restated(changed))
    _meet(rows, facts)
    if changed is not None and events:
        _supersede((row for row in rows if row.basis == Basis.REVERSAL), events[-1].basis)
    _end(rows, facts, events, as_of)
    rows.sort(key=lambda row: ORDER[row.code])
    return tuple(_duty(row, facts, rules, as_of, closed) for row in rows)


def _ordinary(facts: Facts, rules: RuleSet) -> Iterator[_Row]:
    """The timetable that runs from the request, or from the day advice was asked and the draft was served."""
    start = facts.received_on
    asked, served = facts.advice_asked_on, facts.draft_served_on

    def row(code: Code, since: date, *, begun: bool = True) -> _Row:
        due = since + timedelta(days=rules.days[code])
        return _Row(code, Basis.STATUTORY, since, due, rules.authority[code], begun)

    if facts.reassessment:
        yield row(Code.C7, start)
        if asked is not None:
            yield row(Code.C2, asked)
        return
    first = row(Code.C1, start)
    views = row(Code.C1A, start)
    views.due = min(views.due, first.due)
    ask = row(Code.C2A, start)
    draft = row(Code.C4, start)
    yield from (first, views, ask, row(Code.C3, start), draft, row(Code.C6, start))
    yield row(Code.C2, asked or ask.due, begun=asked is not None)
    yield row(Code.C5, served or draft.due, begun=served is not None)
    yield row(Code.C5A, served or draft.due, begun=served is not None)


def _restated(event: Restatement) -> Iterator[_Row]:
    for new in event.dates:
        yield _Row(new.code, event.basis, event.on, new.due, new.authority)


def _served(row: _Row, on: date) -> bool:
    """Whether the row runs from something done on or after `on`, so that an event of that day cannot have replaced it."""
    return row.begun and row.starts_on >= on and row.code in (Code.C2, Code.C5, Code.C5A)


def _steps(facts: Facts, code: Code) -> tuple[date | None, ...]:
    """What meets a duty. Saying no meets C1 and C7 as well as saying yes."""
    match code:
        case Code.C1 | Code.C7:
            return facts.refused_notified_on, facts.assess_notified_on
        case Code.C2A:
            return (facts.advice_asked_on,)
        case Code.C3:
            return (facts.not_issue_notified_on,)
        case Code.C4:
            return (facts.draft_served_on,)
        case Code.C6:
            return facts.final_sent_on, facts.amended_sent_on
        case _:
            return ()


def _meet(rows: Iterable[_Row], facts: Facts, before: date | None = None) -> None:
    """Meet open rows by the first step on or after their start, and before the event that restates them."""
    for row in rows:
        if row.open:
            days = [
                day
                for day in _steps(facts, row.code)
                if day is not None and day >= row.starts_on and (before is None or day < before)
            ]
            row.met_on = min(days) if days else None


def _supersede(rows: Iterable[_Row], by: str, codes: Iterable[Code] = tuple(Code)) -> None:
    for row in rows:
        if row.open and row.code in codes:
            row.superseded_by = by


def _end(rows: list[_Row], facts: Facts, events: tuple[Restatement, ...], as_of: date) -> None:
    """Let fall away what later steps have made pointless: nobody owes a plan after a refusal that stands."""
    renewed = [event.on for event in events] + ([facts.reversed_on] if facts.reversed_on is not None else [])
    later = [facts.issue_notified_on, facts.draft_served_on, facts.final_sent_on]
    if _stands(
        facts.refused_notified_on, [*renewed, *later, facts.assess_notified_on, facts.not_issue_notified_on]
    ):
        _supersede(rows, "refusal", AFTER_C1)
    if _stands(facts.not_issue_notified_on, [*renewed, *later]):
        _supersede(rows, "not_issue", AFTER_C3)
    since = max(renewed, default=facts.received_on)
    planned, served, sent, refused = (
        day if day is not None and day >= since else None
        for day in (
            facts.issue_notified_on,
            facts.draft_served_on,
            facts.final_sent_on,
            facts.not_issue_notified_on,
        )
    )
    if sent is not None:
        _supersede(rows, Code.C6, BEFORE_PLAN | {Code.C1, Code.C4})
    elif served is not None or planned is not None:
        _supersede(rows, Code.C4, BEFORE_PLAN | {Code.C1})
    elif refused is not None:
        _supersede(rows, Code.C3, {Code.C1})
    _end_windows(rows, facts, as_of)


def _stands(refused_on: date | None, later: Iterable[date | None]) -> bool:
    return refused_on is not None and not any(day is not None and day >= refused_on for day in later)


def _end_windows(rows: Iterable[_Row], facts: Facts, as_of: date) -> None:
    rows = list(rows)
    decided = any(row.code == Code.C1 and not row.open for row in rows)
    sent = facts.final_sent_on
    for row in rows:
        if not row.open or row.code not in WINDOWS:
            continue
        if row.code == Code.C1A:
            row.superseded_by = Code.C1 if decided else None
        elif sent is not None and (not row.begun or row.starts_on <= sent <= row.due):
            row.superseded_by = Code.C6
        elif row.begun and as_of > row.due:
            # The family has had its days; the authority may go on without the setting's answer.
            row.met_on = row.due if row.code == Code.C5 else None
            row.superseded_by = Code.C6 if row.code == Code.C5A else None


def _duty(row: _Row, facts: Facts, rules: RuleSet, as_of: date, closed: Days) -> Duty:
    day = row.met_on or as_of
    late = 0 if row.superseded_by or not row.begun or row.code in WINDOWS else max(0, (day - row.due).days)
    return Duty(
        code=row.code,
        basis=row.basis,
        starts_on=row.starts_on,
        legal_due=row.due,
        safe_due=safe(row.due),
        act_by=act_by(row.due, closed),
        status=_status(row, facts, rules, as_of, closed),
        met_on=row.met_on,
        days_late=late,
        authority=row.authority,
        superseded_by=None if row.superseded_by is None else str(row.superseded_by),
    )


def _status(row: _Row, facts: Facts, rules: RuleSet, as_of: date, closed: Days) -> Status:
    if row.superseded_by is not None:
        return Status.SUPERSEDED
    if row.met_on is not None and row.met_on <= row.due:
        return Status.MET_ON_TIME
    if facts.exemptions and _excused(row, facts, rules, row.met_on or as_of):
        return Status.EXCUSED
    if row.met_on is not None:
        return Status.MET_LATE
    if not row.begun or row.code in WINDOWS or (not closed and as_of < row.due - FAR):
        return Status.DUE
    if as_of > row.due:
        return Status.BREACHED
    return Status.AT_RISK if as_of >= at_risk_from(row.due, closed) else Status.DUE


def _excused(row: _Row, facts: Facts, rules: RuleSet, day: date) -> bool:
    if row.basis not in EXCUSABLE or not row.begun:
        return False
    return any(
        excuse(exemption, facts, rules, row.starts_on, row.due).holds(day, row.due)
        for exemption in exempted(facts, row.code)
    )
