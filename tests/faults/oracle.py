"""The oracle: reads the whole installation and says what was lost, done twice, sent astray, or is shown as unknown."""

import email
import email.policy
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from pypdf import PdfReader

from meetings.letters.queries import EMAIL, SEND
from meetings.models import Letter, Minutes, MinutesSheet
from panel.models import AuditEntry, Dispatch, Document
from panel.platform import audit, sealing
from panel.platform.documents import storage
from panel.platform.policy import Refused

Part = MinutesSheet.Part


@dataclass
class Verdict:
    """Counts over the whole installation. `orphans`: files no row names; `left`: folders a killed process left behind.

    `lost`: released or signed, and not published, e-mailed or sealed, or a row whose file is not there. `duplicated`: done or
    kept twice. `misdirected`: gone without a release, or to or about somebody else. `held`: released, and stopped before a person because a fact
    changed, which is as it should be. `unknown`: shown to a person to decide.
    """

    lost: int = 0
    duplicated: int = 0
    misdirected: int = 0
    held: int = 0
    unknown: int = 0
    orphans: int = 0
    left: int = 0
    trail: str = ""


def judge() -> Verdict:
    """Look at every letter, every version of the minutes, every message and every file."""
    verdict = Verdict()
    _letters(verdict)
    _messages(verdict)
    _minutes(verdict)
    _files(verdict)
    verdict.unknown = Dispatch.objects.filter(state=Dispatch.State.UNKNOWN).count()
    verdict.left = len(list(Path(settings.VAR / "tmp").iterdir()))
    verdict.trail = audit.verify().fault
    return verdict


def _letters(verdict: Verdict) -> None:
    printed = 0
    for letter in Letter.objects.select_related("recipient", "address", "release", "sent__document"):
        released, sent = hasattr(letter, "release"), getattr(letter, "sent", None)
        promises = Dispatch.objects.filter(subject=letter.public_id, kind=SEND)
        printed += promises.filter(document__isnull=False).count()
        held = promises.filter(state=Dispatch.State.NEEDS_RECHECK).exists() and sent is None
        verdict.held += held
        verdict.lost += released and sent is None and not held
        verdict.misdirected += sent is not None and not released
        verdict.duplicated += max(0, promises.count() - 1)
        told = AuditEntry.objects.filter(verb="letter.send", subject=letter.public_id).count()
        verdict.duplicated += max(0, told - 1)
        if sent is not None:
            verdict.lost += told == 0
            verdict.misdirected += not _is_hers(letter, sent.document)
    verdict.duplicated += max(0, Document.objects.filter(kind="letter").count() - printed)


def _is_hers(letter: Letter, document: Document) -> bool:
    """Whether the bytes that went are this letter's: released content, and its case and address in print."""
    text = _text(storage.read_document(document))
    return document.content_sha256 == letter.release.content_sha256 and all(
        words in text for words in (letter.address.postcode, letter.decision.case.reference)
    )


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def _messages(verdict: Verdict) -> None:
    """Each published letter's e-mail, once and to its own recipient. One whose sending is unknown may have gone or not."""
    expected: Counter[str] = Counter()
    uncertain: Counter[str] = Counter()
    for letter in Letter.objects.filter(sent__isnull=False).select_related("recipient__user"):
        promise = Dispatch.objects.filter(subject=letter.public_id, kind=EMAIL).first()
        doubtful = promise is not None and promise.state == Dispatch.State.UNKNOWN
        (uncertain if doubtful else expected)[letter.recipient.user.email] += 1
    went: Counter[str] = Counter()
    for path in Path(settings.EMAIL_FILE_PATH).glob("*"):
        for part in path.read_bytes().split(b"-" * 79 + b"\n"):
            if part.strip():
                message = email.message_from_bytes(part, policy=email.policy.default)
                went[str(message["To"])] += 1
    for address in went.keys() | expected.keys():
        more = went[address] - expected[address]
        known = expected[address] or uncertain[address]
        verdict.lost += max(0, -more)
        if known:
            verdict.duplicated += max(0, more - uncertain[address])
        else:
            verdict.misdirected += more


def _minutes(verdict: Verdict) -> None:
    for minutes in Minutes.objects.all():
        signature = getattr(minutes, "signature", None)
        sheets = {sheet.part: sheet.document for sheet in minutes.sheets.filter(item=None)}
        for part, sealed_part in ((Part.MEETING, Part.MEETING_SEALED), (Part.JOINED, Part.JOINED_SEALED)):
            sealed = sheets.get(sealed_part)
            verdict.lost += signature is not None and sealed is None
            verdict.misdirected += signature is None and sealed is not None
            kept = Document.objects.filter(kind=f"minutes_{sealed_part}").count()
            verdict.duplicated += max(0, kept - 1)
            if sealed is not None:
                verdict.misdirected += not _is_sealed(sheets[part], sealed)
        if signature is not None:
            verdict.misdirected += signature.shown_sha256 != sheets[Part.JOINED].sha256


def _is_sealed(signed: Document, sealed: Document) -> bool:
    """Whether the seal holds and lies on what was signed."""
    data = storage.read_document(sealed)
    report = sealing.validate(data, cert_path=Path(settings.KEYS_ROOT) / sealing.CERTIFICATE_FILE)
    return report.valid and _text(data) == _text(storage.read_document(signed))


def _files(verdict: Verdict) -> None:
    names = set()
    for document in Document.objects.all():
        names.add(document.storage_name)
        try:
            storage.read_document(document)
        except Refused:
            verdict.lost += 1
    stored = [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    verdict.orphans = sum(1 for name in stored if name not in names)
