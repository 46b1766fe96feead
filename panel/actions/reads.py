"""Readings that the trail keeps."""

from datetime import datetime

from panel.models import Case, User
from panel.platform import audit
from panel.platform.policy import Verb


def note_case_read(*, case: Case, by: User, now: datetime) -> None:
    """Write down that `by` read this case. The caller found it through `visible_to`, which is the may-I. Audits `case.view`."""
    audit.record(
        verb=Verb.CASE_VIEW,
        by=by,
        at=now,
        subject_kind="case",
        subject=case.public_id,
        case=case.public_id,
    )
