"""The card that is read out before the first item of a meeting: the legal tests, and what they do not ask. Pure.

The questions are those of `panel.law.legal` under the versions named here, so that card and form never differ. A meeting keeps
the version of the card that was read to it.
"""

from dataclasses import dataclass, replace
from datetime import date

from panel.law.legal import OVER_18, LegalTest, asked_at, legal_test_of


@dataclass(frozen=True, slots=True)
class LegalCard:
    """One wording, from `effective_from` on: the tests by version, then what the panel is reminded of.

    `over_18`: whether the tests are shown with what is asked besides of somebody over 18.
    """

    version: str
    effective_from: date
    test_versions: tuple[str, ...]
    reminders: tuple[str, ...]
    over_18: bool = False

    def tests(self) -> tuple[LegalTest, ...]:
        """The tests the card shows, in order."""
        found = (legal_test_of(version) for version in self.test_versions)
        return tuple(asked_at(test, OVER_18) if self.over_18 else test for test in found)


# A new wording is a further row, never a change of one: what was read to a panel can be shown again word for word.
_FIRST = LegalCard(
    version="card-1",
    effective_from=date(2014, 9, 1),
    test_versions=("cfa2014-s36-8", "cfa2014-s37-1"),
    reminders=(
        "The test comes first, and the outcome follows from its answers. Every answer of yes: the authority must assess, or "
        "must issue a plan.",
        "“Cannot tell” is never a refusal.",
        "What was tried, spent or written so far is evidence, never a condition: no number of cycles of support, no sum of "
        "money, no diagnosis and no report of an educational psychologist has to come first.",
        "Ability, attendance, behaviour, age, education at home or an earlier refusal is never a reason by itself.",
        "What it would cost the authority does not count.",
        "Each answer has reasons about this child, with what in the papers shows it.",
        "Whoever has a conflict of interest says so and leaves. Whoever does not agree says why, and it is written down.",
    ),
)
CARDS: tuple[LegalCard, ...] = (
    _FIRST,
    # The question was asked of panel and officer before; from here on it is read out too.
    replace(_FIRST, version="card-2", effective_from=date(2026, 11, 30), over_18=True),
)


def legal_card(on: date) -> LegalCard:
    """The card in force on a day; the oldest for anything earlier still."""
    begun = [card for card in CARDS if card.effective_from <= on]
    return max(begun or CARDS[:1], key=lambda card: card.effective_from)


def legal_card_of(version: str) -> LegalCard:
    """The card a meeting was read. KeyError for a version that never was."""
    return {card.version: card for card in CARDS}[version]
