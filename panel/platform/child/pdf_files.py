"""Uploaded PDFs: read strictly, refused when they can act, rewritten without what nobody sees."""

from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from panel.platform.child.pictures import without_segments
from panel.platform.child.refusing import Clean, Limits, Refusal, Unacceptable

MM_PER_POINT = 25.4 / 72
# Actions that run, send or open something. Links to web addresses and to pages stay: nothing happens before a click.
_ACTIONS = {"/Launch", "/SubmitForm", "/ImportData", "/GoToE"}
_MEDIA_ACTIONS = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"}
_MEDIA = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
# Who wrote it, with what and when; what programs keep for themselves; actions bound to opening, printing and closing.
_DROPPED = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA")


def clean_pdf(data: bytes, limits: Limits) -> Clean:
    """A rewritten copy: one revision, no metadata, no hidden objects. Raises `Unacceptable`."""
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Unacceptable(Refusal.ENCRYPTED)
            pages = _pages(pdf, limits)
            _refuse_what_acts(pdf)
            _drop_what_nobody_sees(pdf)
            copy = BytesIO()
            pdf.save(copy, fix_metadata_version=False, deterministic_id=True)
    except pikepdf.PasswordError as error:
        raise Unacceptable(Refusal.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError) as error:
        raise Unacceptable(Refusal.DAMAGED) from error
    return Clean(copy.getvalue(), pages)


def _pages(pdf: Pdf, limits: Limits) -> int:
    """The number of pages, each of a size a printer knows and with content that can be read."""
    pages = len(pdf.pages)
    if pages == 0:
        raise Unacceptable(Refusal.DAMAGED)
    if pages > limits.pages:
        raise Unacceptable(Refusal.TOO_MANY_PAGES, pages)
    for number, page in enumerate(pdf.pages, 1):
        try:
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            unit = float(page.obj.get("/UserUnit", 1)) * MM_PER_POINT
        except (AttributeError, TypeError, ValueError) as error:
            raise Unacceptable(Refusal.DAMAGED) from error
        width, height = round(abs(right - left) * unit), round(abs(top - bottom) * unit)
        if max(width, height) > limits.page_mm:
            raise Unacceptable(Refusal.PAGE_TOO_LARGE, number, width, height)
        _read_content(page)
    return pages


def _read_content(page: pikepdf.Page) -> None:
    content = page.obj.get("/Contents", Array([]))
    for stream in content if isinstance(content, Array) else [content]:
        if isinstance(stream, Stream):
            stream.read_bytes()


def _refuse_what_acts(pdf: Pdf) -> None:
    if "/XFA" in pdf.Root.get("/AcroForm", Dictionary()):
        raise Unacceptable(Refusal.XFA)
    for part in _dictionaries(pdf):
        action = str(part.get("/S", ""))
        if "/JS" in part or "/JavaScript" in part or action == "/JavaScript":
            raise Unacceptable(Refusal.SCRIPT)
        if action in _ACTIONS:
            raise Unacceptable(Refusal.ACTION, action.removeprefix("/"))
        if action in _MEDIA_ACTIONS or str(part.get("/Subtype", "")) in _MEDIA:
            raise Unacceptable(Refusal.MEDIA)
        if "/EF" in part or "/EmbeddedFiles" in part or part.get("/Type") == Name.EmbeddedFile:
            raise Unacceptable(Refusal.ATTACHMENT)


def _drop_what_nobody_sees(pdf: Pdf) -> None:
    # An /OpenAction that is left only says at which page to open.
    for key in ("/OpenAction", "/Collection"):
        if key in pdf.Root:
            del pdf.Root[key]
    for part in _dictionaries(pdf):
        for key in _DROPPED:
            if key in part:
                del part[key]
        if isinstance(part, Stream) and part.get("/Filter") == Name.DCTDecode:
            part.write(without_segments(part.read_raw_bytes()), filter=Name.DCTDecode)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Every dictionary of the file, also those written inside others, whether or not a page refers to it."""
    for root in pdf.objects:
        waiting: list[Object] = [root]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Dictionary | Stream):
                yield part
                waiting += _inside(
                    part.values() if isinstance(part, Dictionary) else part.stream_dict.values()
                )
            elif isinstance(part, Array):
                waiting += _inside(part)


def _inside(parts: Iterable[Object]) -> list[Object]:
    """The members that are part of this very object; those referred to are visited as objects of their own."""
    return [part for part in parts if isinstance(part, Dictionary | Array) and not part.is_indirect]
