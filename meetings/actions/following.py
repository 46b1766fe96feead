"""What follows from a panel: its next steps, and what it put a case off for, become actions, owners are reminded of them, and
somebody says what became of each, or the record itself does.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meetings.models import Action, ActionReport, AgendaItem, Deferral, DeferralTakenBack, NextStep
from meetings.models.following import ActionQuerySet
from meetings.queries.decisions import standing_decision
from meetings.queries.hands import Naming, hands_of
from meetings.rules.decisions import refuse
from meetings.rules.following import (
    NOT_NEEDED,
    VERB_TO,
    Reminder,
    closed_by_letter,
    heard_again,
    may_reopen,
    no_question_left,
    open_once_more,
    put_off_again,
    remind_through,
    reminder_due,
    report_problems,
    taken_back,
    told_by_letter,
)
from meetings.rules.standard_steps import TELL_THE_FAMILY
from meetings.rules.states import ACTION, ActionState
from panel.law.legal import Stage
from panel.models import Case, CaseState, Dispatch, User
from panel.platform import access, audit, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

REMIND = "action.remind"
WORDS_LIMIT = 500
NOT_STANDING = "The panel has taken this item up again, or the authority has decided otherwise. This step no longer counts."
NO_QUESTION = "The question this was needed for has been answered or withdrawn. It is not needed any more."
NOT_PUT_OFF = "It was taken back that this was put off, so this is not waited for any more."
# So many promises in one round; the next round makes the rest.
MOST_AT_ONCE = 500


def follow_up(item: AgendaItem, steps: Sequence[NextStep], now: datetime) -> None:
    """Make an action of each next step, inside the transaction that keeps the panel's advice and its steps.

    What earlier deferrals of the question waited for ends with the advice: the panel has done without it, or has it.
    """
    _end_promises(item, heard_again(timezone.localdate(item.meeting.starts_at)), now)
    if not steps:
        return
    named = [Naming(step.owner, step.agency) for step in steps]
    for step, hands in zip(steps, hands_of(item, named, now), strict=True):
        Action(
            step=step,
            item=item,
            owner=hands.owner,
            agency=hands.agency,
            setting=hands.setting,
            due_on=step.due_on,
        ).save()


def follow_up_deferral(deferral: Deferral, now: datetime) -> None:
    """Make an action of what a deferral waits for, inside its transaction. An earlier promise on the question ends with it."""
    if not (deferral.missing and deferral.owner and deferral.by_when):
        return
    item = deferral.item
    # One that was opened again when a deferral of this very day was taken back ends once more.
    _end_promises(item, put_off_again(timezone.localdate(deferral.at)), now, once_more=True)
    # One field says who gets it: it may name a person, the setting, or an agency.
    (hands,) = hands_of(item, [Naming(deferral.owner, deferral.owner)], now)
    Action(
        deferral=deferral,
        item=item,
        owner=hands.owner,
        agency=hands.agency,
        setting=hands.setting,
        due_on=deferral.by_when,
    ).save()


def unfollow_deferral(deferral: Deferral, by: User, now: datetime) -> None:
    """End what a deferral waits for that `by` takes back, inside its transaction; what an earlier deferral waited for, and this one
    had ended, is open again.
    """
    today = timezone.localdate(now)
    close_by_record(Action.objects.filter(deferral=deferral), ActionState.OVERTAKEN, taken_back(today), now)
    words = put_off_again(timezone.localdate(deferral.at))
    rows = Action.objects.standing().filter(_of_question(deferral.item)).select_related("item__case")
    for action in rows.select_for_update(of=("self",)).order_by("pk"):
        last = action.reports.order_by("-n").first()
        if last is not None and last.by_id is None and last.words == words:
            again = ActionState.OPEN, open_once_more(today)
            _keep_report(action, last.n + 1, again, by, now)


def _keep_report(
    action: Action, n: int, said: tuple[ActionState, str], by: User | None, now: datetime
) -> ActionReport:
    """Keep the next report of an action under lock, and audit it."""
    state, words = said
    report = ActionReport(action=action, n=n, state=state, words=words, by=by, at=now)
    report.save()
    audit.record(
        verb=VERB_TO[state],
        by=by,
        at=now,
        subject_kind="action",
        subject=action.public_id,
        case=action.item.case.public_id,
        values={"words": words},
    )
    return report


def _of_question(item: AgendaItem) -> Q:
    return Q(deferral__isnull=False, item__case=item.case_id, item__stage=item.stage)


def _end_promises(item: AgendaItem, words: str, now: datetime, *, once_more: bool = False) -> None:
    rows = Action.objects.filter(_of_question(item))
    close_by_record(rows, ActionState.OVERTAKEN, words, now, once_more=once_more)


def family_told(case: Case, stage: str, letter_on: date, now: datetime) -> None:
    """Close “tell the family” once every letter about the decision has gone, inside the transaction that notes it.

    Only the standard step in its own words: what a panel has put otherwise may ask for more than the letter says. A letter after
    the step's day overtakes it; it was not done by whoever was to do it.
    """
    rows = Action.objects.standing().filter(
        item__case=case, item__stage=stage, step__what__iexact=TELL_THE_FAMILY
    )
    for due_on in set(rows.values_list("due_on", flat=True)):
        state = closed_by_letter(due_on, letter_on)
        close_by_record(rows.filter(due_on=due_on), state, told_by_letter(letter_on), now)


def close_by_record(
    rows: ActionQuerySet, state: ActionState, words: str, now: datetime, *, once_more: bool = False
) -> int:
    """Close those of `rows` that are open, because of what the record says elsewhere; how many. Audits each, as nobody's act.

    Runs in the caller's transaction. Whoever reports at the same moment holds the same lock; a report that is there already
    stands. An action that somebody opened again after these very words is left open, unless what they say has happened `once_more`.
    """
    closed = 0
    for action in rows.select_related("item__case").select_for_update(of=("self",)).order_by("pk"):
        reports = list(action.reports.order_by("n"))
        said_before = any(one.by_id is None and one.words == words for one in reports)
        if (said_before and not once_more) or (reports and reports[-1].state != ActionState.OPEN):
            continue
        _keep_report(action, reports[-1].n + 1 if reports else 1, (state, words), None, now)
        closed += 1
    return closed


def end_answered(now: datetime) -> int:
    """Close what deferrals waited for where the question was decided, withdrawn or answered in another way. How many.

    A round of the sweeper: a question can be answered in many ways, an order among them, and each of them ends the promise.
    """
    closed = 0
    for action in (
        Action.objects.without_question().select_related("item__case").order_by("pk")[:MOST_AT_ONCE]
    ):
        # Asked once more under the action's lock: somebody may have reported since.
        still = Action.objects.without_question().filter(pk=action.pk)
        closed += close_by_record(still, ActionState.OVERTAKEN, _why_answered(action.item), now)
    return closed


def _why_answered(item: AgendaItem) -> str:
    decision = standing_decision(item.case, Stage(item.stage))
    return no_question_left(
        decided_on=timezone.localdate(decision.decided_at) if decision else None,
        withdrawn=item.case.state == CaseState.WITHDRAWN,
    )


def report_action(
    *, action: Action, state: ActionState, words: str = "", by: User, now: datetime
) -> ActionReport:
    """Say what became of an action, or open it again. The same said twice is one report.

    Refused: `not_standing` where the panel has taken the item up again or the authority decided otherwise, or where the record closed
    it for a reason `by` is not told yet; `words` where a sentence is needed, `wrong_state` where the last report leaves no room for
    this one. Audits.
    """
    access.require(by, Verb.ACTION_REPORT, action, now=now)
    said = clean_text(words, limit=WORDS_LIMIT, label="The words")
    refuse(tuple(report_problems(state, said)))
    with transaction.atomic():
        locked = Action.objects.select_for_update(of=("self",)).select_related("item__case").get(pk=action.pk)
        last: ActionReport | None = locked.reports.order_by("-n").first()
        _may_report(locked, last, state, by, now)
        if last is not None and (last.state, last.words, last.by_id) == (state, said, by.pk):
            return last
        ACTION.target(last.state if last else ACTION.initial, VERB_TO[state])
        return _keep_report(locked, last.n + 1 if last else 1, (state, said), by, now)


def _may_report(
    action: Action, last: ActionReport | None, state: ActionState, by: User, now: datetime
) -> None:
    rows = Action.objects.with_reader(by, now).values_list("counts", "knows_why")
    counts, knows = rows.get(pk=action.pk)
    if not counts:
        raise Refused("not_standing", _why_not_standing(action, knows=knows))
    by_record = last is not None and last.by_id is None
    if state is ActionState.OPEN and not may_reopen(counts=counts, by_record=by_record, knows=knows):
        raise Refused("not_standing", NOT_NEEDED)


def _why_not_standing(action: Action, *, knows: bool) -> str:
    if action.step_id:
        return NOT_STANDING
    if not knows:
        return NOT_NEEDED
    taken_off = DeferralTakenBack.objects.filter(deferral=action.deferral_id).exists()
    return NOT_PUT_OFF if taken_off else NO_QUESTION


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
