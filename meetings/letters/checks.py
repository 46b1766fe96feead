"""What keeps a letter from going out: changed facts, recipients nobody has settled, and the gate. Reads rows, changes none."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from meetings.letters import content, queries, rules
from meetings.letters import facts as letter_facts
from meetings.letters.freeze import frozen_facts
from meetings.letters.rules import Identity, Releasing
from meetings.models import AgendaItem, Decision, Letter
from meetings.rules.addressing import in_words
from panel.law import rights
from panel.law.problems import Problem
from panel.models import Address, Person, Relationship, current_address
from panel.platform.policy import Refused

# Words are pasted from the papers and minutes somebody has just worked on: those of the weeks around (reliability.md 1.4).
RECENT = dt.timedelta(weeks=13)


def facts_changed(letter: Letter, recipients: rights.Recipients, today: dt.date) -> str:
    """What is no longer as it was when the letter was drafted, in a sentence; empty when nothing is.

    Asked when the letter is released, when its promise is claimed and once more under the lock at the moment of sending.
    """
    if not queries.stands(letter.decision):
        return "The decision was replaced or set aside."
    for block in recipients.blocked:
        if block.person_id == letter.recipient_id:
            return block.sentence
    if letter.recipient_id not in recipients.entitled or recipients.holder is None:
        return "This person no longer has a recorded right to the letter."
    relationship = queries.relationship_of(
        letter.decision.case.child, letter.recipient_id, today, recipients.holder
    )
    return _row_changed(letter, relationship, today)


def _row_changed(letter: Letter, relationship: Relationship, today: dt.date) -> str:
    if relationship.pk != letter.relationship_id:
        return "What this person’s right rests on was recorded anew since the letter was drafted."
    address = current_address(relationship.person, today)
    if address is None or address.pk != letter.address_id:
        return "The address changed since the letter was drafted."
    kept = letter_facts.from_json(letter.facts)
    fresh = letter_facts.with_lead_of(frozen_facts(letter.decision, relationship, address, today), kept)
    now_says = letter_facts.content_digest(fresh)
    if now_says != letter.content_sha256:
        return "What the record says changed since the letter was drafted."
    return ""


def stopped(letter: Letter, today: dt.date) -> str:
    """Why this released letter may not go today, in a sentence; empty when it may."""
    fresh = queries.standing_letter(letter.public_id)
    if fresh is None:
        return "The letter was withdrawn or replaced by a newer one."
    return facts_changed(fresh, queries.recipients_of(fresh.decision.case, today), today)


def unsettled(decision: Decision, recipients: rights.Recipients) -> tuple[int | None, ...]:
    """Persons with a right to this letter who have neither a draft nor a recorded reason to get none.

    None stands for the block that concerns nobody in particular: nobody at all can be written to.
    """
    drafted = set(queries.current_letters(decision).values_list("recipient_id", flat=True))
    left_out = queries.omitted(decision)
    open_entitled = [p for p in recipients.entitled if p not in drafted and p not in left_out]
    open_blocked = [b.person_id for b in recipients.blocked if b.person_id not in left_out]
    return tuple(dict.fromkeys([*open_entitled, *open_blocked]))


def release_problems(letter: Letter, by_id: int, today: dt.date) -> tuple[Problem, ...]:
    """Everything that keeps this letter from being released by this person, the most basic first."""
    recipients = queries.recipients_of(letter.decision.case, today)
    changed = facts_changed(letter, recipients, today)
    releasing = Releasing(
        author=letter.author_id,
        by=by_id,
        stands=queries.stands(letter.decision),
        unsettled=len(unsettled(letter.decision, recipients)),
    )
    before = (Problem("facts_changed", "", f"{changed} Draft the letter again."),) if changed else ()
    try:
        written = content.letter(letter_facts.dated(letter_facts.from_json(letter.facts), today))
    except Refused as no:
        return (*rules.release_problems(releasing), *before, Problem(no.code, "", no.sentence))
    own, others = _identities(letter, written.facts)
    found = rules.gate(written, releasing, own=own, others=others)
    first = len(rules.release_problems(releasing))
    return (*found[:first], *before, *found[first:], *_whereabouts(letter, rules.words_of(written), today))


def refuse(problems: Sequence[Problem]) -> None:
    """Raise the first problem's code with every sentence; do nothing when there is none."""
    if problems:
        sentence = " ".join(problem.sentence for problem in problems)
        raise Refused(problems[0].code, sentence, parts=problems)


