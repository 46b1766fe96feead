"""Signed minutes of which an extract can be had, and the extract of one meeting. Counts only: open whatever the cases are."""

from django.db.models import QuerySet

from meetings.minutes.extract import Extract, extract
from meetings.minutes.frozen import ItemSheet, MeetingSheet
from meetings.minutes.records import build
from meetings.models import Meeting, Minutes
from panel.platform.policy import Refused

MOST = 100


def signed_meetings() -> QuerySet[Meeting]:
    """The last meetings with signed minutes, newest first."""
    signed = Minutes.objects.filter(signature__isnull=False).values("meeting")
    return Meeting.objects.filter(pk__in=signed).select_related("panel_type").order_by("-starts_at")[:MOST]


def extract_of(meeting: Meeting) -> Extract:
    """The extract of a meeting from its newest signed minutes. Refused: `not_signed`. Two queries."""
    minutes = Minutes.objects.filter(meeting=meeting, signature__isnull=False).order_by("-version").first()
    if minutes is None:
        raise Refused(
            "not_signed", "Extracts are made from signed minutes. The chair has not signed these yet."
        )
    sheets = [build(ItemSheet, row.record) for row in minutes.item_records.order_by("position", "pk")]
    return extract(build(MeetingSheet, minutes.record), sheets)
