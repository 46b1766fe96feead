import zlib
from datetime import UTC, datetime
from io import BytesIO

import page
import pikepdf

from panel.platform import sealing
from panel.platform.child.rendering import _with_clear_ends
from tests.panel.platform.samples import LETTER

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ending_in_a_carriage_return(words: bytes) -> bytes:
    """Compressed, with a numbered comment after the words until the checksum happens to end so."""
    tries = (zlib.compress(words + b"\n%% %d\n" % n) for n in range(3000))
    return next(packed for packed in tries if packed.endswith(b"\r"))


def faults(pdf: BytesIO) -> list[str]:
    report = page.validate_pdf_bytes(pdf.getvalue(), profile=page.ValidationProfile.PDF_A_2A)
    return [failure.message for failure in report.failures]


def test_stream_that_ends_in_a_carriage_return_is_written_so_that_nobody_misreads_it(worker):
    with pikepdf.open(BytesIO(worker.render(LETTER).pdf)) as pdf:
        content = pdf.pages[0].obj.Contents
        words = content.read_bytes()
        content.write(ending_in_a_carriage_return(words), filter=pikepdf.Name.FlateDecode)
        misread = BytesIO()
        pdf.save(misread, fix_metadata_version=False)
        assert faults(misread) == ["a stream /Length does not match its raw content length"]
        clear = _with_clear_ends(pdf)
    assert faults(clear) == []
    with pikepdf.open(clear) as pdf:
        kept = pdf.pages[0].obj.Contents.read_bytes()
    assert kept.partition(b"\n% ")[0] == words


def test_sealing_keeps_every_stream_from_being_misread(worker, tmp_path):
    certificate = sealing.make_certificate(tmp_path, organisation="Testham Council", valid_from=AT.date())
    with pikepdf.open(BytesIO(worker.render(LETTER).pdf)) as pdf:
        content = pdf.pages[0].obj.Contents
        content.write(ending_in_a_carriage_return(content.read_bytes()), filter=pikepdf.Name.FlateDecode)
        clear = _with_clear_ends(pdf)
    sealed = sealing.seal(
        clear.getvalue(),
        key_path=certificate.key_path,
        cert_path=certificate.cert_path,
        field_name="Seal",
        reason="Signed",
        at=AT,
    )
    assert (faults(BytesIO(sealed)), sealing.validate(sealed, cert_path=certificate.cert_path).valid) == (
        [],
        True,
    )
