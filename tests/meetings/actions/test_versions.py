"""Versions of signed minutes: tags on words, composing, two people, and who may read what was released."""

import datetime as dt
import re
import zlib
from io import BytesIO
from types import SimpleNamespace

import page
import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from meetings.actions.minutes import prepare_minutes
from meetings.actions.versions import (
    open_version,
    tag_paragraphs,
    withdraw_version,
)
from meetings.minutes.redaction import EXEMPTIONS, Ground, Reader, left_out_words, words_digest
from meetings.models import AgendaItem, ItemVersion, ParagraphTag, VersionRelease
from meetings.queries.tagging import to_tag
from meetings.queries.versions import newest_record, preview_of, signed_record
from panel.models import AuditEntry, Denial, Dispatch, Installation
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_case, make_person, make_user
from tests.meetings.day import Day, after, begin, make_day
from tests.meetings.signed import (
    BROTHER,
    DISCUSSION,
    NEIGHBOUR,
    PLAIN,
    code,
    drain,
    heard_day,
    prepare,
    release,
    sign,
    signed_day,
    tag,
    write,
)
from tests.world import make_meeting

pytestmark = pytest.mark.django_db


# tags


def test_tags_are_on_words_and_a_new_one_supersedes() -> None:
    day = signed_day()
    assert tag(day, brother=Ground.ANOTHER_CHILD, plain=Ground.THIS_CHILD) == 1
    assert tag(day, brother=Ground.ANOTHER_CHILD) == 0
    assert tag(day, by=day.chair, brother=Ground.HARM) == 1
    first, second = ParagraphTag.objects.order_by("pk")
    assert (first.field, first.ordinal, first.words_sha256) == ("discussion", 2, words_digest(BROTHER))
    assert (second.supersedes, second.ground, second.by) == (first, "harm", day.chair)
    assert AuditEntry.objects.filter(verb="version.tag", case=day.items[0].case.public_id).count() == 2


@pytest.mark.parametrize("who", ["nurse", "officer", "vice"])
def test_only_clerk_and_chair_say_what_is_left_out(who: str) -> None:
    day = signed_day()
    assert code(tag, day, by=getattr(day, who), brother=Ground.HARM) == "not_allowed"


def test_tags_wait_for_a_draft_of_the_minutes() -> None:
    day = begin(make_day())
    assert code(to_tag, day.items[0]) == "not_prepared"
    fields = {"item": day.items[0], "grounds": {}, "record_sha256": "0" * 64, "by": day.clerk, "now": NOW}
    assert code(tag_paragraphs, **fields) == "not_prepared"


def test_tags_on_a_draft_hold_once_it_is_signed_and_versions_wait_for_that() -> None:
    day = heard_day()
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100))
    assert to_tag(day.items[0]).signed is False
    assert tag(day, minute=101, brother=Ground.ANOTHER_CHILD, neighbour=Ground.LEGAL_ADVICE) == 2
    assert code(prepare, day) == "not_signed"
    sign(day, minutes, 110)
    left_out = [one["left_out"] for one in prepare(day).content["discussion"]]
    assert left_out == ["", left_out_words(Ground.ANOTHER_CHILD), left_out_words(Ground.LEGAL_ADVICE)]
    kept = ParagraphTag.objects.values_list("exemption", flat=True)
    assert set(kept) == {EXEMPTIONS[Ground.ANOTHER_CHILD], EXEMPTIONS[Ground.LEGAL_ADVICE]}


def test_draft_of_an_amendment_neither_ends_nor_stops_what_the_signed_minutes_leave_out() -> None:
    day = signed_day()
    tag(day, brother=Ground.ANOTHER_CHILD)
    added = "An aunt lives in the next street."
    write(day, f"{PLAIN}\n\n{added}", n=2, minute=160, correcting=True)
    prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 161), because="A word")
    shown = {one.passage.text for one in to_tag(day.items[0]).words}
    assert {BROTHER, added} <= shown
    fields = {"item": day.items[0], "by": day.clerk, "now": after(day, 162)}
    newest = newest_record(day.items[0]).record_sha256
    assert (
        tag_paragraphs(grounds={words_digest(added): Ground.THIRD_PARTY}, record_sha256=newest, **fields) == 1
    )
    assert BROTHER not in str(prepare(day, minute=163).content)


