"""The table of bad input, row by row: what is sent, and the clear answer. Row numbers are those of the table itself.

Rows about what people type go through the pages, rows about who may do what through the actions, so that no page can be
gone round. Nothing is stored unless it was accepted, and nothing ever ends in a 500.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pikepdf import Encryption, Name, String

from meetings.letters.actions import draft_letters
from meetings.letters.facts import dated, from_json
from meetings.letters.page import page_html
from panel.actions.cases import NewChild, create_case
from panel.actions.people import record_dispute, record_relationship, record_restriction
from panel.models import Case, Installation, Paper, Person, Support, User
from panel.platform import richtext, uploads
from panel.platform.documents.worker import Worker
from panel.platform.policy import Refused
from tests.make import NOW, TODAY, make_case
from tests.meetings.letters.household import make_household
from tests.panel.platform import hostile
from tests.panel.views.reading import day as boxes
from tests.panel.views.reading import errors_of

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2018, 5, 4)


@pytest.fixture
def web(clerk: User) -> Client:
    """A clerk's browser in a demonstration, which asks for no second factor."""
    Installation(
        demonstration=True,
        authority_name="Testshire",
        seeded_on=timezone.localdate(),
        created_at=timezone.now(),
    ).save()
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as child:
        yield child


def code(call: Callable[..., Any], *args: Any, **fields: Any) -> str:
    """The code of the refusal that `call` must end in."""
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    assert refused.value.sentence
    return refused.value.code


# --- dates and people -------------------------------------------------------------------------------------------------


def today() -> dt.date:
    return timezone.localdate()


def request_form(**changes: str) -> dict[str, str]:
    return {
        "forename": "Siân",
        "surname": "O’Neill",
        **boxes("born_on", LONG_AGO),
        "source": "1",
        **boxes("received_on", today() - dt.timedelta(weeks=1)),
        **changes,
    }


def born(day: str, month: str, year: str) -> dict[str, str]:
    return {"born_on_0": day, "born_on_1": month, "born_on_2": year}


TYPED = [
    (
        "row 1: born tomorrow",
        lambda: boxes("born_on", today() + dt.timedelta(days=1)),
        "born_on",
        "must be in the past",
    ),
    (
        "row 2: aged 27",
        lambda: boxes("born_on", today().replace(year=today().year - 27, day=1)),
        "born_on",
        "was 27",
    ),
    ("row 3: 31 February", lambda: born("31", "02", "2018"), "born_on", "Enter a real date"),
    ("row 3: 29 February of no leap year", lambda: born("29", "2", "2019"), "born_on", "Enter a real date"),
    ("row 4: two-digit year", lambda: born("3", "4", "18"), "born_on", "four digits"),
    ("row 4: month and day exchanged", lambda: born("2", "13", "2018"), "born_on", "Enter a real date"),
    (
        "row 5: received tomorrow",
        lambda: boxes("received_on", today() + dt.timedelta(days=1)),
        "received_on",
        "today is",
    ),
    (
        "row 5: received before birth",
        lambda: boxes("received_on", dt.date(2018, 5, 3)),
        "received_on",
        "4 May 2018",
    ),
    ("row 8: year 0001", lambda: born("1", "1", "0001"), "born_on", "between 1900 and 2100"),
    ("row 8: year 9999", lambda: born("1", "1", "9999"), "born_on", "between 1900 and 2100"),
    ("row 8: year 20226", lambda: born("1", "1", "20226"), "born_on", "four digits"),
    (
        "row 10: right-to-left override",
        lambda: {"surname": "Ash\u202edown"},
        "surname",
        "right-to-left override",
    ),
    ("row 10: control character", lambda: {"surname": "Ash\x07down"}, "surname", "control character"),
    ("row 10: NUL", lambda: {"surname": "Ash\0down"}, "surname", "Null characters"),
    ("row 11: 10,000 letters", lambda: {"forename": "ab " * 3_334}, "forename", "200 characters or fewer"),
]


@pytest.mark.parametrize(("changes", "field", "words"), [t[1:] for t in TYPED], ids=[t[0] for t in TYPED])
def test_what_cannot_be_is_said_beside_its_field_and_the_form_is_kept(
    changes: Callable[[], dict[str, str]], field: str, words: str, web: Client
) -> None:
    answer = web.post(reverse("case.create"), request_form(**changes()))
    assert (answer.status_code, list(errors_of(answer)), Case.objects.count()) == (422, [field], 0)
    assert words in errors_of(answer)[field][0]
    assert 'name="forename"' in answer.content.decode()


@pytest.mark.parametrize(
    ("forename", "surname"),
    [
        pytest.param("Siân", "O’Neill-Jones", id="row 9: apostrophe and hyphen"),
        pytest.param("X", "Y", id="row 9: single letters"),
        pytest.param("a" * 200, "Łukasiewicz", id="row 9: 200 letters"),
        pytest.param("قاسم", "العلي", id="row 9: Arabic"),
        pytest.param("🙂", "🌻", id="row 11: emoji only"),
    ],
)
def test_name_is_taken_as_it_is(forename: str, surname: str, clerk: User) -> None:
    child = NewChild(forename, surname, LONG_AGO)
    case = create_case(child=child, source="1", received_on=TODAY, by=clerk, now=NOW)
    assert (case.child.forename, case.child.surname) == (forename, surname)


