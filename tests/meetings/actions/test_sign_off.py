"""The chair cannot vouch for an item she took no part in: its deputy signs off that sheet before she signs the whole."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.minutes import sign_minutes
from meetings.actions.sign_off import sign_off_item
from meetings.kinds.minutes import _signed_off
from meetings.models import ItemRecord, ItemSignOff, Minutes, MinutesSheet
from meetings.queries.circulation import signing_stops
from meetings.queries.sign_offs import to_sign_off
from meetings.rules.quorum import ConflictKind
from panel.models import AuditEntry, Membership
from panel.platform.policy import Refused
from tests.make import make_user
from tests.meetings.actions.test_minutes import closed, code, leave_words, prepare, stand_in_sheets
from tests.meetings.day import Day, advise, after, begin, make_day
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
SHEET = f"{1:064d}"


def led_by_vice() -> tuple[Day, Minutes]:
    """A closed meeting whose chair is related to the child of its one item, which the vice-chair led."""
    day = begin(make_day(at=timezone.now() - dt.timedelta(hours=3)))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, 2))
    item = name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.chair, now=after(day, 3))
    advise(day, item, by=day.vice)
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    return day, minutes


def sign_off(day: Day, minutes: Minutes, **fields) -> ItemSignOff:
    values = {
        "record": minutes.item_records.get(),
        "shown_sha256": SHEET,
        "by": day.vice,
        "now": after(day, 110),
        "confirmed_at": after(day, 109),
    }
    return sign_off_item(**{**values, **fields})


def sign(day: Day, minutes: Minutes, at: int = 115) -> None:
    sign_minutes(
        minutes=minutes, shown_sha256="a" * 64, by=day.chair, now=after(day, at), confirmed_at=after(day, at)
    )


def stops(day: Day, minutes: Minutes) -> list[tuple[str, str]]:
    return [(stop.code, stop.sentence) for stop in signing_stops(minutes, 0, after(day, 112))]


def test_minutes_are_not_signed_before_the_deputy_has_signed_off_the_item() -> None:
    day, minutes = led_by_vice()
    assert stops(day, minutes) == [
        (
            "deputy_to_sign",
            "Item 1: Vic Vice led it, because the chair has a conflict, and signs off its sheet first.",
        )
    ]
    assert code(sign, day=day, minutes=minutes) == "deputy_to_sign"
    made = sign_off(day, minutes)
    assert sign_off(day, minutes, now=after(day, 111)) == made
    assert stops(day, minutes) == []
    sign(day, minutes)
    entry = AuditEntry.objects.get(verb="minutes.sign_off")
    assert (entry.by, entry.case) == (day.vice.public_id, day.items[0].case.public_id)
    assert (
        _signed_off(minutes)
        == f"; item 1 signed off by Vic Vice on {timezone.localdate(made.at).isoformat()}"
    )


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"shown_sha256": "c" * 64}, "stale"),
        ({"confirmed_at": None}, "step_up"),
        ({"who": "nurse"}, "not_the_deputy"),
        ({"who": "chair"}, "recused"),
        ({"who": "clerk"}, "not_allowed"),
    ],
)
def test_sheet_is_signed_off_by_its_deputy_on_a_fresh_sign_in_and_as_it_was_shown(fields, refused) -> None:
    day, minutes = led_by_vice()
    given = {name: value for name, value in fields.items() if name != "who"}
    if "who" in fields:
        given["by"] = getattr(day, fields["who"])
    assert code(sign_off, day=day, minutes=minutes, **given) == refused
    assert not ItemSignOff.objects.exists()


def test_each_version_is_signed_off_anew() -> None:
    day, first = led_by_vice()
    leave_words(day)
    assert code(sign_off, day=day, minutes=first) == "changed_since"
    second = prepare(day, 105, because="A sentence was missing")
    assert code(sign_off, day=day, minutes=first) == "superseded"
    assert code(sign_off, day=day, minutes=second) == "not_rendered"
    stand_in_sheets(second)
    sign_off(day, second)
    leave_words(day, 2)
    third = prepare(day, 112, because="Another was")
    stand_in_sheets(third)
    assert [stop for stop, _ in stops(day, third)] == ["deputy_to_sign"]


def test_item_the_chair_led_needs_no_signature_of_its_own() -> None:
    day = begin(make_day())
    item = name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.chair, now=after(day, 3))
    advise(day, item, by=day.vice)
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    assert stops(day, minutes) == []
    assert code(sign_off, day=day, minutes=minutes) == "not_led_by_deputy"


def test_member_who_was_there_signs_off_once_the_deputy_can_no_more() -> None:
    day, minutes = led_by_vice()
    assert code(sign_off, day=day, minutes=minutes, by=day.nurse) == "not_the_deputy"
    day.vice.is_active = False
    day.vice.save()
    assert stops(day, minutes)[0][1] == (
        "Item 1: Vic Vice led it, because the chair has a conflict, and can sign no more. A voting member who was there for it"
        " signs off its sheet instead."
    )
    made = sign_off(day, minutes, by=day.nurse)
    assert made.in_place_of == day.vice
    sign(day, minutes)


def test_deputy_finds_it_and_the_chair_still_reads_nothing_of_it() -> None:
    day, minutes = led_by_vice()
    item = day.items[0].public_id
    there = reverse("minutes.sign_off", args=[minutes.public_id, item])
    view = reverse("minutes.view", args=[minutes.public_id])
    assert there in as_(day.vice).get(reverse("home.view")).content.decode()
    assert there in as_(day.vice).get(view).content.decode()
    chair = as_(day.chair)
    seen = words(chair.get(view))
    assert "Item 1: waits to be signed off by Vic Vice." in seen
    assert "Item 1: Vic Vice led it, because the chair has a conflict, and signs off its sheet first." in seen
    assert chair.get(there).status_code == 404
    sheet = MinutesSheet.objects.get(part="item")
    assert chair.get(reverse("minutes.sheet", args=[minutes.public_id, sheet.pk])).status_code == 404
    assert "Vic Vice led this item and signs off its sheet." in words(as_(day.nurse).get(there))
    vice = as_(day.vice)
    assert SHEET in vice.get(there).content.decode()
    unread = vice.post(there, {"shown_sha256": SHEET})
    assert (unread.status_code, "Read the sheet and confirm it" in words(unread)) == (422, True)
    assert vice.post(there, {"shown_sha256": SHEET, "read": "on"}).status_code == 302
    assert to_sign_off(day.vice, timezone.now()) == ()
    assert "Item 1: its sheet was signed off by Vic Vice, who led it," in words(chair.get(view))
    assert "Signed off by Vic Vice" in words(vice.get(there))


def test_sign_off_is_kept_as_it_is() -> None:
    day, minutes = led_by_vice()
    made = sign_off(day, minutes)
    with pytest.raises(Refused):
        made.save()
    with pytest.raises(Refused):
        ItemSignOff.objects.filter(pk=made.pk).delete()


def test_stranger_finds_no_such_page() -> None:
    _, minutes = led_by_vice()
    item = ItemRecord.objects.get().item.public_id
    stranger = make_user("Sasha Stranger", "member")
    assert Membership.objects.filter(user=stranger).exists()
    assert as_(stranger).get(reverse("minutes.sign_off", args=[minutes.public_id, item])).status_code == 404