def test_other_child_of_the_meeting_is_proposed_and_a_no_is_kept() -> None:
    day = heard_day()
    item = day.items[0]
    prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100))
    other = make_person("Sidney", "Vale", born_on=dt.date(2017, 1, 9))
    AgendaItem.objects.create(
        meeting=day.meeting, case=make_case(child=other), stage="assess", position=9, minutes=9
    )
    words = {one.passage.text: one for one in to_tag(item).words}
    assert (words[BROTHER].ground, words[PLAIN].proposal) == (Ground.ANOTHER_CHILD, None)
    assert (
        words[BROTHER].proposal.because
        == "“Sidney Vale” is a name of a child with another item at this meeting."
    )
    fields = {"item": item, "record_sha256": newest_record(item).record_sha256, "by": day.clerk}
    no = {words_digest(BROTHER): Ground.THIS_CHILD}
    assert [tag_paragraphs(grounds=no, now=after(day, 101), **fields) for _ in range(2)] == [1, 0]
    words = {one.passage.text: one for one in to_tag(item).words}
    assert (words[BROTHER].ground, words[BROTHER].proposal) == (Ground.THIS_CHILD, None)


def test_tags_belong_to_the_record_that_was_shown() -> None:
    day = signed_day()
    item = day.items[0]
    shown = signed_record(item).record_sha256
    for grounds, sha in (({}, "0" * 64), ({words_digest("Other words"): Ground.HARM}, shown)):
        fields = {"item": item, "grounds": grounds, "record_sha256": sha, "by": day.clerk, "now": NOW}
        assert code(tag_paragraphs, **fields) == "stale"


def test_the_same_words_stand_once_on_the_page_with_their_places() -> None:
    words = to_tag(signed_day().items[0]).words
    places = [one.places for one in words if "Recommendation" in one.places]
    assert places == [("Recommendation", "Decision")]
    assert [one.passage.text for one in words if one.places == ("Discussion",)] == [PLAIN, BROTHER, NEIGHBOUR]


def test_amended_words_stop_versions_until_the_paragraphs_were_looked_at() -> None:
    day = signed_day()
    tag(day, brother=Ground.ANOTHER_CHILD, neighbour=Ground.THIRD_PARTY)
    write(day, DISCUSSION.replace("twice", "twice in a week"), n=2, minute=160, correcting=True)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 161), because="A word"), 162)
    assert code(prepare, day, minute=170) == "tag_lapsed"
    assert to_tag(day.items[0]).gone == 1
    assert tag(day, minute=171) == 1
    assert to_tag(day.items[0]).gone == 0
    assert BROTHER.replace("twice", "twice in a week") in str(prepare(day, minute=172).content)


# composing


def test_version_is_composed_from_the_signed_record_and_not_from_rows() -> None:
    day = signed_day()
    version = prepare(day)
    write(day, "Written after the signature.", n=2, minute=160, correcting=True)
    day.items[0].case.family_views = "Changed afterwards."
    day.items[0].case.save()
    assert prepare(day, minute=161) == version
    words = str(version.content)
    assert "A panel member (health) saw it." in words
    assert [name for name in ("Nia Nurse", "Charlie Chair", "Oli Officer") if name in words] == []
    assert Dispatch.objects.filter(kind="version.render").count() == 1


def test_changed_tags_make_a_new_version_and_the_old_promise_is_dropped() -> None:
    day = signed_day()
    first = prepare(day)
    tag(day, brother=Ground.ANOTHER_CHILD)
    second = prepare(day, minute=131)
    assert (second.number, second.supersedes) == (2, first)
    states = list(
        Dispatch.objects.filter(kind="version.render").order_by("pk").values_list("state", flat=True)
    )
    assert states == ["cancelled", "queued"]


