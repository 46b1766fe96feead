"""The same people in every file, a private media folder, and a flush that knows about insert-only tables."""

import datetime as dt
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management.commands import flush
from django.db import connections
from django.utils import timezone

from panel.models import User
from panel.platform import triggers
from panel.platform.policy import Role
from tests.make import NOW, make_agency, make_setting, make_user

# Fixtures through which a test reaches the database, if it has no mark of it.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "prepared", "admin_client"}


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole run: looking through it for waste again and again costs a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop running in this thread, in which no async view can be called.

    On PostgreSQL only what asks a database is run: everything else says there what it has said on SQLite already.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if connections["default"].vendor == "postgresql":
        left_out = [item for item in items if not _asks_a_database(item)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ())) - {"django_db_setup"}
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("faults")
    return bool(marked or fixtures & DATABASE_FIXTURES)


@pytest.fixture(autouse=True)
def _private_folders(settings: Any, tmp_path: Path) -> None:
    """No test writes into var/."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _mid_morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """In the first hour after midnight it is a quarter past ten instead: this morning's meeting is of today at whatever hour the
    suite runs.

    Otherwise the clock is the machine's, by which a database, a browser and processes of their own go at all hours.
    """
    own = any(request.node.get_closest_marker(mark) for mark in ("browser", "faults"))
    if own or timezone.localtime().hour >= 1:
        yield
        return
    quarter_past_ten = dt.datetime.combine(
        timezone.localdate(), dt.time(10, 15), timezone.get_default_timezone()
    )
    with time_machine.travel(quarter_past_ten, tick=True):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The test database need not outlive a power cut: waiting for the disk would double the suite's time."""
    options = connections["default"].settings_dict["OPTIONS"]
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    else:
        options["options"] = "-c synchronous_commit=off"


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """Transactional tests empty every table: take the triggers away for the flush alone, and put them back."""
    original = flush.Command.handle

    def handle(self: Any, **options: Any) -> Any:
        using = options["database"]
        connection = connections[using]
        with connection.cursor() as cursor:
            for name, (table, _) in triggers.wanted(connection).items():
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        try:
            return original(self, **options)
        finally:
            triggers.install(using)

    flush.Command.handle = handle
    yield
    flush.Command.handle = original


@pytest.fixture(autouse=True, scope="session")
def _nobody_else_in_the_test_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A health check runs in threads whose connections nobody closes; PostgreSQL drops no database that has a session left."""
    yield
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture
def now() -> Any:
    """The moment the tests live in."""
    return NOW


@pytest.fixture
def clerk(db: None) -> User:
    return make_user("Cleo Clerk", Role.CLERK)


@pytest.fixture
def second_clerk(db: None) -> User:
    return make_user("Sandy Second", Role.CLERK)


@pytest.fixture
def chair(db: None) -> User:
    return make_user("Charlie Chair", Role.CHAIR, agency=make_agency("education"))


@pytest.fixture
def member(db: None) -> User:
    return make_user("Max Member", Role.MEMBER, agency=make_agency("health"))


@pytest.fixture
def officer(db: None) -> User:
    return make_user("Oli Officer", Role.OFFICER)


@pytest.fixture
def coordinator(db: None) -> User:
    return make_user("Corin Coordinator", Role.COORDINATOR)


@pytest.fixture
def professional(db: None) -> User:
    return make_user("Pat Professional", Role.PROFESSIONAL, setting=make_setting())


@pytest.fixture
def parent(db: None) -> User:
    return make_user("Parker Parent", Role.PARENT)


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("Sasha Stranger", Role.MEMBER)


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("Ada Administrator", Role.ADMINISTRATOR)
