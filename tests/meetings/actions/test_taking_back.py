"""An item put off by mistake is put back on its meeting’s list: nothing counts the deferral any more, and all of it is kept."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.actions.conflicts import declare_conflict
from meetings.actions.defer import defer_item, note_family_told
from meetings.actions.following import report_action
from meetings.actions.guests import invite_guest, take_guest_back
from meetings.actions.listing import add_items, remove_item
from meetings.actions.live import pause_item, save_revision, start_item
from meetings.actions.moving import cancel_meeting
from meetings.actions.previews import give_pre_view
from meetings.actions.taking_back import take_back_deferral
from meetings.models import (
    Action,
    AgendaItem,
    Conflict,
    Deferral,
    DeferralTakenBack,
    HeardBefore,
    Meeting,
)
from meetings.queries.following import carried
from meetings.queries.preliminaries import actions_before
from meetings.queries.sheets import freeze
from meetings.queries.tray import clerk_meetings, untold
from meetings.queries.waiting import Listing, put_off_without_slot
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import ActionState
from panel.law.legal import Answer, Outcome, Stage
from panel.models import AuditEntry, Case, Denial
from panel.platform.policy import Refused
from tests.make import TODAY, make_case, make_parent
from tests.meetings.actions.test_defer import WHY as LATE_BECAUSE
from tests.meetings.actions.test_defer import later
from tests.meetings.day import (
    UNPLANNED,
    Day,
    advise,
    after,
    begin,
    closed,
    list_cases,
    make_day,
    refresh,
)

pytestmark = pytest.mark.django_db
WHY = "The psychologist came back into the room."
MISSING: dict[str, Any] = {
    "reason": DeferralReason.INFORMATION,
    "missing": "Hearing test",
    "owner": "Nia Nurse",
    "by_when": TODAY + dt.timedelta(days=3),
}


def sitting(**config: Any) -> tuple[Day, Meeting]:
    """A meeting in session with its only item in discussion, and the next one of the same panel."""
    day = make_day(1, **config)
    following = later(day, 7)
    return begin(day), following


def put_off(day: Day, following: Meeting | None, *, at: int = 9, **fields: Any) -> Deferral:
    values = {"reason": DeferralReason.TIME, "next_meeting": following, **fields}
    return defer_item(item=day.items[0], by=day.chair, now=after(day, at), **values)


def take_back(day: Day, *, at: int = 12, because: str = WHY) -> DeferralTakenBack:
    return take_back_deferral(item=day.items[0], because=because, by=day.chair, now=after(day, at))


def refused(day: Day, **fields: Any) -> str:
    """The code of the no; the item stays put off and nothing is kept of the attempt."""
    with pytest.raises(Refused) as no:
        take_back(day, **fields)
    refresh(day)
    assert (day.items[0].state, DeferralTakenBack.objects.count()) == ("deferred", 0)
    return no.value.code


def test_item_is_on_todays_list_again_and_off_that_of_the_next_meeting() -> None:
    day, following = sitting()
    row = put_off(day, following)
    assert following.items.count() == 1
    kept = take_back(day)
    refresh(day)
    assert (day.items[0].state, day.items[0].ended_at, following.items.count()) == ("listed", None, 0)
    assert (kept.deferral, kept.because, kept.by) == (row, WHY, day.chair)
    assert not Deferral.objects.standing().exists()
    verbs = AuditEntry.objects.order_by("-pk").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["item.take_back", "agenda.remove"]


def test_item_is_heard_after_all_and_the_minutes_do_not_say_that_it_was_put_off() -> None:
    day, following = sitting()
    put_off(day, following)
    take_back(day)
    start_item(item=day.items[0], by=day.chair, now=after(day, 15))
    refresh(day)
    advise(day, day.items[0], now=after(day, 20))
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert (sheet.outcome_of_item, sheet.deferral) == ("Recommendation made", None)
    assert [(one.began, one.ended) for one in sheet.heard_before] == [(after(day, 1), after(day, 9))]
    assert (sheet.opened_at, sheet.closed_at) == (after(day, 15), after(day, 20))


def test_item_set_back_before_it_was_put_off_was_heard_once() -> None:
    day, following = sitting()
    pause_item(item=day.items[0], by=day.chair, now=after(day, 5))
    put_off(day, following)
    take_back(day)
    assert HeardBefore.objects.count() == 1
    put_off(day, following, at=20)
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert (sheet.opened_at, sheet.closed_at, sheet.heard_before) == (after(day, 1), after(day, 5), ())


def test_item_put_off_again_after_it_was_taken_back_has_one_deferral_that_stands() -> None:
    day, following = sitting()
    first = put_off(day, following)
    take_back(day)
    second = put_off(day, following, at=15, reason=DeferralReason.QUORUM)
    assert (second.supersedes, first.supersedes) == (first, None)
    assert list(Deferral.objects.standing()) == [second]
    assert following.items.count() == 1
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert sheet.deferral.reason == "No quorum"
    with pytest.raises(IntegrityError), transaction.atomic():
        Deferral(item=day.items[0], reason="time", by=day.chair, at=after(day, 16)).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Deferral(item=day.items[0], supersedes=first, reason="time", by=day.chair, at=after(day, 16)).save()


def test_taking_back_twice_puts_it_back_once() -> None:
    day, following = sitting()
    put_off(day, following)
    take_back(day)
    with pytest.raises(Refused) as no:
        take_back(day)
    assert (no.value.code, DeferralTakenBack.objects.count()) == ("wrong_state", 1)


def test_what_was_missing_is_waited_for_no_more_and_says_why() -> None:
    day, following = sitting()
    put_off(day, following, **MISSING)
    action = Action.objects.get()
    assert len(clerk_meetings(day.clerk, after(day, 10)).awaited) == 1
    take_back(day)
    (report,) = action.reports.all()
    assert (report.state, report.by) == ("overtaken", None)
    assert "taken back that this was put off" in report.words
    assert not Action.objects.standing().exists()
    assert clerk_meetings(day.clerk, after(day, 13)).awaited == ()
    with pytest.raises(Refused) as no:
        report_action(
            action=action, state=ActionState.OPEN, words="Still needed.", by=day.clerk, now=after(day, 14)
        )
    assert (no.value.code, "taken back" in no.value.sentence) == ("not_standing", True)
    closed_day = _advised(day)
    next_day = closed_day.meeting.starts_at + dt.timedelta(days=7)
    assert carried(day.clerk, following, next_day) == 0
    following.closed_at = next_day
    assert actions_before(following) is None


def _advised(day: Day) -> Day:
    start_item(item=day.items[0], by=day.chair, now=after(day, 15))
    refresh(day)
    advise(day, day.items[0], now=after(day, 20))
    return closed(day)


def test_what_an_earlier_meeting_waits_for_is_open_again() -> None:
    day, following = sitting()
    put_off(day, following, **MISSING)
    closed(day)
    last = later(day, 14)
    second = Day(**{**day.__dict__, "meeting": following, "items": list(following.items.all())})
    begin(second)
    defer_item(
        item=second.items[0],
        **{**MISSING, "missing": "School report", "by_when": TODAY + dt.timedelta(days=9)},
        next_meeting=last,
        late_because=LATE_BECAUSE,
        by=day.chair,
        now=after(second, 9),
    )
    first, other = Action.objects.order_by("pk")
    assert first.reports.get().state == "overtaken"
    take_back_deferral(item=second.items[0], because=WHY, by=day.chair, now=after(second, 12))
    again = first.reports.last()
    assert (again.state, again.by) == ("open", day.chair)
    assert list(Action.objects.open()) == [first]
    assert other.reports.get().state == "overtaken"
    defer_item(
        item=second.items[0],
        **{**MISSING, "missing": "School report", "by_when": TODAY + dt.timedelta(days=9)},
        next_meeting=last,
        late_because=LATE_BECAUSE,
        by=day.chair,
        now=after(second, 15),
    )
    assert [action.deferral.supersedes for action in Action.objects.open()] == [other.deferral]
    assert first.reports.last().state == "overtaken"


def test_family_is_owed_no_word_and_the_clerk_no_meeting() -> None:
    day = make_day(0)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=44)))
    begin(day)
    put_off(day, None, late_because=UNPLANNED)
    now = after(day, 13)
    assert (len(untold(day.clerk, now)), len(clerk_meetings(day.clerk, now).unplaced)) == (1, 1)
    take_back(day)
    assert (untold(day.clerk, now), clerk_meetings(day.clerk, now).unplaced) == ((), ())


def test_an_earlier_deferral_of_the_question_is_the_last_word_again() -> None:
    """Put off to a late meeting there, and by mistake once more: what the family is owed is owed for the first."""
    day = make_day(0)
    following, last = later(day, 14), later(day, 21)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=40)))
    begin(day)
    first = put_off(day, following, late_because=LATE_BECAUSE)
    closed(day)
    second = Day(**{**day.__dict__, "meeting": following, "items": list(following.items.all())})
    begin(second)
    defer_item(
        item=second.items[0],
        reason=DeferralReason.TIME,
        next_meeting=last,
        late_because=LATE_BECAUSE,
        by=day.chair,
        now=after(second, 9),
    )
    take_back_deferral(item=second.items[0], because=WHY, by=day.chair, now=after(second, 12))
    assert untold(day.clerk, after(second, 13)) == (first,)


def test_cancelling_the_next_meeting_warns_of_nothing_that_was_taken_back() -> None:
    day, following = sitting()
    put_off(day, following)
    take_back(day)
    assert put_off_without_slot(following, day.clerk, after(day, 13)) == ()
    cancel_meeting(meeting=following, because="Snow", by=day.clerk, now=after(day, 14))


def test_item_put_off_to_a_meeting_cancelled_since_is_taken_back() -> None:
    day, following = sitting()
    put_off(day, following)
    cancel_meeting(meeting=following, because="Snow", by=day.clerk, now=after(day, 10))
    take_back(day)
    refresh(day)
    assert day.items[0].state == "listed"


def test_conflicts_bind_today_as_before_and_at_the_next_meeting_no_more() -> None:
    day, following = sitting()
    declare_conflict(item=day.items[0], kind=ConflictKind.FINANCIAL, by=day.nurse, now=after(day, 2))
    put_off(day, following)
    assert Conflict.objects.count() == 2
    take_back(day)
    assert Conflict.objects.get().item == day.items[0]
    assert Denial.objects.live().filter(user=day.nurse, case=day.items[0].case).exists()


def test_reason_is_asked_for_and_the_family_that_was_told_stops_it() -> None:
    day = make_day(0)
    following = later(day, 14)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=40)))
    begin(day)
    row = put_off(day, following, late_because=LATE_BECAUSE)
    assert refused(day, because="  ") == "no_reason"
    note_family_told(deferral=row, told_on=TODAY, by=day.clerk, now=after(day, 10))
    assert refused(day) == "family_told"


def test_nobody_notes_that_a_family_was_told_of_what_was_taken_back() -> None:
    day = make_day(0)
    following = later(day, 14)
    list_cases(day, make_case(received_on=TODAY - dt.timedelta(days=40)))
    begin(day)
    row = put_off(day, following, late_because=LATE_BECAUSE)
    take_back(day)
    with pytest.raises(Refused) as no:
        note_family_told(deferral=row, told_on=TODAY, by=day.clerk, now=after(day, 13))
    assert no.value.code == "taken_back"


def test_view_invitation_or_words_at_the_next_meeting_stop_it() -> None:
    day, following = sitting(pre_views=True)
    mother = make_parent(day.items[0].case.child, "Kim").person
    put_off(day, following)
    placed = following.items.get()
    guest = invite_guest(item=placed, person=mother, by=day.clerk, now=after(day, 10))
    assert refused(day) == "family_asked"
    take_guest_back(guest=guest, by=day.clerk, now=after(day, 10))
    with transaction.atomic():
        save_revision(
            item=placed,
            group="views",
            n=1,
            edit_id=uuid.uuid4(),
            data={"family": "She likes school."},
            by=day.clerk,
            now=after(day, 10),
        )
        assert refused(day) == "named"
        transaction.set_rollback(True)
    give_pre_view(
        item=placed,
        answers={"a": Answer.YES, "b": Answer.YES},
        outcome=Outcome.ASSESS,
        confidence=3,
        by=day.nurse,
        now=after(day, 11),
    )
    assert refused(day) == "has_views"


def test_meeting_that_has_taken_it_up_or_another_list_stops_it() -> None:
    day, following = sitting()
    put_off(day, following)
    AgendaItem.objects.filter(meeting=following).update(state="in_discussion", started_at=after(day, 10))
    assert refused(day) == "taken_up"
    AgendaItem.objects.filter(meeting=following).update(state="listed", started_at=None)
    remove_item(item=following.items.get(), by=day.clerk, now=after(day, 10))
    other, case = later(day, 10), Case.objects.get(pk=day.items[0].case_id)
    add_items(meeting=other, listings=[Listing(case, Stage.ASSESS)], by=day.clerk, now=after(day, 10))
    assert refused(day) == "listed_elsewhere"


def test_question_that_was_answered_and_a_meeting_that_is_over_stop_it() -> None:
    day, following = sitting()
    put_off(day, following)
    Case.objects.filter(pk=day.items[0].case_id).update(state="withdrawn")
    assert refused(day) == "answered"
    Case.objects.filter(pk=day.items[0].case_id).update(state="requested")
    closed(day)
    assert refused(day, at=70) == "not_in_session"


def test_member_does_not_take_it_back() -> None:
    day, following = sitting()
    put_off(day, following)
    with pytest.raises(Refused):
        take_back_deferral(item=day.items[0], because=WHY, by=day.nurse, now=after(day, 12))
    take_back_deferral(item=day.items[0], because=WHY, by=day.clerk, now=after(day, 12))