def tie(person: Person, child: Person, by: User, **fields: Any) -> Any:
    values = {"kind": "mother", "basis": "natural_parent", "how_known": "request form", "since": LONG_AGO}
    return record_relationship(person=person, child=child, by=by, now=NOW, **{**values, **fields})


def test_row_17_one_person_is_not_both_parents_nor_a_child_its_own(clerk: User) -> None:
    case = make_case()
    parent = case.child.family.get().person
    assert code(tie, parent, case.child, clerk) == "already_tied"
    assert code(tie, case.child, case.child, clerk) == "own_parent"
    assert case.child.family.count() == 1


@pytest.mark.parametrize("why", ["dispute", "order", "no_contact", "no basis"])
def test_row_18_person_whose_right_is_not_settled_gets_no_letter(why: str) -> None:
    home = make_household()
    father = home.father
    values = {"by": home.clerk, "now": NOW}
    if why == "dispute":
        record_dispute(relationship=home.tie(father), because="Says he is not the father", **values)
    elif why == "no basis":
        type(home.tie(father)).objects.filter(person=father).update(basis="none")
    else:
        record_restriction(
            person=father, child=home.case.child, kind=why, how_known="court", starts_on=TODAY, **values
        )
    drafted = draft_letters(decision=home.decision, **values)
    assert [letter.recipient for letter in drafted.letters] == [home.mother]
    assert [block.person_id for block in drafted.blocked] == ([] if why == "no basis" else [father.pk])


# --- files ------------------------------------------------------------------------------------------------------------


def opens_a_script() -> bytes:
    return hostile.pdf(hostile.opens_with({"/S": Name.JavaScript, "/JS": String("app.alert(1)")}))


FILES = [
    ("row 20: no bytes", "a.pdf", lambda: b"", "empty"),
    ("row 21: program named pdf", "a.pdf", lambda: b"MZ" + bytes(200), "wrong_type"),
    ("row 21: page named pdf", "a.pdf", lambda: b"<html><script>go()</script></html>", "wrong_type"),
    ("row 22: pdf and archive", "a.pdf", lambda: hostile.pdf() + hostile.archive(), "two_kinds"),
    ("row 22: script before pdf", "a.pdf", lambda: b"go();/*" + hostile.pdf(), "wrong_type"),
    ("row 23: script on opening", "a.pdf", opens_a_script, "script"),
    ("row 23: program attached", "a.pdf", lambda: hostile.pdf(hostile.attaches_a_program), "attachment"),
    (
        "row 24: password",
        "a.pdf",
        lambda: hostile.pdf(encryption=Encryption(user="x", owner="y")),
        "encrypted",
    ),
    ("row 25: cut off", "a.pdf", lambda: hostile.pdf()[:-200], "damaged"),
    ("row 26: 5,000 pages", "a.pdf", lambda: hostile.pdf(pages=5_000), "too_many_pages"),
    ("row 26: five metres", "a.pdf", lambda: hostile.pdf(size=(14_173, 14_173)), "page_too_large"),
    ("row 32: pixel flood", "a.png", lambda: hostile.flood(30_000, 30_000), "too_many_pixels"),
    ("row 32: moving picture", "a.png", hostile.moving, "animated"),
]


@pytest.mark.parametrize(("name", "build", "refusal"), [f[1:] for f in FILES], ids=[f[0] for f in FILES])
def test_file_is_refused_with_its_reason(
    name: str, build: Callable[[], bytes], refusal: str, worker: Worker
) -> None:
    assert code(uploads.inspect, build(), name, worker=worker) == refusal


