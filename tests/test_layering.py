"""The house's one direction: panel <- meetings <- moderation, and inside each app no import that goes up the ladder."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ("panel", "meetings", "moderation")

# From the lowest rung to the highest; a module may import its own rung and every rung below it, in its own app and those before.
RULES, MODELS, SERVICES, QUERIES, ACTIONS, FORMS, SURFACE, WIRING = range(8)
RUNG_NAMES = (
    "pure rules",
    "models",
    "services",
    "queries and content",
    "actions",
    "forms",
    "surface",
    "wiring",
)
LADDER: tuple[tuple[str, int], ...] = (
    (r"panel\.config(\..*)?", WIRING),
    (r"panel\.law(\..*)?", RULES),
    (r"panel\.platform\.(machine|policy|text|richtext)", RULES),
    (
        r"panel\.importing(\.(sheet|parse))?",
        QUERIES,
    ),  # reads the file with openpyxl; its rows are judged purely
    (r"panel\.importing(\..*)?", RULES),
    (r"panel\.demonstration(\..*)?", RULES),
    (r"meetings\.rules(\..*)?", RULES),
    (r"meetings\.minutes\.(changes|redaction|version_fields)", RULES),
    (r"moderation\.(agreement|sampling)", RULES),
    (r"moderation\.analysis\.measures", RULES),
    (r"\w+\.models(\..*)?", MODELS),
    (r"panel\.platform(\..*)?", SERVICES),
    (r"meetings\.access", SERVICES),
    (r"\w+\.queries(\..*)?", QUERIES),
    (r"meetings\.(minutes\.(frozen|records|passages|speaking|versions|extract)|calendars)", QUERIES),
    (r"meetings\.letters\.(actions|sending)", ACTIONS),
    (
        r"(panel|meetings(\.letters)?)\.kinds(\..*)?",
        SURFACE,
    ),  # what the outbox calls, as a task would
    (r"meetings\.letters(\..*)?", QUERIES),
    (r"moderation\.analysis(\..*)?", QUERIES),
    (r"\w+\.actions(\..*)?", ACTIONS),
    (r"\w+\.forms(\..*)?", FORMS),
    (r"\w+\.(views|urls|tasks|management|rehearsal|apps)(\..*)?", SURFACE),
)

# The pure rungs know the language, calendars and plain text, and nothing else.
PURE_LIBRARIES = {"holidays", "dateutil", "nh3"}

# Imports inside functions, each with its reason. Everything else stands at the top of its file.
DEFERRED: dict[tuple[str, str], str] = {
    (
        "panel.platform.child.main",
        "panel.platform.child.inspecting",
    ): "the child loads only the half it was started for",
    (
        "panel.platform.child.main",
        "panel.platform.child.rendering",
    ): "the child loads only the half it was started for",
    ("meetings.apps", "meetings.access"): "Django allows models to be imported only once the apps are ready",
    ("meetings.apps", "meetings.views.case_section"): "as meetings.access",
    ("meetings.apps", "panel.views.sections"): "as meetings.access",
}


@dataclass(frozen=True)
class Import:
    importer: str
    line: int
    imported: str
    deferred: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_files() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts or "assets" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(module_files())


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Every import, with `from package import module` resolved to the module when there is one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deferred = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno}: imports are absolute"
            source = node.module or ""
            names = [
                joined if (joined := f"{source}.{alias.name}") in MODULES else source for alias in node.names
            ]
        else:
            continue
        for name in names:
            yield Import(module, node.lineno, name, id(node) in deferred)


ALL = [found for module, path in MODULES.items() for found in imports_of(module, path)]


def rung(module: str) -> int | None:
    return next((rung for pattern, rung in LADDER if re.fullmatch(pattern, module)), None)


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in APPS


def test_every_module_stands_on_a_rung() -> None:
    homeless = [
        module
        for module, path in MODULES.items()
        if rung(module) is None and not (path.name == "__init__.py" and not path.read_text().strip())
    ]
    assert homeless == [], "say in LADDER which rung these modules stand on"


def test_no_import_goes_up_the_ladder() -> None:
    upward = [
        f"{found} ({RUNG_NAMES[low]} -> {RUNG_NAMES[high]})"
        for found in ALL
        if is_ours(found.imported)
        and (low := rung(found.importer)) is not None
        and (high := rung(found.imported)) is not None
        and high > low
    ]
    assert upward == []


@pytest.mark.parametrize("app", APPS)
def test_no_app_imports_a_later_one(app: str) -> None:
    later = APPS[APPS.index(app) + 1 :]
    wrong = [
        str(found)
        for found in ALL
        if found.importer.partition(".")[0] == app
        and rung(found.importer) != WIRING
        and found.imported.partition(".")[0] in later
    ]
    assert wrong == []


def test_the_wiring_is_imported_by_none() -> None:
    wrong = [
        str(found)
        for found in ALL
        if found.imported.startswith("panel.config") and rung(found.importer) != WIRING
    ]
    assert wrong == []


def test_pure_rules_import_only_the_standard_library_and_each_other() -> None:
    wrong = [
        str(found)
        for found in ALL
        if rung(found.importer) == RULES
        and not (
            rung(found.imported) == RULES
            if is_ours(found.imported)
            else found.imported.partition(".")[0] in sys.stdlib_module_names | PURE_LIBRARIES
        )
    ]
    assert wrong == []


def test_imports_inside_functions_have_a_reason() -> None:
    found = {(each.importer, each.imported) for each in ALL if each.deferred}
    assert sorted(found - DEFERRED.keys()) == [], "move these to the top, or give the reason in DEFERRED"
    assert sorted(DEFERRED.keys() - found) == [], "these reasons are no longer needed"


def test_our_apps_talk_by_calls_and_not_by_signals() -> None:
    wrong = [
        str(found)
        for found in ALL
        if found.imported in {"django.dispatch", "django.db.models.signals", "django.core.signals"}
        and (found.importer, found.imported)
        != ("panel.apps", "django.db.models.signals")  # triggers after migrate
    ]
    assert wrong == []
