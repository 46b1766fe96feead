import io

import pikepdf
import pytest
from pikepdf import Dictionary, Encryption, Name, Permissions, String
from PIL import Image

from panel.platform import uploads
from panel.platform.documents.worker import Limits, Worker
from panel.platform.policy import Refused
from panel.platform.uploads import Accepted, Kind
from tests.panel.platform import hostile
from tests.panel.platform.samples import LETTER

PRINT = " Open it, choose “Print”, then “Save as PDF”, and upload that."
NOT_A_PDF = "This is not a PDF, or something else is hidden in the file. Use PDF, PNG or JPEG."
NOT_A_PICTURE = (
    "This is not a PNG or JPEG picture, or something else is hidden in the file. Use PDF, PNG or JPEG."
)
TWO_KINDS = "This file is two kinds of file in one, which can hide a program." + PRINT
DAMAGED = "The file is damaged. Check that it opens on your computer and was copied in full." + PRINT
SCRIPT = "This PDF contains a program (JavaScript)." + PRINT
PROTECTED = "This PDF is protected. Remove the password and upload again."
JAVASCRIPT = {"/S": Name.JavaScript, "/JS": String("app.alert(1)")}
LAUNCH = {"/S": Name.Launch, "/F": String("run.exe")}
SUBMIT = {"/S": Name.SubmitForm, "/F": String("http://127.0.0.1/")}