def test_row_32_photo_loses_the_place_it_was_taken(worker: Worker) -> None:
    assert b"GPS" in hostile.photo_with_place() or b"Exif" in hostile.photo_with_place()
    assert b"Exif" not in uploads.inspect(hostile.photo_with_place(), "a.jpg", worker=worker).data


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        *[
            pytest.param(f"a.{ending}", "wrong_type", id=f"row 33: {ending}")
            for ending in ("heic", "pages", "msg", "eml", "zip")
        ],
        pytest.param("x.pdf%00.exe", "wrong_type", id="row 34: hidden ending"),
        pytest.param("r\u202efdp.exe", "wrong_type", id="row 34: turned ending"),
        pytest.param("report.pdf.exe", "wrong_type", id="row 35: second ending"),
        pytest.param("report.pdf ", "name", id="row 35: space at the end"),
    ],
)
def test_name_of_a_file_is_refused(name: str, outcome: str) -> None:
    assert code(uploads.shown_name, name) == outcome


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        pytest.param("../../x.pdf", "/", id="row 34: path"),
        pytest.param("a\r\nSet-Cookie: b.pdf", "\n", id="row 34: line end"),
        pytest.param("n" * 300 + ".pdf", "n" * 201, id="row 34: 300 letters"),
        pytest.param("report.PDF", "/", id="row 35: capital ending"),
    ],
)
def test_name_of_a_file_is_cleaned_and_never_names_it_on_disk(name: str, forbidden: str, web: Client) -> None:
    case = make_case()
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    file._name = name  # the setter would clean it, and a hostile browser's header is not cleaned
    sent = {"kind": "request", "title": "Request", "file": file}
    assert web.post(reverse("paper.upload", args=[case.public_id]), sent).status_code == 302
    paper = Paper.objects.get()
    assert forbidden not in paper.shown_name
    assert uuid.UUID(paper.quarantine_name.removeprefix("quarantine/"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"CONTENT_LENGTH": str(2 * 1024**3)}, 413, id="row 36: 2 GB"),
        pytest.param({"HTTP_TRANSFER_ENCODING": "chunked"}, 411, id="row 36: without a length"),
    ],
)
def test_body_is_turned_away_unread(headers: dict[str, str], status: int, web: Client) -> None:
    url = reverse("paper.upload", args=[make_case().public_id])
    answer = web.generic("POST", url, b"x", **headers)
    assert (answer.status_code, answer["Connection"], Paper.objects.count()) == (status, "close", 0)


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        pytest.param("<script>go()</script>", "&lt;script&gt;go()&lt;/script&gt;", id="row 42: script"),
        pytest.param("<img src=x onerror=go()>", "&lt;img src=x onerror=go()&gt;", id="row 42: picture"),
        pytest.param(
            "<link rel=attachment href=file:///etc/passwd>",
            "&lt;link rel=attachment href=file:///etc/passwd&gt;",
            id="row 43: attachment",
        ),
        pytest.param(
            "<style>@import 'x'</style>",
            "&lt;style&gt;@import &#x27;x&#x27;&lt;/style&gt;",
            id="row 43: style",
        ),
        pytest.param("<td colspan=999999>x", "&lt;td colspan=999999&gt;x", id="row 44: endless table"),
        pytest.param("{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}", id="row 45: variable"),
        pytest.param("{% include 'x' %}", "{% include &#x27;x&#x27; %}", id="row 45: tag"),
    ],
)
def test_words_are_printed_as_typed_and_never_obeyed(words: str, printed: str) -> None:
    home = make_household(family_views=f"We say {words} and mean it.")
    letter = home.draft()[0]
    page = page_html(dated(from_json(letter.facts), TODAY))
    assert (printed in page, words in page) == (True, printed == words)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param('<a href="javascript:go()">x</a>', id="row 42: link"),
        pytest.param("<iframe src=http://127.0.0.1/></iframe>x", id="row 43: frame"),
        pytest.param('<p style="x" onclick="go()">x</p>', id="row 44: attributes"),
        pytest.param("<div>" * 3_000 + "x", id="row 44: 3,000 boxes"),
    ],
)
def test_rich_text_keeps_the_words_alone(typed: str) -> None:
    kept = richtext.sanitise(typed)
    assert kept.replace("<p>", "").replace("</p>", "") == "x"


def test_row_44_word_of_a_megabyte_is_refused(web: Client) -> None:
    answer = web.post(reverse("case.create"), request_form(family_views="x" * 1_000_000))
    assert (answer.status_code, list(errors_of(answer)), Case.objects.count()) == (422, ["family_views"], 0)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"text=\xff\xfe", id="row 50: not UTF-8"),
        pytest.param(b"text=%ed%a0%80", id="row 50: lone surrogate"),
        pytest.param(b"text=%c0%af", id="row 50: overlong"),
    ],
)
def test_bytes_that_are_no_text_are_answered_without_a_traceback(body: bytes, web: Client) -> None:
    answer = web.generic("POST", reverse("case.list"), body, "application/x-www-form-urlencoded")
    assert answer.status_code in {302, 400, 422}
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(
    "words", [pytest.param(w, id=f"row 51: {w[:8]}") for w in ("%", "_", "'", "(a+)+$", "*a", "x" * 10_000)]
)
def test_odd_words_find_nothing(words: str, web: Client) -> None:
    make_case()
    assert web.post(reverse("case.list"), {"text": words}).status_code == 302
    assert web.get(reverse("case.list")).context["page"].lines == ()


@pytest.mark.parametrize(
    "words", [pytest.param(w, id=f"row 51: {w[:8]}") for w in ("%", "_", "'", "(a+)+$", "*a", "x" * 10_000)]
)
def test_odd_words_find_no_service(words: str, web: Client) -> None:
    Support.objects.create(
        name="Talk",
        offered_by="Health",
        what="Groups",
        how="Ring",
        contact="01632",
        starts_on=TODAY,
        recorded_at=NOW,
    )
    assert web.post(reverse("support.list"), {"words": words}).status_code == 302
    assert web.get(reverse("support.list")).context["directory"].now == ()


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(k, id=f"row 52: {k}")
        for k in ("coordinator__password__startswith=a", "_connector=OR", "case__la=2")
    ],
)
def test_keys_nobody_offers_are_ignored(keys: str, web: Client) -> None:
    case = make_case()
    lines = web.get(f"{reverse('case.list')}?{keys}").context["page"].lines
    assert [line.case for line in lines] == [case]
