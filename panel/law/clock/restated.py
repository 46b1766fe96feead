"""What puts other dates in the place of the ordinary ones: an order, a mediation agreement, an appeal not opposed. Pure.

Regulations 44, 42 and 45. A change of mind without any of the three restates nothing: the first dates stay the legal ones (R (W) v
Hertfordshire [2023] EWHC 3138 (Admin)) and an operational date is shown beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from panel.law.facts import AgreedDates, Facts, MediationAgreement
from panel.law.rules import Basis, Code, OrderKind, RuleSet, Step, Steps, UnopposedKind

DIRECTED = {Basis.REG44: "as the order directs", Basis.REG42: "reg 42(5): agreed in writing"}


@dataclass(frozen=True, slots=True)
class NewDate:
    """A duty with the date an event gives it."""

    code: Code
    due: date
    authority: str


@dataclass(frozen=True, slots=True)
class Restatement:
    """An event on a day, and the dates that count from then on."""

    on: date
    basis: Basis
    dates: tuple[NewDate, ...]


def restatements(facts: Facts, rules: RuleSet, as_of: date) -> tuple[Restatement, ...]:
    """Everything that restated the clock up to `as_of`, in the order it happened; on one day an order comes last."""
    found = []
    unopposed, agreement, order = facts.unopposed, facts.mediation_agreement, facts.tribunal_order
    if unopposed is not None:
        found.append(_restate(unopposed.notified_on, Basis.REG45, rules.unopposed[unopposed.kind]))
    if agreement is not None:
        steps = _mediated(rules.orders[agreement.kind or _mediated_kind(facts, agreement)])
        found.append(_restate(agreement.agreed_on, Basis.REG42, steps, agreement.other_dates))
    if order is not None:
        found.append(_restate(order.ordered_on, Basis.REG44, rules.orders[order.kind], order.other_dates))
    return tuple(sorted((event for event in found if event.on <= as_of), key=lambda event: event.on))


def reversal(facts: Facts, rules: RuleSet, as_of: date) -> Restatement | None:
    """The operational dates after the authority changed its mind by itself, or None. They replace no legal date."""
    on = facts.reversed_on
    if on is None or on > as_of:
        return None
    issue_refused = facts.not_issue_notified_on is not None and facts.not_issue_notified_on <= on
    kind = UnopposedKind.REFUSAL_TO_ISSUE if issue_refused else UnopposedKind.REFUSAL_TO_ASSESS
    return _restate(on, Basis.REVERSAL, rules.reversal[kind])


def _restate(on: date, basis: Basis, steps: Steps, others: AgreedDates = ()) -> Restatement:
    dates = {step.code: NewDate(step.code, on + timedelta(days=step.days), step.authority) for step in steps}
    dates.update({code: NewDate(code, due, DIRECTED[basis]) for code, due in others})
    return Restatement(on, basis, tuple(dates[code] for code in Code if code in dates))


def _mediated(steps: Steps) -> Steps:
    """The periods of an order, as a mediation agreement takes them over (reg 42)."""
    return tuple(Step(step.code, step.days, f"reg 42 with {step.authority}") for step in steps)


def _mediated_kind(facts: Facts, agreement: MediationAgreement) -> OrderKind:
    """What the agreement must be about, from what had been refused or sent when it was made."""
    on = agreement.agreed_on
    earlier: Mapping[OrderKind, date | None] = {
        OrderKind.AMEND: facts.final_sent_on,
        OrderKind.MAKE_PLAN: facts.not_issue_notified_on,
    }
    for kind, day in earlier.items():
        if day is not None and day <= on:
            return kind
    return OrderKind.ASSESS
