"""The clock read as a whole: every duty, window, appeal date and notice of one request. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from panel.law.clock.duties import duties
from panel.law.clock.exemptions import closure_window
from panel.law.clock.notices import notices
from panel.law.clock.result import Appeal, DraftWindow, Duty, Result, Status
from panel.law.facts import STEPS, Facts, last_step
from panel.law.rights import appeal_by, mediation_contact_by, young_person_from
from panel.law.rules import RULE_SETS, Basis, Code, RuleSet, rules_for
from panel.law.workdays import NO_DAYS, Days

# What the authority itself owes the family; the other rows are windows, or other people's answers.
OWED = frozenset({Code.C1, Code.C3, Code.C4, Code.C6, Code.C7})
WARNINGS = (90, 75, 50)


class NextDuty(NamedTuple):
    """The duty to attend to now."""

    code: Code
    legal_due: date
    act_by: date
    status: Status
    basis: Basis


def clock(
    facts: Facts,
    *,
    rule_sets: Sequence[RuleSet] = RULE_SETS,
    closed: Days = NO_DAYS,
    proclaimed: Days = NO_DAYS,
) -> Result:
    """Every date that follows from `facts`, read on `facts.as_of` (or the day of the last recorded step).

    `closed`: the authority's own closed days, which pull act-by dates forward. `proclaimed`: bank holidays the calendar does
    not know yet; they also push appeal dates back. Legal dates know neither.
    """
    as_of = facts.as_of or last_step(facts)
    rules = rules_for(facts.received_on, rule_sets)
    rows = duties(_as_it_stood(facts, as_of), rules, as_of, closed | proclaimed)
    final = _governing_final(rows, rules)
    window = _draft_window(facts, rules, final)
    return Result(
        duties=rows,
        draft_window=window,
        closure_window=closure_window(facts, rules),
        appeal=_appeal(facts, proclaimed),
        young_person_from=None if facts.born_on is None else young_person_from(facts.born_on),
        notices=notices(facts, rules, as_of, rows, final, window),
    )


def next_duty(
    facts: Facts,
    *,
    rule_sets: Sequence[RuleSet] = RULE_SETS,
    closed: Days = NO_DAYS,
    proclaimed: Days = NO_DAYS,
) -> NextDuty | None:
    """The open duty of the authority that falls first, or None when it owes nothing more. A past date is still a duty."""
    as_of = facts.as_of or last_step(facts)
    rules = rules_for(facts.received_on, rule_sets)
    rows = duties(_as_it_stood(facts, as_of), rules, as_of, closed | proclaimed)
    first = min(
        (duty for duty in rows if duty.open and duty.code in OWED),
        key=lambda duty: (duty.legal_due, duty.code),
        default=None,
    )
    if first is None:
        return None
    return NextDuty(first.code, first.legal_due, first.act_by, first.status, first.basis)


def early_warning(duty: Duty, as_of: date) -> int | None:
    """Which share of an open duty's period has run: 50, 75 or 90 (per cent, the highest passed), None before half of it."""
    period = (duty.legal_due - duty.starts_on).days
    used = (as_of - duty.starts_on).days
    if not duty.open or period <= 0:
        return None
    return next((share for share in WARNINGS if used * 100 >= share * period), None)


def _as_it_stood(facts: Facts, as_of: date) -> Facts:
    later: dict[str, Any] = {
        name: None for name in STEPS if (day := getattr(facts, name)) is not None and day > as_of
    }
    return replace(facts, **later) if later else facts


def _governing_final(rows: Sequence[Duty], rules: RuleSet) -> Duty | None:
    """The final plan's duty that still counts. After a reversal, the operational one where the legal one leaves no 15 days."""
    finals = [duty for duty in rows if duty.code == Code.C6 and duty.status != Status.SUPERSEDED]
    finals = [duty for duty in finals if duty.open] or finals
    reply = timedelta(days=rules.reply_days)
    newest = max((duty.starts_on for duty in finals), default=None)
    if newest is None:
        return None
    return next((duty for duty in finals if duty.legal_due - reply >= newest), finals[-1])


def _draft_window(facts: Facts, rules: RuleSet, final: Duty | None) -> DraftWindow:
    reply, served = timedelta(days=rules.reply_days), facts.draft_served_on
    latest = None if final is None else final.legal_due - reply
    if served is None:
        return DraftWindow(None, None, latest)
    return DraftWindow(served + timedelta(days=rules.days[Code.C5]), served + reply, latest)


def _appeal(facts: Facts, proclaimed: Days) -> Appeal:
    """From the letter's date; without one, from the day the family was last told of something they may appeal."""
    told = (facts.refused_notified_on, facts.not_issue_notified_on, facts.final_sent_on)
    letter = facts.letter_on or max((day for day in told if day is not None), default=None)
    if letter is None:
        return Appeal(None, None)
    return Appeal(mediation_contact_by(letter), appeal_by(letter, facts.certificate_on, proclaimed))
