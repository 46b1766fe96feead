"""Debian's Chromium, a live server, and the same people signed in. Pictures are kept only in the folder SHOTS names."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page

from panel.models import User

# Playwright keeps an event loop in this thread; Django would otherwise refuse the tests' own queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's browser, quiet: it calls nobody, and it may run as root in a container."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Debian's chromium is not installed")
    quiet = [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk's screen and a British clock."""
    return {
        **browser_context_args,
        "viewport": {"width": 1366, "height": 900},
        "locale": "en-GB",
        "timezone_id": "Europe/London",
    }


@pytest.fixture
def page(page: Page, live_server: Any) -> Page:
    """A page that fails its test for a script error, a refused policy or a request to another origin.

    What holds one of the words in `awaited` is none: an answer a test provokes, however often the page asks.
    """
    complaints: list[str] = []
    awaited: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error" and not any(word in said.text for word in awaited):
            complaints.append(said.text)

    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", heard)
    page.on("request", lambda asked: _stay_home(asked.url, live_server.url, complaints))
    page.set_default_timeout(10_000)
    page.complaints, page.awaited = complaints, awaited  # type: ignore[attr-defined]
    return page


def _stay_home(url: str, home: str, complaints: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        complaints.append(f"left home for {url.split('?', maxsplit=1)[0]}")


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[User], Page]:
    """Sign a user in with a session of Django's own test client and a second factor, and open the home page."""

    def enter(user: User) -> Page:
        if not is_mfa_enabled(user):
            TOTP.activate(user, generate_totp_secret())
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.clear_cookies()
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session,
                    "url": live_server.url,
                    "httpOnly": True,
                }
            ]
        )
        page.goto(live_server.url)
        return page

    return enter


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that axe finds nothing wrong with a page as it stands now."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": AXE_TAGS, "resultTypes": ["violations"]})
        violations = [
            f"{each['id']}: {each['help']} at {[node['html'][:160] for node in each['nodes']]}"
            for each in found.response["violations"]
        ]
        assert violations == [], f"{page.url.partition('?')[0]}"
        assert page.complaints == []  # type: ignore[attr-defined]

    return check


@pytest.fixture
def shot() -> Callable[..., None]:
    """Keep a picture under a name when SHOTS names a folder; otherwise do nothing."""

    def take(page: Page, name: str, *, full_page: bool = True) -> None:
        folder = os.environ.get("SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=full_page, caret="initial")

    return take
