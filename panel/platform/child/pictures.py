"""Uploaded pictures: decoded in full within a limit of pixels, and written anew without what the camera added."""

import struct
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from panel.platform.child.refusing import Clean, Limits, Refusal, Unacceptable

# Checked by ourselves before decoding, with a sentence instead of a warning.
Image.MAX_IMAGE_PIXELS = None
# WeasyPrint switches this on for the whole process when it is imported; half a picture is a damaged picture here.
ImageFile.LOAD_TRUNCATED_IMAGES = False
_UNREADABLE = (OSError, ValueError, SyntaxError, struct.error)
_JPEG_QUALITY = 90

# JPEG markers: application segments 1 and 13 hold Exif (with the place), XMP and IPTC, FE a comment. Segments 0, 2 and 14 say
# how to read the colours and stay.
_START_OF_SCAN = 0xDA
_PRIVATE_SEGMENTS = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF})


def clean_png(data: bytes, limits: Limits) -> Clean:
    """A PNG with the same pixels and transparency. Raises `Unacceptable`."""
    picture = _decoded(data, "PNG", limits)
    kept = {"transparency": picture.info["transparency"]} if "transparency" in picture.info else {}
    picture.info = {}
    copy = BytesIO()
    picture.save(copy, "PNG", **kept)
    return Clean(copy.getvalue(), 1)


def clean_jpeg(data: bytes, limits: Limits) -> Clean:
    """A JPEG turned the right way up, without Exif, place, comments and second pictures. Raises `Unacceptable`."""
    picture = ImageOps.exif_transpose(_decoded(data, "JPEG", limits))
    picture.info = {}
    copy = BytesIO()
    (picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")).save(
        copy, "JPEG", quality=_JPEG_QUALITY
    )
    return Clean(copy.getvalue(), 1)


def without_segments(jpeg: bytes) -> bytes:
    """The same JPEG without its private segments, its picture untouched; as it was, if its segments cannot be followed."""
    kept = bytearray(jpeg[:2])
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == _START_OF_SCAN:
            return bytes(kept + jpeg[at:])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker not in _PRIVATE_SEGMENTS:
            kept += jpeg[at:end]
        at = end
    return jpeg


def _decoded(data: bytes, form: str, limits: Limits) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=[form])
        width, height = picture.size
        if width * height > limits.pixels:
            raise Unacceptable(Refusal.TOO_MANY_PIXELS, width, height)
        # A phone's JPEG may carry a second, smaller picture for its own use: only the first is read. A PNG that moves is refused.
        if form == "PNG" and getattr(picture, "n_frames", 1) > 1:
            raise Unacceptable(Refusal.ANIMATED)
        picture.load()
    except _UNREADABLE as error:
        raise Unacceptable(Refusal.DAMAGED) from error
    return picture
