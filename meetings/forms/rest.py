"""What is typed when the rest of a late meeting is put off: for each item whether, to which meeting, and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from meetings.actions.defer import CHANGED, PuttingOff, beside
from meetings.models import Meeting
from meetings.queries.putting_off import Left, Rest
from meetings.rules.deferring import DeferralReason
from panel.forms.base import GovukForm, LineField
from panel.law.legal import too_little
from panel.law.problems import Problem
from panel.law.words import in_words, inside
from panel.platform.policy import Refused

PUT, NEXT, REASON, LATE = "put", "next_meeting", "reason", "late_because"
REASONS = ((DeferralReason.TIME.value, "No time left"), (DeferralReason.QUORUM.value, "No quorum"))


@dataclass(frozen=True)
class RestRow:
    """One item as it is shown. `next_meeting` is None where the panel is planned on no later day, `late` where nobody need say why."""

    left: Left
    put: Any
    next_meeting: Any
    reason: Any
    late: Any


def _in_short(meeting: Meeting, left: Left) -> str:
    """A later meeting to choose in a narrow cell: its day, and in a word what speaks against it."""
    marks = [
        *(["late"] if _day(meeting) > left.latest_panel_on else []),
        *(["full"] if left.too_full.get(meeting.pk) else []),
    ]
    return in_words(_day(meeting)) + (f": {', '.join(marks)}" if marks else "")


def _day(meeting: Meeting) -> date:
    return timezone.localdate(meeting.starts_at)


class RestForm(GovukForm):
    """A line for each item that is left, all ticked; what is typed for one that is not ticked counts for nothing."""

    send_label = "Put off the items ticked"

    def __init__(self, *args: Any, rest: Rest, **kwargs: Any) -> None:
        self.rest = rest
        self.late_label = "Why it will be late" if rest.later else "Why without a meeting"
        super().__init__(*args, **kwargs)
        if any(left.asks_why for left in rest.lines):
            self.fields[LATE] = LineField(
                max_length=500,
                required=False,
                label="Why answers will be late" if rest.later else "Why no meeting is named",
                help_text="Kept with every item ticked that no panel can hear in time. Each of those families is then owed a word."
                if rest.later
                else "Kept with every item ticked. Whoever plans is shown these cases until they are on a list again.",
            )
        for left in rest.lines:
            self._add_line(left)

    def _add_line(self, left: Left) -> None:
        item, number = left.item, left.item.position
        self.fields[beside(PUT, item)] = forms.BooleanField(
            label=f"Item {number}", required=False, initial=not left.on_consent
        )
        if self.rest.later:
            self.fields[beside(NEXT, item)] = forms.ChoiceField(
                label=f"Which meeting hears item {number} next",
                required=False,
                initial=str(left.proposed.pk) if left.proposed else "",
                choices=[
                    ("", "Choose"),
                    *((str(one.pk), _in_short(one, left)) for one in self.rest.later),
                ],
            )
        self.fields[beside(REASON, item)] = forms.ChoiceField(
            label=f"Why item {number} is put off", choices=REASONS, initial=left.reason.value
        )
        if left.asks_why:
            self.fields[beside(LATE, item)] = LineField(
                max_length=500,
                required=False,
                label=f"{self.late_label}, item {number}",
                widget=forms.Textarea,
            )

    def marks(self) -> bool:
        """Whether a meeting that can be chosen is marked as late or full, which the page explains once."""
        return any(
            _in_short(one, left) != in_words(_day(one)) for left in self.rest.lines for one in self.rest.later
        )

    def layout_parts(self) -> list[Any]:
        """A table lays it out."""
        return []

    def clean(self) -> dict[str, Any]:
        """What was ticked is still there to be put off, and something was."""
        said = super().clean() or {}
        ticked = [name for name in self.data if name.startswith(f"{PUT}-")]
        if any(name not in self.fields for name in ticked):
            raise forms.ValidationError(CHANGED, code="stale")
        if not ticked:
            raise forms.ValidationError("Tick at least one item to put off.", code="nothing_chosen")
        return said

    def refuse(self, no: Refused) -> None:
        """Where several items lack a reason for a late answer, it is asked for once, at the field that is for all of them."""
        late = [one for one in no.parts if one.field.startswith(f"{LATE}-")]
        if len(late) > 1:
            self.place(
                Problem(
                    "answers_late",
                    LATE,
                    f"{too_little(self.cleaned_data.get(LATE, ''))}Say “{inside(str(self.fields[LATE].label))}” for {len(late)} of"
                    " the items ticked: here for all, or beside each; or ask the officer to decide without a panel.",
                )
            )
        for problem in no.parts:
            if len(late) < 2 or problem not in late:
                self.place(problem)

    def rows(self) -> list[RestRow]:
        """The lines in the order of the list."""
        return [
            RestRow(
                left,
                self[beside(PUT, left.item)],
                self._shown(NEXT, left),
                self[beside(REASON, left.item)],
                self._shown(LATE, left),
            )
            for left in self.rest.lines
        ]

    def _shown(self, name: str, left: Left) -> Any:
        field = beside(name, left.item)
        return self[field] if field in self.fields else None

    def wanted(self) -> list[PuttingOff]:
        """What was ticked, as the action takes it."""
        meetings = {str(one.pk): one for one in self.rest.later}
        said = self.cleaned_data
        return [
            PuttingOff(
                item=left.item,
                reason=DeferralReason(said[beside(REASON, left.item)]),
                next_meeting=meetings.get(said.get(beside(NEXT, left.item), "")),
                # What is said for all counts where nothing else is said of the item, and nobody is asked it of one in time.
                late_because=(said.get(beside(LATE, left.item)) or said.get(LATE, ""))
                if left.asks_why
                else "",
            )
            for left in self.rest.lines
            if said[beside(PUT, left.item)]
        ]
