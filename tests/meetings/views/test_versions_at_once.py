"""The versions of a whole meeting are prepared in one step: what cannot be yet is said beside what was, and stops nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from meetings.actions.versions_at_once import LOOK_FIRST, prepare_at_once
from meetings.minutes.redaction import Ground, Reader
from meetings.models import AgendaItem, ItemVersion
from panel.models import AuditEntry, Denial
from panel.platform.policy import Refused
from tests.make import NOW, make_case, make_person
from tests.meetings.day import Day, after
from tests.meetings.signed import prepare, signed_day, tag
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db
BOTH = (Reader.FAMILY, Reader.SETTING)


@pytest.fixture
def day(db: None) -> Iterator[Day]:
    found = signed_day()
    with time_machine.travel(after(found, 200), tick=False):
        yield found


def at_once(day: Day, *readers: Reader, **fields: object) -> list[tuple[Reader, bool]]:
    values = {"meeting": day.meeting, "readers": readers or BOTH, "by": day.clerk, "now": after(day, 130)}
    return [(row.reader, row.version is not None) for row in prepare_at_once(**{**values, **fields})]


def made() -> list[str]:
    return sorted(ItemVersion.objects.values_list("reader", flat=True))


def test_family_and_setting_get_theirs_in_one_step_and_once(day: Day) -> None:
    assert at_once(day) == [(Reader.FAMILY, True), (Reader.SETTING, True)]
    assert made() == ["family", "setting"]
    assert at_once(day) == []
    assert AuditEntry.objects.filter(verb="version.prepare").count() == 2


def test_what_was_prepared_before_is_left_as_it_is(day: Day) -> None:
    version = prepare(day)
    assert at_once(day) == [(Reader.SETTING, True)]
    assert ItemVersion.objects.get(reader="family") == version


def test_item_closed_to_the_clerk_is_not_touched(day: Day) -> None:
    Denial(case=day.items[0].case, user=day.clerk, source="recusal", since=NOW).save()
    assert (at_once(day), made()) == ([], [])


def test_officer_prepares_none(day: Day) -> None:
    with pytest.raises(Refused):
        at_once(day, by=day.officer)
    assert made() == []


def test_what_names_another_child_is_looked_at_first(day: Day) -> None:
    other = make_person("Sidney", "Vale", born_on=dt.date(2017, 1, 9))
    AgendaItem.objects.create(
        meeting=day.meeting, case=make_case(child=other), stage="assess", position=9, minutes=9
    )
    rows = prepare_at_once(meeting=day.meeting, readers=BOTH, by=day.clerk, now=after(day, 130))
    assert [(row.item.position, row.because) for row in rows[:2]] == [(1, LOOK_FIRST), (1, LOOK_FIRST)]
    # The other child's item was never minuted: it says so, and stops nothing.
    assert all("not signed" in row.because or "minutes" in row.because for row in rows[2:])
    assert made() == []
    page = as_(day.clerk).post(
        reverse("version.prepare_all", args=[day.meeting.public_id]), {"readers": ["family"]}
    )
    assert LOOK_FIRST in words(page)
    tag(day, brother=Ground.ANOTHER_CHILD)
    assert at_once(day)[:2] == [(Reader.FAMILY, True), (Reader.SETTING, True)]


def test_page_says_what_was_prepared_and_why_the_rest_was_not(day: Day) -> None:
    client = as_(day.clerk)
    where = reverse("version.list", args=[day.meeting.public_id])
    send = reverse("version.prepare_all", args=[day.meeting.public_id])
    assert "Prepare several at once" in words(client.get(where))
    none = client.post(send)
    assert (none.status_code, made()) == (422, [])
    assert "Choose for whom the versions are" in words(none)
    done = words(client.post(send, {"readers": ["family", "setting"]}))
    assert "Prepared: 2." in done
    assert "Prepare several at once" not in done
    assert "Prepared: " not in words(client.get(where))


def test_moderators_version_is_prepared_by_itself(day: Day) -> None:
    answer = as_(day.clerk).post(
        reverse("version.prepare_all", args=[day.meeting.public_id]), {"readers": ["moderator"]}
    )
    assert (answer.status_code, made()) == (422, [])
