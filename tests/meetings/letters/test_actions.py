"""Drafting, releasing and sending, with every change of a fact in between."""

import datetime as dt

import pytest
from django.utils import timezone

from meetings.letters.actions import draft_letters, omit_recipient, release_letter, withdraw_letter
from meetings.letters.queries import SEND, last_dispatch
from meetings.letters.sending import print_again, record_posted, send_again
from meetings.models import Letter, Omission, Release, Sent, SetAside, SetAsideProposal
from panel.actions.contact import change_contact
from panel.models import AuditEntry, Dispatch, Restriction
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_address, make_person
from tests.meetings.letters.household import Household, drain, make_household

pytestmark = pytest.mark.django_db
TOMORROW = NOW + dt.timedelta(days=1)


@pytest.fixture
def home(db: None) -> Household:
    return make_household()


def _state(letter: Letter) -> tuple[str, str]:
    dispatch = last_dispatch(letter, SEND)
    assert dispatch is not None
    return dispatch.state, dispatch.error


def test_draft_makes_one_letter_for_each_entitled_person(home: Household) -> None:
    letters = home.draft()
    assert [(letter.recipient, letter.version, letter.author) for letter in letters] == [
        (home.mother, 1, home.clerk),
        (home.father, 1, home.clerk),
    ]


def test_draft_twice_changes_nothing(home: Household) -> None:
    first = home.draft()
    assert home.draft() == first
    assert Letter.objects.count() == 2


def test_draft_after_a_new_address_supersedes_only_that_persons_letter(home: Household) -> None:
    mothers, fathers = home.draft()
    make_address(home.father, "2 New Road\nTestham", "ZZ2 2CC", valid_from=TODAY)
    again = home.draft()
    assert [
        (letter.pk == old.pk, letter.version) for letter, old in zip(again, (mothers, fathers), strict=True)
    ] == [
        (True, 1),
        (False, 2),
    ]
    assert again[1].supersedes == fathers


def test_whole_way_online_and_by_post(home: Household) -> None:
    mothers, fathers = home.until_released()
    drain()
    home.mother.refresh_from_db()
    sent = Sent.objects.get()
    home.case.refresh_from_db()
    assert (sent.letter, sent.channel, sent.letter_on) == (mothers, "online", TODAY)
    assert home.mother.user is not None
    assert home.case.assess_notified_on is None
    record_posted(letter=fathers, by=home.clerk, now=NOW, posted_on=TODAY)
    home.case.refresh_from_db()
    assert home.case.assess_notified_on == TODAY


def test_release_by_the_author_is_refused(home: Household) -> None:
    mothers, _ = home.draft()
    drain()
    with pytest.raises(Refused) as no:
        home.release(mothers, by=home.clerk)
    assert (no.value.code, Release.objects.count()) == ("own_letter", 0)


@pytest.mark.parametrize("field", ["content_sha256", "shown_sha256"])
def test_release_of_another_digest_is_refused(home: Household, field: str) -> None:
    mothers, _ = home.draft()
    drain()
    with pytest.raises(Refused) as no:
        home.release(mothers, **{field: "f" * 64})
    assert (no.value.code, Release.objects.count()) == ("stale", 0)


def test_release_twice_is_one(home: Household) -> None:
    mothers, _ = home.draft()
    drain()
    assert home.release(mothers) == home.release(mothers)
    assert Dispatch.objects.filter(kind=SEND).count() == 1
    assert AuditEntry.objects.filter(verb="letter.release").count() == 1


def test_release_before_it_was_prepared_is_refused(home: Household) -> None:
    mothers, _ = home.draft()
    with pytest.raises(Refused) as no:
        release_letter(
            letter=mothers,
            content_sha256=mothers.content_sha256,
            shown_sha256="0" * 64,
            by=home.second,
            now=NOW,
        )
    assert no.value.code == "not_rendered"