def test_child_of_another_case_who_is_named_stops_every_version() -> None:
    day = signed_day()
    make_day_of_other_child("Sidney", "Vale", day)
    assert code(prepare, day) == "leak"
    tag(day, brother=Ground.ANOTHER_CHILD)
    assert prepare(day).number == 1


def make_day_of_other_child(forename: str, surname: str, day: Day) -> None:
    other = make_person(forename, surname, born_on=dt.date(2017, 1, 9))
    starts_at = NOW + dt.timedelta(days=14)
    later = make_meeting(day.clerk, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
    AgendaItem.objects.create(
        meeting=later, case=make_case(child=other), stage="assess", position=1, minutes=9
    )


@pytest.mark.parametrize(
    ("words", "reader", "wanted"),
    [
        ("She stays at ZZ1 1ZZ at weekends.", Reader.FAMILY, "whereabouts"),
        ("She stays at ZZ1 1ZZ at weekends.", Reader.SETTING, ""),
        ("I was born on 4 May 2018.", Reader.MODERATOR, "recognised"),
        ("I was born on 4 May 2018.", Reader.FAMILY, ""),
        ("Robin says that Ashdown is a long name.", Reader.MODERATOR, ""),
    ],
)
def test_version_tells_no_home_and_moderators_not_who_it_is(words: str, reader: Reader, wanted: str) -> None:
    day = signed_day(family_views=words)
    if wanted:
        assert code(prepare, day, reader) == wanted
    else:
        told = str(prepare(day, reader).content)
        assert (words in told) == (reader is Reader.FAMILY)
        assert "Robin" not in told or reader is Reader.FAMILY


def test_setting_waits_for_a_decision_and_needs_a_setting() -> None:
    day = signed_day(decided=False)
    assert code(prepare, day, Reader.SETTING) == "no_decision"
    case = day.items[0].case
    case.setting = None
    case.save()
    day.items[0].refresh_from_db()
    assert code(prepare, day, Reader.SETTING) == "no_setting"


def test_only_a_clerk_prepares_and_a_recused_one_does_not() -> None:
    day = signed_day()
    for who in (day.officer, day.chair, day.nurse):
        assert code(prepare, day, by=who) == "not_allowed"
    Denial.objects.create(case=day.items[0].case, user=day.clerk, source="test", since=NOW)
    assert code(prepare, day) == "recused"


# two people


def test_a_second_person_releases_the_very_bytes() -> None:
    day = signed_day()
    version = prepare(day)
    assert code(release, day, version) == "not_rendered"
    drain(day)
    assert code(release, day, version, by=day.clerk) == "own_version"
    assert code(release, day, version, by=day.chair) == "not_allowed"
    assert code(release, day, version, shown_sha256="0" * 64) == "stale"
    assert code(release, day, version, content_sha256="0" * 64) == "stale"
    made = release(day, version)
    assert (made.author, made.by, made.shown) == (day.clerk, day.officer, preview_of(version))
    assert release(day, version) == made
    second = make_user("Sandy Second", Role.CLERK)
    assert code(release, day, version, by=second) == "wrong_state"


def test_whoever_said_what_is_left_out_does_not_release_it() -> None:
    day = signed_day()
    second = make_user("Sandy Second", Role.CLERK)
    tag(day, by=second, brother=Ground.ANOTHER_CHILD)
    version = prepare(day)
    drain(day)
    assert code(release, day, version, by=second) == "own_version"


def test_database_refuses_a_release_by_its_author_and_any_change() -> None:
    day = signed_day()
    version = prepare(day)
    drain(day)
    row = VersionRelease(
        version=version,
        author=day.clerk,
        by=day.clerk,
        at=NOW,
        content_sha256="",
        shown=preview_of(version),
        shown_sha256="",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    tag(day, brother=Ground.HARM)
    for statement in (
        "UPDATE meetings_itemversion SET by_id = by_id",
        "DELETE FROM meetings_paragraphtag",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_release_is_refused_once_tags_or_minutes_say_something_else() -> None:
    day = signed_day()
    version = prepare(day)
    drain(day)
    tag(day, brother=Ground.ANOTHER_CHILD)
    assert code(release, day, version) == "changed"
    newer = prepare(day, minute=145)
    assert code(release, day, version) == "superseded"
    drain(day)
    write(day, DISCUSSION + "\n\nMore.", n=2, minute=160, correcting=True)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 161), because="A word"), 162)
    assert code(release, day, newer) == "changed"


