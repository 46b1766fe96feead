"""Files nobody should have to open, built in code so that none of them lies in the repository."""

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def pdf(change=None, *, pages=1, size=(595, 842), **save):
    """A plain PDF, changed by `change(document)` before it is written."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    document.pages[0].obj.Contents = document.make_stream(b"BT ET " * 200)
    if change:
        change(document)
    written = io.BytesIO()
    document.save(written, **save)
    return written.getvalue()


def picture(form, *, size=(40, 30), mode="RGB", **save):
    written = io.BytesIO()
    Image.new(mode, size, 128).save(written, form, **save)
    return written.getvalue()


def photo_with_place():
    exif = Image.Exif()
    exif[0x010F] = "Camera of a named person"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 12.0, 30.0)
    return picture("JPEG", exif=exif, comment=b"taken at home")


def archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr("run.class", "program")
    return written.getvalue()


def flood(width, height):
    """A PNG of a few bytes that says it is as large as it likes."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def moving():
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    return written.getvalue()


def opens_with(action):
    return lambda document: setattr(document.Root, "OpenAction", Dictionary(action))


def hides_script_in_a_field(document):
    field = Dictionary(
        FT=Name.Tx, T=String("a"), AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("go()")))
    )
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def names_a_script(document):
    script = Dictionary(S=Name.JavaScript, JS=String("go()"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))


def attaches_a_program(document):
    document.attachments["run.exe"] = b"MZ program"


def is_drawn_by_a_program(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def plays_a_film(document):
    document.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))]
    )


def tells_who_wrote_it(document):
    document.docinfo["/Author"] = "A named person"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["A named person"]
    document.pages[0].obj.PieceInfo = Dictionary(Word=Dictionary(Private=String("A named person")))
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])


def shows_a_photo(document):
    photo = document.make_stream(photo_with_place())
    photo.Type, photo.Subtype, photo.Filter = Name.XObject, Name.Image, Name.DCTDecode
    photo.Width, photo.Height, photo.ColorSpace, photo.BitsPerComponent = 40, 30, Name.DeviceRGB, 8
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=photo))
