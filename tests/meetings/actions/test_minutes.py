from io import BytesIO
from types import SimpleNamespace

import page
import pytest
from pypdf import PdfReader

from meetings.actions.attendance import Line, leave, record_attendance
from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.live import save_revision
from meetings.actions.minutes import open_sheet, prepare_minutes, sign_minutes
from meetings.actions.sign_off import sign_off_item
from meetings.models import ItemRecord, Minutes, MinutesSheet, MinutesSignature
from meetings.queries.minutes import blockers, sheet_to_sign, sheets_for, state_of
from meetings.queries.sheets import freeze
from meetings.rules.attendance import Status
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind
from meetings.rules.states import MinutesState
from panel.law.legal import Outcome, Stage
from panel.models import AuditEntry, Dispatch, Installation, User
from panel.platform import outbox, sealing
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_document, make_user
from tests.meetings.day import UNPLANNED, Day, advise, after, begin, closed, heard, make_day

pytestmark = pytest.mark.django_db
STANDARDS = (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)


def test_minutes_answer_the_family_and_say_what_help_goes_on() -> None:
    day = begin(make_day())
    advise(
        day,
        day.items[0],
        family_views_answered="The panel looked at the tiredness you wrote of.",
        support_meanwhile="Her reading lessons go on.",
    )
    [(_, sheet)] = freeze(closed(day).meeting, version=1, correction="", by=day.clerk).items
    assert (sheet.recommendation.family_answered, sheet.recommendation.help_meanwhile) == (
        "The panel looked at the tiredness you wrote of.",
        "Her reading lessons go on.",
    )


def a_closed_day(items: int = 1) -> Day:
    """A meeting that heard its first item and put the others off for want of time."""
    day = make_day(items)
    heard(day)
    for item in day.items[1:]:
        defer_item(
            item=item, reason=DeferralReason.TIME, late_because=UNPLANNED, by=day.chair, now=after(day, 50)
        )
    return closed(day)


def prepare(day: Day, minutes: int = 100, **fields) -> Minutes:
    values = {"meeting": day.meeting, "by": day.clerk, "now": after(day, minutes)}
    return prepare_minutes(**{**values, **fields})


def stand_in_sheets(minutes: Minutes) -> None:
    """Rows as the outbox would write them, without a file behind them."""
    for number, record in enumerate(minutes.item_records.all(), start=1):
        MinutesSheet(
            minutes=minutes, part="item", item=record.item, document=make_document(sha256=f"{number:064d}")
        ).save()
    MinutesSheet(minutes=minutes, part="meeting", document=make_document(sha256="a" * 64)).save()
    MinutesSheet(minutes=minutes, part="joined", document=make_document(sha256="b" * 64)).save()


def code(call, **fields) -> str:
    with pytest.raises(Refused) as refused:
        call(**fields)
    return refused.value.code


def parts(user: User, minutes: Minutes, day: Day) -> list[tuple[str, int | None]]:
    found = sheets_for(user, minutes, after(day, 110))
    return sorted(
        ((sheet.part, sheet.item.position if sheet.item else None) for sheet in found),
        key=lambda part: (part[0], part[1] or 0),
    )


def drain(day: Day) -> dict[str, int]:
    with Worker() as worker:
        return outbox.drain(SimpleNamespace(worker=worker), lambda: after(day, 120), "test")


def faults(pdf: bytes) -> list[str]:
    return [f.message for p in STANDARDS for f in page.validate_pdf_bytes(pdf, profile=p).failures]


def words(sheet: MinutesSheet) -> str:
    pdf = PdfReader(BytesIO(storage.read_document(sheet.document)))
    return " ".join(" ".join(text.extract_text() for text in pdf.pages).split())


def test_blockers_name_what_is_missing() -> None:
    day = make_day(2)
    begin(day)
    assert [(b.code, b.item.position if b.item else None) for b in blockers(day.meeting)] == [
        ("meeting_open", None),
        ("item_open", 1),
        ("item_open", 2),
    ]
    assert code(prepare, day=day) == "blocked"
    assert not Minutes.objects.exists()


