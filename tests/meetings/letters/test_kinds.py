"""Promises about letters kept by the real child: what the PDF holds, and what happens when a promise cannot be kept."""

import datetime as dt
import io
import smtplib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from pypdf import PdfReader

from meetings.letters.queries import EMAIL, SEND, last_dispatch, preview_of
from meetings.models import Sent
from meetings.queries.home import letter_counts
from panel.actions.contact import change_contact
from panel.models import Dispatch, Document
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker
from tests.make import NOW, TODAY
from tests.meetings.letters.household import (
    FATHERS_POSTCODE,
    FATHERS_STREET,
    MOTHERS_POSTCODE,
    MOTHERS_STREET,
    Household,
    drain,
    make_household,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tools() -> Iterator[Any]:
    with Worker() as worker:
        yield SimpleNamespace(worker=worker)


def _everything_in(document: Document) -> str:
    """All text, metadata and raw strings of a PDF."""
    data = storage.read_document(document)
    pdf = PdfReader(io.BytesIO(data))
    pages = " ".join(page.extract_text() for page in pdf.pages)
    return f"{' '.join(pages.split())} {pdf.metadata} {pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data()!r}"


def test_each_pdf_holds_its_own_home_and_never_the_other(tools: Any) -> None:
    home = make_household()
    mothers, fathers = home.draft()
    drain(tools=tools)
    for letter in (mothers, fathers):
        home.release(letter)
    drain(tools=tools)
    held = {}
    for letter in (mothers, fathers):
        dispatch = last_dispatch(letter, SEND)
        assert dispatch is not None
        for document in (preview_of(letter), dispatch.document):
            assert document is not None
            words = _everything_in(document)
            held[letter.recipient.forename, document.kind] = [
                place
                for place in (MOTHERS_STREET, MOTHERS_POSTCODE, FATHERS_STREET, FATHERS_POSTCODE)
                if place in words
            ]
    mother, father = [MOTHERS_STREET, MOTHERS_POSTCODE], [FATHERS_STREET, FATHERS_POSTCODE]
    assert held == {
        ("Grace", "letter_preview"): mother,
        ("Grace", "letter"): mother,
        ("Tomas", "letter_preview"): father,
        ("Tomas", "letter"): father,
    }


def test_sent_bytes_are_the_stored_ones_and_carry_the_released_content(tools: Any) -> None:
    home = make_household()
    mothers, _ = home.draft()
    drain(tools=tools)
    home.release(mothers)
    home.release(home.letter_to(home.father))
    drain(tools=tools)
    sent = Sent.objects.get(letter=mothers)
    assert (sent.document.content_sha256, sent.letter_on, sent.document.sha256) == (
        mothers.content_sha256,
        TODAY,
        preview_of(mothers).sha256,
    )


def test_letter_sent_on_a_later_day_is_made_anew_with_that_days_dates() -> None:
    home = make_household()
    mothers, _ = home.draft()
    drain()
    home.release(mothers)
    tomorrow = NOW + dt.timedelta(days=1)
    drain(tomorrow, limit=1)
    sent, shown = Sent.objects.get(letter=mothers), preview_of(mothers)
    assert shown is not None
    page, before = (storage.read_document(document).decode() for document in (sent.document, shown))
    assert [day in page for day in ("24 November 2026", "23 January 2027", "24 January 2027")] == [
        True,
        False,
        True,
    ]
    assert [day in before for day in ("24 November 2026", "23 January 2027")] == [False, True]


@pytest.fixture
def home() -> Household:
    household = make_household()
    household.until_released()
    return household


class Unreachable(BaseEmailBackend):
    """Nobody answers."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class CutOff(BaseEmailBackend):
    """The line breaks while the message is handed over."""

    def open(self) -> bool:
        return True

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected


@pytest.mark.parametrize(("backend", "state"), [(Unreachable, "failed"), (CutOff, "unknown")])
def test_email_that_surely_did_not_go_is_tried_again_and_else_a_person_is_asked(
    home: Household, settings: Any, backend: type, state: str
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    drain()
    assert Dispatch.objects.get(kind=EMAIL).state == state
    assert Sent.objects.filter(letter=home.letter_to(home.mother)).exists()


def test_email_does_not_go_to_somebody_whose_right_ended_meanwhile(home: Household, mailoutbox: Any) -> None:
    drain(limit=1)
    tie = home.tie(home.mother)
    tie.until = TODAY
    tie.save(update_fields=["until"])
    drain()
    assert (Dispatch.objects.get(kind=EMAIL).state, mailoutbox) == ("needs_recheck", [])


def test_released_letter_is_announced_at_the_address_that_was_put_right(
    home: Household, mailoutbox: Any
) -> None:
    change_contact(
        person=home.mother, email="right@example.org", letter_format="standard", by=home.clerk, now=NOW
    )
    drain()
    assert [mail.to for mail in mailoutbox] == [["right@example.org"]]


def test_released_letter_goes_by_post_once_there_is_no_address_for_e_mail(
    home: Household, mailoutbox: Any
) -> None:
    change_contact(person=home.mother, email="", letter_format="standard", by=home.clerk, now=NOW)
    drain()
    assert (Sent.objects.count(), mailoutbox) == (0, [])
    # Like the father’s, who never had one, it is printed and waits for somebody to post it.
    assert letter_counts(home.clerk, NOW).to_post == 2


def test_promise_kept_twice_sends_once(home: Household, mailoutbox: Any) -> None:
    drain()
    dispatch = Dispatch.objects.get(kind=SEND, subject=home.letter_to(home.mother).public_id)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="queued")
    drain()
    dispatch.refresh_from_db()
    assert (
        dispatch.state,
        Sent.objects.filter(letter=home.letter_to(home.mother)).count(),
        len(mailoutbox),
    ) == ("sent", 1, 1)
