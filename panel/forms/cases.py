"""What is typed about cases: what to look for in the list, and one new request."""

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from panel.forms.base import DateField, GovukForm, LineField, WordsField
from panel.importing.codes import YearGroup
from panel.law.words import school_year
from panel.models import Membership, Need, Person, RequestSource, Setting, User
from panel.platform.policy import FAMILY_ROLES, Role
from panel.queries import CaseFilter, Choices, Mark, Sort
from panel.queries.listing import TEXT_LIMIT

DUE_WITHIN = (
    ("", "Any date"),
    (str(Mark.LATE), "Passed"),
    (str(Mark.AT_RISK), "At risk"),
    ("0", "Passed or today"),
    ("7", "Within 7 days"),
    ("14", "Within 14 days"),
    ("28", "Within 28 days"),
)
SORTS = (
    (Sort.DUE, "Day to act by"),
    (Sort.RECEIVED, "Newest request"),
    (Sort.REFERENCE, "Reference"),
    (Sort.CHILD, "Surname"),
)
NO_CHOICE = ("", "Not recorded")


class SearchField(LineField):
    """Words to look for. Whoever pastes a page gets a search by its first words, not a lecture (reliability.md 6, row 51)."""

    def clean(self, value: Any) -> str:
        return super().clean(str(value or "")[:TEXT_LIMIT])


class CaseFilterForm(GovukForm):
    """What to look for. Posted and kept in the session, so that no name stands in an address or a log."""

    text = SearchField(required=False, label="Reference, name or setting")
    state = forms.ChoiceField(required=False, label="State")
    need = forms.ChoiceField(required=False, label="Primary need")
    setting = forms.ChoiceField(required=False, label="Setting")
    coordinator = forms.ChoiceField(required=False, label="Coordinator")
    due_within = forms.ChoiceField(required=False, label="Next date", choices=DUE_WITHIN)
    sort = forms.ChoiceField(required=False, label="Order", choices=SORTS)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("state", choices.states)
        self._offer("need", (("", "Any need"), *choices.needs))
        self._offer("setting", (("", "Any setting"), *((str(s.pk), s.name) for s in choices.settings)))
        self._offer(
            "coordinator", (("", "Any coordinator"), *((str(u.pk), u.name) for u in choices.coordinators))
        )

    def _offer(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def wanted(self) -> CaseFilter:
        """The filter of a valid form."""
        said = self.cleaned_data
        return CaseFilter(
            state=said["state"] or "open",
            need=said["need"],
            setting=_number(said["setting"]),
            coordinator=_number(said["coordinator"]),
            due_within=int(said["due_within"]) if said["due_within"].isdigit() else None,
            mark=next((mark for mark in Mark if mark == said["due_within"]), None),
            text=said["text"],
            sort=Sort(said["sort"] or Sort.DUE),
        )


def _year_label(year: YearGroup) -> str:
    return school_year(year).capitalize() or "No school year applies"


def _number(choice: str) -> int | None:
    return int(choice) if choice else None


class CaseForm(GovukForm):
    """One request, as it came in. The reason to continue shows once a second request has been warned of."""

    forename = LineField(label="Forename")
    surname = LineField(label="Surname")
    born_on = DateField(label="Date of birth")
    sex = forms.ChoiceField(
        required=False, label="Sex, as the pupil record has it", choices=(NO_CHOICE, *Person.Sex.choices)
    )
    upn = LineField(max_length=13, required=False, label="UPN", help_text="13 characters, if known")
    source = forms.ChoiceField(
        label="Who made the request", choices=RequestSource.choices, widget=forms.RadioSelect
    )
    received_on = DateField(
        label="Day the request was received",
        help_text="The day it reached any part of the authority. Every legal date is counted from here.",
    )
    setting = forms.ModelChoiceField(
        Setting.objects.order_by("name"), required=False, label="Setting", empty_label="None or not known"
    )
    year_group = forms.ChoiceField(
        required=False,
        label="Year group",
        choices=(NO_CHOICE, *((year.value, _year_label(year)) for year in YearGroup)),
    )
    primary_need = forms.ChoiceField(required=False, label="Primary need", choices=(NO_CHOICE, *Need.choices))
    coordinator = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Coordinator", empty_label="Nobody yet"
    )
    reference = LineField(
        max_length=30,
        required=False,
        label="Reference",
        help_text="Leave empty to take the next free number",
    )
    family_views = WordsField(required=False, rows=4, label="What the family says")
    child_views = WordsField(required=False, rows=4, label="What the child or young person says")
    reason_to_continue = WordsField(
        required=False, max_length=1_000, rows=3, label="Why the request is taken all the same"
    )
    send_label = "Record the request"

    def __init__(self, *args: Any, today: date, ask_reason: bool, **kwargs: Any) -> None:
        self.ask_reason = ask_reason
        super().__init__(*args, **kwargs)
        coordinators: Any = self.fields["coordinator"]
        live = Membership.objects.live(today).filter(role=Role.COORDINATOR)
        coordinators.queryset = User.objects.filter(memberships__in=live).distinct().order_by("name")

    def layout_parts(self) -> list[Any]:
        """Everything in order; the reason only when it is asked for, right above the button."""
        parts = super().layout_parts()
        return parts if self.ask_reason else [part for part in parts if part != "reason_to_continue"]

    def ask_for_reason(self) -> None:
        """Show the field for the reason from now on."""
        self.ask_reason = True
        self.helper.layout = Layout(*self.layout_parts())


class GrantForm(GovukForm):
    """Whom a restricted case is opened to, until when, and why."""

    reference = LineField(max_length=30, label="Reference of the restricted case")
    user = forms.ModelChoiceField(User.objects.none(), label="Who needs to see it", empty_label="Choose")
    until = DateField(label="Last day", help_text="90 days from today at most")
    reason = LineField(max_length=300, label="Why they need to see it")
    send_label = "Open the case to this person"

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Membership.objects.live(today).exclude(role__in=FAMILY_ROLES)
        users: Any = self.fields["user"]
        users.queryset = (
            User.objects.filter(memberships__in=staff, is_active=True).distinct().order_by("name")
        )
