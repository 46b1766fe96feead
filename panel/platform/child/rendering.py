"""HTML in, PDF/A-2a and PDF/UA-1 out, from bundled assets only."""

import html
import mimetypes
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from panel.platform.child.wire import Trouble

SCHEME = "asset:"
STYLE_SHEET = "pdf.css"
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
# Characters without a picture of their own: the shaping engine places or hides them.
_SHAPED = frozenset({"Cc", "Cf", "Zs"})

# WeasyPrint writes one variant at a time. PDF/A-2a output becomes PDF/UA-1 as well once its metadata says so, and PDF/A
# asks that a schema it does not know be described beside it.
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_UA = f"""<rdf:Description rdf:about="" {_RDF} xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" {_RDF} xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

# Breaking a word into lines takes time by the square of its length, and beyond a million letters WeasyPrint drops the rest.
_ENDLESS_WORD = re.compile(r"[^\s<>]{20000}")
# One compressed stream in 256 ends in a carriage return. A strict reader takes it for part of the line end that follows and
# finds the stream a byte short, which PDF/A refuses.
_AMBIGUOUS_END = b"\r\nendstream"

_NAMELESS_GLYPH = re.compile(rb"(<[0-9a-f]{4}> )<>")


class CannotRender(Exception):
    """The document has a fault of its own; the renderer stays usable. `detail` never holds words of the document."""

    def __init__(self, trouble: Trouble, detail: list[str] | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.detail = detail or []


@dataclass(frozen=True)
class RenderedPages:
    """A finished PDF and the number of its pages."""

    pdf: bytes
    pages: int


class BundledOnly(URLFetcher):
    """Serves `asset:` names from memory and opens nothing else: no file, no network, not even a `data:` address."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.assets = assets
        self.denied: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix(SCHEME)
        if url.startswith(SCHEME) and name in self.assets:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, self.assets[name], {"Content-Type": kind})
        self.denied.append(url.partition(":")[0][:20] if ":" in url else "relative address")
        raise FatalURLFetchingError("only bundled assets are read")


class Renderer:
    """The style sheet and fonts, read once; each `render` is then a few hundredths of a second."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        if STYLE_SHEET not in assets:
            raise CannotRender(Trouble.ASSETS_MISSING, [STYLE_SHEET])
        self.fetcher = BundledOnly(assets)
        self.drawable = _drawable(content for name, content in assets.items() if name.startswith("fonts/"))
        self.fonts = FontConfiguration()
        try:
            self.style = CSS(
                string=assets[STYLE_SHEET].decode(),
                font_config=self.fonts,
                url_fetcher=self.fetcher,
                base_url=SCHEME,
            )
        except FatalURLFetchingError as error:
            raise CannotRender(Trouble.ASSETS_MISSING, ["fonts"]) from error
        # Every document is printed with the sheet read here, so one that links to it need not have it parsed again.
        self.fetcher.assets = {**assets, STYLE_SHEET: b""}

    def render(self, source: str) -> RenderedPages:
        """The finished PDF. Raises `CannotRender` for an address outside the bundle, a missing title or language, or a
        character no bundled font can draw.
        """
        if _ENDLESS_WORD.search(source):
            raise CannotRender(Trouble.TOO_LARGE)
        self._require_glyphs(source)
        self.fetcher.denied.clear()
        try:
            page = HTML(string=source, url_fetcher=self.fetcher, base_url=SCHEME)
            document = page.render(stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/a-2a")
            if not document.metadata.title or not page.etree_element.get("lang"):
                raise CannotRender(Trouble.NO_TITLE)
            pdf = document.write_pdf(pdf_variant="pdf/a-2a")
        except FatalURLFetchingError as error:
            raise CannotRender(Trouble.FETCH_DENIED, self.fetcher.denied) from error
        if self.fetcher.denied:
            # Images inside an inline SVG are drawn late, where WeasyPrint goes on without them: we do not.
            raise CannotRender(Trouble.FETCH_DENIED, self.fetcher.denied)
        return RenderedPages(_both_standards(pdf), len(document.pages))

    def _require_glyphs(self, source: str) -> None:
        missing = sorted(
            character
            for character in set(html.unescape(source))
            if ord(character) not in self.drawable
            and ord(character) not in _VARIATION_SELECTORS
            and unicodedata.category(character) not in _SHAPED
        )
        if missing:
            raise CannotRender(Trouble.NO_GLYPH, [f"U+{ord(character):04X}" for character in missing[:10]])


def _drawable(fonts: Iterable[bytes]) -> frozenset[int]:
    return frozenset(point for font in fonts for point in TTFont(BytesIO(font), lazy=True).getBestCmap())


def _both_standards(pdf: bytes) -> bytes:
    """Declare PDF/UA-1 beside PDF/A-2a, and write the file the same way each time."""
    finished = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        _name_every_glyph(document)
        metadata = document.Root.Metadata.read_bytes().decode().replace("</rdf:RDF>", f"{_UA}</rdf:RDF>", 1)
        stream = document.make_stream(metadata.encode())
        stream.Type = pikepdf.Name.Metadata
        stream.Subtype = pikepdf.Name.XML
        document.Root.Metadata = stream
        document.save(finished, fix_metadata_version=False, deterministic_id=True)
        if _AMBIGUOUS_END in finished.getvalue():
            finished = _with_clear_ends(document)
    return finished.getvalue()


def _with_clear_ends(document: pikepdf.Pdf) -> BytesIO:
    """The same document, larger: what ends ambiguously in hexadecimal digits, and nothing newly compressed that might."""
    for stream in document.objects:
        if isinstance(stream, pikepdf.Stream) and (packed := stream.read_raw_bytes()).endswith(b"\r"):
            filters = stream.get("/Filter", pikepdf.Array())
            named = filters if isinstance(filters, pikepdf.Array) else pikepdf.Array([filters])
            stream.write(
                packed.hex().encode() + b">", filter=pikepdf.Array([pikepdf.Name.ASCIIHexDecode, *named])
            )
    finished = BytesIO()
    document.save(
        finished,
        fix_metadata_version=False,
        deterministic_id=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return finished


def _name_every_glyph(document: pikepdf.Pdf) -> None:
    """Where one letter is drawn as two glyphs (Arabic dots), WeasyPrint maps the second to no text, which both standards refuse.

    It gets the combining grapheme joiner: invisible, ignored in searches, and without effect on how letters join.
    """
    for font in document.objects:
        if isinstance(font, pikepdf.Dictionary) and font.get("/ToUnicode") is not None:
            mapping = font.ToUnicode.read_bytes()
            named = _NAMELESS_GLYPH.sub(rb"\1<034f>", mapping)
            if named != mapping:
                font.ToUnicode.write(named)
