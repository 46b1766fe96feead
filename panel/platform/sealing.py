"""The electronic seal of finished PDFs: PAdES by the organisation's own certificate, valid as PDF/A-2a and PDF/UA-1 after it.

The seal proves that a file is the one this organisation sealed, unchanged, at the time it names. It does not prove who sat in
the chair: that is in the record. Only the outbox process reads the key (design.md 6a).
"""

import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pikepdf
from asn1crypto import parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name, String
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from panel.platform.policy import Refused

KEY_FILE = "seal_key.pem"
CERTIFICATE_FILE = "seal_certificate.pem"
VALID_DAYS = 5 * 365
_KEY_BITS = 3072
# What pyHanko raises on bytes that are no PDF or no signature any more (3,000 files with one byte changed were tried). To be
# unreadable is an answer here: such a file has no seal.
_UNREADABLE = (PdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, zlib.error)
# A compressed stream that ends in a carriage return looks a byte short to a strict reader (child/rendering.py); about one
# sealed file in 25 has one.
_AMBIGUOUS_END = b"\r\nendstream"
_PLAINLY = {
    "compress_streams": False,
    "object_stream_mode": pikepdf.ObjectStreamMode.disable,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
}
Result = TypeVar("Result")
_UK = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Certificate:
    """Where the seal's private key and certificate lie, and the fingerprint to publish."""

    key_path: Path
    cert_path: Path
    fingerprint: str


@dataclass(frozen=True)
class SealReport:
    """What a seal is worth. `valid`: by the expected certificate, over the whole file, and nothing was changed since."""

    valid: bool
    covers_whole_file: bool
    signer: str
    sealed_at: datetime | None


NO_SEAL = SealReport(valid=False, covers_whole_file=False, signer="", sealed_at=None)


def seal(pdf: bytes, *, key_path: Path, cert_path: Path, field_name: str, reason: str, at: datetime) -> bytes:
    """The same document with an invisible, certifying seal that allows no later change.

    `pdf`: a tagged PDF as the renderer makes it. `at`: the time the seal names, timezone-aware. The result differs from call
    to call, because a signature has random parts. Refused: `certificate_not_valid` when `at` lies outside its dates.
    """
    _require_valid(cert_path, at)
    signer = signers.SimpleSigner.load(str(key_path), str(cert_path))
    if signer is None:
        raise ValueError(f"no key and certificate could be read from {key_path.parent.name}")
    metadata = signers.PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm="sha256",
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    label = f"Electronic seal. {reason}"
    dated = _DatedSigner(metadata, signer, at)
    sealed = _signed(dated, _with_empty_field(pdf, field_name, label, plainly=False))
    if _AMBIGUOUS_END in sealed:
        sealed = _signed(dated, _with_empty_field(pdf, field_name, label, plainly=True))
    return sealed


def validate(pdf: bytes, *, cert_path: Path) -> SealReport:
    """What the seal of `pdf` is worth, judged by the certificate in `cert_path`; `NO_SEAL` where none can be read."""
    try:
        return _apart(lambda: _validated(pdf, cert_path))
    except _UNREADABLE:
        return NO_SEAL


def make_certificate(
    folder: Path, *, organisation: str, valid_from: date, days: int = VALID_DAYS
) -> Certificate:
    """The organisation's self-signed certificate in `folder`, made with its key (mode 0600) unless it is there already.

    Valid from the first minute of `valid_from` in the United Kingdom, for `days` days. An existing key is never replaced.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_path, cert_path = folder / KEY_FILE, folder / CERTIFICATE_FILE
    if not key_path.exists():
        _write_once(key_path, _new_key())
    if not cert_path.exists():
        _write_once(cert_path, _self_signed(key_path.read_bytes(), organisation, valid_from, days))
    return Certificate(key_path, cert_path, fingerprint(cert_path))


def fingerprint(cert_path: Path) -> str:
    """SHA-256 of the certificate, in pairs of hexadecimal digits, as PDF readers show it."""
    return _loaded(cert_path).fingerprint(hashes.SHA256()).hex(":").upper()


class _KeepXmp(IncrementalPdfFileWriter):
    """Leaves the metadata alone: pyHanko's own update of it breaks PDF/A. A private hook, held by the validating tests."""

    def _update_meta(self) -> None:
        pass


