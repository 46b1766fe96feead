"""The statutory clock: every duty of a request with its dates and its state, from recorded facts alone. Pure."""

from panel.law.clock.dates import (
    act_by,
    assess_due,
    at_risk_from,
    draft_target,
    final_due,
    issue_due,
    latest_safe_panel,
    latest_safe_panel_for,
    safe,
    stage_due,
)
from panel.law.clock.reading import NextDuty, clock, early_warning, next_duty
from panel.law.clock.result import Appeal, ClosureWindow, DraftWindow, Duty, Notice, Result, Status
from panel.law.rules import RULE_SETS, Basis, Code, OrderKind, RuleSet, UnopposedKind, rules_for

__all__ = [
    "RULE_SETS",
    "Appeal",
    "Basis",
    "ClosureWindow",
    "Code",
    "DraftWindow",
    "Duty",
    "NextDuty",
    "Notice",
    "OrderKind",
    "Result",
    "RuleSet",
    "Status",
    "UnopposedKind",
    "act_by",
    "assess_due",
    "at_risk_from",
    "clock",
    "draft_target",
    "early_warning",
    "final_due",
    "issue_due",
    "latest_safe_panel",
    "latest_safe_panel_for",
    "next_duty",
    "rules_for",
    "safe",
    "stage_due",
]
