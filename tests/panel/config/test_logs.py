"""A log line holds keys of the list and nothing a person typed."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from panel.config.logs import logging_settings, only_known_keys


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What our formatter writes, read back."""
    formatter = logging_settings("WARNING")["formatters"]["lines"]
    config = {"version": 1, "disable_existing_loggers": False, "formatters": {"lines": formatter}}
    logging.config.dictConfig(config)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def last(lines: io.StringIO) -> dict[str, Any]:
    line = json.loads(lines.getvalue().splitlines()[-1])
    line.pop("timestamp")
    return line


def test_own_line_keeps_only_known_keys(lines: io.StringIO) -> None:
    structlog.get_logger("panel").warning("outbox_lease_lost", kind="letter.send", name="Robin Ashdown")
    assert last(lines) == {"event": "outbox_lease_lost", "kind": "letter.send", "level": "warning"}


def test_library_line_keeps_its_wording_without_values(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("Cannot read %s", "report on Robin Ashdown.pdf")
    assert last(lines) == {"event": "Cannot read %s", "level": "warning", "logger": "some.library"}


def test_failure_names_its_kinds_and_places_without_its_words(lines: io.StringIO) -> None:
    try:
        try:
            {}["Robin Ashdown"]
        except KeyError as cause:
            raise ValueError("Robin Ashdown's address is 1 Example Street") from cause
    except ValueError:
        structlog.get_logger("panel").exception("request_failed", code=500)
    line = last(lines)
    place = line.pop("where")
    assert line == {
        "code": 500,
        "event": "request_failed",
        "fault": "ValueError < KeyError",
        "level": "error",
    }
    assert [each.rsplit(" ")[-1] for each in place] == [
        "test_failure_names_its_kinds_and_places_without_its_words"
    ]
    assert "Robin" not in lines.getvalue()


@pytest.mark.parametrize(
    ("request_line", "kept"),
    [
        ("GET /cases/?after=3&q=Robin", "GET /cases/"),
        (
            "GET /cases/397f8e52-e855-45a1-aee5-d17dad78f31a/",
            "GET /cases/397f8e52-e855-45a1-aee5-d17dad78f31a/",
        ),
        ("POST /demonstration/2pTXFQAZYkoBuE3NZOO3VkDtTYwfRH8B/", "POST /demonstration/…/"),
        (
            "GET /accounts/password/reset/key/1-cxw0fz-7e1b2c3d4e5f60718293a4b5/",
            "GET /accounts/password/reset/key/…/",
        ),
    ],
)
def test_address_is_kept_without_query_and_secret(request_line: str, kept: str) -> None:
    assert only_known_keys(None, "info", {"request": request_line}) == {"request": kept}
