"""The family at its own item: who can be asked, when they are there, what they and the minutes see of it."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.actions.defer import defer_item
from meetings.actions.guests import guest_arrives, guest_leaves, invite_guest, take_guest_back
from meetings.actions.late import OfFamily, record_item_later
from meetings.actions.listing import remove_item
from meetings.actions.live import pause_item, start_item
from meetings.models import AgendaItem, FamilyGuest
from meetings.queries.guests import could_be_asked, expected_of
from meetings.queries.sheets import freeze
from meetings.rules.deferring import DeferralReason
from panel.models import AuditEntry, Denial, Person, Relationship, User
from panel.platform.policy import Refused, Role
from tests.make import make_user
from tests.meetings.actions.test_minutes import code
from tests.meetings.day import UNPLANNED, Day, advise, after, begin, closed, make_day, refresh
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def parent_of(item: AgendaItem) -> Person:
    return Relationship.objects.filter(child=item.case.child).order_by("pk")[0].person


def asked(day: Day, number: int = 0, **fields: Any) -> FamilyGuest:
    item = day.items[number]
    values = {"item": item, "person": parent_of(item), "by": day.clerk, "now": after(day, 1)}
    return invite_guest(**{**values, **fields})


def account(person: Person) -> User:
    user = make_user("Grace Parent", Role.PARENT)
    person.user = user
    person.save(update_fields=["user"])
    return user


def test_family_is_asked_once_to_its_own_item() -> None:
    day = make_day(2)
    guest = asked(day)
    assert asked(day) == guest
    assert list(could_be_asked(day.items[0], after(day, 1))) == []
    other = parent_of(day.items[1])
    assert code(asked, day=day, person=other) == "not_entitled"
    assert code(asked, day=day, by=day.nurse) == "not_allowed"
    twice = FamilyGuest(item=day.items[0], person=guest.person, tie="parent", invited_by=day.clerk)
    twice.invited_at = after(day, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_whoever_may_not_be_written_to_is_not_asked_and_does_not_come_in() -> None:
    day = make_day(1)
    guest = asked(day)
    Relationship.objects.filter(person=guest.person).update(disputed=True)
    begin(day)
    assert code(guest_arrives, guest=guest, by=day.clerk, now=after(day, 2)) == "not_entitled"
    take_guest_back(guest=guest, by=day.clerk, now=after(day, 3))
    assert code(asked, day=day) == "not_entitled"


def test_family_comes_in_for_its_own_item_alone_and_goes_with_it() -> None:
    day = make_day(2)
    first, second = asked(day), asked(day, 1)
    assert code(guest_arrives, guest=first, by=day.clerk, now=after(day, 0)) == "not_now"
    begin(day)
    guest_arrives(guest=first, by=day.clerk, now=after(day, 2))
    guest_arrives(guest=first, by=day.clerk, now=after(day, 3))
    assert code(guest_arrives, guest=second, by=day.clerk, now=after(day, 2)) == "not_now"
    assert code(take_guest_back, guest=first, by=day.clerk, now=after(day, 4)) == "came"
    advise(day, day.items[0])
    first.refresh_from_db()
    assert (first.joined_at, first.left_at is not None) == (after(day, 2), True)
    start_item(item=day.items[1], by=day.chair, now=after(day, 31))
    assert code(guest_arrives, guest=first, by=day.clerk, now=after(day, 32)) == "not_now"
    guest_arrives(guest=second, by=day.chair, now=after(day, 32))
    assert FamilyGuest.objects.filter(joined_at__isnull=False, left_at=None).count() == 1


def test_item_that_is_set_back_or_put_off_sends_the_family_out() -> None:
    day = begin(make_day(1))
    guest = asked(day)
    guest_arrives(guest=guest, by=day.clerk, now=after(day, 2))
    pause_item(item=day.items[0], by=day.chair, now=after(day, 5))
    guest.refresh_from_db()
    assert guest.left_at == after(day, 5)
    again = asked(day, now=after(day, 6))
    start_item(item=day.items[0], by=day.chair, now=after(day, 7))
    guest_arrives(guest=again, by=day.clerk, now=after(day, 8))
    defer_item(
        item=day.items[0], reason=DeferralReason.TIME, late_because=UNPLANNED, by=day.chair, now=after(day, 9)
    )
    again.refresh_from_db()
    assert (again.pk != guest.pk, again.left_at) == (True, after(day, 9))
    assert code(asked, day=day, now=after(day, 10)) == "wrong_state"


def test_item_taken_off_the_list_takes_its_invitations_back() -> None:
    day = make_day(2)
    guest = asked(day, now=after(day, -60))
    gone = asked(day, 1, now=after(day, -60))
    take_guest_back(guest=gone, by=day.clerk, now=after(day, -59))
    for item in day.items:
        remove_item(item=item, by=day.clerk, now=after(day, -58))
    assert (FamilyGuest.objects.count(), AgendaItem.objects.count()) == (0, 0)
    back = AuditEntry.objects.filter(verb="guest.take_back").order_by("pk")
    assert [row.value.values["person"] for row in back] == [
        str(gone.person.public_id),
        str(guest.person.public_id),
    ]


def test_time_on_paper_holds_the_family_that_was_there() -> None:
    day = begin(make_day(1))
    guest = asked(day)
    guest_arrives(guest=guest, by=day.clerk, now=after(day, 20))
    late = {"item": day.items[0], "by": day.clerk, "now": after(day, 200)}
    assert code(record_item_later, ended_at=after(day, 15), **late) == "guest_there"
    record_item_later(ended_at=after(day, 30), **late)
    advise(day, AgendaItem.objects.get(), now=after(day, 205))
    guest.refresh_from_db()
    assert guest.left_at == after(day, 30)


def test_family_that_comes_in_after_the_end_on_paper_leaves_no_earlier_than_it_came() -> None:
    day = begin(make_day(1))
    record_item_later(item=day.items[0], ended_at=after(day, 15), by=day.clerk, now=after(day, 20))
    guest = asked(day, now=after(day, 21))
    guest_arrives(guest=guest, by=day.clerk, now=after(day, 22))
    advise(day, AgendaItem.objects.get(), now=after(day, 25))
    guest.refresh_from_db()
    assert guest.left_at == after(day, 22)


def test_family_never_counts_for_the_quorum() -> None:
    day = begin(make_day(1))
    guest = asked(day)
    guest_arrives(guest=guest, by=day.clerk, now=after(day, 2))
    made = advise(day, day.items[0])
    assert made.quorum["present"] == len([user for user in day.members if day.entry(user).voting])
    assert guest.person.full_name not in str(made.quorum)


def test_minutes_name_the_family_by_what_they_are_and_say_nothing_where_nobody_came() -> None:
    day = begin(make_day(1))
    guest = asked(day)
    guest_arrives(guest=guest, by=day.clerk, now=after(day, 2))
    guest_leaves(guest=guest, by=day.clerk, now=after(day, 4))
    advise(day, day.items[0])
    closed(day)
    (_, sheet), *_ = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    (line,) = sheet.family_there
    assert (line.who, line.mode, line.arrived, line.left) == (
        guest.tie,
        "In the room",
        after(day, 2),
        after(day, 4),
    )
    assert guest.person.full_name not in str(sheet)
    other = begin(
        make_day(1, at=day.meeting.starts_at + dt.timedelta(days=1), valid_from=dt.date(2021, 1, 1))
    )
    advise(other, other.items[0])
    closed(other)
    (_, plain), *_ = freeze(other.meeting, version=1, correction="", by=other.clerk).items
    assert plain.family_there == ()


def test_family_page_says_the_day_and_about_when_and_nothing_of_others() -> None:
    day = make_day(3, at=timezone.now().replace(microsecond=0) + dt.timedelta(days=7))
    guest = asked(day, 2, now=timezone.now())
    user = account(guest.person)
    (expected,) = expected_of(user, timezone.localdate())
    minutes = sum(item.minutes for item in day.items[:2])
    assert expected.starts_at == day.meeting.starts_at + dt.timedelta(minutes=minutes)
    page = words(as_(user).get(reverse("family.view")))
    assert "You are asked to come when the Inclusion panel talks about" in page
    for item in day.items[:2]:
        assert item.case.reference not in page
    Denial.objects.create(case=day.items[2].case, user=user, source="test", since=timezone.now())
    assert expected_of(user, timezone.localdate()) == ()
    stranger = account(parent_of(day.items[0]))
    assert expected_of(stranger, timezone.localdate()) == ()


def test_clerk_asks_and_records_by_screen() -> None:
    day = begin(make_day(1, at=this_morning()))
    item = day.items[0]
    client = as_(day.clerk)
    page = reverse("item.view", args=[item.public_id])
    assert "Nobody of the family is asked to this item." in words(client.get(page))
    invite = reverse("guest.invite", args=[item.public_id])
    empty = client.post(invite, {"person": "", "mode": "video"})
    assert (empty.status_code, "Choose who is asked" in words(empty)) == (422, True)
    assert client.post(invite, {"person": parent_of(item).pk, "mode": "video"}).status_code == 302
    guest = FamilyGuest.objects.get()
    assert guest.mode == "video"
    client.post(reverse("guest.arrive", args=[guest.public_id]))
    assert "here since" in words(client.get(page))
    client.post(reverse("guest.leave", args=[guest.public_id]))
    assert "there from" in words(client.get(page))
    refresh(day)
    assert parent_of(item).full_name not in words(as_(day.nurse).get(page)).split("Papers")[0]
    assert as_(day.nurse).post(reverse("guest.arrive", args=[guest.public_id])).status_code == 403


def on_paper(day: Day, *family: OfFamily, **fields: Any) -> None:
    """The day's item was heard from minute 10 to minute 30, as its sheet says."""
    values = {"item": day.items[0], "began_at": after(day, 10), "ended_at": after(day, 30)}
    record_item_later(**{**values, **fields}, family=family, by=day.clerk, now=after(day, 60))


