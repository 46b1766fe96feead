"""What is typed to plan a meeting: when and where, who sits on it, which cases it hears."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms_gds.layout import Layout
from django import forms
from django.utils import timezone

from meetings.forms.times import FIRST, SECOND, TimeField, moment
from meetings.models import PanelType, Seat
from meetings.rules.agenda import day_has_passed
from panel.forms.base import DateField, GovukForm, LineField
from panel.forms.cases import SearchField
from panel.models import Agency, User


class WaitingSearchForm(GovukForm):
    """Which of the cases that wait are shown. Posted and kept in the session, so that no name stands in an address."""

    text = SearchField(required=False, label="Reference, name or setting")


class PlanForm(GovukForm):
    """When and where. Which of two equal times is meant shows only on the night the clocks go back, and whether it took place
    only for a day that has passed: most often its year is a slip.
    """

    panel_type = forms.ModelChoiceField(
        PanelType.objects.order_by("name"), label="Panel", empty_label="Choose a panel"
    )
    held_on = DateField(label="Day")
    starts = TimeField(label="Begins at")
    ends = TimeField(label="Ends at")
    which = forms.ChoiceField(
        label="Which of the two times",
        required=False,
        widget=forms.RadioSelect,
        choices=(
            (FIRST, "The first, before the clocks go back"),
            (SECOND, "The second, after they went back"),
        ),
    )
    venue = LineField(label="Place", help_text="A room, or “by video”")
    took_place = forms.BooleanField(label="It took place on that day", required=False)
    send_label = "Plan this meeting"
    asks: ClassVar[Mapping[str, str]] = {
        "panel_type": "Choose a panel",
        "starts": "Enter when the meeting begins",
        "ends": "Enter when the meeting ends",
        "venue": "Enter a place, or “by video”",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ask_which = self.ask_took_place = False
        super().__init__(*args, **kwargs)
        panels: Any = self.fields.get("panel_type")
        if panels is None:
            return
        only = list(panels.queryset[:2])
        if len(only) == 1:
            panels.initial = only[0].pk

    def layout_parts(self) -> list[Any]:
        """Everything in order; what is not always asked only when it is."""
        hidden = {
            name
            for name, asked in (("which", self.ask_which), ("took_place", self.ask_took_place))
            if not asked
        }
        parts = [self._part(name) for name in self.fields if name not in hidden]
        return [*parts, *super().layout_parts()[-1:]]

    def clean(self) -> dict[str, Any]:
        """Day and times as two moments, `starts_at` and `ends_at`."""
        said: dict[str, Any] = super().clean() or {}
        day = said.get("held_on")
        for name, key in (("starts", "starts_at"), ("ends", "ends_at")):
            time = said.get(name)
            if day is None or time is None:
                continue
            try:
                said[key] = moment(day, time, timezone.get_default_timezone(), said.get("which", ""))
            except forms.ValidationError as wrong:
                self._wrong_time(name, wrong)
        self._check_past(day, took_place=bool(said.get("took_place")))
        return said

    def _check_past(self, day: Any, *, took_place: bool) -> None:
        """Ask before a meeting is planned in the past, and nobody is invited to it by a slip."""
        past = day_has_passed(day, timezone.localdate()) if day is not None else ""
        if not past:
            return
        self.ask_took_place = True
        self.helper.layout = Layout(*self.layout_parts())
        if not took_place:
            self.add_error("took_place", f"{past} Tick this if it did, or change the day.")

    def _wrong_time(self, name: str, wrong: forms.ValidationError) -> None:
        if wrong.code == "twice":
            self.ask_which = True
            self.helper.layout = Layout(*self.layout_parts())
            if "which" not in self.errors:
                self.add_error("which", wrong)
        else:
            self.add_error(name, wrong)

    def field_of(self, named: str) -> str:
        """The rule names moments; the person typed times."""
        return {"starts_at": "held_on", "ends_at": "ends"}.get(named, named)


class MoveForm(PlanForm):
    """Another day, hour or place for a meeting that is planned."""

    panel_type = None  # type: ignore[assignment]  # Django's way to leave a field out
    send_label = "Change the meeting"


class SeatForm(GovukForm):
    """Somebody's seat. The agency follows from their membership unless another is chosen."""

    user = forms.ModelChoiceField(User.objects.none(), label="Person", empty_label="Choose a person")
    seat = forms.ChoiceField(label="Sits as", choices=(("", "Choose a seat"), *Seat.choices))
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        required=False,
        label="For which agency",
        empty_label="The one they belong to",
    )
    send_label = "Give them a seat"
    asks: ClassVar[Mapping[str, str]] = {
        "user": "Choose a person",
        "seat": "Choose the seat they sit in",
    }

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people


class ListingForm(forms.Form):
    """The cases ticked in the list of those that wait. Shown as a table, so it lays itself out."""

    cases = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "Tick at least one case",
            "invalid_choice": "A case is not waiting any more",
        },
    )

    def __init__(self, *args: Any, waiting: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cases"]
        field.choices = [(key, str(key)) for key in waiting]
