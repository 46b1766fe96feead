"""What an officer does with recommendations beside deciding on one: sends it back to the panel, agrees to several at once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.decide import ADVICE_CHANGED, record_decision
from meetings.actions.locks import lock_question
from meetings.models import AgendaItem, Decision, SentBack
from meetings.queries.decisions import current_recommendation, read_mark, standing_decision
from meetings.rules import decisions
from meetings.rules.states import ITEM
from panel.law.legal import Outcome, Stage
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line


def send_back(*, item: AgendaItem, because: str, by: User, now: datetime) -> SentBack:
    """Ask the panel to look again, with a reason. The recommendation stays; the question waits for a panel once more.

    While the meeting sits its chair takes the item up again; after it the case is among those that wait for a list. The clock
    runs on. Refused: `not_the_decider` for anybody but the designated officer, `no_reason`, `already_decided`, `wrong_state`.
    """
    access.require(by, Verb.DECISION_RECORD, item, now=now)
    reason = clean_line(because, limit=500, label="The reason")
    if Role.OFFICER not in by.roles_on(timezone.localdate(now)):
        raise Refused("not_the_decider", "Only the designated officer sends a recommendation back.")
    if not reason:
        raise Refused("no_reason", "Say what the panel should look at again.", field="because")
    with transaction.atomic():
        locked = lock_question(item)
        if standing_decision(locked.case, Stage(locked.stage)) is not None:
            raise Refused("already_decided", "This is decided already, so nothing is sent back.")
        target = ITEM.target(locked.state, "recommendation.send_back")
        advice = current_recommendation(locked)
        if advice is None:
            raise Refused("no_recommendation", "The panel has not made its recommendation yet.")
        sent = SentBack(recommendation=advice, because=reason, by=by, at=now)
        sent.save()
        locked.state = target
        locked.save(update_fields=["state"])
        audit.record(
            verb="recommendation.send_back",
            by=by,
            at=now,
            subject_kind="recommendation",
            subject=advice.public_id,
            case=locked.case.public_id,
            values={"because": reason},
        )
        return sent


def agree_at_once(
    *, items: Sequence[AgendaItem], by: User, now: datetime, read: Collection[str] | None = None
) -> tuple[Decision, ...]:
    """Agree to several recommendations together, all or none, each its own decision. Never a refusal.

    `read` holds the `read_mark` of each recommendation the officer had before her: where another one stands by now, or a dissent
    was put on record since, none is agreed to.
    Refused: `stale`, `refusal_at_once`, `nothing_chosen`, `too_many`, and everything of `record_decision` with the case it is about.
    """
    for item in items:
        access.require(by, Verb.DECISION_RECORD, item, now=now)
    with transaction.atomic():
        advised = []
        # In one order, so that two officers never wait for each other.
        for item in sorted(items, key=lambda one: (one.meeting_id, one.pk)):
            advice = current_recommendation(item)
            if advice is None:
                raise Refused("no_recommendation", f"{item.case.reference}: the panel has not advised.")
            if read is not None and read_mark(advice) not in read:
                raise Refused("stale", f"{item.case.reference}: {ADVICE_CHANGED}")
            advised.append((item, advice))
        outcomes = [Outcome(advice.outcome) for _, advice in advised]
        decisions.refuse(decisions.check_at_once(outcomes))
        made = []
        for (item, advice), outcome in zip(advised, outcomes, strict=True):
            try:
                made.append(
                    record_decision(
                        case=item.case,
                        stage=Stage(item.stage),
                        item=item,
                        outcome=outcome,
                        advice_read=read_mark(advice),
                        by=by,
                        now=now,
                    )
                )
            except Refused as no:
                raise Refused(no.code, f"{item.case.reference}: {no.sentence}", field="items") from no
        return tuple(made)
