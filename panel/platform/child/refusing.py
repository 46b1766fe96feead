"""The words in which the child refuses an upload; the parent has the sentences (uploads.py)."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a file is not accepted."""

    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    TWO_KINDS = "two_kinds"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    ACTION = "action"
    ATTACHMENT = "attachment"
    XFA = "xfa"
    MEDIA = "media"
    TOO_MANY_PAGES = "too_many_pages"
    PAGE_TOO_LARGE = "page_too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"


class Unacceptable(Exception):
    """The file is refused. `detail`: numbers and names of formats for the sentence, never words of the file."""

    def __init__(self, code: Refusal, *detail: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.detail = list(detail)


@dataclass(frozen=True)
class Limits:
    """Pages of a PDF, the longer side of a page in millimetres, the pixels of a picture."""

    pages: int
    page_mm: int
    pixels: int


@dataclass(frozen=True)
class Clean:
    """A copy without metadata that holds nothing but what is seen."""

    data: bytes
    pages: int
