import asyncio
import stat
from datetime import UTC, date, datetime
from io import BytesIO

import page
import pikepdf
import pytest

from panel.platform import sealing
from panel.platform.policy import Refused
from panel.platform.sealing import NO_SEAL, SealReport
from tests.panel.platform.samples import LETTER, minutes

AT = datetime(2026, 11, 3, 12, 30, tzinfo=UTC)
REASON = "Minutes approved by the chair"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return sealing.make_certificate(
        tmp_path_factory.mktemp("keys"), organisation="Testshire County Council", valid_from=date(2026, 11, 3)
    )


@pytest.fixture(scope="module")
def sealed(worker, certificate):
    return seal(worker.render(minutes(3)).pdf, certificate)


def seal(pdf, certificate, at=AT):
    return sealing.seal(
        pdf,
        key_path=certificate.key_path,
        cert_path=certificate.cert_path,
        field_name="Chair",
        reason=REASON,
        at=at,
    )


def faults(pdf):
    return [
        failure.message
        for profile in (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def test_seal_names_organisation_and_time_and_covers_everything(sealed, certificate):
    assert sealing.validate(sealed, cert_path=certificate.cert_path) == SealReport(
        valid=True, covers_whole_file=True, signer="Testshire County Council", sealed_at=AT
    )


@pytest.mark.parametrize("html", [LETTER, minutes(3)], ids=["letter", "minutes"])
def test_sealed_document_is_still_archivable_and_accessible(worker, certificate, html):
    pdf = worker.render(html).pdf
    sealed = seal(pdf, certificate)
    assert (faults(pdf), faults(sealed)) == ([], [])


def test_sealed_document_says_the_same_on_every_page(worker, sealed):
    with (
        pikepdf.open(BytesIO(worker.render(minutes(3)).pdf)) as before,
        pikepdf.open(BytesIO(sealed)) as after,
    ):
        contents = [[sheet.Contents.read_bytes() for sheet in document.pages] for document in (before, after)]
    assert contents[0] == contents[1]


def test_any_changed_byte_breaks_the_seal(sealed, certificate):
    places = range(17, len(sealed), len(sealed) // 60)
    spoiled = (sealed[:at] + bytes([sealed[at] ^ 0x20]) + sealed[at + 1 :] for at in places)
    assert [sealing.validate(pdf, cert_path=certificate.cert_path).valid for pdf in spoiled] == [False] * len(
        places
    )


def test_byte_in_the_signatures_own_padding_breaks_the_seal(sealed, certificate):
    at = sealed.rindex(b"0000>")
    spoiled = sealed[:at] + b"1" + sealed[at + 1 :]
    assert sealing.validate(spoiled, cert_path=certificate.cert_path).valid is False


def test_anything_added_after_the_seal_is_seen(sealed, certificate):
    with pikepdf.open(BytesIO(sealed)) as document:
        rewritten = BytesIO()
        document.save(rewritten)
    for changed in (sealed + b"\n% more", rewritten.getvalue()):
        assert sealing.validate(changed, cert_path=certificate.cert_path).valid is False


def test_seal_of_somebody_else_is_not_ours(sealed, tmp_path):
    other = sealing.make_certificate(
        tmp_path, organisation="Testshire County Council", valid_from=date(2026, 11, 1)
    )
    assert sealing.validate(sealed, cert_path=other.cert_path).valid is False


def test_document_without_a_seal_has_none(worker, certificate):
    assert sealing.validate(worker.render(LETTER).pdf, cert_path=certificate.cert_path) == NO_SEAL
    assert sealing.validate(b"no PDF at all", cert_path=certificate.cert_path) == NO_SEAL


@pytest.mark.parametrize("day", [date(2019, 6, 14), date(2041, 3, 2)])
def test_certificate_is_valid_on_the_day_it_was_made_for(worker, tmp_path, day):
    certificate = sealing.make_certificate(tmp_path, organisation="Testshire", valid_from=day, days=30)
    at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
    sealed = seal(worker.render(LETTER).pdf, certificate, at)
    assert sealing.validate(sealed, cert_path=certificate.cert_path) == SealReport(
        valid=True, covers_whole_file=True, signer="Testshire", sealed_at=at
    )


@pytest.mark.parametrize("at", [datetime(2026, 11, 2, 23, 59, tzinfo=UTC), datetime(2031, 11, 3, tzinfo=UTC)])
def test_seal_outside_the_dates_of_its_certificate_is_refused(worker, certificate, at):
    with pytest.raises(Refused) as refused:
        seal(worker.render(LETTER).pdf, certificate, at)
    assert refused.value.sentence == (
        "The certificate of the seal is valid from 3 November 2026 to 2 November 2031 only."
        " Ask your administrator to make a new one."
    )


def test_key_is_private_and_never_replaced(tmp_path):
    folder = tmp_path / "keys"
    first = sealing.make_certificate(folder, organisation="Testshire", valid_from=date(2026, 11, 3))
    again = sealing.make_certificate(folder, organisation="Elsewhere", valid_from=date(2030, 1, 1))
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, first.key_path)]
    assert (first, modes) == (again, [0o700, 0o600])


def test_certificate_is_made_for_a_key_that_lost_its_own(tmp_path):
    first = sealing.make_certificate(tmp_path, organisation="Testshire", valid_from=date(2026, 11, 3))
    key = first.key_path.read_bytes()
    first.cert_path.unlink()
    second = sealing.make_certificate(tmp_path, organisation="Testshire", valid_from=date(2026, 11, 3))
    assert (second.key_path.read_bytes(), second.fingerprint == first.fingerprint) == (key, False)


def test_fingerprint_is_written_as_pdf_readers_show_it(certificate):
    pairs = certificate.fingerprint.split(":")
    assert (len(pairs), {len(pair) for pair in pairs}, certificate.fingerprint.upper()) == (
        32,
        {2},
        certificate.fingerprint,
    )


def test_seal_can_be_made_inside_a_running_event_loop(worker, certificate):
    pdf = worker.render(LETTER).pdf

    async def sealed_there():
        return seal(pdf, certificate)

    assert sealing.validate(asyncio.run(sealed_there()), cert_path=certificate.cert_path).valid is True
