"""What the paper says: when a meeting was opened and ended, when an item was heard."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms_gds.layout import Button, Layout
from django import forms
from django.utils import timezone

from meetings.forms.times import TimeField
from meetings.models import FamilyGuest
from panel.forms.base import GovukForm, LineField

REASON_HINT = "Asked for once ten working days have passed since the meeting"


class MeetingLaterForm(GovukForm):
    """The opening, unless it was recorded by screen; the end; why it comes so late."""

    began = TimeField(label="When the meeting was opened")
    ended = TimeField(label="When it ended", required=False)
    card_read = forms.ChoiceField(
        label="Was the legal-test card read out at the opening?",
        choices=(("yes", "Yes"), ("no", "No, or the paper does not say")),
        widget=forms.RadioSelect,
    )
    because = LineField(
        max_length=500, required=False, label="Why it is entered so late", help_text=REASON_HINT
    )
    send_label = "Enter these times"

    def __init__(self, *args: Any, opened: bool, over: bool, **kwargs: Any) -> None:
        self.opened = opened
        super().__init__(*args, **kwargs)
        self.fields["ended"].required = over
        self.fields["card_read"].error_messages["required"] = "Say whether the card was read out"
        self.fields["began"].required = self.fields["card_read"].required = not opened
        if not over:
            self.fields["ended"].help_text = "Leave it empty if the meeting went on by screen"

    def layout_parts(self) -> list[Any]:
        """An opening that was recorded is not asked for again."""
        asked = ("ended", "because") if self.opened else tuple(self.fields)
        return [*(self._part(name) for name in asked), Button.primary("send", self.send_label)]


class ItemLaterForm(GovukForm):
    """When an item was taken up, unless that was recorded by screen, and when it ended; when the family was in; why so late."""

    began = TimeField(label="When it was taken up")
    ended = TimeField(label="When it ended")
    because = LineField(
        max_length=500, required=False, label="Why it is entered so late", help_text=REASON_HINT
    )
    send_label = "Enter these times"

    def __init__(self, *args: Any, taken_up: bool, guests: Iterable[FamilyGuest] = (), **kwargs: Any) -> None:
        self.taken_up, self.guests = taken_up, tuple(guests)
        super().__init__(*args, **kwargs)
        self.fields["began"].required = not taken_up
        for guest in self.guests:
            name = guest.person.full_name
            for kind, label, at in (
                ("came", f"When {name} came in", guest.joined_at),
                ("left", f"When {name} left, if before the end", guest.left_at),
            ):
                shown = f"{timezone.localtime(at):%H:%M}" if at else ""
                self.fields[f"{kind}_{guest.pk}"] = TimeField(label=label, required=False, initial=shown)
        # Why it comes so late stands last.
        self.order_fields([name for name in self.fields if name != "because"])
        self.helper.layout = Layout(*self.layout_parts())

    def family(self) -> list[tuple[FamilyGuest, dt.time | None, dt.time | None]]:
        """Everybody of the family who is asked, with when they came and left."""
        said = self.cleaned_data
        return [(guest, said[f"came_{guest.pk}"], said[f"left_{guest.pk}"]) for guest in self.guests]

    def layout_parts(self) -> list[Any]:
        """A beginning that was recorded is not asked for again."""
        parts = super().layout_parts()
        return [part for part in parts if part != "began"] if self.taken_up else parts
