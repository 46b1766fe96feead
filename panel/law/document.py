"""The text of `docs/deadlines.md`, written from the rules so that it cannot say anything else. Pure.

`python -m panel.law.document` writes it to standard output.
"""

import sys
from collections.abc import Iterable, Sequence

from panel.law.clock import Status
from panel.law.clock.dates import AT_RISK_WORKING_DAYS, LETTER_DAYS, MODERATION_DAYS, POST_DAYS
from panel.law.rights import (
    APPEAL_MONTHS,
    CERTIFICATE_MONTHS,
    CERTIFICATE_WORKING_DAYS,
    MEDIATION_ARRANGED_DAYS,
    MEDIATION_CONTACT_MONTHS,
)
from panel.law.rules import RULE_SETS, Basis, Code, Ground, OrderKind, RuleSet, Steps, UnopposedKind
from panel.law.words import in_words

DAYS_A_WEEK = 7

_ORDERS = {
    OrderKind.ASSESS: "Assess or re-assess",
    OrderKind.MAKE_PLAN: "Make and maintain a plan",
    OrderKind.AMEND: "Amend the provision in a plan",
    OrderKind.NAME_SETTING: "Change the named setting",
    OrderKind.RECONSIDER: "Reconsider, where the order gives no other time",
}
_UNOPPOSED = {
    UnopposedKind.REFUSAL_TO_ASSESS: "Refusal to assess",
    UnopposedKind.REFUSAL_TO_ISSUE: "Refusal to issue",
    UnopposedKind.CONTENTS: "Contents of a plan",
}
_GROUNDS = {
    Ground.CLOSURE: "advice asked of a setting around a closure of at least four weeks",
    Ground.EXCEPTIONAL: "exceptional personal circumstances of the child, parent or young person in the period",
    Ground.ABSENCE: "absence from the area for a continuous four weeks or more of the period",
    Ground.MISSED_APPOINTMENT: "the child or young person missed an examination or test in the period",
}
_STATUSES = {
    Status.MET_ON_TIME: "done on or before the legal date",
    Status.MET_LATE: "done after it",
    Status.DUE: "open, its date is ahead",
    Status.AT_RISK: f"open, from {AT_RISK_WORKING_DAYS} working days before the safe date to the legal date",
    Status.BREACHED: "open after the legal date",
    Status.EXCUSED: "open or late, and an exemption applies; the date stays",
    Status.SUPERSEDED: "something else took its place or made it fall away; the date stays and the row is kept",
}


