"""What the paper says: when a meeting was opened and ended, when an item was heard."""

from typing import Any

from meetings.forms.times import TimeField
from panel.forms.base import GovukForm, LineField

REASON_HINT = "Asked for once ten working days have passed since the meeting"


class MeetingLaterForm(GovukForm):
    """The opening, unless it was recorded by screen; the end; why it comes so late."""

    began = TimeField(label="When the meeting was opened")
    ended = TimeField(label="When it ended", required=False)
    because = LineField(
        max_length=500, required=False, label="Why it is entered so late", help_text=REASON_HINT
    )
    send_label = "Enter these times"

    def __init__(self, *args: Any, opened: bool, over: bool, **kwargs: Any) -> None:
        self.opened = opened
        super().__init__(*args, **kwargs)
        self.fields["ended"].required = over
        self.fields["began"].required = not opened
        if not over:
            self.fields["ended"].help_text = "Leave it empty if the meeting went on by screen"

    def layout_parts(self) -> list[Any]:
        """An opening that was recorded is not asked for again."""
        parts = super().layout_parts()
        return [part for part in parts if part != "began"] if self.opened else parts


class ItemLaterForm(GovukForm):
    """When an item was taken up, unless that was recorded by screen, and when it ended; why it comes so late."""

    began = TimeField(label="When it was taken up")
    ended = TimeField(label="When it ended")
    because = LineField(
        max_length=500, required=False, label="Why it is entered so late", help_text=REASON_HINT
    )
    send_label = "Enter these times"

    def __init__(self, *args: Any, taken_up: bool, **kwargs: Any) -> None:
        self.taken_up = taken_up
        super().__init__(*args, **kwargs)
        self.fields["began"].required = not taken_up

    def layout_parts(self) -> list[Any]:
        """A beginning that was recorded is not asked for again."""
        parts = super().layout_parts()
        return [part for part in parts if part != "began"] if self.taken_up else parts
