"""The gate in front of a letter: everything that keeps it from being released, each with a sentence that says what to do.

It counts what the law asks for by blocks, and looks in the words only for what must not be there: an unfilled placeholder, an
unlawful condition as the only reason, somebody else's child. Pure. Sources: law.md 1.3 and 1.5, reliability.md 1.4 and 6.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meetings.letters.content import Letter
from meetings.letters.facts import LetterFacts
from meetings.rules.addressing import Spoken, spoken_in
from panel.law import reasons as law
from panel.law.notices import letter_law, missing_blocks
from panel.law.problems import Problem


@dataclass(frozen=True)
class Releasing:
    """Who releases what: `stands`, the decision is current; `unsettled`, entitled people with neither letter nor reason."""

    author: int
    by: int
    decided: bool = True
    stands: bool = True
    unsettled: int = 0


@dataclass(frozen=True)
class Identity:
    """What would give a person of another case away."""

    name: str
    born_on: date | None = None
    upn: str = ""
    postcode: str = ""


def gate(
    letter: Letter, releasing: Releasing, *, own: Iterable[Identity], others: Iterable[Identity]
) -> tuple[Problem, ...]:
    """Everything that keeps this letter from going out, most basic first; empty when it may be released.

    `own` are the people of this case, `others` those of any other case it could have been mixed up with.
    """
    return (
        *release_problems(releasing),
        *content_problems(letter),
        *leaks(words_of(letter), others, own=own),
    )


def release_problems(releasing: Releasing) -> tuple[Problem, ...]:
    """Rows 60, 62 and 63 of the bad-input list: no decision, a reversed one, the author alone, a parent forgotten."""
    found = []
    if not releasing.decided:
        found.append(
            Problem(
                "no_decision",
                "",
                "There is no decision yet. A letter follows the decision, never the meeting.",
            )
        )
    elif not releasing.stands:
        found.append(
            Problem(
                "decision_reversed",
                "",
                "The decision was replaced or set aside. Draft a letter about the one that stands.",
            )
        )
    if releasing.by == releasing.author:
        found.append(Problem("own_letter", "", "A second person must release this letter: you wrote it."))
    if releasing.unsettled:
        people = "person has" if releasing.unsettled == 1 else "people have"
        found.append(
            Problem(
                "recipient_without_letter",
                "",
                f"{releasing.unsettled} more {people} a right to this letter. Draft theirs too, or say why they get none.",
            )
        )
    return tuple(found)


def content_problems(letter: Letter) -> tuple[Problem, ...]:
    """What the letter lacks or must not say: mandatory blocks, reasons about this child, placeholders."""
    facts = letter.facts
    lacking = missing_blocks(facts.outcome, letter.codes, law=letter_law(facts.received_on))
    return (
        *(Problem(block.code, "", block.sentence) for block in lacking),
        *reason_problems(facts),
        *_placeholder_problems(words_of(letter)),
    )


def reason_problems(facts: LetterFacts) -> tuple[Problem, ...]:
    """What keeps the reasons of this letter from going out: the same that was asked when they were written."""
    return law.reason_problems(facts.outcome, law.printed_reasons(facts.outcome, facts.reasons, facts.limbs))


def speaks_of_reader(facts: LetterFacts) -> tuple[Spoken, ...]:
    """Where a letter to a young person speaks of them as of somebody else, in what people typed; what the family said is theirs."""
    if not facts.to_young_person:
        return ()
    places = [
        *(("the answers to the legal test", limb.reasons) for limb in facts.limbs),
        ("the reasons", facts.reasons),
        ("why it is not what the panel advised", facts.departs_because),
        ("why no panel was asked", facts.no_panel_because),
        ("the answer to what was said", facts.views_answered),
        ("what is going well", facts.strengths),
        ("the help meanwhile", facts.support_now),
        *(("the next steps", step.what) for step in facts.steps if not step.told),
        ("what was wrong in the first letter", facts.corrects),
    ]
    return spoken_in(places, facts.child)


def words_of(letter: Letter) -> str:
    """Every word that is printed, one block to a line."""
    facts = letter.facts
    lines = [facts.recipient, *facts.address, facts.salutation, letter.title]
    for block in letter.blocks:
        lines += [block.text, *block.items, *block.head, *(cell for row in block.rows for cell in row)]
    return "\n".join(line for line in lines if line)


# Row 49. Only what nobody writes on purpose: a bracket around a year or around “sic” is somebody's own.
_PLACEHOLDER = re.compile(
    r"\[[A-Z][A-Z0-9 .,'’_/-]*\]"
    r"|\[(?i:insert|enter|add|name|date|child|pupil|school|setting|parent|reason|address|delete)\b[^\]\n]{0,80}\]"
    r"|<<[^>\n]{1,80}>>"
    r"|\b[Xx]{3,}\b|\bTB[ACD]\b|_{3,}|\?{3,}|\b(?i:dd/mm/yy(?:yy)?)\b|\b(?i:lorem ipsum)\b"
)


def placeholders(text: str) -> tuple[str, ...]:
    """What was left to be filled in, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def _placeholder_problems(text: str) -> tuple[Problem, ...]:
    found = placeholders(text)
    if not found:
        return ()
    named = ", ".join(f"“{one}”" for one in found)
    return (
        Problem("placeholder", "", f"Something was left to be filled in: {named}. Write what belongs there."),
    )


def leaks(text: str, others: Iterable[Identity], *, own: Iterable[Identity]) -> tuple[Problem, ...]:
    """Every full name, date of birth, UPN or postcode in `text` that belongs to another case (reliability.md 1.4).

    What this case's own people share with others, as twins share a birthday and brothers a postcode, is no leak.
    """
    return tuple(
        Problem(
            "leak", "", f"“{shown}” belongs to another case. Take it out, or correct the record it came from."
        )
        for shown in given_away(text, others, own=own)
    )


def given_away(text: str, others: Iterable[Identity], *, own: Iterable[Identity] = ()) -> tuple[str, ...]:
    """What in `text` gives one of `others` away, as it is shown to people, each once."""
    page = _page(text)
    ours = {mark for person in own for mark, _ in _marks(person)}
    found: dict[str, str] = {}
    for person in others:
        for mark, shown in _marks(person):
            if mark not in ours and mark in page:
                found.setdefault(mark, shown)
    return tuple(found.values())


def _marks(person: Identity) -> Iterable[tuple[str, str]]:
    """What to look for, each a run of whole words as `_page` writes them, beside how it is shown."""
    name = _page(person.name)
    if len(name.split()) > 1:
        yield name, person.name
    if person.born_on is not None:
        day = person.born_on
        for shown in (
            f"{day.day} {day:%B} {day.year}",
            f"{day.day} {day:%b} {day.year}",
            f"{day:%d/%m}/{day.year}",
            f"{day.day}/{day.month}/{day.year}",
            day.isoformat(),
        ):
            yield _page(shown), shown
    if person.upn:
        yield _page(person.upn), person.upn
    joined = "".join(person.postcode.split())
    if len(joined) > 4:
        for shown in (f"{joined[:-3]} {joined[-3:]}", joined):
            yield _page(shown), shown


def _page(text: str) -> str:
    """`text` as words in one line, lower case and without accents or punctuation, with a space at either end."""
    bare = (c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    words = re.sub(r"[^\w]+", " ", "".join(bare)).strip()
    return f" {words} "
