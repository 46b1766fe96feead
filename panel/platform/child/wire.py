"""The words parent and child exchange over a pipe: a mark, two lengths, a JSON header and a body of bytes."""

import json
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, BinaryIO

_PREFIX = struct.Struct(">4sII")
_MARK = b"PNL1"
PREFIX_BYTES = _PREFIX.size
HEADER_LIMIT = 64 * 1024
BODY_LIMIT = 128 * 1024 * 1024


class Job(StrEnum):
    """What the parent may ask."""

    START = "start"
    RENDER = "render"
    INSPECT = "inspect"
    FACTS = "facts"


class Trouble(StrEnum):
    """Why a job has no result. The first group comes from the child itself, the second is what the parent sees from outside."""

    ASSETS_MISSING = "assets_missing"
    BROKEN = "broken"
    FETCH_DENIED = "fetch_denied"
    NO_GLYPH = "no_glyph"
    NO_TITLE = "no_title"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"

    DIED = "died"
    GARBAGE = "garbage"
    TOO_SLOW = "too_slow"


class NotAFrame(Exception):
    """The bytes on the pipe are not a frame: the other side cannot be trusted any more."""


@dataclass(frozen=True)
class Frame:
    """One message. `header` is small and plain (strings, numbers, lists); `body` is HTML, a PDF or an upload."""

    header: dict[str, Any]
    body: bytes = b""


@dataclass
class _Reader:
    """Puts a frame together from pieces of any size."""

    received: bytearray = field(default_factory=bytearray)

    def feed(self, piece: bytes) -> Frame | None:
        """The frame once it is complete, else None. Raises `NotAFrame` as soon as it cannot become one."""
        self.received += piece
        if len(self.received) < PREFIX_BYTES:
            return None
        header_bytes, body_bytes = lengths(bytes(self.received[:PREFIX_BYTES]))
        whole = PREFIX_BYTES + header_bytes + body_bytes
        if len(self.received) > whole:
            raise NotAFrame("more bytes than the frame announced")
        if len(self.received) < whole:
            return None
        header_end = PREFIX_BYTES + header_bytes
        return Frame(
            _header(bytes(self.received[PREFIX_BYTES:header_end])), bytes(self.received[header_end:])
        )


def reader() -> _Reader:
    return _Reader()


def lengths(prefix: bytes) -> tuple[int, int]:
    """Lengths in bytes of header and body. Raises `NotAFrame` for a wrong mark or a length beyond the limits."""
    mark, header_bytes, body_bytes = _PREFIX.unpack(prefix)
    if mark != _MARK or header_bytes > HEADER_LIMIT or body_bytes > BODY_LIMIT:
        raise NotAFrame("no frame begins here")
    return header_bytes, body_bytes


def packed(frame: Frame) -> bytes:
    header = json.dumps(frame.header).encode()
    return _PREFIX.pack(_MARK, len(header), len(frame.body)) + header + frame.body


def receive(source: BinaryIO) -> Frame | None:
    """The next frame of a blocking stream, None at its end. Raises `NotAFrame`."""
    prefix = source.read(PREFIX_BYTES)
    if not prefix:
        return None
    if len(prefix) < PREFIX_BYTES:
        raise NotAFrame("the stream ended inside a frame")
    header_bytes, body_bytes = lengths(prefix)
    header, body = source.read(header_bytes), source.read(body_bytes)
    if len(header) < header_bytes or len(body) < body_bytes:
        raise NotAFrame("the stream ended inside a frame")
    return Frame(_header(header), body)


def send(sink: BinaryIO, frame: Frame) -> None:
    sink.write(packed(frame))
    sink.flush()


def _header(encoded: bytes) -> dict[str, Any]:
    try:
        header = json.loads(encoded)
    except ValueError as error:
        raise NotAFrame("the header is not JSON") from error
    if not isinstance(header, dict):
        raise NotAFrame("the header is not an object")
    return header
