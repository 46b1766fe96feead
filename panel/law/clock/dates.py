"""The plain dates of the clock, for code that needs one date and not the whole story. Pure.

Legal date: the starting day plus whole weeks in calendar days; nothing stops or extends it. Safe date: the day before, because
some sources count the day of receipt as day one. Act-by date: the last working day on or before the safe date; the
authority's dates only ever roll back.
"""

from datetime import date, timedelta

from panel.law.legal import Stage
from panel.law.rules import Code, rules_for
from panel.law.workdays import NO_DAYS, Days, add_working_days, last_working_day_on_or_before

# law.md 2.9: working days between a panel and the family being told
MODERATION_DAYS = 3
LETTER_DAYS = 2
POST_DAYS = 2
AT_RISK_WORKING_DAYS = 10
STAGE_DUTY = {Stage.ASSESS: Code.C1, Stage.ISSUE: Code.C3}


def legal_due(code: Code, received_on: date) -> date:
    """The last lawful day of a duty that is counted from the request."""
    return received_on + timedelta(days=rules_for(received_on).days[code])


def assess_due(received_on: date) -> date:
    """C1: the family is told whether there will be an assessment (reg 5(1): 42 days)."""
    return legal_due(Code.C1, received_on)


def issue_due(received_on: date) -> date:
    """C3: the family is told that there will be no plan (reg 10(1): 112 days)."""
    return legal_due(Code.C3, received_on)


def final_due(received_on: date) -> date:
    """C6: the final plan is sent (reg 13(2): 140 days)."""
    return legal_due(Code.C6, received_on)


def draft_target(received_on: date) -> date:
    """When the draft plan is aimed at in practice; the law sets no date for it, C4 is the last that leaves 15 days."""
    return received_on + timedelta(days=rules_for(received_on).draft_target_days)


def stage_due(received_on: date, stage: Stage) -> date:
    """The last lawful day to tell the family the answer to the question of `stage`."""
    return legal_due(STAGE_DUTY[stage], received_on)


def asked_by(due: date, stage: Stage) -> date:
    """The last day of request on the ordinary timetable whose answer is due on `due` or before."""
    day = due
    while stage_due(day, stage) > due:
        day -= timedelta(days=1)
    return day


def safe(due: date) -> date:
    """The day before the legal date, which is in time however the day of receipt is counted."""
    return due - timedelta(days=1)


def act_by(due: date, closed: Days = NO_DAYS) -> date:
    """The last working day on which the authority can act and be safe: on or before the day before `due`."""
    return last_working_day_on_or_before(safe(due), closed)


def at_risk_from(due: date, closed: Days = NO_DAYS) -> date:
    """The day from which an open duty is shown as at risk: ten working days before its safe date."""
    return add_working_days(safe(due), -AT_RISK_WORKING_DAYS, closed)


def latest_safe_panel_for(
    due: date,
    *,
    moderation_days: int = MODERATION_DAYS,
    letter_days: int = LETTER_DAYS,
    post_days: int = POST_DAYS,
    closed: Days = NO_DAYS,
) -> date:
    """The last day a panel can hear a case that is due on `due` and the letter still arrives by the safe date."""
    return add_working_days(safe(due), -(moderation_days + letter_days + post_days), closed)


def latest_safe_panel(
    received_on: date,
    stage: Stage,
    *,
    moderation_days: int = MODERATION_DAYS,
    letter_days: int = LETTER_DAYS,
    post_days: int = POST_DAYS,
    closed: Days = NO_DAYS,
) -> date:
    """The same for a request and a stage on the ordinary timetable; restated duties go through `latest_safe_panel_for`."""
    return latest_safe_panel_for(
        stage_due(received_on, stage),
        moderation_days=moderation_days,
        letter_days=letter_days,
        post_days=post_days,
        closed=closed,
    )