def test_withdrawn_version_is_not_released_and_can_be_prepared_again() -> None:
    day = signed_day()
    version = prepare(day)
    drain(day)
    fields = {"version": version, "by": day.officer, "now": after(day, 145)}
    assert code(withdraw_version, because=" ", **fields) == "no_reason"
    assert withdraw_version(because="A name", **fields) == withdraw_version(because="Again", **fields)
    assert code(release, day, version) == "withdrawn"
    assert prepare(day, minute=146).number == 2


def test_reading_as_staff_is_noted_and_closed_to_everybody_else() -> None:
    day = signed_day()
    version = prepare(day, Reader.MODERATOR)
    assert code(open_version, version=version, by=day.officer, now=NOW) == "not_found"
    drain(day)
    assert open_version(version=version, by=day.officer, now=NOW) == preview_of(version)
    assert AuditEntry.objects.filter(verb="version.view", subject=version.public_id).count() == 1
    for who in (day.chair, day.nurse, make_user("Mo Derator", Role.MODERATOR)):
        assert code(open_version, version=version, by=who, now=NOW) == "not_allowed"
        assert list(ItemVersion.objects.visible_to(who, NOW)) == []


# what is truly gone


@pytest.mark.slow
@pytest.mark.parametrize("reader", list(Reader))
def test_left_out_words_are_in_no_byte_of_the_pdf_nor_in_its_metadata(reader: Reader) -> None:
    Installation(demonstration=True, authority_name="Testham", seeded_on=TODAY, created_at=NOW).save()
    day = signed_day()
    tag(day, brother=Ground.ANOTHER_CHILD, neighbour=Ground.THIRD_PARTY)
    version = prepare(day, reader)
    with Worker() as worker:
        assert drain(day, SimpleNamespace(worker=worker)).get("sent", 0) >= 1
    pdf = storage.read_document(preview_of(version))
    standards = (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)
    assert [f.message for p in standards for f in page.validate_pdf_bytes(pdf, profile=p).failures] == []
    words = everything_in(pdf)
    members = [user.name for user in (*day.members, day.officer)]
    child = day.items[0].case
    gone = ["Sidney", "Vale", "bitten", "street", "shouting", *members]
    if reader is Reader.MODERATOR:
        gone += [
            "Robin",
            "Ashdown",
            child.reference,
            "recommend",
            "single words",
            "far behind",
            "in the room",
        ]
    assert [word for word in gone if word.lower() in words] == []
    if reader is Reader.FAMILY:
        assert " ".join(left_out_words(Ground.ANOTHER_CHILD).lower().split()) in words


def everything_in(pdf: bytes) -> str:
    """The text of the pages, bookmarks, document information, metadata and every stream and string, on one line in small letters."""
    reader = PdfReader(BytesIO(pdf))
    parts = [text.extract_text() for text in reader.pages]
    parts += [str(reader.metadata), str(reader.outline), reader.trailer.get_object().__str__()]
    with pikepdf.open(BytesIO(pdf)) as document:
        for each in document.objects:
            parts.append(str(each))
            if isinstance(each, pikepdf.Stream):
                parts.append(each.read_bytes().decode("latin-1"))
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            parts.append(packed.decode("latin-1"))
    return " ".join(" ".join(parts).lower().split())