def deadlines(rule_sets: Sequence[RuleSet] = RULE_SETS) -> str:
    """The whole page as Markdown."""
    parts = [
        _INTRODUCTION,
        *(part for rules in rule_sets for part in _rule_set(rules)),
        _heading("What a status says"),
        _table(("Status", "Meaning"), ((f"`{status}`", _STATUSES[status]) for status in Status)),
        _panels(),
        _APPEALS,
        _RIGHTS,
        _OPEN,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _rule_set(rules: RuleSet) -> Iterable[str]:
    yield _heading(f"Requests received from {in_words(rules.effective_from)} (`{rules.version}`)")
    yield _table(("Code", "Duty", "Counted from", "Days", "Authority"), _duties(rules))
    yield (
        f"The draft plan is aimed at {rules.draft_target_days} days (week {rules.draft_target_days // DAYS_A_WEEK}). The family "
        f"has {rules.reply_days} days counted from the day of service itself: served on day 1, last answer on day "
        f"{rules.reply_days}, final plan from day {rules.reply_days + 1}."
    )
    yield _heading("What excuses a stage", 3)
    yield (
        "An exemption excuses and never moves a date. It is recorded for one stage of one case with the reason keeping the "
        "limit was impractical. The stage is excused while the condition lasts and, past the legal date, for as many days "
        "after it as it took from the period; then it is breached. "
        f"A closure counts if the setting is shut for at least {rules.closure_days} days and was asked for advice from "
        f"{rules.closure_margin_days} days before it shuts to {rules.closure_margin_days} days before it re-opens."
    )
    yield _table(("Stage", "Authority", "Ground"), _exemptions(rules))
    yield _heading("What restates a duty", 3)
    yield (
        "Each event gives the duties a further row; open rows before it are superseded. Days are counted from the order, from "
        "the day the tribunal is told, or from the agreement. A mediation agreement takes the periods of the order it stands "
        "for (reg 42), unless the parties agree other dates in writing. A direction in an order comes before the regulation."
    )
    yield _table(("Event", "Basis", "Duties and days", "Authority"), _restated(rules))


def _duties(rules: RuleSet) -> Iterable[Sequence[str]]:
    for code in Code:
        days = rules.days[code]
        weeks = f" ({days // DAYS_A_WEEK} weeks)" if days % DAYS_A_WEEK == 0 and code != Code.C5 else ""
        yield (code, rules.label[code], rules.counted_from[code], f"{days}{weeks}", rules.authority[code])


def _exemptions(rules: RuleSet) -> Iterable[Sequence[str]]:
    for code, grounds in rules.grounds.items():
        for letter, ground in grounds.items():
            setting = " (early years)" if ground == Ground.CLOSURE and letter == "b" else ""
            yield (code, f"{rules.exemption_authority[code]}({letter})", _GROUNDS[ground] + setting)


def _restated(rules: RuleSet) -> Iterable[Sequence[str]]:
    rows: list[tuple[str, Basis, Steps]] = [
        *((f"Order: {_ORDERS[kind].lower()}", Basis.REG44, steps) for kind, steps in rules.orders.items()),
        *(
            (f"Appeal not opposed: {_UNOPPOSED[kind].lower()}", Basis.REG45, steps)
            for kind, steps in rules.unopposed.items()
        ),
        *(
            (f"Reversal without any of these: {_UNOPPOSED[kind].lower()}", Basis.REVERSAL, steps)
            for kind, steps in rules.reversal.items()
        ),
    ]
    for event, basis, steps in rows:
        days = ", ".join(f"{step.code} {step.days}" for step in steps)
        yield (event, f"`{basis}`", days, steps[0].authority)


def _panels() -> str:
    days = MODERATION_DAYS + LETTER_DAYS + POST_DAYS
    return f"""{_heading("The latest safe panel")}

{days} working days before the safe date of C1 or C3: {MODERATION_DAYS} for moderation, {LETTER_DAYS} for the letter and
{POST_DAYS} for the post, unless told otherwise. A case that can wait for no panel is decided by the officer without one. Deferring
an item moves nothing."""


def _heading(text: str, level: int = 2) -> str:
    return f"{'#' * level} {text}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_INTRODUCTION = """
# Deadlines

Written from the rules in `panel/law` (`python -m panel.law.document`); a test keeps it current. Do not edit it by hand.
This page says how the software counts. It is no legal advice.

- **Legal date**: the starting day plus whole weeks or days in calendar days. Weekends, bank holidays and school holidays neither
  stop nor extend it. The starting day is the day the request reached any part of the authority by any way.
- **Safe date**: the day before, because some sources count the day of receipt as day one.
- **Act-by date**: the last working day on or before the safe date. The authority's dates roll back, never forward. A working day
  is no Saturday, Sunday, bank holiday of England and Wales or closed day of the authority.
- A duty is met when the family is told (the letter is sent), not when a panel met. The weeks are outer limits: the first duty is
  "as soon as practicable".
- A day of reading (`as_of`) is part of every answer; what was recorded for a later day does not count yet.
"""

_APPEALS = f"""
{_heading("Mediation and appeal")}

Counted in calendar months from the date of the letter, which is the day it is sent: the corresponding date, or the last day of a
month that has no such date.

- Contact a mediation adviser within {MEDIATION_CONTACT_MONTHS} months (reg 33). This date does not roll.
- The authority arranges mediation within {MEDIATION_ARRANGED_DAYS} days of being told (reg 36); a certificate without mediation
  comes within {CERTIFICATE_WORKING_DAYS} working days (s55(4), reg 34).
- Appeal within {APPEAL_MONTHS} months of the letter or {CERTIFICATE_MONTHS} month of the certificate, whichever is later (HESC
  Rules r20). A last day from 25 December to 1 January becomes the first working day after 1 January, one in August the first
  working day after 31 August, any other closed day the next working day (r12). The authority's own closed days do not count.
"""

_RIGHTS = f"""
{_heading("Whose rights they are")}

The rights pass to the young person on the day after the last Friday in June of the school year (1 September to 31 August) in
which the child turns 16 (Education Act 1996 s8; Children and Families Act 2014 s83), and end at 25.
A refusal starts no waiting time for a new request. An assessment completed within six months is a notice, never a block
(s36(6)(b)). After a reversal without an order, a notice to the tribunal or a mediation agreement the first dates stay the legal
ones (R (W) v Hertfordshire [2023] EWHC 3138 (Admin)); the dates beside them are to work to.
"""

_OPEN = f"""
{_heading("To be confirmed by the authority's lawyers")}

These were written from general knowledge and not checked against the text in force: reg 25; reg 44(2)(d) and (f), and the
exemptions of reg 44(3); reg 45 for appeals against a refusal to issue; HESC Rules r12 as it applies in the First-tier Tribunal;
the operational dates after a reversed refusal to issue, which follow reg 45 by analogy.
"""


if __name__ == "__main__":
    sys.stdout.write(deadlines())
