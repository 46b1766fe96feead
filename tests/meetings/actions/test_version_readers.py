"""Who may read a released version: the family after its own letter, the setting after the letter’s release."""

import datetime as dt

import pytest

from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.live import open_meeting, withdraw_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.reconsider import agree_on_reconsideration, start_reconsideration
from meetings.actions.versions import (
    open_version,
    withdraw_version,
)
from meetings.letters.actions import draft_letters, release_letter
from meetings.letters.queries import preview_of as letter_preview
from meetings.minutes.redaction import Ground, Reader
from meetings.models import ItemVersion
from meetings.queries.versions import RENDER, decision_told, for_family, for_setting, signed_record
from meetings.rules.deferring import DeferralReason
from meetings.rules.reconsidering import Cause
from panel.actions.people import open_family_account
from panel.law.legal import Outcome, Stage
from panel.models import Case, Denial, Person, Relationship, Restriction, User
from panel.platform import access
from panel.platform.outbox import enqueue
from panel.platform.policy import Refused, Role, Verb
from tests.make import NOW, TODAY, make_case, make_person, make_setting, make_user
from tests.meetings.day import (
    REASONS,
    UNPLANNED,
    YES,
    Day,
    after,
    begin,
    card_on,
    closed,
    list_cases,
    make_day,
    sit_down,
)
from tests.meetings.letters.household import make_contacts
from tests.meetings.signed import (
    code,
    drain,
    prepare,
    release,
    released,
    sign,
    signed_day,
    tag,
    write,
)

pytestmark = pytest.mark.django_db


def mother_of(day: Day) -> tuple[Person, User]:
    person = Person.objects.get(ties__child=day.items[0].case.child)
    person.email = "parent@family.example"
    person.save(update_fields=["email"])
    user = open_family_account(person=person, by=None, now=NOW)
    assert user is not None
    return person, user


def send_letter(day: Day) -> None:
    """Draft, release and send the letter about the decision."""
    decision = day.items[0].case.decisions.get()
    now = after(day, 155)
    [letter] = draft_letters(decision=decision, by=day.clerk, now=now).letters
    drain(day)
    release_letter(
        letter=letter,
        content_sha256=letter.content_sha256,
        shown_sha256=letter_preview(letter).sha256,
        by=day.officer,
        now=now,
    )


def test_family_reads_its_version_after_its_own_letter_and_no_earlier() -> None:
    day = signed_day()
    _, mother = mother_of(day)
    version = prepare(day)
    drain(day)
    assert for_family(mother, TODAY) == ()
    release(day, version)
    assert for_family(mother, TODAY) == ()
    send_letter(day)
    assert for_family(mother, TODAY) == ()
    drain(day)
    assert for_family(mother, TODAY) == (version,)


def test_record_signed_before_the_decision_waits_for_the_letter_all_the_same() -> None:
    day = signed_day(decided=False)
    _, mother = mother_of(day)
    version = released(day)
    assert (version.decision, for_family(mother, TODAY)) == (None, ())
    item = day.items[0]
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 152),
    )
    send_letter(day)
    drain(day)
    assert for_family(mother, TODAY) == (version,)


def test_item_put_off_tells_of_nothing_that_a_letter_must_tell_first() -> None:
    day = make_day()
    begin(day)
    defer_item(
        item=day.items[0],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=after(day, 50),
    )
    closed(day)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100)), 110)
    _, mother = mother_of(day)
    version = released(day)
    assert for_family(mother, TODAY) == (version,)


def _listed_day() -> Day:
    make_contacts()
    day = make_day(0)
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    list_cases(day, make_case(child=child, setting=make_setting("Elm School")))
    return day


def _decided_without_panel(day: Day, now: dt.datetime) -> None:
    record_decision(
        case=day.items[0].case,
        item=day.items[0],
        stage=Stage.ASSESS,
        outcome=Outcome.ASSESS,
        answers=YES,
        reasons=REASONS,
        fast_track=True,
        by=day.officer,
        now=now,
    )