def _identities(letter: Letter, facts: letter_facts.LetterFacts) -> tuple[list[Identity], list[Identity]]:
    """Who may be named in this letter, and the children of recent agendas who may not. Three queries."""
    child = letter.decision.case.child
    near = Q(
        meeting__starts_at__gte=letter.drafted_at - RECENT, meeting__starts_at__lte=letter.drafted_at + RECENT
    )
    items = AgendaItem.objects.filter(near).exclude(case__child=child)
    children = {person.pk: person for person in Person.objects.filter(pk__in=items.values("case__child"))}
    postcodes = Address.objects.filter(person__ties__child__in=children).exclude(postcode="").order_by()
    others = [Identity(person.full_name, person.born_on, person.upn) for person in children.values()]
    others += [
        Identity("", postcode=postcode)
        for postcode in postcodes.values_list("postcode", flat=True).distinct()
    ]
    own = [Identity(child.full_name, child.born_on, child.upn)]
    own += [Identity(tied.full_name) for tied in Person.objects.filter(ties__child=child)]
    lead = facts.planning_meeting.lead if facts.planning_meeting else ""
    named = (facts.officer, lead, facts.contact.name if facts.contact else "")
    own += [Identity(name) for name in (facts.recipient, *named) if name]
    return [*own, Identity("", postcode=letter.address.postcode)], others


def _whereabouts(letter: Letter, words: str, today: dt.date) -> tuple[Problem, ...]:
    """Whether the words say where somebody else of this family lives. The recipient's own postcode may stand there."""
    child = letter.decision.case.child
    elsewhere = (
        Address.objects.filter(Q(person__ties__child=child) | Q(person=child))
        .exclude(person=letter.recipient_id)
        .order_by()
    )
    others = [
        Identity("", postcode=code)
        for code in elsewhere.values_list("postcode", flat=True).distinct()
        if code
    ]
    if not rules.leaks(words, others, own=[Identity("", postcode=letter.address.postcode)]):
        return ()
    sentence = "The words hold a postcode where somebody else of this family lives or lived. Take it out of the record they come from."
    return (Problem("whereabouts", "", sentence),)


class Level(StrEnum):
    """What a check came to, as its line says it: nothing found, something for a person to judge, or something in the way."""

    RIGHT = "Right"
    LOOK = "Look"
    STOPS = "Stops it"


@dataclass(frozen=True)
class Check:
    """One line of the checklist a releaser sees."""

    level: Level
    sentence: str


# Each check's own codes (a prefix may stand for many), and what it says when it is passed. What fits none is content the law asks for.
_GROUPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("no_decision", "decision_reversed"), "The decision stands."),
    (("facts_changed",), "The recipient, the address and the record are as they were when it was drafted."),
    (
        ("recipient_without_letter",),
        "Everybody with a right to a letter has one, or a recorded reason why not.",
    ),
    (
        ("reasons_short", "unsafe_"),
        "The reasons are about this child and rest on no condition the law does not set.",
    ),
    (("placeholder",), "Nothing is left to be filled in."),
    (("leak", "whereabouts"), "It names nobody from another case and no other home of this family."),
)
_COMPLETE = "Everything the law asks of this letter is in it."


def checklist(letter: Letter, today: dt.date) -> tuple[Check, ...]:
    """The gate as a list: what is right first, then what to look at, then what stops it. Who may release is said beside the button."""
    problems = [p for p in release_problems(letter, 0, today) if p.code != "own_letter"]
    lines: list[Check] = []
    for codes, passed in _GROUPS:
        failing = [p for p in problems if p.code.startswith(codes)]
        lines += [Check(Level.STOPS, p.sentence) for p in failing] or [Check(Level.RIGHT, passed)]
        problems = [p for p in problems if p not in failing]
    lines += [Check(Level.STOPS, p.sentence) for p in problems] or [Check(Level.RIGHT, _COMPLETE)]
    lines += _speaking_to(letter_facts.from_json(letter.facts))
    return tuple(sorted(lines, key=lambda line: list(Level).index(line.level)))


def _speaking_to(facts: letter_facts.LetterFacts) -> tuple[Check, ...]:
    """Of a letter to a young person: whether the words people typed are written to them. Nothing of any other letter."""
    if not facts.to_young_person:
        return ()
    found = in_words(rules.speaks_of_reader(facts))
    if not found:
        return (Check(Level.RIGHT, f"It is written to {facts.child}, not about them."),)
    sentence = (
        f"The letter goes to {facts.child} and seems to speak about them: {found}. Unless somebody else is meant, have it written to"
        " “you” in the words of the panel or of the decision, then draft the letter again."
    )
    return (Check(Level.LOOK, sentence),)