class _DatedSigner(signers.PdfSigner):
    """Signs at the time it is given, not at the time of the machine."""

    def __init__(self, metadata: signers.PdfSignatureMetadata, signer: signers.Signer, at: datetime) -> None:
        super().__init__(metadata, signer=signer)
        self.at = at

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.at
        return session


def _signed(dated: _DatedSigner, prepared: bytes) -> bytes:
    """`prepared` with its empty field filled by the signature."""
    writer = _KeepXmp(BytesIO(prepared))
    sealed: bytes = _apart(lambda: dated.sign_pdf(writer, existing_fields_only=True).getvalue())
    return sealed


def _with_empty_field(pdf: bytes, name: str, label: str, *, plainly: bool) -> bytes:
    """A tagged, invisible field for the seal on the last page: PDF/UA asks that each has a place in the structure.

    `plainly` compresses nothing anew, so that every stream ends as the renderer wrote it; the file is larger.
    """
    prepared = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        page, tree = document.pages[-1], document.Root.StructTreeRoot
        numbers = tree.ParentTree.Nums
        key = max((int(numbers[at]) for at in range(0, len(numbers), 2)), default=-1) + 1
        widget = document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(name), TU=String(label))
        )
        widget.Rect, widget.F, widget.P, widget.StructParent = Array([0, 0, 0, 0]), 132, page.obj, key
        page.obj.Annots = Array([*page.obj.get("/Annots", []), widget])
        page.obj.Tabs = Name.S
        top = tree.K[0] if isinstance(tree.K, Array) else tree.K
        form = document.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Pg=page.obj, Alt=String(label))
        )
        form.K = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj)
        top.K = Array([*(top.K if isinstance(top.K, Array) else [top.K]), form])
        numbers.append(key)
        numbers.append(form)
        tree.ParentTreeNextKey = key + 1
        document.Root.AcroForm = document.make_indirect(Dictionary(Fields=Array([widget]), SigFlags=3))
        options: dict[str, Any] = _PLAINLY if plainly else {}
        document.save(prepared, fix_metadata_version=False, deterministic_id=True, **options)
    return prepared.getvalue()


def _validated(pdf: bytes, cert_path: Path) -> SealReport:
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    if not signatures:
        return NO_SEAL
    signature = signatures[0]
    sealed_at = signature.self_reported_timestamp
    trusted = ValidationContext(
        trust_roots=[load_cert_from_pemder(str(cert_path))], moment=sealed_at, allow_fetching=False
    )
    status = validate_pdf_signature(signature, signer_validation_context=trusted)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SealReport(
        valid=bool(status.bottom_line and whole and len(signatures) == 1 and _fills_its_gap(signature, pdf)),
        covers_whole_file=whole,
        signer=signature.signer_cert.subject.native.get("organization_name", ""),
        sealed_at=sealed_at,
    )


def _fills_its_gap(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the only bytes the signature cannot cover, its own, are written as we write them: in capitals, then zeros."""
    start, length, resumed, _ = signature.byte_range
    content: bytes = signature.pkcs7_content
    as_written = b"<" + content.hex().upper().encode() + b">"
    return pdf[start + length : resumed] == as_written and not any(content[parser.peek(content) :])


def _apart(work: Callable[[], Result]) -> Result:
    """Run in a thread of its own: pyHanko starts an event loop, and the caller's thread may have one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def _require_valid(cert_path: Path, at: datetime) -> None:
    certificate = _loaded(cert_path)
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= at <= until:
        raise Refused(
            "certificate_not_valid",
            f"The certificate of the seal is valid from {since:%-d %B %Y} to {until:%-d %B %Y} only."
            " Ask your administrator to make a new one.",
        )


def _loaded(cert_path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(cert_path.read_bytes())


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _self_signed(key_pem: bytes, organisation: str, valid_from: date, days: int) -> bytes:
    key = serialization.load_pem_private_key(key_pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of the seal is not an RSA key")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Inclusion panel seal"),
        ]
    )
    since = datetime.combine(valid_from, time(), tzinfo=_UK)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by this account only, and never over a file that is there."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.link(part, path)
    part.unlink()
