"""Putting an item off: what is missing, who gets it, which meeting hears it next, and what the family is owed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.following import follow_up_deferral
from meetings.actions.listing import place_items
from meetings.actions.live import audit_item, finish_all, in_session, item_in_session
from meetings.actions.locks import lock_meeting
from meetings.models import AgendaItem, Deferral, DeferralNotice, Meeting
from meetings.queries.late import Ending, ending_of, endings_of
from meetings.queries.names import family_of
from meetings.queries.next_panel import Ahead, ahead_of
from meetings.queries.waiting import Listing
from meetings.rules import decisions, deferring
from meetings.rules.states import ITEM, ItemState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.problems import Problem
from panel.law.words import in_words
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line
from panel.queries.clocks import stage_due_of


@dataclass(frozen=True)
class PuttingOff:
    """One item as it is to be put off, in the words somebody typed."""

    item: AgendaItem
    reason: deferring.DeferralReason
    missing: str = ""
    owner: str = ""
    by_when: date | None = None
    next_meeting: Meeting | None = None
    late_because: str = ""

    def asked(self) -> deferring.Deferring:
        """The same as the rule reads it, through the text gate."""
        return deferring.Deferring(
            reason=self.reason,
            missing=clean_line(self.missing, limit=500, label="What is missing"),
            owner=clean_line(self.owner, label="Who gets it"),
            by_when=self.by_when,
            next_on=timezone.localdate(self.next_meeting.starts_at) if self.next_meeting else None,
            late_because=clean_line(self.late_because, limit=500, label="The reason"),
        )


def defer_item(
    *,
    item: AgendaItem,
    reason: deferring.DeferralReason,
    missing: str = "",
    owner: str = "",
    by_when: date | None = None,
    next_meeting: Meeting | None = None,
    late_because: str = "",
    by: User,
    now: datetime,
) -> Deferral:
    """Put an item off, and onto the list of the meeting that hears it next. The clock runs on.

    For information it is said what is missing, who on our side gets it and by when: that is followed as an action. Where the panel
    meets later, one of those meetings is chosen: in time, or the earliest with the reason kept; without one the reason says so. Refused: everything of `deferring.check_deferral`,
    `not_this_panel`, `not_in_session`, `wrong_state`. Audits `item.defer`.
    """
    access.require(by, Verb.ITEM_HEAR, item, now=now)
    wanted = PuttingOff(item, reason, missing, owner, by_when, next_meeting, late_because)
    asked = wanted.asked()
    with transaction.atomic():
        locked = item_in_session(item)
        put = _Put(locked, asked, next_meeting, ending_of(locked, now))
        (row,) = _put_off(locked.meeting, [put], _beside_the_field, by, now)
        return row


def defer_rest(*, meeting: Meeting, wanted: Sequence[PuttingOff], by: User, now: datetime) -> list[Deferral]:
    """Put off several items that are left on the list of a meeting that sits, all or none, each as `defer_item` does it.

    A problem names its item's field as `beside` gives it. Refused: everything of `defer_item`, `nothing_chosen`, `stale` where
    one of them was taken up, finished, entered from paper or closed to `by` meanwhile. Audits `item.defer` of each.
    """
    access.require(by, Verb.MEETING_RUN, meeting, now=now)
    if not wanted:
        raise Refused("nothing_chosen", "Tick at least one item to put off.")
    asked = {one.item.pk: (one.asked(), one.next_meeting) for one in wanted}
    with transaction.atomic():
        locked = lock_meeting(meeting)
        in_session(locked)
        # Deny first: whoever runs the meeting hears each of its items but those closed to her.
        rows = (
            AgendaItem.objects.visible_to(by, now)
            .filter(meeting=locked, state=ItemState.LISTED, pk__in=list(asked))
            .select_for_update(of=("self",))
            .select_related("case__child")
        )
        items = list(rows.order_by("position", "pk"))
        endings = endings_of(locked, items, now)
        if len(items) < len(asked) or any(one.on_paper for one in endings.values()):
            raise Refused("stale", CHANGED)
        puts = []
        for item in items:
            item.meeting = locked
            puts.append(_Put(item, *asked[item.pk], endings[item.pk]))
        return _put_off(locked, puts, _beside_the_item, by, now)


CHANGED = "The list has changed since you opened this page: an item was taken up or finished meanwhile. Look at it again, then send it."


def beside(field: str, item: AgendaItem) -> str:
    """The name of a field about one of several items."""
    return f"{field}-{item.pk}"


@dataclass(frozen=True)
class _Put:
    """An item under lock, what is asked of it, and how it stands for its end."""

    item: AgendaItem
    asked: deferring.Deferring
    next_meeting: Meeting | None
    ending: Ending


def _problems(put: _Put, ahead: Ahead) -> tuple[Problem, ...]:
    if put.next_meeting is not None and put.next_meeting not in ahead.later:
        return (Problem("not_this_panel", "next_meeting", "Choose a later meeting of the same panel."),)
    # Names are asked for only where the rule compares them.
    named = put.asked.reason is deferring.DeferralReason.INFORMATION
    return deferring.check_deferral(
        put.asked,
        **_days(put),
        planned_on=[timezone.localdate(one.starts_at) for one in ahead.later],
        able_on=[timezone.localdate(one.starts_at) for one in ahead.able[put.item.pk]],
        family=family_of(put.item) if named else (),
    )


def _days(put: _Put) -> dict[str, date]:
    return {
        "heard_on": timezone.localdate(put.item.meeting.starts_at),
        "latest_panel_on": latest_safe_panel_for(stage_due_of(put.item.case, Stage(put.item.stage))),
    }


def _beside_the_field(_put: _Put, problem: Problem) -> Problem:
    return problem


def _beside_the_item(put: _Put, problem: Problem) -> Problem:
    return Problem(
        problem.code, beside(problem.field, put.item), f"Item {put.item.position}: {problem.sentence}"
    )


def _put_off(
    meeting: Meeting,
    puts: Sequence[_Put],
    said: Callable[[_Put, Problem], Problem],
    by: User,
    now: datetime,
) -> list[Deferral]:
    """Ask the rule of items under lock, keep their deferrals, end them, and put their questions on the lists of the next meetings."""
    (target,) = {ITEM.target(put.ending.state, "item.defer") for put in puts}
    ahead = ahead_of(meeting, [put.item for put in puts])
    decisions.refuse([said(put, one) for put in puts for one in _problems(put, ahead)])
    rows = _keep(puts, by, now)
    finish_all([(put.item, put.ending.at) for put in puts], target)
    for following in sorted({put.next_meeting for put in puts if put.next_meeting}, key=_in_order):
        _place(lock_meeting(following), [put for put in puts if put.next_meeting == following], said, by, now)
    events = [
        audit.Event("item.defer", "item", put.item.public_id, put.item.case.public_id, _said(row))
        for put, row in zip(puts, rows, strict=True)
    ]
    audit.record_many(events, by=by, at=now)
    return rows


def _keep(puts: Sequence[_Put], by: User, now: datetime) -> list[Deferral]:
    keys = [put.item.pk for put in puts]
    before = {row.item_id: row for row in Deferral.objects.filter(item__in=keys, superseded_by=None)}
    rows = [_row(put, before.get(put.item.pk), by) for put in puts]
    Deferral.objects.bulk_create(rows)
    for row in rows:
        follow_up_deferral(row, now)
    return rows


def _place(
    meeting: Meeting,
    puts: Sequence[_Put],
    said: Callable[[_Put, Problem], Problem],
    by: User,
    now: datetime,
) -> None:
    """Onto the list of the next meeting; a no of its agenda is said of the item it names, else of the first of them."""
    listings = [Listing(put.item.case, Stage(put.item.stage), put.item.minutes) for put in puts]
    try:
        place_items(meeting, listings, by, now)
    except Refused as no:
        about = next((put for put in puts if put.item.case.reference in no.sentence), puts[0])
        decisions.refuse([said(about, Problem(no.code, "next_meeting", no.sentence))])


def _in_order(meeting: Meeting) -> tuple[datetime, int]:
    """The order in which meetings are locked: an earlier one never waits for whoever holds a later one."""
    return meeting.starts_at, meeting.pk


def _row(put: _Put, before: Deferral | None, by: User) -> Deferral:
    return Deferral(
        item=put.item,
        supersedes=before,
        reason=str(put.asked.reason),
        missing=put.asked.missing,
        owner=put.asked.owner,
        by_when=put.asked.by_when,
        next_meeting=put.next_meeting,
        makes_late=deferring.makes_late(put.asked, **_days(put)),
        late_because=put.asked.late_because,
        by=by,
        at=put.ending.at,
    )


def _said(deferral: Deferral) -> dict[str, object]:
    return {"reason": deferral.reason, "missing": deferral.missing, "makes_late": deferral.makes_late}


def note_family_told(*, deferral: Deferral, told_on: date, by: User, now: datetime) -> DeferralNotice:
    """Keep the day the family was told that their answer will be late, and when it is now expected. The same twice is one.

    Refused: `in_future`, `told_early` before the meeting that put it off, `taken_back` once it is on that meeting's list again.
    """
    access.require(by, Verb.DELAY_RECORD, deferral.item.case, now=now)
    put_off_on = timezone.localdate(deferral.at)
    if told_on > timezone.localdate(now):
        raise Refused("in_future", "This day has not come yet.", field="told_on")
    if told_on < put_off_on:
        raise Refused(
            "told_early", f"It was put off on {in_words(put_off_on)}, after this day.", field="told_on"
        )
    with transaction.atomic():
        locked = Deferral.objects.select_for_update(of=("self",)).get(pk=deferral.pk)
        before = DeferralNotice.objects.filter(deferral=locked).first()
        if before is not None:
            return before
        if hasattr(locked, "taken_back"):
            raise Refused(
                "taken_back",
                "It is on the list of that meeting again, so there is no delay to tell of. If you told the family already, tell"
                " them that the panel looks at it on the day first planned.",
            )
        notice = DeferralNotice(deferral=locked, told_on=told_on, by=by, at=now)
        notice.save()
        audit_item("deferral.told", deferral.item, by, now, {"told_on": told_on})
        return notice
