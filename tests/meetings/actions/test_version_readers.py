"""Who may read a released version: the family after its own letter, the setting after the letter’s release."""

import datetime as dt

import pytest

from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.versions import (
    open_version,
    withdraw_version,
)
from meetings.decisions import DeferralReason
from meetings.letters.actions import draft_letters, release_letter
from meetings.letters.queries import preview_of as letter_preview
from meetings.models import ItemVersion
from meetings.queries.versions import for_family, for_setting
from meetings.redaction import Ground, Reader
from panel.actions.people import open_family_account
from panel.law.legal import Outcome, Stage
from panel.models import Denial, Person, Relationship, Restriction, User
from panel.platform import access
from panel.platform.policy import Role, Verb
from tests.make import NOW, TODAY, make_case, make_person, make_setting, make_user
from tests.meetings.day import Day, after, begin, closed, make_day
from tests.meetings.signed import (
    code,
    drain,
    prepare,
    release,
    released,
    sign,
    signed_day,
    tag,
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
    defer_item(item=day.items[0], reason=DeferralReason.TIME, by=day.chair, now=after(day, 50))
    closed(day)
    sign(day, prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 100)), 110)
    _, mother = mother_of(day)
    version = released(day)
    assert for_family(mother, TODAY) == (version,)


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