def _opened(day: Day) -> None:
    """The meeting is open and no item was taken up."""
    sit_down(day)
    open_meeting(meeting=day.meeting, card=card_on(NOW), by=day.chair, now=NOW)


def _decided_then_withdrawn(day: Day) -> None:
    _decided_without_panel(day, NOW - dt.timedelta(hours=3))
    _opened(day)
    withdraw_item(item=day.items[0], because="Decided already", by=day.chair, now=after(day, 2))
    closed(day)


def _put_off_unheard_then_decided(day: Day) -> None:
    _opened(day)
    defer_item(
        item=day.items[0],
        reason=DeferralReason.TIME,
        late_because=UNPLANNED,
        by=day.chair,
        now=after(day, 50),
    )
    closed(day)
    _decided_without_panel(day, after(day, 90))


@pytest.mark.parametrize("came_to", [_decided_then_withdrawn, _put_off_unheard_then_decided])
def test_decision_on_an_item_never_taken_up_waits_for_the_letter_all_the_same(came_to) -> None:
    day = _listed_day()
    came_to(day)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100)), 110)
    _, mother = mother_of(day)
    senco = make_user("Sena Co", Role.PROFESSIONAL, setting=day.items[0].case.setting)
    versions = [released(day, reader) for reader in (Reader.FAMILY, Reader.SETTING)]
    assert [version.content["decision"]["outcome"] for version in versions] == ["Assess", "Assess"]
    decision = day.items[0].case.decisions.get()
    assert [version.decision for version in versions] == [decision, decision]
    now = after(day, 170)
    assert (for_family(mother, TODAY), list(for_setting(senco, now))) == ((), [])
    send_letter(day)
    drain(day)
    assert (for_family(mother, TODAY), list(for_setting(senco, now))) == ((versions[0],), [versions[1]])


def test_version_that_names_a_decision_and_knows_none_opens_to_nobody() -> None:
    day = signed_day()
    _, mother = mother_of(day)
    senco = make_user("Sena Co", Role.PROFESSIONAL, setting=day.items[0].case.setting)
    for reader in (Reader.FAMILY, Reader.SETTING):
        made = prepare(day, reader)
        kept = {
            field.attname: getattr(made, field.attname)
            for field in ItemVersion._meta.concrete_fields
            if field.name not in ("id", "public_id", "decision", "supersedes", "number")
        }
        ItemVersion(**kept, number=2, supersedes=made).save()
        unknown = ItemVersion.objects.get(reader=reader, number=2)
        enqueue(
            kind=RENDER,
            subject=unknown.public_id,
            now=after(day, 131),
            inputs={"content_sha256": unknown.content_sha256},
        )
        drain(day)
        release(day, unknown)
    send_letter(day)
    drain(day)
    assert (for_family(mother, TODAY), list(for_setting(senco, after(day, 170)))) == ((), [])


def test_record_whose_decision_is_no_row_of_the_item_makes_no_version() -> None:
    day = signed_day()
    record = signed_record(day.items[0])
    record.minutes.at = NOW - dt.timedelta(days=1)
    with pytest.raises(Refused) as no:
        decision_told(day.items[0], record)
    assert no.value.code == "decision_unknown"


def test_amendment_after_a_refusal_was_looked_at_again_stays_readable() -> None:
    day = signed_day(outcome=Outcome.NOT_ASSESS)
    _, mother, first = readable(day)
    case = Case.objects.get(pk=day.items[0].case_id)
    start_reconsideration(
        case=case, cause=Cause.EVIDENCE, because="A new report came.", by=day.officer, now=after(day, 200)
    )
    agree_on_reconsideration(case=case, answers=YES, reasons=REASONS, by=day.officer, now=after(day, 210))
    write(day, "Other words.", n=2, minute=220, correcting=True)
    amended = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 230), because="A word")
    sign(day, amended, 240)
    second = prepare(day, minute=250)
    drain(day)
    release(day, second, now=after(day, 260))
    assert (second.decision, second.content["decision"]["outcome"]) == (first.decision, "Do not assess")
    assert for_family(mother, TODAY) == (second,)


