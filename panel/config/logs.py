"""What a log line may hold: keys from a fixed list, a traceback without values, a message without what was put into it.

Names and free text must not reach a log (ASVS 16.2.5), and a log is read by people who may not read cases. An exception's
message can quote a row, and a library's message can quote anything, so both are left out; the place and the kind of a
failure are enough to find it, and the request's id to find the person who met it.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor, WrappedLogger

KNOWN_KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "where",
        "request_id",
        "request",
        "code",
        "user_id",
        "dispatch",
        "kind",
        "attempt",
        "fault",
        "at",
        "task",
        "task_id",
    }
)
# Sign-in and reset links carry a secret in their path; our own ids are UUIDs or short.
_SECRET_SEGMENT = re.compile(r"/(?!(?:[0-9a-f]+-){4}[0-9a-f]+(?:/|$))[\w:.=-]{20,}")

Event = MutableMapping[str, Any]


def without_values(_logger: WrappedLogger, _method: str, event: Event) -> Event:
    """A library's message as its authors wrote it, before anything of ours was put into it."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and event.get("_from_structlog") is False:
        event["event"] = str(record.msg)
        event["logger"] = record.name
    return event


def with_place(_logger: WrappedLogger, _method: str, event: Event) -> Event:
    """`fault`: the kinds of the exception and its causes. `where`: its lines, ours and libraries', without values."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["fault"] = " < ".join(_kinds(raised))
        frames = traceback.extract_tb(raised.__traceback__)
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _kinds(raised: BaseException | None) -> list[str]:
    kinds: list[str] = []
    while raised is not None and len(kinds) < 10:
        kinds.append(type(raised).__qualname__)
        raised = raised.__cause__ or raised.__context__
    return kinds


def only_known_keys(_logger: WrappedLogger, _method: str, event: Event) -> Mapping[str, Any]:
    """Drop every key that is not on the list, and from an address what came after a question mark and every secret."""
    kept = {key: value for key, value in event.items() if key in KNOWN_KEYS}
    if isinstance(kept.get("request"), str):
        kept["request"] = _SECRET_SEGMENT.sub("/…", kept["request"].partition("?")[0])
    return kept


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
)


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING: JSON lines on standard error, from our own loggers and from libraries alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [without_values, with_place, only_known_keys, structlog.processors.JSONRenderer()],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        # Of requests refused or not found, django-structlog's line with its ids is enough.
        "loggers": {"django.request": {"level": "ERROR"}},
    }
