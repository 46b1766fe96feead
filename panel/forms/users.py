"""What is typed to let somebody in, and to end what they may do."""

from django import forms

from panel.forms.base import DateField, GovukForm, LineField
from panel.models import Agency, Setting
from panel.platform.policy import FAMILY_ROLES, ROLE_LABELS, Role

STAFF_ROLES = [(str(role), ROLE_LABELS[role]) for role in Role if role not in FAMILY_ROLES]


class InviteForm(GovukForm):
    """Who is invited, as what, for whom and until when."""

    name = LineField(label="Name")
    email = LineField(label="E-mail address", help_text="Their own, at work. The invitation goes there.")
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=STAFF_ROLES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Making somebody an administrator takes two administrators and is done on the server.",
    )
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), required=False, label="Agency", empty_label="None"
    )
    setting = forms.ModelChoiceField(
        Setting.objects.order_by("name"), required=False, label="Setting", empty_label="None"
    )
    ends_on = DateField(required=False, label="Last day", help_text="Leave empty if there is no end yet")
    send_label = "Invite"


class EndRoleForm(GovukForm):
    """The last day of a role."""

    last_day = DateField(label="Last day", help_text="Yesterday’s date ends the role at once")
    send_label = "End this role"
