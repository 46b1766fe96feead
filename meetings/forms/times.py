"""A day and a time of the clock on the wall become one moment; a time that comes twice or never is asked about."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from meetings.models import Meeting
from panel.forms.base import LineField
from panel.platform.policy import Refused

CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)
FIRST, SECOND = "first", "second"


class TimeField(LineField):
    """A time of day, as people write it: 9:30, 09.30, 14:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10, "help_text": "For example, 9:30 or 14:00", **kwargs})
        self.widget.attrs.update({"class": "govuk-input--width-5", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = CLOCK.fullmatch(words)
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise forms.ValidationError("Enter a real time, for example 9:30 or 14:00")
        return dt.time(int(found[1]), int(found[2]))


def on_the_day(meeting: Meeting, time: dt.time | None, field: str = "at") -> dt.datetime | None:
    """The moment of a time on the meeting’s own day; None for none. `Refused("never")` for an hour the clocks skipped."""
    if time is None:
        return None
    zone: Any = timezone.get_default_timezone()
    try:
        return moment(timezone.localdate(meeting.starts_at), time, zone, FIRST)
    except forms.ValidationError as wrong:
        raise Refused("never", str(wrong.message), field=field) from wrong


def moment(day: dt.date, time: dt.time, zone: ZoneInfo, which: str = "") -> dt.datetime:
    """The moment meant by `time` on `day`; `which` says which of the two when the clocks went back.

    `ValidationError` `never` for an hour the clocks skipped, `twice` for one that comes twice while `which` is not said
    (reliability.md 6, row 7).
    """
    first = dt.datetime.combine(day, time, tzinfo=zone)
    second = first.replace(fold=1)
    said = f"{time:%H:%M}"
    if first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise forms.ValidationError(
            f"The clocks go forward that night, so there is no {said}. Choose another time.", code="never"
        )
    if first.utcoffset() == second.utcoffset():
        return first
    if which not in {FIRST, SECOND}:
        raise forms.ValidationError(
            f"The clocks go back that night, so {said} comes twice. Say which of the two is meant.",
            code="twice",
        )
    return first if which == FIRST else second
