"""The letter tray and a letter's page, as clerks use them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetings.letters.actions import draft_letters
from meetings.letters.queries import EMAIL, preview_of
from meetings.models import Letter, Omission, Release, Sent, Withdrawal
from panel.models import AuditEntry, Dispatch, Installation, Relationship
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_address, make_case, make_person, make_setting, make_user
from tests.meetings.letters.household import (
    MOTHERS_POSTCODE,
    MOTHERS_STREET,
    REASONS,
    Household,
    drain,
    make_decision,
    make_household,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db: None) -> Iterator[Household]:
    with time_machine.travel(NOW, tick=False):
        Installation(demonstration=True, authority_name="Wealdshire", seeded_on=TODAY, created_at=NOW).save()
        yield make_household()


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def release(home: Household, letter: Letter, **fields: Any) -> Any:
    shown = preview_of(letter)
    values = {
        "content_sha256": letter.content_sha256,
        "shown_sha256": shown.sha256 if shown else "",
        "read": "on",
        **fields,
    }
    return as_(home.second).post(reverse("letter.release", args=[letter.public_id]), values)


def test_empty_tray_says_so(home: Household) -> None:
    home.case.assess_notified_on = TODAY
    home.case.save(update_fields=["assess_notified_on"])
    page = as_(home.clerk).get(reverse("letter.list"))
    assert (page.status_code, "No letter is waiting" in text_of(page)) == (200, True)


def test_tray_follows_a_letter_from_decision_to_post(home: Household) -> None:
    clerk = as_(home.clerk)
    seen = []

    def look() -> None:
        tray = clerk.get(reverse("letter.list")).context["tray"]
        seen.append(
            tuple(
                len(rows)
                for rows in (tray.to_draft, tray.to_release, tray.on_their_way, tray.to_post, tray.recheck)
            )
        )

    look()
    clerk.post(reverse("letter.draft", args=[home.decision.public_id]))
    look()
    drain()
    for letter in Letter.objects.order_by("pk"):
        assert release(home, letter).status_code == 302
    look()
    drain()
    look()
    father = home.letter_to(home.father)
    clerk.post(
        reverse("letter.post", args=[father.public_id]),
        {"posted_on_0": "23", "posted_on_1": "11", "posted_on_2": "2026"},
    )
    look()
    assert seen == [(1, 0, 0, 0, 0), (0, 2, 0, 0, 0), (0, 0, 2, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 0)]
    assert sorted(Sent.objects.values_list("channel", flat=True)) == ["online", "post"]


def test_blocked_person_is_shown_with_what_to_do(home: Household) -> None:
    make_address(home.father, "", "", valid_from=TODAY)
    page = as_(home.clerk).get(reverse("letter.list"))
    (row,) = page.context["tray"].blocked
    assert (row.person, row.sentence) == (
        home.father,
        "No current address is known for this parent. Find and record one.",
    )
    assert row.sentence in text_of(page)


def test_letter_page_shows_recipient_basis_and_checks(home: Household) -> None:
    letter, _ = home.draft()
    drain()
    page = text_of(as_(home.second).get(reverse("letter.view", args=[letter.public_id])))
    for shown in (
        "Letter to Grace Ashdown",
        "Natural parent",
        "7 Harbour View",
        "The decision stands.",
        "Release this letter",
    ):
        assert shown in page
    assert "41 Quarry Lane" not in page


def test_author_is_told_that_a_second_person_releases(home: Household) -> None:
    letter, _ = home.draft()
    drain()
    page = text_of(as_(home.clerk).get(reverse("letter.view", args=[letter.public_id])))
    assert "You drafted this letter, so a second person must release it." in page
    assert "Release this letter" not in page


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"read": ""}, 422, "Read the letter and confirm it before you release it"),
        ({"shown_sha256": "0" * 64}, 409, "This is not the letter you were shown."),
        ({"content_sha256": "0" * 64}, 409, "This is not the letter you were shown."),
    ],
)
def test_release_that_does_not_fit_is_said_beside_the_form(
    home: Household, fields: dict[str, str], status: int, sentence: str
) -> None:
    letter, _ = home.draft()
    drain()
    answer = release(home, letter, **fields)
    assert (answer.status_code, sentence in text_of(answer), Release.objects.count()) == (status, True, 0)


def test_release_without_settling_the_other_parent_is_refused_in_words(home: Household) -> None:
    make_address(home.father, "", "", valid_from=TODAY)
    (letter,) = home.draft()
    drain()
    answer = release(home, letter)
    assert (answer.status_code, "1 more person has a right to this letter." in text_of(answer)) == (422, True)


@pytest.mark.parametrize(
    ("retyped", "status"),
    [("", 422), ("Ashdown ZZ4 1BB", 422), ("Ashdown ZZ7 7AA", 302), ("ashdown zz77aa", 302)],
)
def test_protected_address_is_typed_by_the_releaser(home: Household, retyped: str, status: int) -> None:
    make_address(home.mother, MOTHERS_STREET, MOTHERS_POSTCODE, confidential=True, valid_from=TODAY)
    letter, _ = home.draft()
    drain()
    answer = release(home, letter, retyped=retyped)
    assert (answer.status_code, Release.objects.count()) == (status, int(status == 302))


def test_release_posted_twice_is_one_effect(home: Household) -> None:
    letter, _ = home.draft()
    drain()
    assert [release(home, letter).status_code for _ in range(2)] == [302, 302]
    assert Release.objects.count() == 1


def test_leaving_out_and_withdrawing_keep_what_was_typed(home: Household) -> None:
    letter, _ = home.draft()
    clerk = as_(home.clerk)
    empty = clerk.post(
        reverse("letter.omit", args=[home.decision.public_id, home.father.public_id]), {"because": ""}
    )
    long = clerk.post(reverse("letter.withdraw", args=[letter.public_id]), {"because": "w" * 301})
    assert (empty.status_code, long.status_code, "w" * 301 in text_of(long)) == (422, 422, True)
    assert (Omission.objects.count(), Withdrawal.objects.count()) == (0, 0)


def test_pdf_is_inline_and_shut_in(home: Household) -> None:
    letter, _ = home.draft()
    drain()
    answer = as_(home.clerk).get(reverse("letter.view_pdf", args=[letter.public_id]))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="letter.pdf"',
    )
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("day", "words"), [(NOW, "record as posted"), (NOW - dt.timedelta(days=1), "print it with today’s date")]
)
def test_post_list_offers_what_the_date_allows(home: Household, day: dt.datetime, words: str) -> None:
    home.until_released(day)
    drain(day)
    page = text_of(as_(home.clerk).get(reverse("letter.post_list")))
    assert (words in page, "Tomas Ashdown" in page, "Grace Ashdown" in page) == (True, True, False)


def test_print_of_yesterday_is_not_recorded_as_posted_today(home: Household) -> None:
    _, fathers = home.until_released()
    drain(NOW - dt.timedelta(days=1))
    answer = as_(home.clerk).post(
        reverse("letter.post", args=[fathers.public_id]),
        {"posted_on_0": "23", "posted_on_1": "11", "posted_on_2": "2026"},
    )
    assert (answer.status_code, "This print is dated 22 November 2026" in text_of(answer)) == (422, True)


def test_email_says_nothing_about_anybody(home: Household) -> None:
    home.until_released()
    drain()
    (message,) = mail.outbox
    said = f"{message.subject}\n{message.body}\n{message.extra_headers}"
    for word in (
        "Robin",
        "Ashdown",
        "Grace",
        home.case.reference,
        "assess",
        "plan",
        "Harbour",
        "school",
        "child",
    ):
        assert word not in said
    assert (message.to, "/accounts/login/" in message.body) == (["grace@family.example"], True)


def _unknown(home: Household) -> Dispatch:
    home.until_released()
    drain()
    dispatch = Dispatch.objects.get(kind=EMAIL)
    Dispatch.objects.filter(pk=dispatch.pk).update(state=Dispatch.State.UNKNOWN)
    return dispatch


@pytest.mark.parametrize(("answer", "state", "messages"), [("arrived", "sent", 1), ("again", "sent", 2)])
def test_unknown_email_is_settled_by_a_person(
    home: Household, answer: str, state: str, messages: int
) -> None:
    dispatch = _unknown(home)
    clerk = as_(home.clerk)
    assert "It arrived" in text_of(clerk.get(reverse("letter.list")))
    clerk.post(reverse("letter.resolve", args=[dispatch.public_id]), {"answer": answer})
    again = clerk.post(reverse("letter.resolve", args=[dispatch.public_id]), {"answer": answer})
    drain()
    dispatch.refresh_from_db()
    assert (dispatch.state, len(mail.outbox), again.status_code) == (state, messages, 409)
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 1


def test_buttons_follow_the_role(home: Household) -> None:
    """An officer releases and drafts nothing; a coordinator drafts and releases nothing."""
    officer, coordinator = make_user("Olga Officer", Role.OFFICER), make_user("Corin Mine", Role.COORDINATOR)
    home.case.coordinator = coordinator
    home.case.save(update_fields=["coordinator"])
    letter, _ = home.draft()
    drain()
    url = reverse("letter.view", args=[letter.public_id])
    buttons = ("Release this letter", "Withdraw this letter")
    assert [
        [words in text_of(as_(user).get(url)) for words in buttons] for user in (officer, coordinator)
    ] == [
        [True, False],
        [False, True],
    ]


def _own_letter(home: Household, reasons: str) -> Any:
    """The page of the letter to a young person, whose reasons are these words."""
    robin = make_person("Robin", "Ashdown", born_on=dt.date(2009, 6, 1))
    make_address(robin, f"{MOTHERS_STREET}\nTestham", MOTHERS_POSTCODE)
    Relationship.objects.create(
        person=robin,
        child=robin,
        kind="young person",
        basis="self",
        since=dt.date(2026, 1, 1),
        how_known="request form",
    )
    case = make_case(child=robin, setting=make_setting(), received_on=TODAY - dt.timedelta(weeks=4))
    answers = [
        {"limb": limb, "answer": answer, "reasons": f"You read {how}.", "papers": []}
        for limb, answer, how in (("a", "yes", "far behind others"), ("b", "no", "with help by now"))
    ]
    decision = make_decision(case, reasons=reasons, answers=answers)
    (letter,) = draft_letters(decision=decision, by=home.clerk, now=NOW).letters
    drain()
    return as_(home.second).get(reverse("letter.view", args=[letter.public_id]))


def test_reader_before_release_is_shown_where_a_young_persons_letter_speaks_about_them(
    home: Household,
) -> None:
    page = _own_letter(home, REASONS)
    (found,) = [check for check in page.context["checklist"] if check.level == "Look"]
    assert found.sentence.startswith(
        "The letter goes to Robin and seems to speak about them: “Robin”, “his”, “he”, “him” in the reasons."
    )
    assert [check for check in page.context["checklist"] if check.level == "Stops it"] == []
    # It is for a person to judge: the letter can be released.
    assert ["Look</strong>" in text_of(page), "Release this letter" in text_of(page)] == [True, True]
    assert "Tell the young person by" in text_of(page)


def test_letter_that_is_written_to_the_young_person_is_right_in_this_too(home: Household) -> None:
    yours = (
        "You have had a reading lesson each day since January, and your teachers say that you join in. " * 4
    )
    checks = _own_letter(home, yours).context["checklist"]
    assert {check.level for check in checks} == {"Right"}
    assert "It is written to Robin, not about them." in [check.sentence for check in checks]


def test_letter_to_a_parent_speaks_of_the_child_and_is_not_asked_about_it(home: Household) -> None:
    letter, _ = home.draft()
    drain()
    page = as_(home.second).get(reverse("letter.view", args=[letter.public_id]))
    assert {check.level for check in page.context["checklist"]} == {"Right"}
    assert not any("written to" in check.sentence for check in page.context["checklist"])
    assert "Tell the family by" in text_of(page)


def test_coordinator_sees_letters_of_her_own_cases_only(home: Household) -> None:
    mine, other = make_user("Corin Mine", Role.COORDINATOR), make_user("Casey Other", Role.COORDINATOR)
    home.case.coordinator = mine
    home.case.save(update_fields=["coordinator"])
    letter, _ = home.draft()
    url = reverse("letter.view", args=[letter.public_id])
    assert [as_(user).get(url).status_code for user in (mine, other)] == [200, 404]


def _more(home: Household, n: int) -> None:
    for _ in range(n - 1):
        another = make_household()
        another.draft()
    home.draft()
    drain()


@pytest.mark.parametrize("n", [1, 3])
def test_tray_asks_the_same_number_of_questions_at_any_length(
    home: Household, n: int, django_assert_num_queries: Any
) -> None:
    _more(home, n)
    clerk = as_(home.second)
    clerk.get(reverse("letter.list"))
    with django_assert_num_queries(13):
        clerk.get(reverse("letter.list"))


def test_letter_page_stays_within_its_questions(home: Household, django_assert_max_num_queries: Any) -> None:
    letter, _ = home.draft()
    drain()
    clerk = as_(home.second)
    with django_assert_max_num_queries(30):
        clerk.get(reverse("letter.view", args=[letter.public_id]))


def test_letter_is_never_shown_without_a_note_in_the_trail(home: Household) -> None:
    letter = home.draft()[0]
    client = as_(home.second)
    assert client.get(reverse("letter.release", args=[letter.public_id])).status_code == 405
    assert not AuditEntry.objects.filter(verb="letter.view").exists()
    client.get(reverse("letter.view", args=[letter.public_id]))
    assert AuditEntry.objects.get(verb="letter.view").by == home.second.public_id
