"""Which duty a case owes next and when: columns of the case that lists sort and filter by. An index, never the truth."""

from panel.law.clock import Code, assess_due, final_due, issue_due
from panel.models import Case, CaseState

FIELDS = ("next_duty", "next_due_on")


def refresh(case: Case) -> None:
    """Set the two columns on the object from its state and dates, for the caller to save with `FIELDS`.

    A duty is met when the family is told, not when it is decided: a refusal nobody was told of still owes its letter.
    `next_due_on` is the legal date; an exemption excuses a late answer and moves no date, so it plays no part here.
    """
    duty = _next_duty(case)
    case.next_duty = duty or ""
    case.next_due_on = DUE[duty](case.received_on) if duty else None


def _next_duty(case: Case) -> Code | None:
    told_assess, told_issue = case.assess_notified_on is not None, case.issue_notified_on is not None
    match case.state:
        case CaseState.REQUESTED:
            return Code.C1
        case CaseState.NOT_ASSESSED:
            return None if told_assess else Code.C1
        case CaseState.ASSESSING:
            return Code.C3 if told_assess else Code.C1
        case CaseState.NOT_ISSUED:
            return None if told_issue else Code.C3
        case CaseState.DRAFTING:
            return Code.C6
        case _:
            return None


DUE = {Code.C1: assess_due, Code.C3: issue_due, Code.C6: final_due}
