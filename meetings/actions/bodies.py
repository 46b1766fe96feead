"""Telling health and social care of decisions (regs 5(2) and 10(2), law.md 1.5): the clerk sends a sheet, and says when and how,
or later that this was a mistake.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.locks import lock_case
from meetings.models import BodyTold, BodyToldMistake, Decision
from meetings.queries.bodies import Owing, owing_to
from panel.law.notices import Party
from panel.law.words import until_today
from panel.models import Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def record_body_told(
    *, body: Party, decisions: Collection[uuid.UUID], on: date, how: str, by: User, now: datetime
) -> tuple[BodyTold, ...]:
    """Note that `body` was told of these decisions, on which day and in which way: all of them or none.

    Those it was told of already are left as they are. Refused: `how`, `on`, `not_owed` for one that does not stand any more or
    is closed to this user. Audits `notice.tell`, once for each decision.
    """
    access.require(by, Verb.NOTICE_TELL, None, now=now)
    said = clean_line(how, limit=200, label="How they were told")
    if not said:
        raise Refused("how", "Say how they were told.", field="how")
    with transaction.atomic():
        # The lock under which a decision is superseded and a letter goes.
        locked = Case.objects.select_for_update(of=("self",)).filter(decisions__public_id__in=decisions)
        list(locked.order_by("pk"))
        known = set(
            BodyTold.objects.standing()
            .filter(body=body.value, decision__public_id__in=decisions)
            .values_list("decision__public_id", flat=True)
        )
        owing = owing_to(body, by, now, only=decisions)
        if {row.decision.public_id for row in owing} | known < set(decisions):
            raise Refused(
                "not_owed", "One of these decisions is not to be told any more. Choose again from the list."
            )
        first = max((row.family_told_on for row in owing), default=on)
        if not first <= on <= timezone.localdate(now):
            raise Refused("on", until_today(first, timezone.localdate(now)), field="on")
        made = _rows(owing, body, on, said, by, now)
        BodyTold.objects.bulk_create(made)
        audit.record_many(
            [
                audit.Event(
                    Verb.NOTICE_TELL,
                    "decision",
                    row.decision.public_id,
                    row.decision.case.public_id,
                    {"body": body.value, "on": str(on), "how": said},
                )
                for row in owing
            ],
            by=by,
            at=now,
        )
        return tuple(made)


def _rows(owing: Sequence[Owing], body: Party, on: date, how: str, by: User, now: datetime) -> list[BodyTold]:
    """A row for each decision; one that follows a mistake supersedes it."""
    decisions = [row.decision for row in owing]
    before = BodyTold.objects.filter(body=body.value, decision__in=decisions, superseded_by=None)
    mistaken = {row.decision_id: row for row in before}
    return [
        BodyTold(
            decision=one, body=body.value, on=on, how=how, by=by, at=now, supersedes=mistaken.get(one.pk)
        )
        for one in decisions
    ]


def take_back_told(
    *, decision: Decision, body: Party, because: str, by: User, now: datetime
) -> BodyToldMistake | None:
    """Say that it was a mistake to record that `body` was told of a decision: it is owed again. Nothing where it was not recorded.

    Refused: `because`. Audits `notice.tell_back`.
    """
    access.require(by, Verb.NOTICE_TELL, decision, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("because", "Say what was wrong.", field="because")
    with transaction.atomic():
        lock_case(decision.case)
        told = BodyTold.objects.standing().filter(decision=decision, body=body.value).first()
        if told is None:
            return None
        row = BodyToldMistake(told=told, because=reason, by=by, at=now)
        row.save()
        audit.record(
            verb="notice.tell_back",
            by=by,
            at=now,
            subject_kind="decision",
            subject=decision.public_id,
            case=decision.case.public_id,
            values={"body": body.value, "because": reason},
        )
        return row
