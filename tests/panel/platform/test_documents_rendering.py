import base64
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import page
import pikepdf
import pytest
from pypdf import PdfReader

from panel.platform.documents.assets import bundled
from panel.platform.documents.worker import ChildFailed, Worker
from panel.platform.richtext import sanitise
from tests.panel.platform.samples import LETTER, minutes, page_with

STANDARDS = (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)
SENTINEL = "sentinel words of a local file"


def faults(pdf):
    """What the validators hold against a PDF, for both standards."""
    return [
        failure.message
        for profile in STANDARDS
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def words(pdf):
    return " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("html", "pages"),
    [(LETTER, 1), (minutes(3), 3), (LETTER.replace('lang="en-GB"', 'lang="en-GB" class="large-print"'), 1)],
)
def test_document_is_archivable_and_accessible(worker, html, pages):
    rendered = worker.render(html)
    assert (rendered.pages, faults(rendered.pdf)) == (pages, [])
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
        assert (len(pdf.pages), str(pdf.Root.Lang)) == (pages, "en-GB")


def test_validators_would_notice_a_fault(worker):
    with pikepdf.open(BytesIO(worker.render(LETTER).pdf)) as pdf:
        del pdf.Root.StructTreeRoot
        spoiled = BytesIO()
        pdf.save(spoiled)
    assert faults(spoiled.getvalue()) != []


def test_document_prints_every_script_a_name_may_have(worker):
    names = [
        "Łucja Ŵyn",
        "قاسم",
        "Привет",
        "Ελένη",
        "Nguyễn",
        "हिन्दी",
        "বাংলা",
        "ગુજરાતી",
        "ਪੰਜਾਬੀ",
        "עברית",
        "தமிழ்",
        "Zoé 🎉 👩‍👧 ❤️",
        "✓ ☐ → ≥",
    ]
    pdf = worker.render(page_with("".join(f"<p>{name}</p>" for name in names))).pdf
    assert faults(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = {str(f.BaseFont).partition("+")[2] for f in document.pages[0].Resources.Font.values()}
    assert {
        "Panel-Arabic",
        "Panel-Bengali",
        "Panel-Cyrillic",
        "Panel-Emoji",
        "Panel-Sans",
        "Panel-Sans-Extended",
    } < fonts


def test_same_html_gives_the_same_bytes_in_every_process(worker):
    worker.render(LETTER)
    with Worker() as other:
        digests = {hashlib.sha256(w.render(minutes(2)).pdf).hexdigest() for w in (worker, other, worker)}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("html", "code", "detail"),
    [
        ("<html lang=en-GB><body>no title</body></html>", "no_title", ""),
        ("<html><title>no language</title></html>", "no_title", ""),
        (page_with("漢字"), "no_glyph", "U+5B57, U+6F22"),
        (page_with("<div>" * 3_000), "too_deep", ""),
        (page_with("a" * 1_000_000), "too_large", ""),
        (page_with("<img alt=x src='asset:unknown.png'>"), "fetch_denied", "asset"),
        (page_with("<img alt=x src='picture.png'>"), "fetch_denied", "relative address"),
    ],
)
def test_document_with_a_fault_fails_with_its_reason_and_the_next_renders(worker, html, code, detail):
    with pytest.raises(ChildFailed) as failed:
        worker.render(html)
    assert (failed.value.code, failed.value.detail, failed.value.retry) == (code, detail, False)
    assert worker.render(page_with("next")).pages == 1


def test_assets_that_were_never_built_are_named():
    with Worker(assets={}) as worker, pytest.raises(ChildFailed) as failed:
        worker.render(LETTER)
    assert failed.value.sentence == (
        "The style sheet and fonts for PDFs are not built on this server. Run bin/setup, then try again."
    )


def test_user_text_is_printed_and_never_read_as_markup_or_template(worker):
    typed = "<script>go()</script><img src=x onerror=go()> {{ settings.SECRET_KEY }} {% include 'x' %}"
    pdf = worker.render(page_with(f"<div>{sanitise(typed)}</div>")).pdf
    assert words(pdf).split("Page 1")[0].split() == [
        "{{",
        "settings.SECRET_KEY",
        "}}",
        "{%",
        "include",
        "'x'",
        "%}",
    ]


# --- addresses: nothing is fetched, wherever HTML or CSS may name one -----------------------------------------------


