"""What is typed about the people of a meeting: the attendance sheet, times, conflicts, a deputy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from meetings.actions.attendance import Line
from meetings.forms.times import TimeField
from meetings.models import Attendance, Conflict, InvitationAnswer, KeptConflict, RosterEntry
from meetings.queries.room import attendance_of
from meetings.rules import attendance
from meetings.rules.invitations import COMES, Said
from meetings.rules.quorum import ConflictKind, Effect
from panel.forms.base import DateField, GovukForm, LineField, WordsField


def _mode(answer: InvitationAnswer | None) -> str:
    by_video = answer is not None and Said(answer.said) is Said.VIDEO
    return Attendance.Mode.VIDEO if by_video else Attendance.Mode.ROOM


@dataclass(frozen=True)
class SheetRow:
    """One line of the attendance sheet as it is shown."""

    entry: RosterEntry
    status: Any
    mode: Any
    substitute_for: Any
    view: Any


class SheetForm(GovukForm):
    """The attendance sheet: a line for everybody on the roster. `fill` says present of those not yet spoken of.

    `answers`: what they answered to the invitation, by user. A no fills in apologies; a yes never fills in presence.
    `too_early`: the day of the meeting is still to come, so that nobody can be said to be present.
    """

    send_label = "Save the attendance sheet"

    def __init__(
        self,
        *args: Any,
        entries: Iterable[RosterEntry],
        answers: Mapping[int, InvitationAnswer] | None = None,
        fill: bool = False,
        too_early: bool = False,
        **kwargs: Any,
    ) -> None:
        self.too_early = too_early
        self.entries = tuple(entries)
        self.answers = answers or {}
        super().__init__(*args, **kwargs)
        for entry in self.entries:
            self._add_line(entry, fill=fill)

    def _add_line(self, entry: RosterEntry, *, fill: bool) -> None:
        said = attendance_of(entry)
        answer = self.answers.get(entry.user_id)
        others = [(str(e.pk), e.user.name) for e in self.entries if e.pk != entry.pk]
        self.fields[f"status_{entry.pk}"] = forms.ChoiceField(
            label=f"Attendance of {entry.user.name}",
            choices=[("", "Not said yet"), *self._choices()],
            required=False,
            initial=said.status if said else self._expected(answer, fill=fill),
        )
        self.fields[f"mode_{entry.pk}"] = forms.ChoiceField(
            label=f"How {entry.user.name} takes part",
            choices=Attendance.Mode.choices,
            required=False,
            initial=said.mode if said else _mode(answer),
        )
        self.fields[f"for_{entry.pk}"] = forms.ChoiceField(
            label=f"{entry.user.name} stands in for",
            choices=[("", "Nobody"), *others],
            required=False,
            initial=str(said.substitute_for_id or "") if said else self._named_by(entry),
        )
        self.fields[f"view_{entry.pk}"] = WordsField(
            label=f"Written view of {entry.user.name}",
            rows=3,
            required=False,
            initial=said.written_view if said else answer.written_view if answer else "",
        )

    def _choices(self) -> list[tuple[str, Any]]:
        """What can be said of somebody; before the day of the meeting nobody is present."""
        return [
            choice
            for choice in Attendance.Status.choices
            if not (self.too_early and choice[0] == Attendance.Status.PRESENT)
        ]

    def _expected(self, answer: InvitationAnswer | None, *, fill: bool) -> str:
        if answer is None or Said(answer.said) in COMES:
            return "present" if fill else ""
        if answer.substitute_id in {entry.user_id for entry in self.entries}:
            return Attendance.Status.SUBSTITUTED
        written = Said(answer.said) is Said.WRITTEN
        return Attendance.Status.WRITTEN_VIEW if written else Attendance.Status.APOLOGIES

    def _named_by(self, entry: RosterEntry) -> str:
        """The seat of whoever named this person to come instead."""
        return next(
            (
                str(other.pk)
                for other in self.entries
                if (answer := self.answers.get(other.user_id)) and answer.substitute_id == entry.user_id
            ),
            "",
        )

    def layout_parts(self) -> list[Any]:
        """A table lays it out."""
        return []

    def rows(self) -> list[SheetRow]:
        """The lines in the order of the roster."""
        return [
            SheetRow(
                e, self[f"status_{e.pk}"], self[f"mode_{e.pk}"], self[f"for_{e.pk}"], self[f"view_{e.pk}"]
            )
            for e in self.entries
        ]

    def lines(self) -> list[Line]:
        """The lines that say something."""
        by_key = {str(entry.pk): entry for entry in self.entries}
        said = self.cleaned_data
        return [
            Line(
                entry,
                attendance.Status(said[f"status_{entry.pk}"]),
                mode=said[f"mode_{entry.pk}"] or Attendance.Mode.ROOM,
                substitute_for=by_key.get(said[f"for_{entry.pk}"]),
                written_view=said[f"view_{entry.pk}"],
            )
            for entry in self.entries
            if said[f"status_{entry.pk}"]
        ]

    def refuse_each(self, problems: Iterable[attendance.AttendanceProblem]) -> None:
        """Every contradiction beside the line it is about."""
        keys = {entry.user_id: entry.pk for entry in self.entries}
        for problem in problems:
            name = {"substitute_for": "for", "written_view": "view"}.get(problem.field, "status")
            self.add_error(
                f"{name}_{keys[problem.user_id]}", forms.ValidationError(problem.sentence, code=problem.code)
            )


class OpenForm(GovukForm):
    """That the legal-test card was read out: the wording the page showed, and the word of whoever opens the meeting."""

    card = forms.CharField(widget=forms.HiddenInput, max_length=40)
    read = forms.BooleanField(label="I have read this card out to the panel.")
    send_label = "Open the meeting"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].error_messages["required"] = (
            "Read the card out to the panel, then tick that you did"
        )


class WhenForm(GovukForm):
    """When somebody came or left, if it was not now, and how they take part."""

    at = TimeField(label="When", required=False)
    mode = forms.ChoiceField(
        label="How they take part", choices=Attendance.Mode.choices, required=False, widget=forms.RadioSelect
    )
    send_label = "Record this"

    def __init__(self, *args: Any, coming: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not coming:
            del self.fields["mode"]
            self.helper.layout = type(self.helper.layout)(*self.layout_parts())


class DeclareForm(GovukForm):
    """Somebody's own conflict. They may ask for more than the rule does, never for less."""

    kind = forms.ChoiceField(label="What it is", choices=Conflict.Kind.choices, widget=forms.RadioSelect)
    effect = forms.ChoiceField(
        label="What follows",
        required=False,
        choices=(
            ("", "What the panel’s rules say for this kind"),
            (Effect.NO_VOTE, "I stay and do not vote"),
            (Effect.LEAVES, "I leave for this item"),
        ),
        widget=forms.RadioSelect,
    )
    detail = LineField(
        max_length=300,
        required=False,
        label="Anything to add",
        help_text="It is read by those who see this item",
    )
    send_label = "Declare this conflict"