def only_listed() -> Day:
    day = begin(make_day(1))
    pause_item(item=day.items[0], by=day.chair, now=after(day, 2))
    refresh(day)
    return day


def test_family_at_an_item_on_paper_is_entered_with_its_times_and_minuted() -> None:
    day = only_listed()
    guest = asked(day)
    on_paper(day, OfFamily(guest, after(day, 12), after(day, 25)))
    guest.refresh_from_db()
    assert (guest.joined_at, guest.left_at) == (after(day, 12), after(day, 25))
    assert AuditEntry.objects.filter(verb="guest.arrive").count() == 1
    # Entered anew without a time of leaving: then they stayed to the end.
    on_paper(day, OfFamily(guest, after(day, 12)))
    advise(day, day.items[0], now=after(day, 61))
    guest.refresh_from_db()
    assert guest.left_at == after(day, 30)
    closed(day)
    ((_, sheet),) = freeze(day.meeting, version=1, correction="", by=day.clerk).items
    assert [(one.arrived, one.left) for one in sheet.family_there] == [(after(day, 12), after(day, 30))]


@pytest.mark.parametrize(
    ("came", "left", "refusal"),
    [
        (9, None, "guest_outside"),
        (31, None, "guest_outside"),
        (12, 31, "guest_outside"),
        (12, 11, "guest_leaves_first"),
        (None, 20, "guest_no_arrival"),
    ],
)
def test_family_on_paper_is_in_for_its_own_item_alone(
    came: int | None, left: int | None, refusal: str
) -> None:
    day = only_listed()
    guest = asked(day)
    times = [None if minute is None else after(day, minute) for minute in (came, left)]
    with pytest.raises(Refused) as no:
        on_paper(day, OfFamily(guest, *times))
    assert no.value.code == refusal
    guest.refresh_from_db()
    assert guest.joined_at is None


def test_somebody_who_is_not_asked_to_the_item_is_not_entered_at_it() -> None:
    day = begin(make_day(2))
    other = asked(day, 1)
    with pytest.raises(Refused) as no:
        on_paper(day, OfFamily(other, after(day, 12)), began_at=None)
    assert no.value.code == "not_asked"


def test_clerk_enters_the_times_of_the_family_by_screen() -> None:
    day = begin(make_day(1, at=this_morning()))
    guest = asked(day)
    page = reverse("item.record_later", args=[day.items[0].public_id])
    assert f"When {guest.person.full_name} came in" in words(as_(day.clerk).get(page))
    clock = {
        name: f"{timezone.localtime(after(day, minute)):%H:%M}"
        for name, minute in (("ended", 20), (f"came_{guest.pk}", 5), (f"left_{guest.pk}", 25))
    }
    wrong = as_(day.clerk).post(page, clock)
    assert (wrong.status_code, f"left_{guest.pk}" in wrong.context["form"].errors) == (422, True)
    assert as_(day.clerk).post(page, {**clock, f"left_{guest.pk}": ""}).status_code == 302
    guest.refresh_from_db()
    assert (guest.joined_at, guest.left_at) == (after(day, 5).replace(second=0, microsecond=0), None)