def _unsettle(home: Household, how: str) -> None:
    tie = home.tie(home.father)
    if how == "dispute":
        tie.disputed = True
        tie.save(update_fields=["disputed"])
    elif how == "ended":
        tie.until = TODAY
        tie.save(update_fields=["until"])
    elif how in {"order", "safety"}:
        Restriction.objects.create(
            person=home.father,
            child=home.case.child,
            kind=how,
            starts_on=TODAY,
            recorded_at=NOW,
            recorded_by=None,
        )
    elif how == "identity":
        home.father.identity_known = False
        home.father.save(update_fields=["identity_known"])
    elif how == "address unknown":
        make_address(home.father, "", "", valid_from=TODAY)
    elif how == "moved":
        make_address(home.father, "2 New Road\nTestham", "ZZ2 2CC", valid_from=TODAY)
    elif how == "other print":
        change_contact(person=home.father, email="", letter_format="large_print", by=home.clerk, now=NOW)
    elif how == "set aside":
        proposal = SetAsideProposal(decision=home.decision, reason="Wrong key", by=home.clerk, at=NOW)
        proposal.save()
        SetAside(
            proposal=proposal, decision=home.decision, proposed_by=home.clerk, by=home.second, at=NOW
        ).save()
    elif how == "rights passed":
        home.case.child.born_on = dt.date(2010, 1, 1)
        home.case.child.save(update_fields=["born_on"])


CHANGES = [
    "dispute",
    "ended",
    "order",
    "safety",
    "identity",
    "address unknown",
    "moved",
    "other print",
    "set aside",
    "rights passed",
]
BLOCKS = ["dispute", "order", "safety", "identity", "address unknown"]


@pytest.mark.parametrize("how", BLOCKS)
def test_blocked_person_gets_no_draft_and_stops_the_others(home: Household, how: str) -> None:
    _unsettle(home, how)
    drafted = draft_letters(decision=home.decision, by=home.clerk, now=NOW)
    assert [letter.recipient for letter in drafted.letters] == [home.mother]
    assert [block.person_id for block in drafted.blocked] == [home.father.pk]
    drain()
    with pytest.raises(Refused) as no:
        home.release(drafted.letters[0])
    assert no.value.code == "recipient_without_letter"


@pytest.mark.parametrize("how", CHANGES)
def test_change_between_draft_and_release_refuses_the_release(home: Household, how: str) -> None:
    _, fathers = home.draft()
    drain()
    _unsettle(home, how)
    with pytest.raises(Refused):
        home.release(fathers)
    assert (Release.objects.count(), Sent.objects.count()) == (0, 0)


@pytest.mark.parametrize("how", CHANGES)
def test_change_between_release_and_sending_sends_nothing(home: Household, how: str) -> None:
    _, fathers = home.until_released()
    _unsettle(home, how)
    drain()
    assert _state(fathers)[0] == Dispatch.State.NEEDS_RECHECK
    assert not Sent.objects.filter(letter=fathers).exists()


@pytest.mark.parametrize("how", CHANGES)
def test_change_between_print_and_post_refuses_the_posting(home: Household, how: str) -> None:
    _, fathers = home.until_released()
    drain()
    _unsettle(home, how)
    with pytest.raises(Refused) as no:
        record_posted(letter=fathers, by=home.clerk, now=NOW, posted_on=TODAY)
    assert (no.value.code, Sent.objects.filter(letter=fathers).count()) == ("facts_changed", 0)


def test_stopped_letter_goes_once_the_facts_are_as_they_were(home: Household) -> None:
    _, fathers = home.until_released()
    tie = home.tie(home.father)
    _unsettle(home, "dispute")
    drain()
    with pytest.raises(Refused) as no:
        send_again(letter=fathers, by=home.second, now=NOW)
    tie.disputed = False
    tie.save(update_fields=["disputed"])
    send_again(letter=fathers, by=home.second, now=NOW)
    drain()
    assert (no.value.code, _state(fathers)) == ("facts_changed", ("sent", ""))


