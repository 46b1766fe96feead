"""The periods of the statutory clock as effective-dated data: a reform adds a `RuleSet`, it edits none. Pure.

Sources: Children and Families Act 2014; Special Educational Needs and Disability Regulations 2014 (SI 2014/1530, "reg") as
amended by SI 2015/359; Code of Practice 2015 ("CoP"). Periods are calendar days counted from the day after the starting day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Code(StrEnum):
    """The duties of the process, in the order they fall."""

    C1 = "C1"
    C1A = "C1a"
    C2A = "C2a"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C5A = "C5a"
    C6 = "C6"
    C7 = "C7"


class Basis(StrEnum):
    """Which event a date is counted from: the request (`statutory`, the ordinary timetable) or what restated it."""

    STATUTORY = "statutory"
    REG44 = "reg44"
    REG42 = "reg42"
    REG45 = "reg45"
    REVERSAL = "reversal"


class OrderKind(StrEnum):
    """What a tribunal may order (reg 44(2)); a mediation agreement of the same kind takes the same periods (reg 42)."""

    ASSESS = "assess"
    MAKE_PLAN = "make_plan"
    AMEND = "amend"
    NAME_SETTING = "name_setting"
    RECONSIDER = "reconsider"


class UnopposedKind(StrEnum):
    """Which appeal the authority told the tribunal it will not oppose (reg 45)."""

    REFUSAL_TO_ASSESS = "refusal_to_assess"
    REFUSAL_TO_ISSUE = "refusal_to_issue"
    CONTENTS = "contents"


class Ground(StrEnum):
    """What an exemption rests on; the letters are those of regs 5(4) and 10(4)."""

    CLOSURE = "closure"
    EXCEPTIONAL = "exceptional"
    ABSENCE = "absence"
    MISSED_APPOINTMENT = "missed_appointment"


@dataclass(frozen=True, slots=True)
class Step:
    """A duty restated by an event: due `days` after it, under `authority`."""

    code: Code
    days: int
    authority: str


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One state of the law. `days` from the starting day of each duty; `restated` what each event puts in its place."""

    version: str
    effective_from: date
    label: Mapping[Code, str]
    days: Mapping[Code, int]
    counted_from: Mapping[Code, str]
    authority: Mapping[Code, str]
    orders: Mapping[OrderKind, Steps]
    unopposed: Mapping[UnopposedKind, Steps]
    reversal: Mapping[UnopposedKind, Steps]
    grounds: Mapping[Code, Mapping[str, Ground]]
    exemption_authority: Mapping[Code, str]
    draft_target_days: int
    reply_days: int
    closure_days: int
    closure_margin_days: int
    absence_days: int
    assessment_months: int


_DECISION_GROUNDS = {
    "a": Ground.CLOSURE,
    "b": Ground.CLOSURE,
    "c": Ground.EXCEPTIONAL,
    "d": Ground.ABSENCE,
}

