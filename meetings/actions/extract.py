"""Taking the statistical extract of a meeting, which the trail notes."""

from datetime import datetime

from meetings.minutes.extract import Extract
from meetings.models import Meeting
from meetings.queries.extract import extract_of
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Verb


def take_extract(*, meeting: Meeting, by: User, now: datetime) -> Extract:
    """The extract of a meeting with signed minutes. Refused: `not_signed`. Audits."""
    access.require(by, Verb.EXTRACT_VIEW, meeting, now=now)
    found = extract_of(meeting)
    audit.record(verb=Verb.EXTRACT_VIEW, by=by, at=now, subject_kind="meeting", subject=meeting.public_id)
    return found
