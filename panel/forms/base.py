"""The one base of every form: GOV.UK fields, cleaned words, and a rule's refusal set beside the field it is about."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Layout, Size
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from panel.law.problems import Problem
from panel.platform.policy import Refused
from panel.platform.text import clean_line, clean_text

# A date outside these years is a slip of the keyboard, whatever it is the date of (reliability.md 6, row 8).
YEARS = range(1900, 2101)


class DateField(DateInputField):
    """Day, month and year in three boxes; every wrong date is said in words, none is guessed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"require_all_fields": True, "help_text": "For example, 27 3 2026", **kwargs})

    def clean(self, value: Any) -> dt.date | None:
        parts = [str(part or "").strip() for part in value] if isinstance(value, (list, tuple)) else []
        if not any(parts):
            if self.required:
                raise forms.ValidationError("Enter the day, month and year")
            return None
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError("Enter a real date, as day, month and year in numbers")
        day, month, year = parts
        if len(year) != 4:
            raise forms.ValidationError("Enter the year with four digits, for example 2026")
        if int(year) not in YEARS:
            raise forms.ValidationError(f"Enter a year between {YEARS[0]} and {YEARS[-1]}")
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError as wrong:
            raise forms.ValidationError("Enter a real date") from wrong


class LineField(forms.CharField):
    """One line of words: normalised, with characters that hide or turn text refused by name."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=None, strip=True, **kwargs)
        self.longest = max_length

    def clean(self, value: Any) -> str:
        words: str = super().clean(value)
        return _said(clean_line, words, self) if words else words


class WordsField(forms.CharField):
    """Several lines of words, cleaned the same way."""

    widget = forms.Textarea

    def __init__(
        self, *, max_length: int = 10_000, rows: int = 5, words_wanted: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(max_length=None, strip=True, **kwargs)
        self.longest = max_length
        self.widget.attrs["rows"] = rows
        if words_wanted:
            # The page counts along while somebody writes; the rule itself is asked when it is sent.
            self.widget.attrs["data-words-wanted"] = words_wanted

    def clean(self, value: Any) -> str:
        words: str = super().clean(value)
        return _said(clean_text, words, self) if words else words


# A label that can stand within a sentence as it is: a name of few words, and neither a question nor a clause.
_NAMES = re.compile(r"(?!(?:What|Who|Whose|Which|Why|How|Where|If|In)\b)[^\s,:?]+(?: [^\s,:?]+){0,2}")


def _ask_for(field: forms.Field) -> str:
    """What to say when a field was left empty: what is wanted, in the field's own words."""
    label = str(field.label or "this")
    if label.endswith("?"):
        return f"Answer “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}”"
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    if not chosen and not _NAMES.fullmatch(label):
        return f"Fill in “{label}”"
    verb = "Choose" if chosen else "Enter"
    return f"{verb} {label[:1].lower()}{label[1:]}" if not label[1:2].isupper() else f"{verb} {label}"


def _said(clean: Any, words: str, field: "LineField | WordsField") -> str:
    """Turn a rule's refusal of these words into the field's own error, which begins with its label."""
    label = str(field.label or "This")
    try:
        cleaned: str = clean(
            words, limit=field.longest, label=label if _NAMES.fullmatch(label) else f"“{label}”"
        )
    except Refused as no:
        raise forms.ValidationError(no.sentence, code=no.code) from no
    return cleaned


class GovukForm(forms.Form):
    """Base of every form. `send_label` is the button's text; `asks` says what is wanted of a field whose label makes no sentence."""

    send_label = "Save"
    asks: ClassVar[Mapping[str, str]] = {}
    # What to put in the place of which words where another reader is written to.
    rewordings: Sequence[tuple[str, str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["required"] = self.asks.get(name) or _ask_for(field)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.show_errors = True
        self.helper.label_size = Size.SMALL
        self.helper.layout = Layout(*self.layout_parts())

    def layout_parts(self) -> list[Any]:
        """What the form shows, in order; by default every field and the button."""
        return [*(self._part(name) for name in self.fields), Button.primary("send", self.send_label)]

    def _part(self, name: str) -> Any:
        widget = self.fields[name].widget
        if isinstance(widget, forms.RadioSelect):
            return Field.radios(name, legend_size=Size.SMALL)
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return Field.checkboxes(name, legend_size=Size.SMALL)
        if isinstance(self.fields[name], DateField):
            return Field(name, context={"legend_size": Size.for_legend(Size.SMALL)})
        return name

    def add_error(self, field: str | None, error: Any) -> None:
        """Every sentence of a summary ends as one, whether a rule said it or a field."""
        given = error if isinstance(error, forms.ValidationError) else forms.ValidationError(error)
        for one in () if hasattr(given, "error_dict") else given.error_list:
            # As it is shown: a message of Django's own may be put together from its parameters only then.
            [said] = forms.ValidationError([one]).messages
            if not said.rstrip("”’").endswith((".", "!", "?")):
                one.message, one.params = f"{said}.", None
        super().add_error(field, given)

    def refuse(self, no: Refused) -> None:
        """Show each problem of a rule's refusal beside the field it names, or at the top where it names none of this form's."""
        for problem in no.parts:
            self.place(problem)

    def place(self, problem: Problem) -> None:
        """Show one problem beside its field, once."""
        name = self.field_of(problem.field)
        where = name if name in self.fields else None
        sentence = self.reworded(problem.sentence)
        if sentence not in self.errors.get(where or NON_FIELD_ERRORS, ()):
            self.add_error(where, forms.ValidationError(sentence, code=problem.code))

    def reworded(self, words: str) -> str:
        """The words as the form has them for its reader."""
        for before, after in self.rewordings:
            words = words.replace(before, after)
        return words

    def field_of(self, named: str) -> str:
        """The field of this form that a rule means by a name; the same name unless the form has another for it."""
        return named
