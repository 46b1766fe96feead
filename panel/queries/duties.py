"""The dated duties of one case as its page says them: the legal date, the day to act by, and how it stands in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panel.law import clock as law
from panel.law import facts
from panel.law.clock import Code, Status
from panel.law.words import in_words
from panel.models import Case, CaseState, Exemption

WHAT = {
    Code.C1: "Tell the family whether there will be an assessment",
    Code.C3: "Tell the family if there will be no plan",
    Code.C6: "Send the final plan",
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
class DutyLine:
    """One duty. `act_by` is None where nothing is owed; an exemption excuses a late answer and moves no date."""

    code: Code
    what: str
    due_on: date
    act_by: date | None
    standing: Standing
    sentence: str


def duties(case: Case, exemptions: Iterable[Exemption], today: date) -> tuple[DutyLine, ...]:
    """C1 (reg 5(1)), C3 (reg 10(1)) and C6 (reg 13(2)) of this case, as the clock reads them on the day `today`."""
    rows = {row.code: row for row in law.clock(facts_of(case, exemptions, today)).duties}
    return tuple(_line(rows[code], case, today) for code in WHAT)


def facts_of(case: Case, exemptions: Iterable[Exemption], today: date) -> facts.Facts:
    """What the case records of its steps. Which answer the family was told follows from where the case was brought by it."""
    told, refused = case.assess_notified_on, case.state == CaseState.NOT_ASSESSED
    plan, no_plan = case.issue_notified_on, case.state == CaseState.NOT_ISSUED
    return facts.Facts(
        received_on=case.received_on,
        as_of=today,
        exemptions=tuple(
            facts.Exemption(Code(one.stage), one.ground, one.starts_on, one.ends_on, one.impractical_because)
            for one in exemptions
        ),
        assess_notified_on=None if refused else told,
        refused_notified_on=told if refused else None,
        issue_notified_on=None if no_plan else plan,
        not_issue_notified_on=plan if no_plan else None,
        final_sent_on=case.final_sent_on,
    )


def _line(row: law.Duty, case: Case, today: date) -> DutyLine:
    if row.met_on is not None:
        standing, sentence = Standing.MET, _done(row)
    else:
        standing, sentence = _not_owed(row.code, case) or _open(row, today)
    owed = standing not in {Standing.MET, Standing.NOT_NEEDED}
    return DutyLine(row.code, WHAT[row.code], row.legal_due, row.act_by if owed else None, standing, sentence)


def _not_owed(code: Code, case: Case) -> tuple[Standing, str] | None:
    """What the authority's own decision has made needless, or has not brought about yet."""
    if case.state == CaseState.WITHDRAWN:
        return Standing.NOT_NEEDED, "Not needed: the request was withdrawn."
    if code is Code.C1:
        return None
    match case.state:
        case CaseState.REQUESTED:
            return Standing.NOT_YET, "Only if there is an assessment."
        case CaseState.NOT_ASSESSED:
            return Standing.NOT_NEEDED, "Not needed: decided not to assess."
        case CaseState.NOT_ISSUED if code is Code.C6:
            return Standing.NOT_NEEDED, "Not needed: decided not to issue a plan."
        case CaseState.DRAFTING | CaseState.ISSUED if code is Code.C3:
            return Standing.NOT_NEEDED, "Not needed: there will be a plan."
        case CaseState.ASSESSING if code is Code.C6:
            return Standing.NOT_YET, "Only if a plan is issued."
    return None


def _done(row: law.Duty) -> str:
    how = "in time" if row.status is Status.MET_ON_TIME else f"{_days(row.days_late)} late"
    return f"Done on {in_words(row.met_on)}, {how}." if row.met_on else ""


def _open(row: law.Duty, today: date) -> tuple[Standing, str]:
    left = (row.legal_due - today).days
    if row.status is Status.EXCUSED:
        passed = f"Passed {_days(-left)} ago. " if left < 0 else ""
        return Standing.EXCUSED, f"{passed}An exemption is recorded. The duty still stands."
    if left < 0:
        return Standing.LATE, f"Passed {_days(-left)} ago. The duty still stands: do it as soon as you can."
    if left == 0:
        return Standing.SOON, "Due today."
    return Standing.SOON if row.status is Status.AT_RISK else Standing.OPEN, f"{_days(left)} left."


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
