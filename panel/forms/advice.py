"""What is typed about advice: whom it was asked of, and when it came."""

from django import forms

from panel.forms.base import DateField, GovukForm, LineField
from panel.models import AdviceRequest


class AskAdviceForm(GovukForm):
    """Advice that was asked for, or earlier advice used again with the days on which everybody concerned was satisfied."""

    item = forms.ChoiceField(label="Which advice", choices=(("", "Choose"), *AdviceRequest.Item.choices))
    body = LineField(label="Who is asked", help_text="The person or the service")
    requested_on = DateField(label="Day it was asked for")
    reused_from = LineField(
        required=False,
        max_length=200,
        label="If earlier advice is used again: which",
        help_text="For example: speech and language report of 3 March 2026. Leave empty where new advice is asked for.",
    )
    adviser_content_on = DateField(
        required=False, help_text="", label="The adviser agreed that it is enough on"
    )
    authority_content_on = DateField(
        required=False, help_text="", label="The authority agreed that it is enough on"
    )
    family_content_on = DateField(
        required=False, help_text="", label="The parent or young person agreed that it is enough on"
    )
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