CFA_2014 = RuleSet(
    version="cfa2014",
    effective_from=date(2014, 9, 1),
    label={
        Code.C1: "Tell the family whether there will be an assessment",
        Code.C1A: "Hear the family’s views on whether to assess",
        Code.C2A: "Ask for all advice",
        Code.C2: "Each adviser answers",
        Code.C3: "Tell the family if there will be no plan",
        Code.C4: "Send the draft plan",
        Code.C5: "The family may answer the draft",
        Code.C5A: "The setting consulted answers",
        Code.C6: "Send the final plan",
        Code.C7: "Tell the family whether there will be a re-assessment",
    },
    days={
        Code.C1: 6 * 7,  # reg 5(1): six weeks
        Code.C1A: 15,
        Code.C2A: 6 * 7,
        Code.C2: 6 * 7,  # reg 8(1): six weeks
        Code.C3: 16 * 7,  # reg 10(1): sixteen weeks
        Code.C4: 20 * 7 - 15,
        Code.C5: 14,  # reg 13(1)(a): 15 days beginning with the day of service, so the last is service + 14
        Code.C5A: 15,  # CoP 9.83
        Code.C6: 20 * 7,  # reg 13(2): twenty weeks
        Code.C7: 15,  # reg 25
    },
    counted_from={
        Code.C1: "the request",
        Code.C1A: "the request",
        Code.C2A: "the request",
        Code.C2: "the day the adviser is asked",
        Code.C3: "the request",
        Code.C4: "the request",
        Code.C5: "the day the draft is served",
        Code.C5A: "the day the setting is consulted, taken as the day the draft is served",
        Code.C6: "the request",
        Code.C7: "the request for re-assessment",
    },
    authority={
        Code.C1: "reg 5(1)",
        Code.C1A: "s36(7); practice: no period is set by law, and views count until the decision",
        Code.C2A: "practice: with the decision to assess, so that advice under reg 8(1) comes in time",
        Code.C2: "reg 8(1)",
        Code.C3: "reg 10(1)",
        Code.C4: "reg 13(1); no date of its own: the last day that leaves 15 days before the final plan",
        Code.C5: "reg 13(1)(a)",
        Code.C5A: "CoP 9.83",
        Code.C6: "reg 13(2)",
        Code.C7: "reg 25",
    },
    orders={
        OrderKind.ASSESS: (
            Step(Code.C1, 14, "reg 44(2)(b)"),
            Step(Code.C3, 70, "reg 44(2)(b)"),
            Step(Code.C6, 98, "reg 44(2)(b)"),
        ),
        OrderKind.MAKE_PLAN: (
            Step(Code.C4, 35, "reg 44(2)(c)"),
            Step(Code.C6, 77, "reg 44(2)(c)"),
        ),
        OrderKind.AMEND: (Step(Code.C6, 35, "reg 44(2)(e)"),),
        OrderKind.NAME_SETTING: (Step(Code.C6, 14, "reg 44(2)(f)"),),
        OrderKind.RECONSIDER: (Step(Code.C3, 14, "reg 44(2)(d)"),),
    },
    unopposed={
        UnopposedKind.REFUSAL_TO_ASSESS: (
            Step(Code.C1, 14, "reg 45"),
            Step(Code.C3, 70, "reg 45"),
            Step(Code.C6, 98, "reg 45"),
        ),
        UnopposedKind.REFUSAL_TO_ISSUE: (
            Step(Code.C4, 35, "reg 45"),
            Step(Code.C6, 77, "reg 45"),
        ),
        UnopposedKind.CONTENTS: (Step(Code.C6, 35, "reg 45"),),
    },
    reversal={
        UnopposedKind.REFUSAL_TO_ASSESS: (
            Step(Code.C3, 70, "the ombudsman’s practice; the first date stays the legal one"),
            Step(Code.C6, 98, "the ombudsman’s practice; the first date stays the legal one"),
        ),
        UnopposedKind.REFUSAL_TO_ISSUE: (
            Step(Code.C4, 35, "by analogy with reg 45; the first date stays the legal one"),
            Step(Code.C6, 77, "by analogy with reg 45; the first date stays the legal one"),
        ),
    },
    grounds={
        Code.C1: _DECISION_GROUNDS,
        Code.C2: {
            "a": Ground.EXCEPTIONAL,
            "b": Ground.ABSENCE,
            "c": Ground.MISSED_APPOINTMENT,
        },
        Code.C3: _DECISION_GROUNDS,
        Code.C6: _DECISION_GROUNDS,
    },
    exemption_authority={
        Code.C1: "reg 5(4)",
        Code.C2: "reg 8(2)",
        Code.C3: "reg 10(4)",
        Code.C6: "reg 13(3)",
    },
    draft_target_days=14 * 7,  # practice: week 14, so that the final plan is not written in the last days
    reply_days=15,  # reg 13(1)(a)
    closure_days=28,  # regs 5(4)(a), 10(4)(a): closed for at least four weeks
    closure_margin_days=7,  # asked from one week before the closure to one week before it ends
    absence_days=28,  # regs 5(4)(d), 8(2)(b): a continuous period of at least four weeks
    assessment_months=6,  # s36(6)(b)
)
RULE_SETS: tuple[RuleSet, ...] = (CFA_2014,)


def rules_for(received_on: date, rule_sets: Sequence[RuleSet] = RULE_SETS) -> RuleSet:
    """The rules that govern a request received on `received_on`; the oldest for anything earlier still."""
    begun = [rules for rules in rule_sets if rules.effective_from <= received_on]
    oldest = min(rule_sets, key=lambda rules: rules.effective_from)
    return max(begun, key=lambda rules: rules.effective_from, default=oldest)
