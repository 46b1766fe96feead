"""What is typed about advice: whom it was asked of, and when it came."""

from django import forms

from panel.forms.base import DateField, GovukForm, LineField
from panel.models import AdviceRequest


class AskAdviceForm(GovukForm):
    """Advice that was asked for."""

    item = forms.ChoiceField(label="Which advice", choices=(("", "Choose"), *AdviceRequest.Item.choices))
    body = LineField(label="Who is asked", help_text="The person or the service")
    requested_on = DateField(label="Day it was asked for")
    send_label = "Record the request for advice"


class AdviceForm(GovukForm):
    """When the request reached them, and when their advice came."""

    received_by_body_on = DateField(
        required=False,
        label="Day they received the request",
        help_text="Their six weeks are counted from here. Leave empty if not known.",
    )
    received_on = DateField(
        required=False, label="Day the advice came", help_text="Leave empty while it has not come"
    )
    send_label = "Save"
