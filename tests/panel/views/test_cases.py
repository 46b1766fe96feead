"""The case list, the case page and a new request."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from panel.actions import due
from panel.models import AuditEntry, Case, Denial, User
from panel.models.people import current_address
from panel.platform.policy import Role
from panel.queries import Event
from panel.views import sections
from panel.views.cases import FILTER_KEY
from tests.make import make_address, make_case, make_paper, make_parent, make_person, make_setting, make_user
from tests.panel.views.reading import day, errors_of, text_of

LIST = "/cases/"
pytestmark = pytest.mark.django_db


def listed(**fields: Any) -> Case:
    case = make_case(**fields)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    return case


def references(response: Any) -> list[str]:
    return [line.case.reference for line in response.context["page"].lines]


def weeks_ago(number: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(weeks=number)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_list_says_calmly_how_late_a_date_is(clerk: User, browse: Callable) -> None:
    listed(reference="LATE", received_on=weeks_ago(7))
    page = browse(clerk).get(LIST)
    assert references(page) == ["LATE"]
    assert "7 days late" in text_of(page)


def test_search_is_posted_kept_in_the_session_and_never_in_an_address(clerk: User, browse: Callable) -> None:
    listed(reference="A", child=make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4)))
    listed(reference="B", child=make_person("Jo", "Birch", born_on=dt.date(2018, 5, 4)))
    client = browse(clerk)
    answer = client.post(LIST, {"text": "birch", "state": "open", "sort": "due"})
    assert (answer.status_code, answer.url) == (302, LIST)
    assert client.session[FILTER_KEY]["text"] == "birch"
    assert references(client.get(LIST)) == ["B"]
    client.post(LIST, {"clear": "1"})
    assert references(client.get(LIST)) == ["A", "B"]


def test_filters_narrow_by_setting_need_and_coordinator(
    clerk: User, coordinator: User, browse: Callable
) -> None:
    setting = make_setting("Oak School")
    listed(reference="S", setting=setting)
    listed(reference="N", primary_need="ASD")
    listed(reference="C", coordinator=coordinator)
    client = browse(clerk)
    for sent, found in (
        ({"setting": str(setting.pk)}, ["S"]),
        ({"need": "ASD"}, ["N"]),
        ({"coordinator": str(coordinator.pk)}, ["C"]),
        ({"state": "issued"}, []),
    ):
        client.post(LIST, sent)
        assert references(client.get(LIST)) == found


def test_htmx_gets_the_table_alone_with_the_same_rows(clerk: User, browse: Callable) -> None:
    listed(reference="A")
    answer = browse(clerk).post(LIST, {"text": "a"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert next(t.name for t in answer.templates) == "panel/_case_table.html"
    assert references(answer) == ["A"]


@pytest.mark.parametrize("text", ["%", "_", "'", "x" * 10_000, "(a+)+$", "*a"])
def test_search_for_odd_words_is_an_ordinary_search(text: str, clerk: User, browse: Callable) -> None:
    listed(reference="A")
    client = browse(clerk)
    assert client.post(LIST, {"text": text}).status_code == 302
    page = client.get(LIST)
    assert (page.status_code, references(page)) == (200, [])
    assert "No case fits" in text_of(page)


def test_search_with_a_hidden_character_is_refused_by_name_and_keeps_the_words(
    clerk: User, browse: Callable
) -> None:
    page = browse(clerk).post(LIST, {"text": "rob\u202ein"})
    assert page.status_code == 422
    assert list(errors_of(page)) == ["text"]


@pytest.mark.parametrize(
    "query", ["?password__startswith=a", "?_connector=OR", "?case__la=2", "?after=x", "?before=-1"]
)
def test_unknown_keys_of_an_address_are_ignored(query: str, clerk: User, browse: Callable) -> None:
    listed(reference="A")
    assert references(browse(clerk).get(LIST + query)) == ["A"]


def test_pages_hold_only_an_id_and_lead_there_and_back(clerk: User, browse: Callable) -> None:
    for number in range(51):
        listed(reference=f"T{number:03d}", received_on=weeks_ago(4))
    client = browse(clerk)
    first = client.get(LIST)
    after = first.context["page"].after
    second = client.get(f"{LIST}?after={after}")
    before = second.context["page"].before
    assert f'href="/cases/?after={after}"' in first.content.decode()
    assert references(second) == ["T050"]
    assert references(client.get(f"{LIST}?before={before}")) == references(first)


def test_list_of_nothing_says_what_will_be_there(professional: User, browse: Callable) -> None:
    assert "No case is open to you yet" in text_of(browse(professional).get(LIST))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries_however_many_rows(
    rows: int, clerk: User, browse: Callable, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        listed(setting=make_setting(), coordinator=clerk)
    client = browse(clerk)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_full_page_of_the_list_stays_small(clerk: User, browse: Callable) -> None:
    for number in range(50):
        listed(setting=make_setting(f"Saltmere Junior and Infant Academy {number}"), coordinator=clerk)
    assert len(browse(clerk).get(LIST).content) <= 60 * 1024


# --- one case ---------------------------------------------------------------------------------------------------------


def test_case_page_shows_dates_family_papers_and_what_happened(clerk: User, browse: Callable) -> None:
    case = make_case(received_on=weeks_ago(7), family_views="He is <b>bright</b>.")
    make_paper(case, "Letter from the nursery")
    said = text_of(browse(clerk).get(reverse("case.view", args=[case.public_id])))
    for words in (
        "Passed 7 days ago. The duty still stands",
        "1 Example Street",
        "Letter from the nursery",
        "The request was received",
        "He is <b>bright</b>.",
    ):
        assert words in said


def test_reading_a_case_is_in_the_trail(clerk: User, browse: Callable) -> None:
    case = make_case()
    browse(clerk).get(reverse("case.view", args=[case.public_id]))
    entries = AuditEntry.objects.values_list("verb", "by", "case")
    assert list(entries) == [("case.view", clerk.public_id, case.public_id)]


def test_addresses_are_for_those_who_write_to_the_family(
    officer: User, coordinator: User, browse: Callable
) -> None:
    case = make_case(coordinator=coordinator)
    url = reverse("case.view", args=[case.public_id])
    assert "1 Example Street" in text_of(browse(coordinator).get(url))
    assert "1 Example Street" not in text_of(browse(officer).get(url))


def test_confidential_address_is_marked(clerk: User, browse: Callable) -> None:
    case = make_case()
    parent = case.child.family.get().person
    make_address(parent, valid_from=weeks_ago(1), confidential=True)
    assert current_address(parent, timezone.localdate())
    assert "Confidential address" in text_of(browse(clerk).get(reverse("case.view", args=[case.public_id])))


def test_professional_sees_the_case_without_family_and_others_papers(
    professional: User, clerk: User, browse: Callable
) -> None:
    case = make_case(submitted_by=professional)
    make_paper(case, "Mine", by=professional)
    make_paper(case, "Somebody else’s", by=clerk)
    url = reverse("case.view", args=[case.public_id])
    said, everything = text_of(browse(professional).get(url)), text_of(browse(clerk).get(url))
    hidden = ["Parent1", "1 Example Street", "Somebody else’s"]
    assert [words for words in hidden if words in everything] == hidden
    assert [words for words in hidden if words in said] == []
    assert "Mine" in said


def test_case_of_somebody_recused_is_no_page(clerk: User, browse: Callable) -> None:
    case = make_case()
    Denial.objects.create(case=case, user=clerk, source="test", since=timezone.now())
    assert browse(clerk).get(reverse("case.view", args=[case.public_id])).status_code == 404


@pytest.mark.parametrize("public_id", ["-1", "0", str(2**63), "abc", "%00"])
def test_id_that_is_none_is_no_page(public_id: str, clerk: User, browse: Callable) -> None:
    assert browse(clerk).get(f"/cases/{public_id}/").status_code == 404


def test_id_of_another_kind_is_no_page(clerk: User, browse: Callable) -> None:
    paper = make_paper(make_case())
    assert browse(clerk).get(reverse("case.view", args=[paper.public_id])).status_code == 404


def test_other_apps_add_a_section_and_lines_to_the_timeline(
    clerk: User, browse: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_makers", [])

    def heard(user: User, case: Case, now: dt.datetime) -> sections.Section:
        return sections.Section(
            heading="From elsewhere",
            template="components/_tag.html",
            context={},
            events=(Event(now.date(), "Heard by the panel"),),
        )

    sections.add_section(heard)
    sections.add_section(heard)
    said = text_of(browse(clerk).get(reverse("case.view", args=[make_case().public_id])))
    assert (said.count("From elsewhere"), said.count("Heard by the panel")) == (1, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_case_page_asks_a_bounded_number_of_queries(rows: int, clerk: User, browse: Callable) -> None:
    case = make_case(parents=rows, submitted_by=clerk, coordinator=clerk, setting=make_setting())
    for _ in range(rows):
        make_paper(case, by=clerk)
    client = browse(clerk)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("case.view", args=[case.public_id]))
    assert len(asked) <= 25


# --- a new request ----------------------------------------------------------------------------------------------------

TODAY = timezone.localdate


def request_form(**changes: Any) -> dict[str, str]:
    typed = {
        "forename": "Siân",
        "surname": "O’Neill-Jones",
        "source": "1",
        **day("born_on", dt.date(2018, 5, 4)),
        **day("received_on", weeks_ago(1)),
    }
    return {**typed, **changes}


def test_request_is_recorded_and_leads_to_its_page(clerk: User, browse: Callable) -> None:
    answer = browse(clerk).post("/cases/new/", request_form())
    case = Case.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.public_id}/")
    assert (case.child.full_name, case.received_on) == ("Siân O’Neill-Jones", weeks_ago(1))


def tomorrow() -> dt.date:
    return TODAY() + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (lambda: day("born_on", tomorrow()), "born_on", "Date of birth must be in the past."),
        (lambda: day("born_on", dt.date(TODAY().year - 27, 1, 1)), "born_on", "before the 25th birthday"),
        (lambda: {"born_on_0": "31", "born_on_1": "2", "born_on_2": "2016"}, "born_on", "Enter a real date"),
        (lambda: {"born_on_0": "29", "born_on_1": "2", "born_on_2": "2019"}, "born_on", "Enter a real date"),
        (lambda: {"born_on_2": "18"}, "born_on", "four digits"),
        (lambda: {"received_on_1": "13", "received_on_2": "2026"}, "received_on", "Enter a real date"),
        (lambda: day("received_on", tomorrow()), "received_on", "today is"),
        (lambda: day("received_on", dt.date(2018, 5, 3)), "received_on", "before the date of birth"),
        (lambda: {"born_on_2": "0001"}, "born_on", "Enter a year between"),
        (lambda: {"born_on_2": "9999"}, "born_on", "Enter a year between"),
        (lambda: {"born_on_2": "20226"}, "born_on", "four digits"),
        (lambda: {"forename": "Ro\u202ebin"}, "forename", ""),
        (lambda: {"forename": "x" * 10_000}, "forename", "200"),
        (lambda: {"forename": ""}, "forename", "Enter forename"),
        (lambda: {"upn": "B123456789012"}, "upn", "the check letter does not match"),
    ],
)
def test_wrong_request_is_refused_beside_its_field_and_kept_as_typed(
    changes: Callable[[], dict[str, str]], field: str, words: str, clerk: User, browse: Callable
) -> None:
    typed = request_form(**changes())
    answer = browse(clerk).post("/cases/new/", typed)
    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    assert words in errors_of(answer)[field][0]
    assert 'value="O’Neill-Jones"' in answer.content.decode()
    assert Case.objects.count() == 0


def test_second_request_is_warned_of_and_goes_on_with_a_reason(clerk: User, browse: Callable) -> None:
    client = browse(clerk)
    client.post("/cases/new/", request_form())
    first = Case.objects.get()
    assert "reason_to_continue" not in text_of(client.get("/cases/new/"))
    warned = client.post("/cases/new/", request_form())
    assert warned.status_code == 422
    assert first.reference in errors_of(warned)["reason_to_continue"][0]
    assert 'name="reason_to_continue"' in warned.content.decode()
    client.post("/cases/new/", request_form(reason_to_continue="The first was withdrawn by telephone."))
    assert [case.previous for case in Case.objects.order_by("pk")] == [None, first]


def test_form_posted_twice_has_one_effect_and_leads_to_it_again(clerk: User, browse: Callable) -> None:
    client = browse(clerk)
    once = {"once": str(uuid.uuid4())}
    answers = [client.post("/cases/new/", request_form(**once)) for _ in range(2)]
    case = Case.objects.get()
    assert [answer.url for answer in answers] == [f"/cases/{case.public_id}/"] * 2


def test_form_refused_once_may_be_mended_and_posted_again(clerk: User, browse: Callable) -> None:
    client = browse(clerk)
    once = {"once": str(uuid.uuid4())}
    assert client.post("/cases/new/", request_form(upn="B123456789012", **once)).status_code == 422
    assert client.post("/cases/new/", request_form(**once)).status_code == 302


# --- restricted cases -------------------------------------------------------------------------------------------------


def grant_form(reference: str, user: User, **changes: str) -> dict[str, str]:
    until = day("until", TODAY() + dt.timedelta(days=30))
    return {"reference": reference, "user": str(user.pk), **until, "reason": "Writes the letter", **changes}


def test_officer_opens_a_restricted_case_to_somebody_named(
    officer: User, clerk: User, browse: Callable
) -> None:
    case = make_case(restricted=True)
    url = reverse("case.view", args=[case.public_id])
    assert browse(clerk).get(url).status_code == 404
    assert browse(officer).post("/cases/access/", grant_form(case.reference, clerk)).status_code == 302
    assert browse(clerk).get(url).status_code == 200


def test_grant_for_an_unknown_case_or_too_long_is_refused_beside_its_field(
    officer: User, clerk: User, browse: Callable
) -> None:
    open_case, restricted = make_case(), make_case(restricted=True)
    client = browse(officer)
    too_long = day("until", TODAY() + dt.timedelta(days=120))
    answers = {
        "open": client.post("/cases/access/", grant_form(open_case.reference, clerk)),
        "own": client.post("/cases/access/", grant_form(restricted.reference, officer)),
        "long": client.post("/cases/access/", grant_form(restricted.reference, clerk, **too_long)),
    }
    assert {name: (a.status_code, list(errors_of(a))) for name, a in answers.items()} == {
        "open": (422, ["reference"]),
        "own": (422, ["__all__"]),
        "long": (422, ["until"]),
    }


def test_a_role_without_the_verb_is_refused(browse: Callable) -> None:
    auditor = make_user("Avery Auditor", Role.AUDITOR)
    make_parent(make_person())
    assert [browse(auditor).get(url).status_code for url in (LIST, "/cases/new/", "/cases/access/")] == [
        403
    ] * 3
