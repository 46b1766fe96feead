"""A small PDF of plain text, written out by hand: the same words give the same bytes, and no library has to be loaded.

These stand for what schools and services send in. Nothing the product itself composes is made here.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4 in points
LEFT, TOP, BOTTOM = 64, 780, 64
LINE_HEIGHT = 15
WIDTH_IN_LETTERS = 86


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line."""

    text: str
    size: int = 11
    bold: bool = False


def text_pdf(title: str, facts: Sequence[tuple[str, str]], sections: Sequence[tuple[str, str]]) -> bytes:
    """A PDF with a title, a few "label: value" lines and headed paragraphs, on as many pages as it takes.

    Letters the built-in fonts lack are printed as question marks: choose words of Western European alphabets.
    """
    lines = [Line(title, 17, bold=True), Line("")]
    lines += [Line(f"{label}: {value}") for label, value in facts]
    for heading, body in sections:
        lines += [Line(""), Line(heading, 13, bold=True)]
        lines += [Line(part) for part in textwrap.wrap(body, WIDTH_IN_LETTERS)]
    return _document(title, list(_pages(lines)))


def _pages(lines: Sequence[Line]) -> Iterable[Sequence[Line]]:
    per_page = (TOP - BOTTOM) // LINE_HEIGHT
    for start in range(0, len(lines), per_page):
        yield lines[start : start + per_page]


def _document(title: str, pages: Sequence[Sequence[Line]]) -> bytes:
    """Objects 1 to 4: catalogue, page tree and the two fonts; then for every page the page and its content."""
    first = 5
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
    ]
    for at, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {first + 2 * at + 1} 0 R >>".encode()
        )
        content = _content(lines, f"Page {at + 1} of {len(pages)}")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    # Outside a page's content text is not in the fonts' encoding: UTF-16 with its mark, in hexadecimal.
    objects.append(b"<< /Title <feff%s> >>" % title.encode("utf-16-be").hex().encode())
    return _file(objects)


def _content(lines: Sequence[Line], foot: str) -> bytes:
    parts = [b"BT"]
    for at, line in enumerate(lines):
        if line.text:
            parts.append(_show(line, TOP - at * LINE_HEIGHT))
    parts += [_show(Line(foot, 9), BOTTOM - 2 * LINE_HEIGHT), b"ET"]
    return b"\n".join(parts)


def _show(line: Line, y: int) -> bytes:
    face = b"/F2" if line.bold else b"/F1"
    return b"%s %d Tf 1 0 0 1 %d %d Tm (%s) Tj" % (face, line.size, LEFT, y, _escaped(line.text))


def _escaped(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects with their table of places: each entry of it is exactly twenty bytes long."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        table,
    )
    return bytes(out)