class ImposeForm(GovukForm):
    """Somebody else's conflict, imposed by the chair or by the clerk for the chair."""

    entry = forms.ModelChoiceField(RosterEntry.objects.none(), label="Whose", empty_label="Choose a person")
    kind = forms.ChoiceField(label="What it is", choices=Conflict.Kind.choices, widget=forms.RadioSelect)
    effect = forms.ChoiceField(
        label="What follows",
        choices=(
            (Effect.NOTE, "It is noted"),
            (Effect.NO_VOTE, "They stay and do not vote"),
            (Effect.LEAVES, "They leave for this item, and it is closed to them at once"),
        ),
        widget=forms.RadioSelect,
    )
    detail = LineField(max_length=300, label="Why")
    send_label = "Record this conflict"

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["entry"]
        people.queryset = entries
        people.label_from_instance = _name_of

    def kind_asked(self) -> ConflictKind:
        """The kind that was chosen."""
        return ConflictKind(self.cleaned_data["kind"])


def _name_of(entry: RosterEntry) -> str:
    return f"{entry.user.name}, {entry.get_seat_display()}"


class LiftForm(GovukForm):
    """Why something is no conflict after all."""

    because = LineField(max_length=300, label="Why it is no conflict")
    send_label = "Lift this conflict"


class LiftKeptForm(GovukForm):
    """Which of the conflicts that outlast their item is none, and why."""

    kept = forms.ModelChoiceField(
        KeptConflict.objects.none(),
        label="Which conflict",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the conflict that is none."},
    )
    because = LineField(max_length=300, label="Why it is no conflict")
    send_label = "Lift this conflict"

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept: Any = self.fields["kept"]
        kept.queryset = rows
        kept.label_from_instance = _kept_in_words


def _kept_in_words(kept: KeptConflict) -> str:
    words = [str(kept.get_kind_display()).lower(), str(kept.get_effect_display()).lower(), kept.detail]
    return f"{kept.user.name}, {kept.case.reference}: {', '.join(word for word in words if word)}"


class DeputyForm(GovukForm):
    """Who leads one item in the chair's place."""

    entry = forms.ModelChoiceField(
        RosterEntry.objects.none(), label="Who leads this item", empty_label=None, widget=forms.RadioSelect
    )
    send_label = "Name the deputy"

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["entry"]
        people.queryset = entries
        people.label_from_instance = _name_of


class PromiseForm(GovukForm):
    """The day on which an observer signed the promise of confidentiality on paper."""

    signed_on = DateField(label="The day it was signed")
    send_label = "Record it"
