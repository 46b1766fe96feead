"""When the law excuses a stage that is late, and when it does not. An exemption never moves a date. Pure.

Regulations 5(4), 8(2), 10(4) and 13(3); each asks that keeping the time limit was impractical in this very case.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from panel.law.clock.result import ClosureWindow
from panel.law.facts import Exemption, Facts, SchoolClosure
from panel.law.rules import Code, Ground, RuleSet
from panel.law.words import in_words

ONE_DAY = timedelta(days=1)

# What authorities most often name and no regulation knows: shortage, panel dates, paperwork, leave, a family "agreeing", replies.
_NO_GROUND = re.compile(
    r"\b(?:shortage|vacanc\w+|backlog|capacity|workload|staff\w* (?:leave|absence|sickness)|annual leave|waiting list)\b|"
    r"\bpanel (?:date|meeting|did not|was not|is full)\w*|\b(?:missing|late|incomplete) (?:school )?(?:paper\w*|form\w*|reports?)\b|"
    r"\b(?:parents?|family|mother|father) (?:\w+ )?(?:agree\w*|consent\w*|is happy|are happy)\b|\bconsultation\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Excuse:
    """An exemption as it bears on one period. `lost_days`: days of that period it took, both ends counted."""

    starts_on: date
    ends_on: date | None
    lost_days: int
    refused: str | None

    @property
    def target_on(self) -> date | None:
        """Until when the stage stays excused: the end plus the days lost. None while the condition lasts."""
        return None if self.ends_on is None else self.ends_on + timedelta(days=self.lost_days)

    def holds(self, day: date, legal_due: date) -> bool:
        """Whether the stage is excused on `day`: while the condition lasts, and past the legal date while lost days run."""
        if self.refused is not None or day < self.starts_on:
            return False
        if self.ends_on is None or day <= self.ends_on:
            return True
        return legal_due < day <= self.ends_on + timedelta(days=self.lost_days)


def excuse(exemption: Exemption, facts: Facts, rules: RuleSet, starts_on: date, legal_due: date) -> Excuse:
    """How `exemption` bears on the period from `starts_on` to `legal_due`; `refused` says why it does not excuse it."""
    first = max(exemption.starts_on, starts_on)
    last = legal_due if exemption.ends_on is None else min(exemption.ends_on, legal_due)
    lost = max(0, (last - first).days + 1)
    refused = _refused(exemption, facts, rules, lost)
    return Excuse(exemption.starts_on, exemption.ends_on, lost, refused)


def _refused(exemption: Exemption, facts: Facts, rules: RuleSet, lost_days: int) -> str | None:
    authority = f"{rules.exemption_authority[exemption.stage]}({exemption.ground})"
    ground = rules.grounds[exemption.stage].get(exemption.ground)
    if ground is None:
        return f"{authority} is no ground for this stage."
    if lost_days == 0:
        return "The exemption lies outside the time this stage had."
    if ground == Ground.CLOSURE:
        window = closure_window(facts, rules)
        return None if window.ground_available else f"{authority} does not apply. {window.why}"
    if ground == Ground.ABSENCE and lost_days < rules.absence_days:
        return (
            f"{authority} needs an absence of at least {rules.absence_days} days within the period; "
            f"this one covers {lost_days}."
        )
    return None


def names_no_ground(exemption: Exemption) -> bool:
    """Whether the reason reads like one the regulations do not know, as a shortage of staff. For a notice, never a block."""
    return _NO_GROUND.search(exemption.impractical_because) is not None


def closure_window(facts: Facts, rules: RuleSet) -> ClosureWindow:
    """The days on which advice must have been asked of the school for its closure to excuse (one week before the closure to
    one week before it re-opens, if it is shut for at least four weeks), and whether it was.
    """
    long = [closure for closure in facts.school_closures if _days(closure) >= rules.closure_days]
    if not long:
        return ClosureWindow(None, None, ground_available=False, why=_no_closure(facts, rules))
    asked = facts.advice_asked_on
    windows = [_window(closure, rules) for closure in sorted(long, key=lambda closure: closure.closed_from)]
    begins, ends = next(
        ((begins, ends) for begins, ends in windows if asked is None or asked <= ends), windows[-1]
    )
    days = f"{in_words(begins)} to {in_words(ends)}"
    if asked is None:
        why = f"It is not recorded when advice was asked of the school; the days that count are {days}."
        return ClosureWindow(begins, ends, ground_available=False, why=why)
    if begins <= asked <= ends:
        why = f"Advice was asked on {in_words(asked)}, within {days}. It applies if keeping the limit was impractical for it."
        return ClosureWindow(begins, ends, ground_available=True, why=why)
    why = f"Advice was asked on {in_words(asked)}; the days that count are {days}."
    return ClosureWindow(begins, ends, ground_available=False, why=why)


def _no_closure(facts: Facts, rules: RuleSet) -> str:
    if not facts.school_closures:
        return "No school closure is recorded."
    longest = max(facts.school_closures, key=_days)
    return (
        f"The longest closure is {_days(longest)} days, from {in_words(longest.closed_from)}; "
        f"only one of at least {rules.closure_days} counts."
    )


def _days(closure: SchoolClosure) -> int:
    return (closure.reopens_on - closure.closed_from).days


def _window(closure: SchoolClosure, rules: RuleSet) -> tuple[date, date]:
    margin = timedelta(days=rules.closure_margin_days)
    return closure.closed_from - margin, closure.reopens_on - margin


def exempted(facts: Facts, code: Code) -> tuple[Exemption, ...]:
    """The exemptions recorded for one stage."""
    return tuple(exemption for exemption in facts.exemptions if exemption.stage == code)
