"""What cannot be taken back says first what it will do: a seat, an item, the members' views, the meeting itself."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.defer import defer_item
from meetings.actions.invitations import invite_all
from meetings.actions.late import record_meeting_later
from meetings.actions.live import start_item, withdraw_item
from meetings.actions.previews import give_pre_view
from meetings.models import AgendaItem
from meetings.rules.deferring import DeferralReason
from meetings.rules.states import MeetingState
from panel.law.legal import Answer, Outcome
from tests.meetings.day import UNPLANNED, Day, advise, after, begin, make_day, refresh, sit_down
from tests.meetings.views.client import as_, summary, this_morning, words

pytestmark = pytest.mark.django_db


def step(day: Day, name: str, *, by: object = None, **args: object) -> object:
    return as_(by or day.clerk).get(reverse(name, kwargs=args or {"meeting": day.meeting.public_id}))


def test_seat_is_taken_only_after_what_that_does_was_read() -> None:
    day = make_day(0)
    invite_all(meeting=day.meeting, by=day.clerk, now=after(day, -60 * 24))
    entry = day.entry(day.psychologist)
    page = step(day, "meeting.unseat", entry=entry.public_id)
    said = words(page)
    assert "Take Ed Psychologist off this meeting" in said
    assert "Ed Psychologist was invited and gets an e-mail that they need not come." in said
    assert "Without that seat there is no quorum." in said
    assert day.meeting.roster.filter(pk=entry.pk).exists()
    nurse = step(day, "meeting.unseat", entry=day.entry(day.nurse).public_id)
    assert "no quorum" not in words(nurse)


def test_seat_on_the_attendance_sheet_stays_and_leads_to_the_sheet() -> None:
    day = make_day(0)
    sit_down(day)
    answer = as_(day.clerk).post(reverse("meeting.unseat", args=[day.entry(day.nurse).public_id]))
    assert (answer.status_code, "Record apologies." in words(answer)) == (422, True)
    assert summary(answer) == [
        (reverse("attendance.record", args=[day.meeting.public_id]), "Open the attendance sheet")
    ]


def test_item_is_removed_only_after_what_that_does_was_read() -> None:
    day = make_day(2)
    address = reverse("agenda.remove", args=[day.meeting.public_id, day.items[0].public_id])
    said = words(as_(day.clerk).get(address))
    assert f"Take item 1 off the agenda: {day.items[0].case.child.full_name}" in said
    assert "The case waits for a panel again. The family ha" in said
    assert AgendaItem.objects.count() == 2
    assert as_(day.clerk).post(address).status_code == 302
    assert AgendaItem.objects.count() == 1


def test_item_that_is_off_already_is_said_to_be_off() -> None:
    day = make_day(2)
    address = reverse("agenda.remove", args=[day.meeting.public_id, day.items[0].public_id])
    as_(day.clerk).post(address)
    for answer, status in ((as_(day.clerk).get(address), 200), (as_(day.clerk).post(address), 409)):
        assert answer.status_code == status
        assert "This item was taken off the agenda already." in words(answer)
        assert reverse("agenda.edit", args=[day.meeting.public_id]) in answer.content.decode()
    never = reverse("agenda.remove", args=[day.meeting.public_id, uuid.uuid4()])
    assert as_(day.clerk).get(never).status_code == 404


def test_step_of_an_item_closed_to_somebody_does_not_exist() -> None:
    day = make_day(1)
    address = reverse("agenda.remove", args=[day.meeting.public_id, day.items[0].public_id])
    assert [as_(day.nurse).get(address).status_code, as_(day.head).post(address).status_code] == [403, 403]


def with_views(*, all_of_them: bool = False) -> Day:
    day = begin(make_day(1, at=this_morning(), pre_views=True))
    givers = [user for user in day.members if all_of_them or user != day.head]
    for user in givers:
        if day.entry(user).voting:
            give_pre_view(
                item=day.items[0],
                answers={"a": Answer.YES, "b": Answer.YES},
                outcome=Outcome.ASSESS,
                confidence=4,
                by=user,
                now=after(day, 2),
            )
    return day


def test_opening_the_views_says_who_has_written_none_and_opens_nothing() -> None:
    day = with_views()
    item = day.items[0]
    address = reverse("preview.open", args=[item.public_id])
    page = as_(day.chair).get(reverse("item.view", args=[item.public_id])).content.decode()
    assert (
        f'id="open-views" role="button" draggable="false" data-module="govuk-button" data-key="v" href="{address}"'
        in page
    )
    said = words(as_(day.chair).get(address))
    assert "Not written yet: Hetty Head." in said
    assert "Nobody can change a view any more, and the views cannot be closed again." in said
    item.refresh_from_db()
    assert item.pre_views_opened_at is None
    assert as_(day.chair).post(address).status_code == 302
    assert "The views are open already." in words(as_(day.chair).get(address))


def test_views_that_are_all_there_are_opened_with_one_click() -> None:
    day = with_views(all_of_them=True)
    item = day.items[0]
    page = as_(day.chair).get(reverse("item.view", args=[item.public_id])).content.decode()
    assert f'<form method="post" action="{reverse("preview.open", args=[item.public_id])}">' in page


def test_nobody_but_who_leads_learns_who_has_written() -> None:
    day = with_views()
    answer = as_(day.vice).get(reverse("preview.open", args=[day.items[0].public_id]))
    assert (answer.status_code, "Hetty Head" in words(answer)) == (404, False)


def test_closing_says_what_was_not_heard_and_who_is_still_there() -> None:
    day = begin(make_day(3, at=this_morning()))
    advise(day, day.items[0], now=timezone.now())
    start_item(item=day.items[1], by=day.chair, now=timezone.now())
    defer_item(
        item=day.items[1],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=timezone.now(),
    )
    close = reverse("meeting.close", args=[day.meeting.public_id])
    waits = words(as_(day.chair).get(close))
    assert "Item 3 is neither heard nor put off." in waits
    assert "Still here" not in waits
    withdraw_item(item=day.items[2], because="The family took it back", by=day.chair, now=timezone.now())
    said = words(as_(day.chair).get(close))
    assert "1 item heard, with a recommendation." in said
    assert "1 item not heard: put off to another panel." in said
    assert "1 item not heard: withdrawn." in said
    assert "Still here, and leaving with it: Charlie Chair, Ed Psychologist, Hetty Head" in said
    refresh(day)
    assert day.meeting.state == MeetingState.OPEN
    assert as_(day.chair).post(close).status_code == 302
    assert "so there is nothing to close" in words(as_(day.chair).get(close))


def test_missing_chair_leads_to_the_attendance_sheet() -> None:
    day = make_day(0)
    record_meeting_later(
        meeting=day.meeting,
        opened_at=after(day, 0),
        closed_at=after(day, 90),
        by=day.clerk,
        now=after(day, 24 * 60),
    )
    sheet = reverse("attendance.record", args=[day.meeting.public_id])
    answer = as_(day.clerk).post(reverse("meeting.close", args=[day.meeting.public_id]))
    assert (answer.status_code, summary(answer)) == (422, [(sheet, "Open the attendance sheet")])


def test_opening_without_the_chair_leads_to_the_attendance_sheet() -> None:
    day = make_day(0, at=this_morning())
    sit_down(day, day.chair)
    page = as_(day.clerk).get(reverse("meeting.open", args=[day.meeting.public_id]))
    card = page.context["card"].version
    answer = as_(day.clerk).post(
        reverse("meeting.open", args=[day.meeting.public_id]), {"card": card, "read": "on"}
    )
    assert answer.status_code == 422
    assert [where for where, _ in summary(answer)] == [
        reverse("attendance.record", args=[day.meeting.public_id])
    ]
