"""How far a demonstration case has come: when it was asked for, what was decided and told, what advice is in.

The authority is late, as West Sussex was in 2024: see `figures` for where the shares come from.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from panel.demonstration import figures
from panel.demonstration.settings_list import HEALTH, PSYCHOLOGY, SOCIAL_CARE
from panel.law.workdays import first_working_day_on_or_after, last_working_day_on_or_before

SIX_WEEKS = 42
SIXTEEN_WEEKS = 112
ONE_DAY = timedelta(days=1)

Advice = tuple[str, str, date, date | None]


@dataclass(frozen=True, slots=True)
class Progress:
    """A case's dates. `advice` is (item, who was asked, asked on, received on or None)."""

    received_on: date
    assess_decided_on: date | None = None
    assess_notified_on: date | None = None
    issue_decided_on: date | None = None
    issue_notified_on: date | None = None
    advice: tuple[Advice, ...] = ()

    def columns(self) -> dict[str, str]:
        """The columns of a case in flight."""
        cells = {"received_on": self.received_on.isoformat()}
        for stage in ("assess", "issue"):
            decided_on, notified_on = (
                getattr(self, f"{stage}_decided_on"),
                getattr(self, f"{stage}_notified_on"),
            )
            if decided_on:
                cells |= {f"{stage}_outcome": stage, f"{stage}_decided_on": decided_on.isoformat()}
            if notified_on:
                cells[f"{stage}_notified_on"] = notified_on.isoformat()
        for n, (item, body, asked_on, received_on) in enumerate(self.advice, start=1):
            cells |= {
                f"advice{n}_item": item,
                f"advice{n}_body": body,
                f"advice{n}_requested_on": asked_on.isoformat(),
                f"advice{n}_received_by_body_on": asked_on.isoformat(),
                f"advice{n}_received_on": received_on.isoformat() if received_on else "",
            }
        return cells


def waiting_since(day: date, chance: random.Random) -> date:
    """When a request came in that waits for its first decision: most are within six weeks, the rest a little over."""
    in_time = chance.random() < figures.TOLD_IN_SIX_WEEKS
    return received(day, chance.randint(1, SIX_WEEKS) if in_time else chance.randint(SIX_WEEKS + 1, 80))


def assessed_since(day: date, chance: random.Random) -> date:
    """When a request came in whose assessment is under way."""
    return received(day, round(figures.weeks_open(chance) * 7))


def received(day: date, days: int) -> date:
    """A working day, so many days ago or just before."""
    return last_working_day_on_or_before(day - timedelta(days=days))


def assessing(
    received_on: date, day: date, setting: str, chance: random.Random, *, older: bool = False
) -> Progress:
    """An assessment under way or, past week 16, perhaps a plan being written. `older`: in or beyond year 9."""
    told_by = received_on + timedelta(days=chance.randint(24, SIX_WEEKS))
    if chance.random() > figures.TOLD_IN_SIX_WEEKS:
        told_by += timedelta(days=chance.randint(7, 28))
    decided_on, notified_on = _told(min(told_by, day - ONE_DAY), received_on)
    advice = _advice(notified_on, setting, day, chance, older=older)
    so_far = Progress(received_on, decided_on, notified_on, advice=advice)
    if (day - received_on).days <= SIXTEEN_WEEKS or chance.random() > figures.WRITING_SHARE:
        return so_far
    answered = _answered(advice, day)
    last_answer = max(got for _, _, _, got in answered if got)
    issue_by = max(last_answer + 10 * ONE_DAY, received_on + (SIXTEEN_WEEKS - 14) * ONE_DAY)
    issue_decided_on, issue_notified_on = _told(min(issue_by, day - ONE_DAY), last_answer)
    return replace(
        so_far, issue_decided_on=issue_decided_on, issue_notified_on=issue_notified_on, advice=answered
    )


def ready_to_issue(
    received_on: date, day: date, setting: str, chance: random.Random, *, older: bool = False
) -> Progress:
    """An assessment whose advice is all in: the second question can be asked. `older`: in or beyond year 9."""
    decided_on, notified_on = _told(received_on + timedelta(days=chance.randint(33, 40)), received_on)
    advice = _answered(_advice(notified_on, setting, day, chance, older=older), day)
    return Progress(received_on, decided_on, notified_on, advice=advice)


def _told(by: date, not_before: date) -> tuple[date, date]:
    """A decision and the day the family was told of it: working days, a few days apart where there is room."""
    notified_on = max(last_working_day_on_or_before(by), not_before)
    decided_on = max(last_working_day_on_or_before(notified_on - timedelta(days=2)), not_before)
    return decided_on, notified_on


def _answered(advice: tuple[Advice, ...], day: date) -> tuple[Advice, ...]:
    return tuple((item, body, asked, got or _answer(asked, day)) for item, body, asked, got in advice)


def _answer(asked_on: date, day: date) -> date:
    """In six weeks, or by the day before yesterday."""
    return max(
        asked_on, last_working_day_on_or_before(min(asked_on + SIX_WEEKS * ONE_DAY, day - 2 * ONE_DAY))
    )


def _advice(
    asked_on: date, setting: str, day: date, chance: random.Random, *, older: bool
) -> tuple[Advice, ...]:
    """What is always sought, (a) to (e), and (g) from year 9 on. Psychologists' advice takes longest, for want of psychologists."""
    bodies = [
        ("a", "Family", 5),
        ("b", setting or "Last setting attended", 4),
        ("c", HEALTH, 7),
        ("d", PSYCHOLOGY, 16),
        ("e", SOCIAL_CARE, 5),
    ]
    if older:
        bodies.append(("g", setting or "Last setting attended", 5))
    rows = []
    for item, body, usual_weeks in bodies:
        due = asked_on + timedelta(days=round(usual_weeks * 7 * chance.uniform(0.6, 1.5)))
        rows.append(
            (
                item,
                body,
                asked_on,
                first_working_day_on_or_after(due) if due < day - timedelta(days=7) else None,
            )
        )
    return tuple(rows)
