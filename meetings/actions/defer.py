"""Putting an item off: what is missing, who gets it, which meeting hears it next, and what the family is owed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.actions.following import follow_up_deferral
from meetings.actions.listing import place_items
from meetings.actions.live import audit_item, finish, item_in_session
from meetings.actions.locks import lock_meeting
from meetings.models import AgendaItem, Deferral, DeferralNotice, Meeting
from meetings.queries.late import ending_of
from meetings.queries.names import family_of
from meetings.queries.next_panel import able_to_hear
from meetings.queries.waiting import Listing, later_meetings
from meetings.rules import decisions, deferring
from meetings.rules.states import ITEM
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import User
from panel.platform import access
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line
from panel.queries.clocks import stage_due_of


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
    asked = deferring.Deferring(
        reason=reason,
        missing=clean_line(missing, limit=500, label="What is missing"),
        owner=clean_line(owner, label="Who gets it"),
        by_when=by_when,
        next_on=timezone.localdate(next_meeting.starts_at) if next_meeting else None,
        late_because=clean_line(late_because, limit=500, label="The reason"),
    )
    with transaction.atomic():
        locked = item_in_session(item)
        ending = ending_of(locked, now)
        target = ITEM.target(ending.state, "item.defer")
        planned = list(later_meetings(locked.meeting))
        if next_meeting is not None and next_meeting not in planned:
            raise Refused("not_this_panel", "Choose a later meeting of the same panel.", field="next_meeting")
        days = {
            "heard_on": timezone.localdate(locked.meeting.starts_at),
            "latest_panel_on": latest_safe_panel_for(stage_due_of(locked.case, Stage(locked.stage))),
        }
        able = able_to_hear(later_meetings(locked.meeting), locked.case)
        decisions.refuse(
            deferring.check_deferral(
                asked,
                **days,
                planned_on=[timezone.localdate(meeting.starts_at) for meeting in planned],
                able_on=[timezone.localdate(meeting.starts_at) for meeting in able],
                family=family_of(locked),
            )
        )
        deferral = Deferral(
            item=locked,
            reason=str(asked.reason),
            missing=asked.missing,
            owner=asked.owner,
            by_when=asked.by_when,
            next_meeting=next_meeting,
            makes_late=deferring.makes_late(asked, **days),
            late_because=asked.late_because,
            by=by,
            at=ending.at,
        )
        deferral.save()
        follow_up_deferral(deferral, now)
        finish(locked, target, ending.at)
        if next_meeting is not None:
            listing = Listing(locked.case, Stage(locked.stage), locked.minutes)
            place_items(lock_meeting(next_meeting), [listing], by, now)
        audit_item("item.defer", locked, by, now, _said(deferral))
        return deferral


def _said(deferral: Deferral) -> dict[str, object]:
    return {"reason": deferral.reason, "missing": deferral.missing, "makes_late": deferral.makes_late}


def note_family_told(*, deferral: Deferral, told_on: date, by: User, now: datetime) -> DeferralNotice:
    """Keep the day the family was told that their answer will be late, and when it is now expected. The same twice is one.

    Refused: `in_future`, `told_early` before the meeting that put it off.
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
        notice = DeferralNotice(deferral=locked, told_on=told_on, by=by, at=now)
        notice.save()
        audit_item("deferral.told", deferral.item, by, now, {"told_on": told_on})
        return notice
