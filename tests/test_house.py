"""The rules of the house that no linter knows: where things are, how long they may grow, and what may not be in them."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "bin",
    "docs",
    "manage.py",
    "meetings",
    "moderation",
    "panel",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
    "templates",
    "tests",
}
LONGEST_FILE = 450
LONGEST_FUNCTION = 50
# Written in halves, so that this file may be searched too.
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
CONFLICTS = re.compile(r"^(<<<" + r"<<<<|>>>" + r">>>>) ", re.MULTILINE)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(wo" + r"rk|ho" + r"me|ro" + r"ot|Us" + r"ers)/\w")
REGISTRIES = re.compile(r"(pypi\.|files\.python" + r"hosted|registry\.np" + r"mjs|proxy\.gol" + r"ang)")
# Written by tools, never by hand.
GENERATED = {"panel/assets/package-lock.json", "requirements.lock", "requirements-dev.lock"}


def committed() -> list[str]:
    """Every file that is, or may become, part of the product: all but what .gitignore names. Works without git, too."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    found = []
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not {name, (here / name).as_posix()} & ignored]
        found += [
            (here / name).as_posix() for name in files if not name.endswith(".pyc") and name not in ignored
        ]
    return sorted(found)


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    for name in committed():
        if name not in GENERATED and (not endings or name.endswith(endings)):
            content = (ROOT / name).read_bytes()
            if b"\0" not in content:
                yield name, content.decode("utf-8")


def python_files() -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in texts(".py") if "/migrations/" not in name)


def test_the_top_level_is_the_designs() -> None:
    assert {name.partition("/")[0] for name in committed()} == TOP_LEVEL


def test_no_file_outgrows_one_subject() -> None:
    long = [(name, lines) for name, text in python_files() if (lines := text.count("\n")) > LONGEST_FILE]
    assert long == [], "split it into a package of the same name, by subject"


def test_no_function_outgrows_one_idea() -> None:
    long = [
        (f"{name}:{node.lineno}", node.name, lines)
        for name, text in python_files()
        if not name.startswith("tests/")  # a test that states a whole expected result is long on purpose
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := code_lines(node)) > LONGEST_FUNCTION
    ]
    assert long == []


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function's body, its docstring left out: saying more about a rule must not count against it."""
    has_docstring = ast.get_docstring(node, clean=False) is not None
    body = node.body[1:] if has_docstring else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_nothing_is_left_for_later() -> None:
    assert [(name, found[0]) for name, text in texts() if (found := MARKS.search(text))] == []


def test_no_two_versions_of_a_line_were_left_side_by_side() -> None:
    assert [name for name, text in texts() if CONFLICTS.search(text)] == []


def test_no_path_of_a_machine_is_written_down() -> None:
    assert [(name, found[0]) for name, text in texts() if (found := MACHINE_PATHS.search(text))] == []


def test_no_registry_is_named() -> None:
    named = [
        (name, found[0])
        for name in committed()
        if name.endswith((".lock", ".json", ".toml", ".py", ".txt")) or name.startswith("bin/")
        if (found := REGISTRIES.search((ROOT / name).read_text(encoding="utf-8")))
    ]
    assert named == []


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(
        r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on", re.IGNORECASE
    )
    pages = [(name, text) for name, text in texts(".html") if "/pdf/" not in name]
    assert [(name, found[0]) for name, text in pages if (found := inline.search(text))] == []


def test_templates_load_nothing_from_another_origin() -> None:
    other = re.compile(
        r"<(?:script|link|img|iframe|source|form)\b[^>]*\s(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
        re.IGNORECASE,
    )
    assert [(name, found[0]) for name, text in texts(".html") if (found := other.search(text))] == []


def test_templates_use_no_component_tags() -> None:
    assert [name for name, text in texts(".html") if "<c-" in text] == []


def test_every_post_form_carries_its_token() -> None:
    forms = re.compile(r"<form\b[^>]*\bmethod=[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    # A crispy form writes the token itself.
    carries = re.compile(r"{% csrf_token %}|{% crispy ")
    bare = [name for name, text in texts(".html") for form in forms.findall(text) if not carries.search(form)]
    assert bare == []


def test_both_locks_agree() -> None:
    pins = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
    run = set(pins.findall((ROOT / "requirements.lock").read_text()))
    development = set(pins.findall((ROOT / "requirements-dev.lock").read_text()))
    assert sorted(run - development) == []


def test_the_style_sheet_carries_no_brand_but_the_councils() -> None:
    sheet = (ROOT / "panel/assets/build/app.css").read_text(encoding="utf-8")
    assert [word for word in ("gds transport", "crest", "crown", "gov.uk") if word in sheet.lower()] == []