def readable(day: Day) -> tuple[Person, User, ItemVersion]:
    person, mother = mother_of(day)
    version = released(day)
    send_letter(day)
    drain(day)
    assert for_family(mother, TODAY) == (version,)
    return person, mother, version


def _end(person: Person, user: User, version: ItemVersion, day: Day) -> None:
    Relationship.objects.filter(person=person).update(until=TODAY)


def _dispute(person: Person, user: User, version: ItemVersion, day: Day) -> None:
    Relationship.objects.filter(person=person).update(disputed=True)


def _order(person: Person, user: User, version: ItemVersion, day: Day) -> None:
    child = day.items[0].case.child
    Restriction.objects.create(
        person=person, child=child, kind="order", starts_on=TODAY, recorded_at=NOW, recorded_by=None
    )


def _deny(person: Person, user: User, version: ItemVersion, day: Day) -> None:
    Denial.objects.create(case=day.items[0].case, user=user, source="test", since=NOW)


def _withdraw(person: Person, user: User, version: ItemVersion, day: Day) -> None:
    withdraw_version(version=version, because="A name", by=day.officer, now=after(day, 170))


@pytest.mark.parametrize("change", [_end, _dispute, _order, _deny, _withdraw])
def test_lost_right_or_withdrawal_closes_the_family_version_at_once(change) -> None:
    day = signed_day()
    person, mother, version = readable(day)
    change(person, mother, version, day)
    assert for_family(mother, TODAY) == ()


def test_family_sees_the_last_released_version_of_its_own_child_only() -> None:
    day = signed_day()
    _, mother, first = readable(day)
    tag(day, brother=Ground.ANOTHER_CHILD, minute=160)
    second = prepare(day, minute=161)
    assert for_family(mother, TODAY) == (first,)
    drain(day)
    release(day, second)
    assert for_family(mother, TODAY) == (second,)
    other = make_case(child=make_person("Una", "Other", born_on=dt.date(2018, 1, 1)))
    stranger = open_family_account(person=with_email(other.child), by=None, now=NOW)
    assert for_family(stranger, TODAY) == ()


def with_email(child: Person) -> Person:
    person = Person.objects.get(ties__child=child)
    person.email = "other@family.example"
    person.save(update_fields=["email"])
    return person


def test_setting_reads_its_version_after_the_letters_release_and_nobody_else_does() -> None:
    day = signed_day()
    setting = day.items[0].case.setting
    senco = make_user("Sena Co", Role.PROFESSIONAL, setting=setting)
    elsewhere = make_user("Ella Where", Role.PROFESSIONAL, setting=make_setting("Oak School"))
    version = released(day, Reader.SETTING)
    now = after(day, 170)
    assert list(for_setting(senco, now)) == []
    send_letter(day)
    assert list(for_setting(senco, now)) == [version]
    assert access.can(senco, Verb.VERSION_READ, version, now=now).allowed
    assert [list(for_setting(user, now)) for user in (elsewhere, day.chair, day.clerk)] == [[], [], []]
    assert not access.can(elsewhere, Verb.VERSION_READ, version, now=now).allowed
    Denial.objects.create(case=day.items[0].case, user=senco, source="test", since=NOW)
    assert list(for_setting(senco, now)) == []


def test_restricted_case_opens_to_no_setting_without_a_name_on_the_list() -> None:
    day = signed_day()
    case = day.items[0].case
    senco = make_user("Sena Co", Role.PROFESSIONAL, setting=case.setting)
    released(day, Reader.SETTING)
    send_letter(day)
    type(case).objects.filter(pk=case.pk).update(restricted=True)
    assert list(for_setting(senco, after(day, 170))) == []


def test_recused_officer_sees_no_version_of_the_item() -> None:
    day = signed_day()
    version = prepare(day)
    Denial.objects.create(case=day.items[0].case, user=day.officer, source="test", since=NOW)
    assert list(ItemVersion.objects.visible_to(day.officer, NOW)) == []
    assert code(open_version, version=version, by=day.officer, now=NOW) == "recused"