def test_blank_attendance_blocks_the_minutes() -> None:
    day = make_day()
    lines = [Line(day.entry(user), Status.PRESENT) for user in day.members if user != day.head]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=after(day, 0))
    day.meeting.state, day.meeting.opened_at, day.meeting.closed_at = "closed", after(day, 0), after(day, 60)
    day.meeting.save()
    day.items[0].state = "withdrawn"
    day.items[0].save()
    assert [(b.code, b.sentence) for b in blockers(day.meeting)] == [
        ("attendance_blank", "Attendance is not recorded for: Hetty Head.")
    ]


def test_officers_decision_to_come_is_no_blocker_and_stands_apart() -> None:
    day = a_closed_day()
    first = prepare(day)
    record = ItemRecord.objects.get(minutes=first).record
    assert (record["recommendation"]["outcome"], record["decision"]) == ("Assess", None)
    item = day.items[0]
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 105),
    )
    second = prepare(day, 106, because="The officer has decided")
    assert ItemRecord.objects.get(minutes=second).record["decision"]["officer"] == "Oli Officer"
    assert (second.version, second.supersedes) == (2, first)


def test_meeting_sheet_says_nothing_about_a_child() -> None:
    day = a_closed_day(2)
    record = prepare(day).record
    assert [(line["number"], line["outcome_of_item"]) for line in record["items"]] == [
        (1, "Recommendation made"),
        (2, "Deferred"),
    ]
    child = day.items[0].case.child
    assert child.forename not in str(record)
    assert child.surname not in str(record)
    assert "Assess" not in str(record["items"])


def test_meeting_sheet_vouches_for_each_item_sheet() -> None:
    day = a_closed_day(2)
    minutes = prepare(day)
    assert [line["sheet_sha256"] for line in minutes.record["items"]] == [
        row.record_sha256 for row in ItemRecord.objects.filter(minutes=minutes).order_by("position")
    ]


def test_item_sheet_keeps_words_conflicts_and_who_was_there() -> None:
    day = begin(make_day())
    item = day.items[0]
    save_revision(
        item=item,
        group="discussion",
        n=1,
        edit_id=day.clerk.public_id,
        data={"text": "Her mother spoke of long evenings."},
        by=day.clerk,
        now=after(day, 2),
    )
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, detail="Aunt", by=day.nurse, now=after(day, 3))
    leave(entry=day.entry(day.head), by=day.clerk, now=after(day, 4))
    advise(day, item, now=after(day, 8))
    closed(day)
    record = ItemRecord.objects.get(minutes=prepare(day)).record
    assert record["discussion"] == "Her mother spoke of long evenings."
    assert [(c["name"], c["kind"], c["effect"], c["declared_at"]) for c in record["conflicts"]] == [
        ("Nia Nurse", "Relative or friend: Aunt", "Leaves for the item", "2026-11-23T10:03:00Z")
    ]
    assert [person["name"] for person in record["in_the_room"]] == [
        "Charlie Chair",
        "Vic Vice",
        "Ed Psychologist",
        "Nia Nurse",
        "Sol Worker",
        "Hetty Head",
        "Paz Forum",
    ]
    assert record["quorum"] == "Quorum is 4, 5 eligible members present for this item."


def test_minutes_are_prepared_once_and_then_with_a_reason() -> None:
    day = a_closed_day()
    first = prepare(day)
    assert prepare(day, 101) == first
    save_revision(
        item=day.items[0],
        group="discussion",
        n=1,
        edit_id=day.clerk.public_id,
        data={"text": "More."},
        by=day.clerk,
        now=after(day, 102),
    )
    assert code(prepare, day=day) == "no_reason"
    second = prepare(day, 103, because="A sentence was missing")
    assert (second.version, second.supersedes, second.because) == (2, first, "A sentence was missing")
    assert Dispatch.objects.filter(kind="minutes.render").count() == 2