HOSTILE = [
    (
        "no bytes",
        "a.pdf",
        lambda: b"",
        "empty",
        "The file is empty. Choose it again, or check that it opens on your computer.",
    ),
    ("program named pdf", "a.pdf", lambda: b"MZ" + bytes(200), "wrong_type", NOT_A_PDF),
    ("page named pdf", "a.pdf", lambda: b"<html><script>go()</script></html>", "wrong_type", NOT_A_PDF),
    ("picture named pdf", "a.pdf", lambda: hostile.picture("PNG"), "wrong_type", NOT_A_PDF),
    ("pdf named picture", "a.png", hostile.pdf, "wrong_type", NOT_A_PICTURE),
    ("gif named png", "a.png", lambda: hostile.picture("GIF", mode="P"), "wrong_type", NOT_A_PICTURE),
    (
        "drawing named png",
        "a.png",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "wrong_type",
        NOT_A_PICTURE,
    ),
    ("script before pdf", "a.pdf", lambda: b"go();/*" + hostile.pdf(), "wrong_type", NOT_A_PDF),
    ("zip after pdf", "a.pdf", lambda: hostile.pdf() + hostile.archive(), "two_kinds", TWO_KINDS),
    (
        "jar after picture",
        "a.jpg",
        lambda: hostile.picture("JPEG") + hostile.archive(),
        "two_kinds",
        TWO_KINDS,
    ),
    ("script on opening", "a.pdf", lambda: hostile.pdf(hostile.opens_with(JAVASCRIPT)), "script", SCRIPT),
    ("script in a field", "a.pdf", lambda: hostile.pdf(hostile.hides_script_in_a_field), "script", SCRIPT),
    ("script by name", "a.pdf", lambda: hostile.pdf(hostile.names_a_script), "script", SCRIPT),
    (
        "launches a program",
        "a.pdf",
        lambda: hostile.pdf(hostile.opens_with(LAUNCH)),
        "action",
        "This PDF can open or send something by itself (Launch)." + PRINT,
    ),
    (
        "sends a form",
        "a.pdf",
        lambda: hostile.pdf(hostile.opens_with(SUBMIT)),
        "action",
        "This PDF can open or send something by itself (SubmitForm)." + PRINT,
    ),
    (
        "carries a program",
        "a.pdf",
        lambda: hostile.pdf(hostile.attaches_a_program),
        "attachment",
        "This PDF has other files attached inside it. Take them out and upload each by itself.",
    ),
    (
        "form drawn by a program",
        "a.pdf",
        lambda: hostile.pdf(hostile.is_drawn_by_a_program),
        "xfa",
        "This PDF is a form whose pages are drawn by a program (XFA)." + PRINT,
    ),
    (
        "film",
        "a.pdf",
        lambda: hostile.pdf(hostile.plays_a_film),
        "media",
        "This PDF contains sound, video or 3D, which cannot be shown here." + PRINT,
    ),
    (
        "password",
        "a.pdf",
        lambda: hostile.pdf(encryption=Encryption(user="x", owner="y")),
        "encrypted",
        PROTECTED,
    ),
    (
        "no printing",
        "a.pdf",
        lambda: hostile.pdf(
            encryption=Encryption(user="", owner="y", allow=Permissions(print_highres=False))
        ),
        "encrypted",
        PROTECTED,
    ),
    ("cut off", "a.pdf", lambda: hostile.pdf()[:-200], "damaged", DAMAGED),
    ("cut in half", "a.pdf", lambda: hostile.pdf()[: len(hostile.pdf()) // 2], "damaged", DAMAGED),
    ("only a header", "a.pdf", lambda: b"%PDF-1.7\n", "damaged", DAMAGED),
    ("spoiled page", "a.pdf", lambda: hostile.pdf().replace(b"stream\nx", b"stream\ny"), "damaged", DAMAGED),
    ("cut picture", "a.jpg", lambda: hostile.picture("JPEG", size=(400, 300))[:-900], "damaged", DAMAGED),
    ("cut drawing", "a.png", lambda: hostile.picture("PNG", size=(400, 300))[:-40], "damaged", DAMAGED),
    (
        "book",
        "a.pdf",
        lambda: hostile.pdf(pages=5_000),
        "too_many_pages",
        "This PDF has 5,000 pages. The limit is 300. Upload it in parts.",
    ),
    (
        "poster",
        "a.pdf",
        lambda: hostile.pdf(size=(14_173, 14_173)),
        "page_too_large",
        "Page 1 is 5,000 by 5,000 mm. The limit is 1,200 mm. Print it to A4 or A3 as PDF, and upload that.",
    ),
    (
        "poster by its unit",
        "a.pdf",
        lambda: hostile.pdf(lambda document: document.pages[0].obj.update({"/UserUnit": 100})),
        "page_too_large",
        "Page 1 is 20,990 by 29,704 mm. The limit is 1,200 mm. Print it to A4 or A3 as PDF, and upload that.",
    ),
    (
        "pixel flood",
        "a.png",
        lambda: hostile.flood(30_000, 30_000),
        "too_many_pixels",
        "The picture has 30,000 by 30,000 pixels. The limit is 40 million in all. Save it smaller.",
    ),
    (
        "moving picture",
        "a.png",
        hostile.moving,
        "animated",
        "The picture moves. Save one still picture as PNG or JPEG.",
    ),
]


@pytest.mark.parametrize(
    ("name", "build", "code", "sentence"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE]
)
def test_hostile_file_is_refused_with_its_reason(worker, name, build, code, sentence):
    with pytest.raises(Refused) as refused:
        uploads.inspect(build(), name, worker=worker)
    assert (refused.value.code, refused.value.sentence, refused.value.field) == (code, sentence, "file")


@pytest.mark.parametrize(
    ("name", "build", "kind", "pages", "shown"),
    [
        ("Report.PDF", lambda: hostile.pdf(pages=3), Kind.PDF, 3, "Report.pdf"),
        ("Report", hostile.pdf, Kind.PDF, 1, "Report.pdf"),
        ("Plan v1.2", hostile.pdf, Kind.PDF, 1, "Plan v1.2.pdf"),
        ("many pages.pdf", lambda: hostile.pdf(pages=300), Kind.PDF, 300, "many pages.pdf"),
        ("photo.jpeg", lambda: hostile.picture("JPEG"), Kind.JPEG, 1, "photo.jpeg"),
        ("photo.png", lambda: hostile.picture("JPEG"), Kind.JPEG, 1, "photo.jpg"),
        ("grey.jpg", lambda: hostile.picture("JPEG", mode="L"), Kind.JPEG, 1, "grey.jpg"),
        ("print.jpg", lambda: hostile.picture("JPEG", mode="CMYK"), Kind.JPEG, 1, "print.jpg"),
        ("scan.png", lambda: hostile.picture("PNG", mode="1"), Kind.PNG, 1, "scan.png"),
        ("drawing.png", lambda: hostile.picture("PNG", mode="RGBA"), Kind.PNG, 1, "drawing.png"),
    ],
)
def test_ordinary_file_is_accepted(worker, name, build, kind, pages, shown):
    accepted = uploads.inspect(build(), name, worker=worker)
    assert accepted == Accepted(kind=kind, pages=pages, data=accepted.data, name=shown)
    again = uploads.inspect(accepted.data, accepted.name, worker=worker)
    assert (again.kind, again.pages) == (kind, pages)


def test_our_own_letter_is_accepted_as_a_paper(worker):
    accepted = uploads.inspect(worker.render(LETTER).pdf, "letter.pdf", worker=worker)
    assert (accepted.media_type, accepted.pages) == ("application/pdf", 1)


def test_pdf_loses_author_and_history(worker):
    original = hostile.pdf(hostile.tells_who_wrote_it, compress_streams=False)
    assert original.count(b"A named person") == 3
    with pikepdf.open(io.BytesIO(uploads.inspect(original, "a.pdf", worker=worker).data)) as clean:
        assert (dict(clean.docinfo), "/Metadata" in clean.Root, "/OpenAction" in clean.Root) == (
            {},
            False,
            False,
        )
        assert "/PieceInfo" not in clean.pages[0].obj


def test_pdf_keeps_its_words_and_loses_earlier_versions(worker):
    original = hostile.pdf(compress_streams=False) + b"\n% words of an earlier version\n"
    clean = uploads.inspect(original, "a.pdf", worker=worker).data
    assert b"earlier version" not in clean
    with pikepdf.open(io.BytesIO(clean)) as document:
        assert document.pages[0].Contents.read_bytes() == b"BT ET " * 200


def test_photo_in_a_pdf_loses_its_place_and_keeps_its_picture(worker):
    original = hostile.pdf(hostile.shows_a_photo)
    assert b"Camera of a named person" in original
    clean = uploads.inspect(original, "a.pdf", worker=worker).data
    assert b"Camera of a named person" not in clean
    with pikepdf.open(io.BytesIO(clean)) as document:
        assert pikepdf.PdfImage(document.pages[0].Resources.XObject.P).as_pil_image().size == (40, 30)


def test_photo_loses_its_place_and_stands_upright(worker):
    original = hostile.photo_with_place()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)[1] == "N"
    clean = Image.open(io.BytesIO(uploads.inspect(original, "a.jpg", worker=worker).data))
    assert (clean.size, dict(clean.getexif()), "comment" in clean.info) == ((30, 40), {}, False)


def test_picture_keeps_its_transparency_and_loses_its_notes(worker):
    original = hostile.picture("PNG", mode="L", transparency=128, dpi=(300, 300))
    clean = Image.open(io.BytesIO(uploads.inspect(original, "a.png", worker=worker).data))
    assert (clean.mode, clean.info) == ("L", {"transparency": 128})


def test_link_to_a_web_address_stays(worker):
    def links(document):
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
        link.A = Dictionary(S=Name.URI, URI=String("https://www.example.org/"))
        document.pages[0].obj.Annots = [link]

    assert uploads.inspect(hostile.pdf(links), "a.pdf", worker=worker).pages == 1


def test_file_that_exhausts_two_children_is_refused_and_the_next_is_read():
    with Worker(limits=Limits(memory_bytes=200 * 1024 * 1024)) as small:
        with pytest.raises(Refused) as refused:
            uploads.inspect(hostile.picture("PNG", size=(7_000, 5_500)), "a.png", worker=small)
        assert (refused.value.code, uploads.inspect(hostile.pdf(), "a.pdf", worker=small).pages) == (
            "cannot_check",
            1,
        )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.PDF", "report.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("C:\\Users\\ann\\x.pdf", "x.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.pdf", "_lpt1.pdf"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("r\u202efdp.pdf", "rfdp.pdf"),
        ("a\r\nSet-Cookie: b=c.pdf", "aSet-Cookie_ b=c.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ('a"; x=";.pdf', "a_ x=_.pdf"),
        ("<b>%00&amp;.pdf", "_b_00&amp_.pdf"),
        ("Ŵyn’s plan (v2), قاسم.pdf", "Ŵyn’s plan (v2), قاسم.pdf"),
        ("Zoe\u0301.jpg", "Zoé.jpg"),
        ("Plan v1.2", "Plan v1.2"),
        ("", "document"),
    ],
)
def test_name_is_made_fit_to_be_shown(name, shown):
    assert uploads.shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("report.pdf.exe", "wrong_type", "Files ending in .exe are not accepted. Use PDF, PNG or JPEG."),
        ("x.pdf%00.exe", "wrong_type", "Files ending in .exe are not accepted. Use PDF, PNG or JPEG."),
        ("r\u202efdp.exe", "wrong_type", "Files ending in .exe are not accepted. Use PDF, PNG or JPEG."),
        (
            "report.pdf ",
            "name",
            "The name of the file ends in a space or a dot. Rename it and upload it again.",
        ),
        (
            "report.pdf.",
            "name",
            "The name of the file ends in a space or a dot. Rename it and upload it again.",
        ),
        (
            "report.docx",
            "wrong_type",
            "Files ending in .docx are not accepted. Use PDF, PNG or JPEG. Open it in the program it was written with,"
            " choose “Save as” or “Export”, then PDF.",
        ),
        (
            "papers.ZIP",
            "wrong_type",
            "Files ending in .zip are not accepted. Use PDF, PNG or JPEG. Take the files out and upload each of them.",
        ),
        (
            "mail.msg",
            "wrong_type",
            "Files ending in .msg are not accepted. Use PDF, PNG or JPEG. Open it, choose “Print”, then “Save as PDF”.",
        ),
    ],
)
def test_name_of_another_kind_is_refused_with_the_way_out(name, code, sentence):
    with pytest.raises(Refused) as refused:
        uploads.shown_name(name)
    assert (refused.value.code, refused.value.sentence) == (code, sentence)
