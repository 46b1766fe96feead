"""What is typed when an item is put off, when that is taken back, when its family is told so, when it is withdrawn, and when it is taken up again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from meetings.models import Meeting
from panel.forms.base import DateField, GovukForm, LineField
from panel.law.words import in_words


class DeferForm(GovukForm):
    """Why an item is put off; for information, what is missing, who on our side gets it and by when."""

    reason = forms.ChoiceField(
        label="Why it is put off",
        choices=(
            ("info", "Information is missing"),
            ("quorum", "No quorum for this item"),
            ("time", "No time left"),
        ),
        widget=forms.RadioSelect,
    )
    missing = LineField(max_length=500, required=False, label="If information is missing: what")
    owner = LineField(
        required=False,
        label="Who on our side gets it",
        help_text="Somebody of the authority or a service. A family is never sent to fetch evidence.",
        # Suggested, not prescribed, as with the next steps.
        widget=forms.TextInput({"list": "defer-owners"}),
    )
    by_when = DateField(required=False, label="By when")
    next_meeting = forms.ModelChoiceField(
        queryset=Meeting.objects.none(),
        required=False,
        label="Which meeting hears it next",
        empty_label="Choose",
    )
    late_because = LineField(
        max_length=500,
        required=False,
        label="If that is after the last safe day: why",
        help_text="Kept in the record. The family is then owed a word and a new date.",
    )
    send_label = "Put this item off"

    def __init__(
        self,
        *args: Any,
        later: Sequence[Meeting],
        latest_panel_on: date,
        too_full: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        self.later = later
        super().__init__(*args, **kwargs)
        field: Any = self.fields["next_meeting"]
        field.queryset = Meeting.objects.filter(pk__in=[meeting.pk for meeting in later])
        field.choices = [
            ("", "Choose"),
            *((one.pk, meeting_words(one, latest_panel_on, too_full.get(one.pk, ""))) for one in later),
        ]
        if not later:
            self.fields["late_because"].label = "Why it is put off although no later meeting is planned"
            self.fields[
                "late_because"
            ].help_text = "Kept in the record. Whoever plans is shown this case until it is on a list again."
        if too_full:
            field.help_text = "Where it says “full”, this item would not fit before that meeting ends: make room on its agenda."

    def layout_parts(self) -> list[Any]:
        """Without a later meeting there is none to choose."""
        parts = super().layout_parts()
        return parts if self.later else [p for p in parts if p != "next_meeting"]


def meeting_words(meeting: Meeting, latest_panel_on: date, full: str) -> str:
    """A later meeting to choose: its day, and what speaks against it. `full`: how full it then is."""
    day = timezone.localdate(meeting.starts_at)
    said = [
        *(() if day <= latest_panel_on else ("after the last safe day",)),
        *((f"full: {full} with this item",) if full else ()),
    ]
    return in_words(day) + (f" ({'; '.join(said)})" if said else "")


class TakeBackForm(GovukForm):
    """Why an item that was put off is heard today after all."""

    because = LineField(
        max_length=500,
        label="Why it is put back on today’s list",
        help_text="For example: it was the wrong item, or whoever was missing has come. Kept in the record.",
    )
    send_label = "Put it back on today’s list"


class ToldForm(GovukForm):
    """When the family was told that their answer will be late."""

    told_on = DateField(label="The day the family was told, and given the new date")
    send_label = "Record it"


class WithdrawItemForm(GovukForm):
    """Why an item is not heard at all."""

    because = LineField(
        max_length=500, label="Why it is withdrawn", help_text="For example: the family took its request back"
    )
    send_label = "Withdraw this item"


class AgainForm(GovukForm):
    """Why a recommendation is taken up again."""

    because = LineField(max_length=500, label="Why it is taken up again")
    send_label = "Take this item up again"