@pytest.mark.parametrize("who", ["nurse", "officer", "vice"])
def test_minutes_are_prepared_by_clerk_or_chair(who: str) -> None:
    day = a_closed_day()
    assert code(prepare, day=day, by=getattr(day, who)) == "not_allowed"
    assert not Minutes.objects.exists()


def test_chair_signs_the_very_bytes_shown() -> None:
    day = a_closed_day()
    minutes = prepare(day)
    assert state_of(minutes) is MinutesState.DRAFT
    values = {
        "minutes": minutes,
        "by": day.chair,
        "confirmed_at": after(day, 100),
        "now": after(day, 110),
    }
    assert code(sign_minutes, **values, shown_sha256="b" * 64) == "not_rendered"
    stand_in_sheets(minutes)
    assert state_of(minutes) is MinutesState.RENDERED
    assert code(sign_minutes, **values, shown_sha256="a" * 64) == "stale"
    assert code(sign_minutes, **{**values, "by": day.clerk}, shown_sha256="b" * 64) == "not_allowed"
    assert code(sign_minutes, **{**values, "by": day.vice}, shown_sha256="b" * 64) == "not_allowed"
    assert not MinutesSignature.objects.exists()
    signature = sign_minutes(**values, shown_sha256="b" * 64)
    assert state_of(Minutes.objects.get()) is MinutesState.SIGNED
    assert sign_minutes(**{**values, "now": after(day, 111)}, shown_sha256="b" * 64) == signature
    assert Dispatch.objects.filter(kind="minutes.seal").count() == 1


def test_recused_chair_signs_the_sheet_that_vouches_for_the_item_they_did_not_see() -> None:
    day = begin(make_day())
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.chair, now=after(day, 2))
    item = name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.chair, now=after(day, 3))
    advise(day, item, by=day.vice)
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    assert sheet_to_sign(day.chair, minutes, after(day, 110)).part == "meeting"
    sign_off_item(
        record=minutes.item_records.get(),
        shown_sha256=f"{1:064d}",
        by=day.vice,
        now=after(day, 105),
        confirmed_at=after(day, 100),
    )
    sign_minutes(
        minutes=minutes,
        shown_sha256="a" * 64,
        by=day.chair,
        now=after(day, 110),
        confirmed_at=after(day, 100),
    )
    assert state_of(Minutes.objects.get()) is MinutesState.SIGNED


def test_superseded_version_is_not_signed() -> None:
    day = a_closed_day()
    first = prepare(day)
    stand_in_sheets(first)
    leave_words(day)
    prepare(day, 105, because="A sentence was missing")
    assert (
        code(
            sign_minutes,
            minutes=first,
            shown_sha256="b" * 64,
            by=day.chair,
            now=after(day, 110),
            confirmed_at=after(day, 100),
        )
        == "superseded"
    )


def leave_words(day: Day, n: int = 1, **fields) -> None:
    save_revision(
        item=day.items[0],
        group="discussion",
        n=n,
        edit_id=make_user().public_id,
        data={"text": f"Sentence {n}."},
        by=day.clerk,
        now=after(day, 104),
        **fields,
    )


def signed_day() -> tuple[Day, Minutes]:
    day = a_closed_day()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    sign_minutes(
        minutes=minutes,
        shown_sha256="b" * 64,
        by=day.chair,
        now=after(day, 110),
        confirmed_at=after(day, 100),
    )
    return day, minutes


def test_after_signing_an_old_tab_changes_nothing() -> None:
    day, _ = signed_day()
    line = Line(day.entry(day.nurse), Status.ABSENT)
    with pytest.raises(Refused) as refused:
        leave_words(day)
    assert (refused.value.code, refused.value.sentence) == (
        "signed",
        "The minutes were signed on 23 November 2026. Start an amendment to correct them.",
    )
    assert (
        code(record_attendance, meeting=day.meeting, lines=[line], by=day.clerk, now=after(day, 120))
        == "signed"
    )
    assert code(prepare, day=day, because="For fun") == "nothing_changed"


