"""Every template compiles; the shared parts say what they are given, escaped, and nothing when there is nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
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


@pytest.mark.parametrize("name", ALL)
def test_comment_ends_on_its_line(name: str) -> None:
    """Otherwise it is no comment, and readers get to see it."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        assert line.count("{#") == line.count("#}")


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
    hooks = {
        "govuk-js-service-navigation-toggle",
        "govuk-checkboxes",
        "govuk-radios",
    }  # for the script; they have no style
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


def test_every_shared_part_is_used() -> None:
    pages = "".join((FOLDER / name).read_text(encoding="utf-8") for name in ALL)
    assert [name for name in ALL if name.startswith("components/") and f'"{name}"' not in pages] == []


# Between two letters, or after the s of an owner: what people read has ’. Code, addresses and comments are no text.
STRAIGHT = re.compile(r"[A-Za-z]'[A-Za-z]|[a-z]s' [a-z]")
NOT_TEXT = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", flags=re.DOTALL)


@pytest.mark.parametrize("name", [one for one in ALL if one.endswith((".html", ".txt"))])
def test_template_has_no_straight_apostrophe(name: str) -> None:
    text = NOT_TEXT.sub(" ", (FOLDER / name).read_text(encoding="utf-8"))
    assert STRAIGHT.findall(text) == []


def _sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, without what documents it."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


# Patterns that find either apostrophe in what people type, the page written in Markdown, and names as people write their own.
READ_BY_NO_USER = {"panel/law/gates.py", "panel/law/document.py", "panel/demonstration/names.py"}
MODULES = sorted(
    path.relative_to(settings.ROOT).as_posix()
    for app in ("panel", "meetings", "moderation")
    for path in (Path(settings.ROOT) / app).rglob("*.py")
)


@pytest.mark.parametrize("name", [one for one in MODULES if one not in READ_BY_NO_USER])
def test_sentence_in_the_code_has_no_straight_apostrophe(name: str) -> None:
    tree = ast.parse((Path(settings.ROOT) / name).read_text(encoding="utf-8"))
    assert [(line, words) for line, words in _sentences(tree) if STRAIGHT.search(words)] == []
