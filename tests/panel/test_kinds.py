"""A paper's inspection, by the real child; an invitation, by the real mail backend."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage

from panel.actions.users import NewRole, invite_user
from panel.models import AuditEntry, AuditSeal, Dispatch, Document, Membership, Paper, User
from panel.platform import outbox, quarantine
from panel.platform.documents import storage
from panel.platform.documents.worker import Worker
from panel.platform.policy import Role
from panel.tasks import Sweeper, Tools, doorbell, sweep
from tests.make import NOW, TODAY, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day() -> Iterator[None]:
    """The sweeper asks the clock; the tests live on one day."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(assets={}) as warm:
        yield warm


@pytest.fixture
def sweeper(worker: Worker) -> Sweeper:
    return Sweeper(Tools(worker))


def waiting_paper(data: bytes) -> Paper:
    paper = Paper.objects.create(
        case=make_case(),
        kind="other",
        title="A paper",
        shown_name="paper.pdf",
        received_at=NOW,
        quarantine_name=quarantine.keep(data),
    )
    outbox.enqueue(kind="paper.inspect", subject=paper.public_id, now=NOW)
    return paper


def a_pdf() -> bytes:
    document, file = pikepdf.new(), BytesIO()
    document.add_blank_page()
    document.save(file)
    return file.getvalue()


def test_clean_paper_is_accepted_as_a_copy(sweeper: Sweeper) -> None:
    paper = waiting_paper(a_pdf())
    assert sweeper.sweep() == 1
    paper.refresh_from_db()
    document = Document.objects.get()
    assert (paper.state, paper.document, paper.quarantine_name, paper.refusal) == (
        "accepted",
        document,
        "",
        "",
    )
    assert (document.kind, document.media_type, document.pages) == ("paper", "application/pdf", 1)
    assert storage.read_document(document).startswith(b"%PDF-")
    assert default_storage.listdir("quarantine") == ([], [])
    assert Dispatch.objects.get().state == "sent"
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["paper.accept"]


def test_what_is_no_paper_is_refused_with_its_reason(sweeper: Sweeper) -> None:
    paper = waiting_paper(b"MZ this is a program")
    sweeper.sweep()
    paper.refresh_from_db()
    assert (paper.state, paper.document, Document.objects.count()) == ("refused", None, 0)
    assert paper.refusal.startswith("This is not a PDF")
    assert default_storage.listdir("quarantine") == ([], [])
    assert (Dispatch.objects.get().state, AuditEntry.objects.get().verb) == ("sent", "paper.refuse")


def test_second_worker_finds_the_first_ones_finding(sweeper: Sweeper) -> None:
    paper = waiting_paper(a_pdf())
    sweeper.sweep()
    Dispatch.objects.update(state="queued")
    sweeper.sweep()
    assert (Document.objects.count(), Paper.objects.get(pk=paper.pk).state) == (1, "accepted")


def test_paper_whose_bytes_are_gone_is_tried_again_and_then_shown(sweeper: Sweeper) -> None:
    paper = waiting_paper(a_pdf())
    quarantine.remove(paper.quarantine_name)
    sweeper.sweep()
    assert (Dispatch.objects.get().state, Dispatch.objects.get().error) == ("failed", "FileNotFoundError")


def test_invitation_names_nobody(sweeper: Sweeper, administrator: User) -> None:
    invite_user(
        email="new@example.org", name="Nia New", roles=[NewRole(Role.CLERK)], by=administrator, now=NOW
    )
    sweeper.sweep()
    message = mail.outbox[0]
    assert (message.to, message.subject, "Nia" in message.body) == (
        ["new@example.org"],
        "You have been invited",
        False,
    )
    assert "/accounts/login/" in message.body
    assert Dispatch.objects.get().state == "sent"


def test_invitation_does_not_go_where_the_role_has_ended(sweeper: Sweeper, administrator: User) -> None:
    invite_user(
        email="new@example.org", name="Nia New", roles=[NewRole(Role.CLERK)], by=administrator, now=NOW
    )
    Membership.objects.filter(user__email="new@example.org").update(
        starts_on=TODAY.replace(year=2020), ends_on=TODAY.replace(year=2021)
    )
    sweeper.sweep()
    assert (mail.outbox, Dispatch.objects.get().state) == ([], "needs_recheck")


def test_mail_server_that_is_away_is_waited_for(sweeper: Sweeper, administrator: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    invite_user(
        email="new@example.org", name="Nia New", roles=[NewRole(Role.CLERK)], by=administrator, now=NOW
    )
    sweeper.sweep()
    assert (Dispatch.objects.get().state, Dispatch.objects.get().error) == (
        "failed",
        "ConnectionRefusedError",
    )


def test_bells_are_answered_once_and_a_sweep_does_without_them(administrator: User) -> None:
    for email in ("one@example.org", "two@example.org"):
        invite_user(email=email, name="Nia New", roles=[NewRole(Role.CLERK)], by=administrator, now=NOW)
    rung = Dispatch.objects.order_by("pk").first()
    assert rung is not None
    for _ in range(3):
        doorbell(str(rung.public_id))
    assert [message.to for message in mail.outbox] == [["one@example.org"]]
    sweep()
    assert [message.to for message in mail.outbox] == [["one@example.org"], ["two@example.org"]]
    assert AuditSeal.objects.get().n == 2