def test_amendment_is_a_new_version_with_its_reason() -> None:
    day, first = signed_day()
    before = first.record_sha256
    leave_words(day, correcting=True)
    second = prepare(day, 130, because="A sentence was missing")
    first.refresh_from_db()
    assert (second.version, second.supersedes, first.record_sha256) == (2, first, before)
    assert state_of(second) is MinutesState.DRAFT
    assert ItemRecord.objects.get(minutes=second).record["correction"] == "A sentence was missing"


def test_recused_member_gets_nothing_of_the_item() -> None:
    day = begin(make_day(2))
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 2))
    advise(day, day.items[0])
    defer_item(
        item=day.items[1],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=after(day, 50),
    )
    closed(day)
    minutes = prepare(day)
    stand_in_sheets(minutes)
    assert parts(day.head, minutes, day) == [("item", 1), ("item", 2), ("joined", None), ("meeting", None)]
    assert parts(day.nurse, minutes, day) == [("item", 2), ("meeting", None)]
    sheet = MinutesSheet.objects.get(part="joined")
    assert code(open_sheet, sheet=sheet, by=day.nurse, now=after(day, 110)) == "not_found"


def test_reading_a_sheet_is_noted() -> None:
    day = a_closed_day()
    minutes = prepare(day)
    stand_in_sheets(minutes)
    sheet = MinutesSheet.objects.get(part="item")
    assert open_sheet(sheet=sheet, by=day.head, now=after(day, 110)) == sheet.document
    entry = AuditEntry.objects.get(verb="minutes.view")
    assert (entry.by, entry.case) == (day.head.public_id, day.items[0].case.public_id)
    stranger = make_user("Sasha Stranger")
    assert code(open_sheet, sheet=sheet, by=stranger, now=after(day, 110)) == "not_allowed"


@pytest.mark.slow
def test_minutes_are_rendered_signed_and_sealed_and_print_what_was_recorded(settings) -> None:
    Installation(demonstration=True, authority_name="Testham Council", seeded_on=TODAY, created_at=NOW).save()
    day = a_closed_day(2)
    minutes = prepare(day)
    assert drain(day) == {"sent": 1}
    sheets = {(sheet.part, sheet.item_id): sheet for sheet in minutes.sheets.all()}
    assert [part for part, _ in sheets] == ["item", "item", "meeting", "joined"]
    for sheet in sheets.values():
        pdf = storage.read_document(sheet.document)
        assert faults(pdf) == []
    reference = day.items[0].case.reference
    meeting, joined = words(sheets["meeting", None]), words(sheets["joined", None])
    assert f"1. {reference}" in meeting
    assert "Recommendation made" in meeting
    assert day.items[0].case.child.surname not in joined
    assert "Two terms of support have not been enough." in joined
    assert "Two terms of support" not in meeting
    assert minutes.record_sha256[:8] in joined
    shown = sheets["joined", None].document
    sign_minutes(minutes=minutes, shown_sha256=shown.sha256, by=day.chair, now=after(day, 125))
    assert drain(day) == {"sent": 1}
    certificate = settings.KEYS_ROOT / "seal_certificate.pem"
    for part in ("meeting_sealed", "joined_sealed"):
        pdf = storage.read_document(minutes.sheets.get(part=part).document)
        report = sealing.validate(pdf, cert_path=certificate)
        assert (report.valid, report.signer, report.sealed_at) == (True, "Testham Council", after(day, 120))
        assert faults(pdf) == []
    assert parts(day.chair, minutes, day) == [
        ("item", 1),
        ("item", 2),
        ("joined_sealed", None),
        ("meeting_sealed", None),
    ]


@pytest.mark.slow
def test_rendering_again_finds_the_sheets_made() -> None:
    day = a_closed_day()
    prepare(day)
    drain(day)
    Dispatch.objects.update(state="queued", attempt=0, document=None)
    assert drain(day) == {"sent": 1}
    assert MinutesSheet.objects.count() == 3
