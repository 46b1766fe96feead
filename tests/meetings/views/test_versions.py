"""Versions by screen: what is left out, preparing, a second person's release, the family's and the setting's own reading."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from meetings.actions.minutes import prepare_minutes
from meetings.minutes.redaction import EXEMPTIONS, Ground, Reader, words_digest
from meetings.models import ItemVersion, Meeting, PanelConfig, ParagraphTag
from meetings.queries.versions import newest_record, preview_of, signed_record
from panel.actions.people import open_family_account
from panel.models import AuditEntry, Person, User
from panel.platform.policy import Role
from tests.make import make_user
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.actions.test_version_readers import send_letter
from tests.meetings.day import Day, after
from tests.meetings.signed import BROTHER, drain, heard_day, prepare, release, released, signed_day, tag
from tests.meetings.views.client import as_, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(db: None) -> Iterator[Day]:
    found = signed_day()
    with time_machine.travel(after(found, 200), tick=False):
        yield found


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def tag_form(day: Day, **changed: str) -> dict[str, str]:
    """The page's own form as it stands, with the discussion's second paragraph changed."""
    page = as_(day.clerk).get(url("version.tag", day.items[0].public_id))
    form = {field.html_name: str(field.value()) for _, field in page.context["form"].paragraphs()}
    return {**form, "record_sha256": newest_record(day.items[0]).record_sha256, **changed}


def test_page_shows_each_paragraph_with_what_is_said_of_it(day: Day) -> None:
    tag(day, brother=Ground.ANOTHER_CHILD)
    seen = as_(day.chair).get(url("version.tag", day.items[0].public_id))
    assert BROTHER in words(seen)
    chosen = f'name="{words_digest(BROTHER)}" value="another_child" checked'
    assert chosen in seen.content.decode()
    assert "Recommendation, Decision" in words(seen)


def test_paragraphs_of_a_draft_are_tagged_from_its_page_and_versions_wait() -> None:
    day = heard_day()
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100))
    stand_in_sheets(minutes)
    with time_machine.travel(after(day, 105), tick=False):
        clerk, item = as_(day.clerk), day.items[0]
        lists = url("version.list", day.meeting.public_id)
        assert lists in clerk.get(url("minutes.view", minutes.public_id)).content.decode()
        page = clerk.get(lists)
        assert "The chair has not signed these minutes yet." in words(page)
        links = [
            url(name, item.public_id) in page.content.decode() for name in ("version.tag", "version.prepare")
        ]
        assert links == [True, False]
        assert "These minutes are a draft." in words(clerk.get(url("version.tag", item.public_id)))
        clerk.post(
            url("version.tag", item.public_id), tag_form(day, **{words_digest(BROTHER): "member_opinion"})
        )
    assert ParagraphTag.objects.get().ground == "member_opinion"


def test_what_is_left_out_stands_with_its_exemption_before_whoever_releases(day: Day) -> None:
    tag(day, brother=Ground.ANOTHER_CHILD)
    version = prepare(day)
    page = words(as_(day.officer).get(url("version.view", version.public_id)))
    assert f"Another child. {EXEMPTIONS[Ground.ANOTHER_CHILD]}" in page


def test_page_says_that_moderators_do_not_read_theirs_yet(day: Day) -> None:
    page = words(as_(day.clerk).get(url("version.prepare", day.items[0].public_id)))
    assert "until then nobody but clerks and officers can read what is prepared for moderators" in page


def test_what_is_chosen_is_kept_and_only_what_changed(day: Day) -> None:
    where = url("version.tag", day.items[0].public_id)
    done = as_(day.clerk).post(where, tag_form(day, **{words_digest(BROTHER): "harm"}))
    assert done.url == url("version.list", day.meeting.public_id)
    assert [(row.words_sha256, row.ground) for row in ParagraphTag.objects.all()] == [
        (words_digest(BROTHER), "harm")
    ]
    assert "Nothing was changed." in words(as_(day.clerk).post(where, tag_form(day), follow=True))


def test_paragraph_nothing_was_chosen_for_is_named_and_the_others_are_kept(day: Day) -> None:
    form = tag_form(day, **{words_digest(BROTHER): ""})
    answer = as_(day.clerk).post(url("version.tag", day.items[0].public_id), form)
    assert (answer.status_code, "Say what this paragraph is about" in words(answer)) == (422, True)
    old = as_(day.clerk).post(
        url("version.tag", day.items[0].public_id), {**tag_form(day), "record_sha256": "0" * 64}
    )
    assert (old.status_code, "amended since you opened this page" in words(old)) == (409, True)


def test_version_is_prepared_read_and_released_by_a_second_person(day: Day) -> None:
    item = day.items[0]
    done = as_(day.clerk).post(url("version.prepare", item.public_id), {"reader": "family"})
    version = ItemVersion.objects.get()
    view = url("version.view", version.public_id)
    assert done.url == view
    assert "Being made." in words(as_(day.officer).get(view))
    drain(day)
    assert "so a second person must release it" in words(as_(day.clerk).get(view))
    page = as_(day.officer).get(view)
    shown = preview_of(version).sha256
    assert page.content.decode().count(shown) == 2
    assert as_(day.officer).get(url("version.view_pdf", version.public_id)).status_code == 200
    form = {"content_sha256": version.content_sha256, "shown_sha256": shown}
    release = url("version.release", version.public_id)
    unread = as_(day.officer).post(release, form)
    assert (unread.status_code, "Read the document and confirm it" in words(unread)) == (422, True)
    own = as_(day.clerk).post(release, {**form, "read": "on"})
    assert (own.status_code, "a second person must release it" in words(own)) == (422, True)
    as_(day.officer).post(release, {**form, "read": "on"})
    assert ItemVersion.objects.released().get().release.by == day.officer


def test_name_of_staff_in_the_prose_is_held_up_for_whoever_releases() -> None:
    day = signed_day(family_views="Nia said that it would get better.")
    with time_machine.travel(after(day, 200), tick=False):
        version = prepare(day)
        drain(day)
        officer, url_of = as_(day.officer), url("version.release", version.public_id)
        shown = preview_of(version).sha256
        form = {"content_sha256": version.content_sha256, "shown_sha256": shown, "read": "on"}
        asked = officer.post(url_of, form)
        assert asked.status_code == 422
        assert "“Nia” may be a name of staff, and this version names nobody." in words(asked)
        assert 'name="names_shown" value="Nia"' in asked.content.decode()
        assert list(ItemVersion.objects.released()) == []
        # Another name than the one she was shown is asked about anew.
        assert officer.post(url_of, {**form, "names_shown": "Mo", "names_nobody": "on"}).status_code == 422
        officer.post(url_of, {**form, "names_shown": "Nia", "names_nobody": "on"})
        assert ItemVersion.objects.released().get() == version


def test_rules_of_the_meeting_say_whether_a_family_reads_names() -> None:
    day = signed_day(family_views="Nia said that it would get better.")
    rules = day.meeting.config
    named = PanelConfig(
        panel_type=rules.panel_type,
        valid_from=rules.valid_from - dt.timedelta(days=1),
        delegation_reference=rules.delegation_reference,
        minimum_total=rules.minimum_total,
        minimum_agencies=rules.minimum_agencies,
        staff_names=PanelConfig.StaffNames.NAMES,
    )
    named.save()
    by_role = prepare(day)
    Meeting.objects.filter(pk=day.meeting.pk).update(config=named)
    day.items[0].meeting.refresh_from_db()
    by_name = prepare(day, minute=131)
    assert ["Nia Nurse" in str(one.content) for one in (by_role, by_name)] == [False, True]
    drain(day)
    release(day, by_name)


def test_list_says_where_each_version_stands(day: Day) -> None:
    tag(day, brother=Ground.ANOTHER_CHILD)
    released(day)
    prepare(day, Reader.MODERATOR)
    seen = words(as_(day.clerk).get(url("version.list", day.meeting.public_id)))
    assert "Released : The family’s version" in seen
    assert "Being made : The moderators’ version" in seen
    assert "Not prepared" in seen
    chairs = as_(day.chair).get(url("version.list", day.meeting.public_id)).content.decode()
    assert [name in chairs for name in ("/paragraphs/", "/versions/new/")] == [True, False]


def test_officer_is_shown_at_home_what_waits_for_a_second_person(day: Day) -> None:
    version = prepare(day, Reader.FAMILY)
    there = url("version.view", version.public_id)
    assert there not in as_(day.officer).get(reverse("home.view")).content.decode()
    drain(day)
    assert there in as_(day.officer).get(reverse("home.view")).content.decode()


def test_list_of_versions_asks_the_same_whatever_its_length(
    day: Day, django_assert_max_num_queries: object
) -> None:
    for reader in Reader:
        prepare(day, reader)
    client = as_(day.clerk)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(url("version.list", day.meeting.public_id))


def test_minutes_lead_to_the_versions_once_they_are_signed(day: Day) -> None:
    minutes = signed_record(day.items[0]).minutes
    seen = as_(day.clerk).get(url("minutes.view", minutes.public_id)).content.decode()
    assert url("version.list", day.meeting.public_id) in seen


def test_withdrawing_takes_a_reason_and_the_version_off_the_page(day: Day) -> None:
    version = released(day)
    where = url("version.withdraw", version.public_id)
    assert as_(day.officer).post(where, {"because": ""}).status_code == 422
    as_(day.officer).post(where, {"because": "A name stands in it"})
    assert list(ItemVersion.objects.released()) == []
    assert "A name stands in it" in words(as_(day.officer).get(url("version.view", version.public_id)))


def family_of(day: Day) -> User:
    person = Person.objects.get(ties__child=day.items[0].case.child)
    person.email = "parent@family.example"
    person.save(update_fields=["email"])
    user = open_family_account(person=person, by=None, now=after(day, 1))
    assert user is not None
    return user


def test_family_finds_it_on_its_page_and_every_reading_is_noted(day: Day) -> None:
    mother = family_of(day)
    version = released(day)
    mine = url("family.version", version.public_id)
    assert as_(mother).get(mine).status_code == 404
    send_letter(day)
    drain(day)
    page = as_(mother).get(url("family.view"))
    assert mine in page.content.decode()
    assert "What the panel discussed" in words(page)
    got = as_(mother).get(mine, {"download": "1"})
    assert (got.status_code, got["Content-Disposition"]) == (200, 'attachment; filename="minutes.pdf"')
    assert AuditEntry.objects.filter(verb="family.version", by=mother.public_id).count() == 1


def test_setting_finds_its_outcome_on_the_home_page_and_on_the_case(day: Day) -> None:
    case = day.items[0].case
    senco = make_user("Sena Co", Role.PROFESSIONAL, setting=case.setting)
    type(case).objects.filter(pk=case.pk).update(submitted_by=senco)
    version = released(day, Reader.SETTING)
    mine = url("version.read", version.public_id)
    assert as_(senco).get(mine).status_code == 404
    send_letter(day)
    for page in (reverse("home.view"), url("case.view", case.public_id)):
        assert mine in as_(senco).get(page).content.decode()
    assert as_(senco).get(mine).status_code == 200
    assert AuditEntry.objects.filter(verb="version.read", by=senco.public_id).count() == 1
    assert as_(senco).get(url("family.version", version.public_id)).status_code == 403


def test_moderators_version_is_closed_to_moderators_and_to_the_chair(day: Day) -> None:
    version = released(day, Reader.MODERATOR)
    moderator = make_user("Mo Derator", Role.MODERATOR)
    for name in ("version.view", "version.view_pdf", "version.read"):
        for user in (moderator, day.chair, day.nurse):
            assert as_(user).get(url(name, version.public_id)).status_code == 403
    assert as_(day.officer).get(url("version.view_pdf", version.public_id)).status_code == 200


def test_officer_and_leader_take_the_extract_of_a_signed_meeting(day: Day) -> None:
    leader = make_user("Lee Leader", Role.LEADER)
    where = url("extract.view", day.meeting.public_id)
    assert where in as_(leader).get(url("extract.list")).content.decode()
    table = as_(leader).get(where)
    assert (table["Content-Type"], table["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="meeting-2026-11-23.csv"',
    )
    data = as_(day.officer).get(where, {"as": "json"}).json()
    assert (data["items"], data["held_on"]) == ("c", "2026-11-23")
    assert day.items[0].case.reference not in table.content.decode() + str(data)
    assert AuditEntry.objects.filter(verb="extract.view").count() == 2
    assert as_(day.clerk).get(where).status_code == 403


def test_list_and_pages_of_versions_name_the_child_to_those_who_may_open_the_item(day: Day) -> None:
    item = day.items[0]
    name = item.case.child.full_name
    assert f"1. {name} {item.case.reference}" in words(
        as_(day.clerk).get(url("version.list", day.meeting.public_id))
    )
    for page in ("version.tag", "version.prepare"):
        assert f"Item 1: {name}, {item.case.reference}" in words(
            as_(day.clerk).get(url(page, item.public_id))
        )