def outside_its_cage(test):
    """WeasyPrint in the test's own process: its warnings about a bare machine and its own open colour profile are not ours."""
    for warning in (
        "ignore:No fonts configured",
        "ignore:FontConfig cannot load",
        "ignore:Exception ignored in.*sRGB2014:pytest.PytestUnraisableExceptionWarning",
        "ignore:unclosed file.*sRGB2014:ResourceWarning",
    ):
        test = pytest.mark.filterwarnings(warning)(test)
    return test


class Canary(ThreadingHTTPServer):
    """A web server on this machine that remembers what it was asked."""

    def __init__(self):
        self.asked = []
        super().__init__(("127.0.0.1", 0), Tell)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class Tell(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def canary():
    with Canary() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(SENTINEL)
    return path.as_uri()


@pytest.fixture(scope="module")
def renderer():
    """The renderer itself, outside its cage: with a network and files, so that only its fetcher stands in the way."""
    from panel.platform.child.rendering import Renderer

    return Renderer(bundled())


def nested(address):
    inner = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(inner.encode()).decode()


VECTORS = {
    "img": lambda web, _: page_with(f"<img alt=x src='{web}/x.png'>"),
    "import": lambda web, _: page_with("", f"<style>@import url('{web}/x.css');</style>"),
    "link": lambda web, _: page_with("", f"<link rel=stylesheet href='{web}/x.css'>"),
    "font": lambda web, _: page_with(
        "<p style='font-family: far'>x",
        f"<style>@font-face {{font-family: far; src: url('{web}/x.ttf')}}</style>",
    ),
    "background": lambda web, _: page_with(f"<p style=\"background: url('{web}/x.png')\">x"),
    "link attachment": lambda web, _: page_with("", f"<link rel=attachment href='{web}/x'>"),
    "svg image": lambda web, _: page_with(
        f"<svg width=9 height=9><image href='{web}/x.png' width=9 height=9 /></svg>"
    ),
    "object": lambda web, _: page_with(f"<object data='{web}/x.png'></object>"),
    "embed": lambda web, _: page_with(f"<embed src='{web}/x.png'>"),
    "content": lambda web, _: page_with("<p>x", f"<style>p::before {{content: url('{web}/x.png')}}</style>"),
    "list image": lambda web, _: page_with(f"<ul style=\"list-style-image: url('{web}/x.png')\"><li>x</ul>"),
    "base": lambda web, _: page_with("<img alt=x src='x.png'>", f"<base href='{web}/'>"),
    "nested svg": lambda web, _: page_with(f"<img alt=x src='{nested(web + '/x.png')}'>"),
    "file link attachment": lambda _, file: page_with("", f"<link rel=attachment href='{file}'>"),
    "file anchor attachment": lambda _, file: page_with(f"<a rel=attachment href='{file}'>x</a>"),
    "file image": lambda _, file: page_with(f"<img alt=x src='{file}'>"),
}


@outside_its_cage
@pytest.mark.parametrize("vector", VECTORS)
def test_address_in_a_document_is_never_fetched(renderer, canary, secret, vector):
    from panel.platform.child.rendering import CannotRender

    with pytest.raises(CannotRender) as refused:
        renderer.render(VECTORS[vector](canary.address, secret))
    assert (refused.value.trouble, canary.asked) == ("fetch_denied", [])


@outside_its_cage
def test_frame_in_a_document_is_left_empty(renderer, canary, secret):
    rendered = renderer.render(
        page_with(f"<iframe src='{canary.address}/x'></iframe><iframe src='{secret}'></iframe>")
    )
    assert (canary.asked, SENTINEL in words(rendered.pdf)) == ([], False)


@outside_its_cage
def test_canary_would_have_heard_a_fetch(canary):
    from weasyprint import HTML

    HTML(string=VECTORS["img"](canary.address, "")).write_pdf()
    assert canary.asked == ["/x.png"]


@pytest.mark.parametrize("vector", VECTORS)
def test_address_typed_as_rich_text_does_not_reach_the_renderer(worker, canary, secret, vector):
    typed = VECTORS[vector](canary.address, secret)
    pdf = worker.render(page_with(f"<div>{sanitise(typed)}</div>")).pdf
    with pikepdf.open(BytesIO(pdf)) as document:
        assert (canary.asked, len(document.attachments), SENTINEL in words(pdf)) == ([], 0, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        "<table><tr><td colspan=999999>x</table>",
        "<div>" * 3_000 + "x",
        "<p>" + "word " * 9_900,
        "<ul><li>" * 5 + "x",
    ],
)
def test_text_that_would_hold_up_a_renderer_is_printed_in_time(worker, typed):
    assert worker.render(page_with(sanitise(typed))).pages >= 1
