"""A paper is taken in unread, opened by those who may once it was looked at, and withdrawn but never destroyed."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage

from panel.actions import papers
from panel.actions.access import deny
from panel.actions.papers import PAPERS_PER_CASE, UPLOADS_PER_HOUR, open_paper, receive_paper, withdraw_paper
from panel.models import AuditEntry, AuditValue, Case, Denial, Dispatch, Paper, User
from panel.platform import quarantine
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case, make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(professional: User) -> Case:
    return make_case(submitted_by=professional)


def sent_in(case: Case, by: User, **fields: Any) -> Paper:
    values: dict[str, Any] = {
        "data": b"%PDF-1.7 a report",
        "shown_name": "../../Report.PDF",
        "kind": "ep_advice",
        "title": "Psychologist’s report",
        "author": "J. Writer",
        "author_agency": "Psychology service",
        "dated_on": TODAY,
    }
    return receive_paper(case=case, by=by, now=NOW, **{**values, **fields})


def test_paper_waits_in_quarantine_for_its_inspection(case: Case, professional: User) -> None:
    paper = sent_in(case, professional)
    paper.refresh_from_db()
    assert (paper.state, paper.shown_name, paper.document, paper.uploaded_by) == (
        "checking",
        "Report.pdf",
        None,
        professional,
    )
    assert quarantine.read(paper.quarantine_name) == b"%PDF-1.7 a report"
    assert (Dispatch.objects.get().kind, Dispatch.objects.get().subject) == ("paper.inspect", paper.public_id)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject, entry.case) == ("paper.upload", paper.public_id, case.public_id)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"data": b""}, "empty"),
        ({"data": b"x" * (25 * 1024 * 1024 + 1)}, "too_large"),
        ({"shown_name": "report.pdf.exe"}, "wrong_type"),
        ({"shown_name": "report.pdf "}, "name"),
        ({"kind": "novel"}, "kind"),
        ({"title": " "}, "empty"),
        ({"dated_on": TODAY + dt.timedelta(days=1)}, "dated_in_future"),
    ],
)
def test_what_cannot_be_a_paper_is_refused_and_nothing_kept(
    case: Case, professional: User, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        sent_in(case, professional, **fields)
    assert (no.value.code, Paper.objects.count(), Dispatch.objects.count()) == (code, 0, 0)
    assert not default_storage.exists("quarantine")


def test_strangers_and_recused_colleagues_send_nothing_in(
    case: Case, professional: User, member: User
) -> None:
    for user in (member, professional):
        Denial.objects.create(case=case, user=user, source="item:1", since=NOW)
        with pytest.raises(Refused):
            sent_in(case, user)
    assert Paper.objects.count() == 0


def test_case_and_hour_have_their_fill(case: Case, professional: User, clerk: User) -> None:
    rows = [
        Paper(
            case=case, kind="other", title="A", shown_name="a.pdf", received_at=NOW, uploaded_by=professional
        )
        for _ in range(UPLOADS_PER_HOUR)
    ]
    Paper.objects.bulk_create(rows)
    with pytest.raises(Refused) as no:
        sent_in(case, professional)
    assert no.value.code == "too_many_uploads"
    assert sent_in(case, clerk).pk
    for row in rows:
        row.pk, row.public_id, row.uploaded_by = None, Paper().public_id, None
    Paper.objects.bulk_create(rows[: PAPERS_PER_CASE - UPLOADS_PER_HOUR - 1])
    with pytest.raises(Refused) as no:
        sent_in(case, clerk)
    assert no.value.code == "too_many_papers"
    assert len(default_storage.listdir("quarantine")[1]) == 1


def test_every_reading_is_in_the_trail(case: Case, clerk: User) -> None:
    paper = make_paper(case)
    assert open_paper(paper=paper, by=clerk, now=NOW) == paper.document
    open_paper(paper=paper, by=clerk, now=NOW)
    assert [(entry.verb, entry.by) for entry in AuditEntry.objects.all()] == [
        ("paper.read", clerk.public_id)
    ] * 2
    papers.hand_out(paper=paper, by=clerk, now=NOW, through="item")
    assert AuditValue.objects.order_by("-pk")[0].values == {"through": "item"}


@pytest.mark.parametrize("state", ["checking", "refused"])
def test_paper_that_was_not_accepted_cannot_be_opened(case: Case, clerk: User, state: str) -> None:
    with pytest.raises(Refused) as no:
        open_paper(paper=make_paper(case, state=state, document=None), by=clerk, now=NOW)
    assert (no.value.code, AuditEntry.objects.count()) == ("not_readable", 0)


def test_professional_opens_her_own_paper_and_no_other(case: Case, professional: User) -> None:
    assert open_paper(paper=make_paper(case, by=professional), by=professional, now=NOW)
    with pytest.raises(Refused):
        open_paper(paper=make_paper(case), by=professional, now=NOW)


def test_withdrawn_paper_is_kept_but_closed(case: Case, clerk: User) -> None:
    paper = make_paper(case)
    with pytest.raises(Refused) as no:
        withdraw_paper(paper=paper, reason=" ", by=clerk, now=NOW)
    assert no.value.code == "no_reason"
    withdraw_paper(paper=paper, reason="Belongs to another child", by=clerk, now=NOW)
    paper.refresh_from_db()
    assert (paper.state, paper.withdrawn_because, paper.document is None) == (
        "withdrawn",
        "Belongs to another child",
        False,
    )
    with pytest.raises(Refused) as no:
        withdraw_paper(paper=paper, reason="Again", by=clerk, now=NOW)
    assert no.value.code == "wrong_state"
    with pytest.raises(Refused) as no:
        open_paper(paper=paper, by=clerk, now=NOW)
    assert no.value.code == "not_readable"


def test_clerk_shut_out_of_a_case_withdraws_nothing_of_it_not_even_her_own(case: Case, clerk: User) -> None:
    paper = make_paper(case, by=clerk)
    deny(case=case, user=clerk, source="test", by=None, now=NOW)
    with pytest.raises(Refused) as refused:
        withdraw_paper(paper=paper, reason="Mine", by=clerk, now=NOW)
    assert refused.value.code == "recused"
    paper.refresh_from_db()
    assert paper.state == "accepted"