def test_redraft_of_a_stopped_letter_cancels_its_promise(home: Household) -> None:
    _, fathers = home.until_released()
    _unsettle(home, "moved")
    drain()
    home.draft()
    assert _state(fathers)[0] == Dispatch.State.CANCELLED
    assert home.letter_to(home.father).version == 2


def test_omission_needs_a_reason_and_lets_the_other_letter_go(home: Household) -> None:
    mothers, fathers = home.draft()
    drain()
    with pytest.raises(Refused) as no:
        omit_recipient(decision=home.decision, person=home.father, because="  ", by=home.clerk, now=NOW)
    omit_recipient(
        decision=home.decision, person=home.father, because="Asked for one letter", by=home.clerk, now=NOW
    )
    home.release(mothers)
    drain()
    home.case.refresh_from_db()
    assert (no.value.code, fathers.withdrawal.because, Omission.objects.count()) == (
        "no_reason",
        "Asked for one letter",
        1,
    )
    assert home.case.assess_notified_on == TODAY


def test_omission_of_somebody_without_a_right_is_refused(home: Household) -> None:
    with pytest.raises(Refused) as no:
        omit_recipient(decision=home.decision, person=make_person(), because="No", by=home.clerk, now=NOW)
    assert no.value.code == "not_a_recipient"


def test_withdrawn_letter_does_not_go(home: Household) -> None:
    mothers, _ = home.until_released()
    withdraw_letter(letter=mothers, because="Wrong words", by=home.clerk, now=NOW)
    drain()
    assert _state(mothers)[0] == Dispatch.State.CANCELLED
    assert not Sent.objects.filter(letter=mothers).exists()


def test_sent_letter_cannot_be_withdrawn(home: Household) -> None:
    mothers, _ = home.until_released()
    drain()
    with pytest.raises(Refused) as no:
        withdraw_letter(letter=mothers, because="Wrong words", by=home.clerk, now=NOW)
    assert no.value.code == "wrong_state"


def test_letter_bears_the_day_it_is_sent(home: Household) -> None:
    home.draft()
    drain()
    for letter in Letter.objects.order_by("pk"):
        home.release(letter)
    drain(TOMORROW)
    assert Sent.objects.get().letter_on == timezone.localdate(TOMORROW)


def test_posting_on_another_day_asks_for_a_new_print(home: Household) -> None:
    _, fathers = home.until_released()
    drain()
    with pytest.raises(Refused) as no:
        record_posted(letter=fathers, by=home.clerk, now=TOMORROW, posted_on=timezone.localdate(TOMORROW))
    print_again(letter=fathers, by=home.clerk, now=TOMORROW)
    drain(TOMORROW)
    sent = record_posted(letter=fathers, by=home.clerk, now=TOMORROW, posted_on=timezone.localdate(TOMORROW))
    assert (no.value.code, sent.letter_on, sent.posted_by) == (
        "other_day",
        timezone.localdate(TOMORROW),
        home.clerk,
    )


def test_posting_twice_is_one(home: Household) -> None:
    _, fathers = home.until_released()
    drain()
    first = record_posted(letter=fathers, by=home.clerk, now=NOW, posted_on=TODAY)
    assert record_posted(letter=fathers, by=home.clerk, now=NOW, posted_on=TODAY) == first


def test_draft_about_a_decision_set_aside_is_refused(home: Household) -> None:
    _unsettle(home, "set aside")
    with pytest.raises(Refused) as no:
        home.draft()
    assert no.value.code == "decision_superseded"


def test_draft_lists_what_the_record_lacks(home: Household) -> None:
    home.case.child.forename = ""
    home.case.child.save(update_fields=["forename"])
    drafted = draft_letters(decision=home.decision, by=home.clerk, now=NOW)
    assert [(block.person_id, block.code) for block in drafted.blocked] == [
        (home.mother.pk, "letter_incomplete"),
        (home.father.pk, "letter_incomplete"),
    ]
