"""Papers: taken in unread, looked at by the child process, opened by those who may, withdrawn but never destroyed."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from panel.actions.cases import lock_case
from panel.models import PAPER_MACHINE, Case, Document, Paper, PaperKind, PaperState, User
from panel.platform import access, audit, outbox, quarantine, uploads
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_name

PAPER_INSPECT = "paper.inspect"
PAPERS_PER_CASE = 200
# Enough for anyone's worst morning; a program let loose stops here.
UPLOADS_PER_HOUR = 100
HOUR = timedelta(hours=1)


def receive_paper(
    *,
    case: Case,
    data: bytes,
    shown_name: str,
    kind: str,
    title: str,
    author: str,
    author_agency: str,
    dated_on: date | None,
    by: User,
    now: datetime,
) -> Paper:
    """Take in one paper: its bytes go to quarantine, its row is `checking`, its inspection is promised. Audits.

    Nobody can open it before the inspection has accepted it. Refused: those of `refuse_bytes`, `too_many_papers`,
    `too_many_uploads`, `dated_in_future`, `kind`, `storage_full`, and those of the text gate.
    """
    access.require(by, Verb.PAPER_UPLOAD, case, now=now)
    name = refuse_bytes(shown_name, data)
    if kind not in PaperKind.values:
        raise Refused("kind", "Choose what kind of paper this is.", field="kind")
    if dated_on and dated_on > timezone.localdate(now):
        raise Refused(
            "dated_in_future", "The date on the paper lies in the future. Check it.", field="dated_on"
        )
    paper = Paper(
        case=case,
        kind=kind,
        title=clean_name(title, label="Title"),
        author=clean_line(author, label="Author"),
        author_agency=clean_line(author_agency, label="Agency"),
        dated_on=dated_on,
        received_at=now,
        uploaded_by=by,
        shown_name=name,
    )
    with quarantine.kept_only_if_all_goes_well() as kept:
        paper.quarantine_name = quarantine.keep(data)
        kept.append(paper.quarantine_name)
        with transaction.atomic():
            lock_case(case)
            _refuse_too_many(case, by, now)
            paper.save()
            _record(
                Verb.PAPER_UPLOAD,
                paper,
                by,
                now,
                {"title": paper.title, "kind": kind, "name": paper.shown_name},
            )
            outbox.enqueue(kind=PAPER_INSPECT, subject=paper.public_id, now=now)
    return paper


def withdraw_paper(*, paper: Paper, reason: str, by: User, now: datetime) -> Paper:
    """Take an accepted paper out of use, with a reason; its bytes are kept, unread. Audits. Refused: `no_reason`,
    `wrong_state`.
    """
    # Asked of the case: whoever is shut out of it keeps reading what she sent in, and takes nothing out of use.
    access.require(by, Verb.PAPER_WITHDRAW, paper.case, now=now)
    because = clean_line(reason, limit=300, label="The reason")
    if not because:
        raise Refused("no_reason", "Say why the paper is withdrawn.", field="reason")
    with transaction.atomic():
        lock_case(paper.case)
        locked = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        locked.state = PAPER_MACHINE.target(locked.state, "paper.withdraw")
        locked.withdrawn_because = because
        locked.save(update_fields=["state", "withdrawn_because"])
        _record(Verb.PAPER_WITHDRAW, locked, by, now, {"reason": because})
    paper.state, paper.withdrawn_because = locked.state, because
    return locked


def open_paper(*, paper: Paper, by: User, now: datetime) -> Document:
    """Let `by` read an accepted paper; the document to be served. Every reading is in the trail. Refused: `not_readable`."""
    access.require(by, Verb.PAPER_READ, paper, now=now)
    return hand_out(paper=paper, by=by, now=now, through="case")


def hand_out(*, paper: Paper, by: User, now: datetime, through: str) -> Document:
    """The same for a caller that has asked its own may-I, as meetings do for their items; `through` says which door."""
    if paper.state != PaperState.ACCEPTED or paper.document is None:
        label = PAPER_MACHINE.states[paper.state].staff.lower()
        raise Refused("not_readable", f"This paper cannot be opened: it is “{label}”.")
    _record(Verb.PAPER_READ, paper, by, now, {"through": through})
    return paper.document


def refuse_bytes(name: str, data: bytes) -> str:
    """The name to show, unless name or size already say that this is no paper. Refused: `empty`, `too_large`, and those of
    `uploads.shown_name`.
    """
    if not data:
        raise Refused("empty", "The file is empty.", field="file")
    if len(data) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        raise Refused("too_large", f"The file is too large. The limit is {limit} MB.", field="file")
    return uploads.shown_name(name)


def _refuse_too_many(case: Case, by: User, now: datetime) -> None:
    if case.papers.count() >= PAPERS_PER_CASE:
        raise Refused(
            "too_many_papers",
            f"A case can have {PAPERS_PER_CASE} papers at most. Ask the clerk to tidy up.",
            field="file",
        )
    if Paper.objects.filter(uploaded_by=by, received_at__gt=now - HOUR).count() >= UPLOADS_PER_HOUR:
        raise Refused(
            "too_many_uploads",
            f"You have sent {UPLOADS_PER_HOUR} papers within an hour. Wait a little, then go on.",
            field="file",
        )


def _record(verb: Verb, paper: Paper, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="paper",
        subject=paper.public_id,
        case=paper.case.public_id,
        values=values,
    )
