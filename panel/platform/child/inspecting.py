"""An uploaded file, opened where it can do no harm: what it really is, why it is refused, or a clean copy of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import magic

from panel.platform.child.pdf_files import clean_pdf
from panel.platform.child.pictures import clean_jpeg, clean_png
from panel.platform.child.refusing import Clean, Limits, Refusal, Unacceptable
from panel.platform.child.wire import Frame

# A ZIP (and so a JAR) is read from its end, wherever it begins: this mark stands in its last 64 KB.
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65_557


@dataclass(frozen=True)
class _Format:
    """How a kind of file is recognised from its first bytes and read."""

    kind: str
    begins: bytes
    clean: Callable[[bytes, Limits], Clean]


_FORMATS: Mapping[str, _Format] = {
    "application/pdf": _Format("pdf", b"%PDF-", clean_pdf),
    "image/png": _Format("png", b"\x89PNG\r\n\x1a\n", clean_png),
    "image/jpeg": _Format("jpeg", b"\xff\xd8\xff", clean_jpeg),
}


def inspected(frame: Frame) -> Frame:
    """The answer to an inspection: kind, pages and the clean copy, or the code and details of a refusal."""
    try:
        kind, clean = _inspect(frame.body, Limits(**frame.header["limits"]))
    except Unacceptable as no:
        return Frame({"ok": True, "refused": no.code, "detail": no.detail})
    return Frame({"ok": True, "refused": None, "kind": kind, "pages": clean.pages}, clean.data)


def _inspect(data: bytes, limits: Limits) -> tuple[str, Clean]:
    if not data:
        raise Unacceptable(Refusal.EMPTY)
    media_type = magic.from_buffer(data[: 256 * 1024], mime=True)
    found = _FORMATS.get(media_type)
    # libmagic also finds a PDF some way into a file; then something else stands before it, and other programs read that.
    if found is None or not data.startswith(found.begins):
        raise Unacceptable(Refusal.WRONG_TYPE, media_type)
    if _ZIP_END in data[-_ZIP_TAIL:]:
        raise Unacceptable(Refusal.TWO_KINDS)
    return found.kind, found.clean(data, limits)
