"""Files from outside: which names and kinds are accepted, and the sentence for each that is not.

The name is judged here; the bytes are opened only in the caged child (child/inspecting.py). What is stored afterwards is the
child's clean copy, never the file as it came.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from panel.platform.child.refusing import Refusal
from panel.platform.child.wire import Frame, Trouble
from panel.platform.documents.worker import ChildFailed, Worker
from panel.platform.policy import Refused
from panel.platform.text import INVISIBLE

PAGE_LIMIT = 300
PAGE_MM_LIMIT = 1_200  # A0, with a margin for the cutter
PIXEL_LIMIT = 40_000_000
NAME_LIMIT = 120
USE = "Use PDF, PNG or JPEG."
_LIMITS = {"pages": PAGE_LIMIT, "page_mm": PAGE_MM_LIMIT, "pixels": PIXEL_LIMIT}


class Kind(StrEnum):
    """What is accepted."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


MEDIA_TYPES: Mapping[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}
_ENDINGS: Mapping[str, frozenset[Kind]] = {
    ".pdf": frozenset({Kind.PDF}),
    ".png": frozenset({Kind.PNG, Kind.JPEG}),
    ".jpg": frozenset({Kind.PNG, Kind.JPEG}),
    ".jpeg": frozenset({Kind.PNG, Kind.JPEG}),
}
_RIGHT_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
}
_WRITING = "Open it in the program it was written with, choose “Save as” or “Export”, then PDF."
_HOW_TO: Mapping[str, str] = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".odt", ".rtf", ".pages", ".txt", ".md"), _WRITING),
    **dict.fromkeys(
        (".xls", ".xlsx", ".xlsm", ".ods", ".csv", ".numbers", ".ppt", ".pptx", ".odp"), _WRITING
    ),
    **dict.fromkeys(
        (".msg", ".eml", ".html", ".htm", ".mht"), "Open it, choose “Print”, then “Save as PDF”."
    ),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar"), "Take the files out and upload each of them."),
    **dict.fromkeys(
        (".heic", ".heif"),
        "On an iPhone, choose “Most Compatible” in Settings, Camera, Formats, or share the photo by e-mail to yourself.",
    ),
    **dict.fromkeys(
        (".gif", ".tif", ".tiff", ".bmp", ".webp", ".svg", ".avif"), "Save the picture as PNG or JPEG."
    ),
}
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_ENDING = re.compile(r"(?=.*[^\W\d])\w{1,10}")
# Letters and digits of every script, and the marks people use in names of files. Everything else could mean something to a
# shell, a header or a web page.
_UNUSUAL = re.compile(r"[^\w .,()'’&+@=-]+")

_CANNOT_CHECK = "This file is too large or too complicated to be checked. Open it, choose “Print”, then “Save as PDF”, and upload that."
_PRINT = "Open it, choose “Print”, then “Save as PDF”, and upload that."
_SENTENCES: Mapping[Refusal, str] = {
    Refusal.EMPTY: "The file is empty. Choose it again, or check that it opens on your computer.",
    Refusal.TWO_KINDS: f"This file is two kinds of file in one, which can hide a program. {_PRINT}",
    Refusal.DAMAGED: f"The file is damaged. Check that it opens on your computer and was copied in full. {_PRINT}",
    Refusal.ENCRYPTED: "This PDF is protected. Remove the password and upload again.",
    Refusal.SCRIPT: f"This PDF contains a program (JavaScript). {_PRINT}",
    Refusal.ACTION: f"This PDF can open or send something by itself ({{0}}). {_PRINT}",
    Refusal.ATTACHMENT: "This PDF has other files attached inside it. Take them out and upload each by itself.",
    Refusal.XFA: f"This PDF is a form whose pages are drawn by a program (XFA). {_PRINT}",
    Refusal.MEDIA: f"This PDF contains sound, video or 3D, which cannot be shown here. {_PRINT}",
    Refusal.TOO_MANY_PAGES: f"This PDF has {{0:,}} pages. The limit is {PAGE_LIMIT}. Upload it in parts.",
    Refusal.PAGE_TOO_LARGE: (
        f"Page {{0}} is {{1:,}} by {{2:,}} mm. The limit is {PAGE_MM_LIMIT:,} mm. Print it to A4 or A3 as PDF, and upload that."
    ),
    Refusal.TOO_MANY_PIXELS: (
        f"The picture has {{0:,}} by {{1:,}} pixels. The limit is {PIXEL_LIMIT // 1_000_000} million in all. Save it smaller."
    ),
    Refusal.ANIMATED: "The picture moves. Save one still picture as PNG or JPEG.",
}


