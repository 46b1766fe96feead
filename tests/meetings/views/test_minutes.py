"""Minutes by screen: what stops them, progress, reading sheet by sheet, the chair's signature, the next version."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.conflicts import impose_conflict
from meetings.models import Minutes, MinutesSheet, MinutesSignature
from meetings.rules.quorum import ConflictKind, Effect
from panel.models import User
from tests.make import make_document
from tests.meetings.day import Day, advise, begin, make_day, refresh
from tests.meetings.views.client import as_, shown, this_morning, words

pytestmark = pytest.mark.django_db


def heard_day() -> Day:
    day = begin(make_day(1, at=this_morning()))
    advise(day, day.items[0], now=timezone.now())
    refresh(day)
    return day


def closed_day() -> Day:
    day = heard_day()
    as_(day.chair).post(reverse("meeting.close", args=[day.meeting.public_id]))
    refresh(day)
    return day


def shut_out(day: Day, user: User, *, by: User) -> None:
    """The first item is closed to somebody at the table: the child is of their family."""
    impose_conflict(
        item=day.items[0],
        entry=day.entry(user),
        kind=ConflictKind.RELATIVE,
        effect=Effect.LEAVES,
        detail="Of the family",
        by=by,
        now=timezone.now(),
    )


def prepare(day: Day, **form: str) -> Minutes:
    as_(day.clerk).post(reverse("minutes.prepare", args=[day.meeting.public_id]), form)
    return Minutes.objects.latest("version")


def stand_in_sheets(minutes: Minutes) -> None:
    """Rows as the outbox would write them, without a file behind them."""
    for part, item, digest in (
        ("item", minutes.meeting.items.first(), "1"),
        ("meeting", None, "a"),
        ("joined", None, "b"),
    ):
        document = make_document(sha256=digest * 64)
        MinutesSheet(minutes=minutes, part=part, item=item, document=document).save()


def test_blockers_are_named_with_the_way_to_mend_them() -> None:
    day = begin(make_day(1, at=this_morning()))
    answer = as_(day.clerk).get(reverse("minutes.prepare", args=[day.meeting.public_id]))
    seen = words(answer)
    assert "The meeting is not closed yet." in seen
    assert "Item 1 is still “in discussion”." in seen
    case = day.items[0].case
    assert f"It is about {case.child.full_name}, {case.reference}." in seen
    assert reverse("item.view", args=[day.items[0].public_id]) in answer.content.decode()
    assert as_(day.clerk).post(reverse("minutes.prepare", args=[day.meeting.public_id])).status_code == 422


def test_item_that_is_closed_to_whoever_prepares_is_named_by_its_number_alone() -> None:
    day = begin(make_day(1, at=this_morning()))
    shut_out(day, day.chair, by=day.clerk)
    seen = words(as_(day.chair).get(reverse("minutes.prepare", args=[day.meeting.public_id])))
    assert "Item 1 is still “in discussion”." in seen
    assert day.items[0].case.child.full_name not in seen


def test_preparing_is_said_to_be_done_and_so_is_making_the_documents() -> None:
    day = closed_day()
    there = reverse("minutes.prepare", args=[day.meeting.public_id])
    page = as_(day.clerk).post(there, {}, follow=True)
    assert "Version 1 of the minutes is made. Its documents follow." in words(page)
    minutes = Minutes.objects.get()
    stand_in_sheets(minutes)
    asks_again = as_(day.clerk, page=False).get(reverse("minutes.view", args=[minutes.public_id]))
    assert "Done The documents of version 1 are made." in words(asks_again)
    opened = as_(day.clerk).get(reverse("minutes.view", args=[minutes.public_id]))
    assert "The documents of version 1 are made." not in words(opened)


def test_themes_that_name_a_child_are_kept_and_asked_about() -> None:
    day = closed_day()
    url, clerk = reverse("minutes.prepare", args=[day.meeting.public_id]), as_(day.clerk)
    assert "names_nobody" not in clerk.get(url).content.decode()
    said = f"{day.items[0].case.child.forename} Hill has waited."
    answer = clerk.post(url, {"themes": said})
    page = answer.content.decode()
    assert (answer.status_code, said in page, "names_nobody" in page) == (422, True, True)
    assert Minutes.objects.count() == 0
    assert clerk.post(url, {"themes": said, "names_nobody": "on"}).status_code == 422
    assert clerk.post(url, {"themes": said, "names_nobody": "on", **shown(answer)}).status_code == 302
    assert Minutes.objects.get().record["notes"] == said


def test_minutes_are_prepared_and_the_page_asks_until_they_are_there() -> None:
    day = closed_day()
    minutes = prepare(day)
    view = reverse("minutes.view", args=[minutes.public_id])
    assert "Preparing the minutes…" in words(as_(day.clerk, page=False).get(view))
    stand_in_sheets(minutes)
    done = as_(day.clerk, page=False).get(view)
    assert done.content.decode().lstrip().lower().startswith("<!doctype html")


def test_chair_signs_the_very_bytes_that_were_shown() -> None:
    day = closed_day()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    sign = reverse("minutes.sign", args=[minutes.public_id])
    page = as_(day.chair).get(sign)
    assert "b" * 64 in page.content.decode()
    unread = as_(day.chair).post(sign, {"shown_sha256": "b" * 64})
    assert (unread.status_code, "Read the minutes and confirm it" in words(unread)) == (422, True)
    stale = as_(day.chair).post(sign, {"shown_sha256": "c" * 64, "read": "on"})
    assert (stale.status_code, "Reload the page and read it again." in words(stale)) == (409, True)
    as_(day.chair).post(sign, {"shown_sha256": "b" * 64, "read": "on"})
    assert MinutesSignature.objects.get().shown_sha256 == "b" * 64


def test_old_tab_is_told_to_start_an_amendment() -> None:
    day = closed_day()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    as_(day.chair).post(
        reverse("minutes.sign", args=[minutes.public_id]), {"shown_sha256": "b" * 64, "read": "on"}
    )
    write = reverse("item.write", args=[day.items[0].public_id])
    form = {"only": "discussion", "discussion-n": "1", "discussion-text": "Changed afterwards"}
    old = as_(day.clerk, page=False).post(write, form)
    assert (old.status_code, "Start an amendment to correct them." in words(old)) == (422, True)
    assert as_(day.clerk, page=False).post(f"{write}?correct", form).status_code == 200
    again = as_(day.clerk).post(reverse("minutes.prepare", args=[day.meeting.public_id]), {"because": ""})
    assert (again.status_code, "Say what is corrected and why." in words(again)) == (422, True)
    second = prepare(day, because="The discussion was cut short")
    assert (second.version, second.because) == (2, "The discussion was cut short")


def test_recused_member_reads_the_meeting_sheet_and_the_open_items_only() -> None:
    day = heard_day_with_recusal()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    view = reverse("minutes.view", args=[minutes.public_id])
    sheets = {
        sheet.part: reverse("minutes.sheet", args=[minutes.public_id, sheet.pk])
        for sheet in minutes.sheets.all()
    }
    seen = {part for part, url in sheets.items() if url in as_(day.nurse).get(view).content.decode()}
    assert seen == {"meeting"}
    assert {part: as_(day.nurse).get(url).status_code for part, url in sheets.items()} == {
        "item": 404,
        "joined": 404,
        "meeting": 422,
    }


def heard_day_with_recusal() -> Day:
    day = begin(make_day(1, at=this_morning()))
    shut_out(day, day.nurse, by=day.chair)
    advise(day, day.items[0], now=timezone.now())
    as_(day.chair).post(reverse("meeting.close", args=[day.meeting.public_id]))
    refresh(day)
    return day
