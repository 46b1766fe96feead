"""How the outbox keeps this app's promises: a paper is inspected, an invited colleague is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from panel.actions.papers import PAPER_INSPECT
from panel.actions.users import USER_INVITE
from panel.models import PAPER_MACHINE, Dispatch, Document, Paper, PaperState, User
from panel.platform import audit, mail, quarantine, uploads
from panel.platform.documents import storage
from panel.platform.outbox import Kind
from panel.platform.policy import Refused
from panel.platform.uploads import Accepted

REFUSAL_LIMIT = 300


@dataclass(frozen=True)
class Finding:
    """What the inspection of one paper found: a clean copy, or the sentence that says why there is none."""

    accepted: Accepted | None
    refusal: str = ""


def _nothing_changes(dispatch: Dispatch, now: datetime) -> str | None:
    """A paper leaves `checking` by its inspection alone."""


def _inspect(dispatch: Dispatch, tools: Any, now: datetime) -> Finding | None:
    """Have the child look at the bytes; None when an earlier try got as far as keeping its finding."""
    paper = Paper.objects.get(public_id=dispatch.subject)
    if paper.state != PaperState.CHECKING:
        return None
    try:
        return Finding(
            uploads.inspect(quarantine.read(paper.quarantine_name), paper.shown_name, worker=tools.worker)
        )
    except Refused as no:
        return Finding(None, no.sentence)


def _keep_finding(dispatch: Dispatch, finding: Finding | None, now: datetime) -> Document | None:
    paper = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("case", "document")
        .get(public_id=dispatch.subject)
    )
    if finding is None or paper.state != PaperState.CHECKING:
        return paper.document
    verb = "paper.accept" if finding.accepted else "paper.refuse"
    paper.state = PAPER_MACHINE.target(paper.state, verb)
    if finding.accepted:
        paper.shown_name = finding.accepted.name
        paper.document = storage.store_document(
            finding.accepted.data,
            kind="paper",
            media_type=finding.accepted.media_type,
            pages=finding.accepted.pages,
            now=now,
        )
    paper.refusal = finding.refusal[:REFUSAL_LIMIT]
    paper.save(update_fields=["state", "shown_name", "document", "refusal"])
    audit.record(
        verb=verb,
        by=None,
        at=now,
        subject_kind="paper",
        subject=paper.public_id,
        case=paper.case.public_id,
        values={"sha256": paper.document.sha256 if paper.document else "", "refusal": paper.refusal},
    )
    return paper.document


def _clear_quarantine(dispatch: Dispatch, now: datetime) -> None:
    """The bytes as they came are not kept: a clean copy is, or nothing."""
    paper = Paper.objects.get(public_id=dispatch.subject)
    if paper.quarantine_name:
        quarantine.remove(paper.quarantine_name)
        Paper.objects.filter(pk=paper.pk).update(quarantine_name="")


def _still_invited(dispatch: Dispatch, now: datetime) -> str | None:
    user = User.objects.get(public_id=dispatch.subject)
    return None if user.roles_on(timezone.localdate(now)) else "The role ended before the invitation went."


def _tell_invited(dispatch: Dispatch, now: datetime) -> str:
    """One plain message with a link to the sign-in page: whoever holds the mailbox signs in with a code sent to it."""
    user = User.objects.get(public_id=dispatch.subject)
    mail.deliver(mail.notice(dispatch, subject="You have been invited", template="invited", to=user.email))
    return "handed over"


def _nothing_more(dispatch: Dispatch, now: datetime) -> None:
    """The receipt is all there is to keep."""


KINDS = {
    PAPER_INSPECT: Kind(
        recheck=_nothing_changes, make=_inspect, keep=_keep_finding, finish=_clear_quarantine
    ),
    USER_INVITE: Kind(recheck=_still_invited, send=_tell_invited, finish=_nothing_more),
}