@dataclass(frozen=True)
class Accepted:
    """A clean copy. `name`: what to show and to offer for download, with the ending that fits the kind."""

    kind: Kind
    pages: int
    data: bytes
    name: str

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


def shown_name(name: str) -> str:
    """A file's own name made fit to be shown: no folders, no invisible or unusual characters, at most 120 long.

    It is only ever shown: what is stored has a random name. Refused: `wrong_type` for an ending that is not accepted, `name`
    for one that ends in a space or dot (which other programs hide).
    """
    bare = re.split(r"[/\\]", name)[-1]
    visible = "".join(part for part in INVISIBLE.sub("", bare) if part.isprintable())
    if visible != visible.rstrip(" ."):
        raise Refused(
            "name",
            "The name of the file ends in a space or a dot. Rename it and upload it again.",
            field="file",
        )
    stem, ending = _parted(_UNUSUAL.sub("_", unicodedata.normalize("NFC", visible.lstrip(" ."))))
    if ending not in {"", *_ENDINGS}:
        how_to = _HOW_TO.get(ending, "")
        raise Refused(
            str(Refusal.WRONG_TYPE),
            f"Files ending in {ending} are not accepted. {USE} {how_to}".strip(),
            field="file",
        )
    stem = stem.strip(" .")[: NAME_LIMIT - len(ending)] or "document"
    return ("_" if _DEVICES.fullmatch(stem) else "") + stem + ending


def _parted(name: str) -> tuple[str, str]:
    """Stem and ending in small letters. What follows the last dot is an ending only if it looks like one: “v1.2” has none."""
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending.lower()}") if dot and _ENDING.fullmatch(ending) else (name, "")


def inspect(data: bytes, name: str, *, worker: Worker) -> Accepted:
    """Have the child open the bytes; the clean copy. `name` as it came or as `shown_name` gave it.

    Refused: the codes of `child.refusing.Refusal`, those of `shown_name`, and `cannot_check` for a file on which two fresh
    children fail, each with what to do next. Raises `ChildFailed` when the machine is at fault and a later try may succeed.
    """
    shown = shown_name(name)
    ending = PurePosixPath(shown).suffix if _has_ending(shown) else ""
    answer = _answer(data, worker)
    if answer.header["refused"]:
        raise _refused(Refusal(answer.header["refused"]), answer.header["detail"], ending)
    kind = Kind(answer.header["kind"])
    if ending and kind not in _ENDINGS[ending]:
        raise _refused(Refusal.WRONG_TYPE, [], ending)
    return Accepted(kind, answer.header["pages"], answer.body, _with_right_ending(shown, ending, kind))


def _answer(data: bytes, worker: Worker) -> Frame:
    """The child's findings. One failure may be the machine's, so a fresh child tries again; two are the file's."""
    try:
        return worker.inspect(data, {"limits": _LIMITS})
    except ChildFailed:
        worker.inspector.close()
    try:
        return worker.inspect(data, {"limits": _LIMITS})
    except ChildFailed as failure:
        if failure.code == Trouble.GARBAGE:
            raise
        raise Refused("cannot_check", _CANNOT_CHECK, field="file") from failure


def _has_ending(shown: str) -> bool:
    return PurePosixPath(shown).suffix in _ENDINGS


def _with_right_ending(shown: str, ending: str, kind: Kind) -> str:
    if ending in _RIGHT_ENDINGS[kind]:
        return shown
    return shown.removesuffix(ending) + _RIGHT_ENDINGS[kind][0]


def _refused(refusal: Refusal, detail: list[Any], ending: str) -> Refused:
    if refusal is Refusal.WRONG_TYPE:
        claimed = {".pdf": "This is not a PDF", "": "This kind of file is not accepted"}.get(
            ending, "This is not a PNG or JPEG picture"
        )
        sentence = f"{claimed}, or something else is hidden in the file. {USE}"
    else:
        sentence = _SENTENCES[refusal].format(*detail)
    return Refused(str(refusal), sentence, field="file")
