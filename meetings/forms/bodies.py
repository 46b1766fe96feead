"""When and how a body was told of decisions."""

from panel.forms.base import DateField, GovukForm, LineField


class BodyToldForm(GovukForm):
    """One day and one way for every decision on the sheet."""

    on = DateField(label="The day they were told")
    how = LineField(
        label="How they were told, and where",
        max_length=200,
        help_text="For example: secure e-mail to the board’s team for special educational needs. Name no child",
    )
    send_label = "Record that they were told"


class ToldBackForm(GovukForm):
    """What was wrong with a record that somebody was told."""

    because = LineField(
        label="What was wrong", max_length=500, help_text="For example: the e-mail came back. Name no child"
    )
    send_label = "They were not told"
