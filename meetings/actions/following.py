"""What follows from a panel: its next steps become actions, owners are reminded of them, and somebody says what became of each."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models import Action, ActionReport, AgendaItem, NextStep
from meetings.queries.hands import hands_of
from meetings.rules.decisions import refuse
from meetings.rules.following import VERB_TO, Reminder, remind_through, reminder_due, report_problems
from meetings.rules.states import ACTION, ActionState
from panel.models import Dispatch, User
from panel.platform import access, audit, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

REMIND = "action.remind"
WORDS_LIMIT = 500
# So many promises in one round; the next round makes the rest.
MOST_AT_ONCE = 500


def follow_up(item: AgendaItem, steps: Sequence[NextStep], now: datetime) -> None:
    """Make an action of each next step, inside the transaction that keeps the steps."""
    if not steps:
        return
    for step, hands in zip(steps, hands_of(item, steps, now), strict=True):
        Action(
            step=step,
            item=item,
            owner=hands.owner,
            agency=hands.agency,
            setting=hands.setting,
            due_on=step.due_on,
        ).save()


def report_action(
    *, action: Action, state: ActionState, words: str = "", by: User, now: datetime
) -> ActionReport:
    """Say what became of an action, or open it again. The same said twice is one report.

    Refused: `not_standing` where the panel has taken the item up again or the authority decided otherwise, `words` where a sentence is needed, `wrong_state` where the last report leaves no room for this one. Audits.
    """
    access.require(by, Verb.ACTION_REPORT, action, now=now)
    said = clean_text(words, limit=WORDS_LIMIT, label="The words")
    refuse(tuple(report_problems(state, said)))
    with transaction.atomic():
        locked = Action.objects.select_for_update(of=("self",)).select_related("item__case").get(pk=action.pk)
        if not Action.objects.standing().filter(pk=locked.pk).exists():
            raise Refused(
                "not_standing",
                "The panel has taken this item up again, or the authority has decided otherwise. This step no longer counts.",
            )
        last: ActionReport | None = locked.reports.order_by("-n").first()
        if last is not None and (last.state, last.words, last.by_id) == (state, said, by.pk):
            return last
        ACTION.target(last.state if last else ACTION.initial, VERB_TO[state])
        report = ActionReport(
            action=locked, n=last.n + 1 if last else 1, state=state, words=said, by=by, at=now
        )
        report.save()
        audit.record(
            verb=VERB_TO[state],
            by=by,
            at=now,
            subject_kind="action",
            subject=locked.public_id,
            case=locked.item.case.public_id,
            values={"words": said},
        )
        return report


def remind_owners(now: datetime) -> int:
    """Promise the reminders that are due and were never promised: before the day, and once when it has passed. How many.

    Asked by the sweeper as often as it likes: a reminder is one promise under one key. Whoever was named and has lost
    the role or the case is found out when the promise is kept.
    """
    today = timezone.localdate(now)
    promised = Dispatch.objects.filter(kind=REMIND, subject=OuterRef("public_id"))
    late = Q(due_on__lt=today) & ~Q(Exists(promised.filter(version=Reminder.LATE)))
    soon = Q(due_on__range=(today, remind_through(today))) & ~Q(Exists(promised))
    rows = Action.objects.open().known_to_owner(now)
    due = rows.filter(late | soon, owner__is_active=True).order_by("due_on", "pk")
    made = 0
    for action in due[:MOST_AT_ONCE]:
        reminder = reminder_due(action.due_on, today)
        if reminder is not None:
            outbox.enqueue(kind=REMIND, subject=action.public_id, version=reminder, now=now)
            made += 1
    return made
