"""How it stands that a quorum has gone from the attendance sheet."""

from panel.forms.base import GovukForm, LineField


class QuorumForm(GovukForm):
    """One sentence of whoever led the item."""

    because = LineField(
        max_length=500,
        label="How it stands",
        help_text="Printed in the minutes of this item. For example: she left after the vote; the time on the sheet is the psychologist’s own.",
    )
    send_label = "Put it on record"
