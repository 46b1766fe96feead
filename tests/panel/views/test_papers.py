"""Sending in a paper, seeing how its check went, opening it and withdrawing it."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from panel.models import AuditEntry, Case, Paper, PaperState, User
from panel.platform.documents import storage
from tests.make import make_case, make_paper
from tests.panel.views.reading import day, errors_of, text_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a report"


@pytest.fixture
def case(professional: User) -> Case:
    return make_case(submitted_by=professional)


def upload_url(case: Case) -> str:
    return reverse("paper.upload", args=[case.public_id])


def form(data: bytes = PDF, name: str = "report.pdf", **changes: Any) -> dict[str, Any]:
    typed = {"kind": "therapy", "title": "Speech report", "file": SimpleUploadedFile(name, data)}
    return {**typed, **changes}


def stored_paper(case: Case, by: User, media_type: str = "application/pdf") -> Paper:
    document = storage.store_document(PDF, kind="paper", media_type=media_type, now=timezone.now(), pages=1)
    return make_paper(case, by=by, document=document)


def test_professional_sends_in_a_paper_and_is_shown_that_it_is_being_checked(
    case: Case, professional: User, browse: Callable
) -> None:
    client = browse(professional)
    answer = client.post(upload_url(case), form(**day("dated_on", timezone.localdate())))
    paper = Paper.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/papers/{paper.public_id}/")
    assert (paper.state, paper.title, paper.uploaded_by) == ("checking", "Speech report", professional)
    page = client.get(answer.url)
    assert "Being checked" in text_of(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"data": b""}, "file", "The file is empty."),
        ({"file": ""}, "file", "Choose the file"),
        ({"kind": "nothing"}, "kind", ""),
        ({"title": " "}, "title", "Enter title"),
        ({"dated_on_0": "31", "dated_on_1": "2", "dated_on_2": "2026"}, "dated_on", "Enter a real date"),
    ],
)
def test_wrong_paper_is_refused_beside_its_field_and_kept_as_typed(
    changes: dict[str, Any], field: str, words: str, case: Case, professional: User, browse: Callable
) -> None:
    data = changes.pop("data", PDF)
    answer = browse(professional).post(upload_url(case), form(data, **{"author": "O’Neill", **changes}))
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert words in errors_of(answer)[field][0]
    assert 'value="O’Neill"' in answer.content.decode()
    assert Paper.objects.count() == 0


def test_paper_dated_tomorrow_is_refused(case: Case, professional: User, browse: Callable) -> None:
    tomorrow = day("dated_on", timezone.localdate() + dt.timedelta(days=1))
    assert list(errors_of(browse(professional).post(upload_url(case), form(**tomorrow)))) == ["dated_on"]


def test_file_over_the_limit_is_refused_and_the_rest_kept(
    case: Case, professional: User, browse: Callable, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    answer = browse(professional).post(upload_url(case), form())
    assert (answer.status_code, list(errors_of(answer))) == (422, ["file"])
    assert 'value="Speech report"' in answer.content.decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"CONTENT_LENGTH": str(2 * 1024**3)}, 413), ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411)],
)
def test_body_too_long_or_of_unknown_length_is_turned_away_unread(
    headers: dict[str, str], status: int, case: Case, professional: User, browse: Callable
) -> None:
    answer = browse(professional).generic("POST", upload_url(case), b"x", **headers)
    assert answer.status_code == status


def test_paper_posted_twice_is_one_paper(case: Case, professional: User, browse: Callable) -> None:
    client, once = browse(professional), str(uuid.uuid4())
    answers = [client.post(upload_url(case), form(once=once)) for _ in range(2)]
    assert answers[0].url == answers[1].url == f"/papers/{Paper.objects.get().public_id}/"


def test_htmx_is_sent_on_by_its_own_header(case: Case, professional: User, browse: Callable) -> None:
    answer = browse(professional).post(upload_url(case), form(), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/papers/{Paper.objects.get().public_id}/")


def test_refused_paper_says_why_to_who_sent_it(case: Case, professional: User, browse: Callable) -> None:
    paper = make_paper(
        case, by=professional, state=PaperState.REFUSED, document=None, refusal="The file is damaged."
    )
    page = browse(professional).get(reverse("paper.status", args=[paper.public_id]))
    assert "This paper was not accepted. The file is damaged." in text_of(page)
    assert "hx-trigger" not in page.content.decode()


def test_fragment_of_the_state_is_the_same_page_smaller(
    case: Case, professional: User, browse: Callable
) -> None:
    paper = make_paper(case, by=professional)
    url = reverse("paper.status", args=[paper.public_id])
    fragment = browse(professional).get(url, headers={"HX-Request": "true"})
    assert next(t.name for t in fragment.templates) == "panel/_paper_state.html"
    assert fragment.content.decode().strip() in browse(professional).get(url).content.decode()


def test_paper_is_handed_out_as_a_file_in_a_sandbox_under_a_neutral_name(
    case: Case, professional: User, browse: Callable
) -> None:
    paper = stored_paper(case, professional)
    answer = browse(professional).get(reverse("paper.read", args=[paper.public_id]))
    name = f"paper-{str(paper.document.public_id)[:8]}.pdf"
    assert answer.content == PDF
    assert {
        key: answer[key] for key in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert AuditEntry.objects.filter(verb="paper.read", subject=paper.public_id).count() == 1


def test_type_the_inspection_does_not_know_is_only_bytes(
    case: Case, professional: User, browse: Callable
) -> None:
    paper = stored_paper(case, professional, media_type="text/html")
    answer = browse(professional).get(reverse("paper.read", args=[paper.public_id]))
    assert answer["Content-Type"] == "application/octet-stream"


def test_paper_that_is_still_checked_cannot_be_opened(
    case: Case, professional: User, browse: Callable
) -> None:
    paper = make_paper(case, by=professional, state=PaperState.CHECKING, document=None)
    answer = browse(professional).get(reverse("paper.read", args=[paper.public_id]))
    assert answer.status_code == 422
    assert "it is “being checked”" in text_of(answer)


def test_professional_has_no_page_for_somebody_elses_paper(
    case: Case, professional: User, clerk: User, browse: Callable
) -> None:
    paper = stored_paper(case, clerk)
    for name in ("paper.status", "paper.read"):
        url = reverse(name, args=[paper.public_id])
        assert [browse(user).get(url).status_code for user in (clerk, professional)] == [200, 404]


def test_clerk_withdraws_a_paper_with_a_reason(case: Case, clerk: User, browse: Callable) -> None:
    paper = stored_paper(case, clerk)
    client, url = browse(clerk), reverse("paper.withdraw", args=[paper.public_id])
    assert list(errors_of(client.post(url, {"reason": ""}))) == ["reason"]
    assert client.post(url, {"reason": "About another child"}).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.withdrawn_because) == ("withdrawn", "About another child")
    said = text_of(client.get(reverse("paper.status", args=[paper.public_id])))
    assert "Withdrawn. About another child" in said
    assert client.post(url, {"reason": "Again"}).status_code == 409
