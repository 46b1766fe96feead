"""Words that are held against names we know: a tick that they name nobody, for the names that were shown and no others."""

from typing import Any

from crispy_forms_gds.layout import Layout
from django import forms

from meetings.rules.naming import Named
from panel.forms.base import GovukForm
from panel.platform.policy import Refused

SHOWN, TICK = "names_shown", "names_nobody"


class _Shown(forms.Field):
    """The names a page showed, as it sends them back."""

    widget = forms.MultipleHiddenInput


class NamesForm(GovukForm):
    """A form whose words may be taken for names. The tick is asked for then, and cleans to the names it was given for."""

    names_shown = _Shown(required=False)
    names_nobody = forms.BooleanField(label="I have read the words again: they name nobody", required=False)

    def layout_parts(self) -> list[Any]:
        """The tick last, and only once names were shown."""
        *parts, button = super().layout_parts()
        asked = (SHOWN, TICK) if SHOWN in self.data else ()
        return [*(part for part in parts if part not in {SHOWN, TICK}), *asked, button]

    def clean(self) -> dict[str, Any]:
        """A tick without names is none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        shown = said.pop(SHOWN, None) or ()
        said[TICK] = frozenset(shown) if said.get(TICK) else frozenset()
        return said

    def refuse(self, no: Refused) -> None:
        """As every form; words taken for a name bring up the tick, to be set anew for what is shown by now."""
        super().refuse(no)
        named = [name for problem in no.parts if isinstance(problem, Named) for name in problem.names]
        if named:
            data: Any = self.data
            data = data.copy()
            data.setlist(SHOWN, list(dict.fromkeys([*data.getlist(SHOWN), *named])))
            data.pop(TICK, None)
            self.data = data
            self.helper.layout = Layout(*self.layout_parts())
