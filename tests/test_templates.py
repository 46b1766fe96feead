"""Every template compiles; the shared parts say what they are given, escaped, and nothing when there is nothing."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string

FOLDER = Path(settings.ROOT) / "templates"
ALL = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))


def words(name: str, /, **context: Any) -> str:
    """What a reader would see: the text without its tags, on one line."""
    html = render_to_string(f"components/{name}.html", context)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("name", ALL)
def test_template_compiles(name: str) -> None:
    get_template(name)


def test_summary_list_names_what_each_link_changes() -> None:
    rows = [
        SimpleNamespace(label="School", value="Willow Bank", url="/change"),
        SimpleNamespace(label="Need", value=None, url=""),
    ]
    assert words("_summary_list", rows=rows) == "School Willow Bank Change school Need Not recorded"


def test_summary_list_escapes_what_people_typed() -> None:
    rows = [SimpleNamespace(label="Name", value="<b>Robin</b>", url="")]
    assert "&lt;b&gt;Robin&lt;/b&gt;" in render_to_string("components/_summary_list.html", {"rows": rows})


def test_pagination_is_silent_on_a_single_page() -> None:
    assert words("_pagination", newer_url="", older_url="") == ""


def test_pagination_offers_only_the_pages_there_are() -> None:
    assert words("_pagination", newer_url="", older_url="?after=3") == "Older"


def test_timeline_says_when_it_is_empty() -> None:
    assert words("_timeline", entries=[]) == "Nothing has been recorded yet."


def test_document_link_carries_kind_pages_and_size() -> None:
    link = words("_document_link", url="/x", name="Minutes", pages=1, size=20480)
    assert link.replace("\xa0", " ") == "Minutes (PDF, 1 page, 20.0 KB)"


def test_progress_says_how_far_it_is() -> None:
    said = words("_progress", what="Preparing letters", poll_url="/x", page_url="/y", done=3, total=12)
    assert said == "Preparing letters: 3 of 12 Look again 3 of 12"


def test_error_summary_shows_the_rule_that_said_no() -> None:
    said = words(
        "_error_summary", refused="Nobody from health is present. Ask for a deputy, or defer the item."
    )
    assert said == "This was not saved Nobody from health is present. Ask for a deputy, or defer the item."


def test_server_error_page_needs_no_context() -> None:
    assert "Something went wrong on our side" in render_to_string("500.html")


def test_templates_use_only_classes_the_sheet_knows() -> None:
    sheet = (FOLDER.parent / "panel/assets/build/app.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.((?:app|govuk)-[\w-]+)", sheet))
    hooks = {"govuk-js-service-navigation-toggle", "govuk-checkboxes"}  # for the script; they have no style
    unknown = set()
    for name in ALL:
        if not name.endswith(".html") or name.startswith("pdf/"):
            continue
        text = re.sub(r"{%.*?%}", " ", (FOLDER / name).read_text(encoding="utf-8"))
        text = re.sub(
            r"{{.*?}}", "{", text
        )  # a class completed by a value of the context: its beginning must be known
        for word in re.findall(r"(?:app|govuk)-[\w{-]+", " ".join(re.findall(r'class="([^"]*)"', text))):
            begun, *_ = word.partition("{")
            fits = begun in known or (word != begun and any(each.startswith(begun) for each in known))
            if not fits and word not in hooks:
                unknown.add((name, word))
    assert sorted(unknown) == []
