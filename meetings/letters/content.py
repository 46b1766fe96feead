"""The words of an outcome letter, from facts to ordered blocks: one function per outcome, one voice per reader.

Plain English, second person, the decision first and in bold. Each block says which mandatory contents of `panel.law.notices` it
carries, so the gate counts blocks and never guesses from words. A fact that is not there refuses the whole letter: no
placeholder is ever printed. Sources: law.md 1.5 and 2.8, practice.md D1 to D3.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from meetings.letters.blocks import Block, Voice, bullets, heading, paragraph, strong, voice, written
from meetings.letters.facts import LetterFacts
from meetings.letters.rights import new_request, rights
from meetings.letters.sections import (
    QUESTIONS,
    agreed_steps,
    closing,
    departs,
    how_decided,
    in_place_of,
    law_in_full,
    law_in_short,
    our_reasons,
    planning_meeting,
    statutory_dates,
    strengths,
    support_now,
    views,
    what_we_read,
    who_to_ask,
)
from panel.law.legal import REFUSALS, Outcome
from panel.law.words import in_words
from panel.platform.policy import Refused


@dataclass(frozen=True)
class Letter:
    """One letter to one person, ready to be printed as it stands."""

    facts: LetterFacts
    title: str
    blocks: tuple[Block, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Every mandatory content some block carries."""
        return frozenset().union(*(block.codes for block in self.blocks))


def letter(facts: LetterFacts) -> Letter:
    """The letter these facts make. `Refused('letter_incomplete')` names everything that is missing."""
    lacking = missing(facts)
    if lacking:
        raise Refused(
            "letter_incomplete", f"This letter cannot be written yet. Missing: {'; '.join(lacking)}."
        )
    v = voice(facts)
    blocks = (*_correction(facts), *_WRITERS[facts.outcome](facts, v))
    return Letter(facts, _title(facts, v), blocks)


def _correction(facts: LetterFacts) -> Iterable[Block]:
    """What a corrected letter says before everything else, so that nobody takes it for a new decision."""
    if facts.corrects_letter_of is None:
        return
    yield paragraph(
        f"This letter takes the place of our letter of {in_words(facts.corrects_letter_of)}. The decision is the same. This is"
        " what was wrong:"
    )
    yield from written(facts.corrects)
    if facts.outcome in REFUSALS:
        yield paragraph(
            "Your last days for mediation and for an appeal have not moved: they are counted from our first letter."
        )


def missing(facts: LetterFacts) -> tuple[str, ...]:
    """What this letter cannot do without, in words, in the order of the page. Empty means it can be written."""
    needed = [
        ("who it is addressed to", facts.recipient and facts.salutation),
        ("the address", any(line.strip() for line in facts.address)),
        ("the child’s first name", facts.child),
        ("the reference", facts.reference),
        ("the authority’s name", facts.authority),
        ("a contact at the authority", facts.contact),
        ("the officer who decided and their role", facts.officer and facts.officer_role),
        ("an answer and reasons for each question of the legal test", _limbs_answered(facts)),
        ("the reasons", facts.reasons.strip()),
        (
            "why there was no panel",
            facts.advised or facts.fast_tracked or facts.replaces or facts.no_panel_because.strip(),
        ),
        (
            "why the decision is not the one the panel advised",
            not departs(facts) or facts.departs_because.strip(),
        ),
        ("the information, advice and support service", facts.sendiass),
    ]
    if facts.outcome is Outcome.ISSUE:
        needed.append(("the day the draft plan will come", facts.draft_by))
    if facts.outcome in REFUSALS:
        # Whoever refused was asked for it, but for an officer without a panel in the days before its record had a place for it.
        said = facts.advised and (facts.family_views.strip() or facts.child_views.strip())
        needed += [
            ("an answer to the views that were given", not said or facts.views_answered.strip()),
            ("the last days for mediation and appeal", facts.rights),
            ("the mediation adviser", facts.mediation),
            ("the disagreement resolution service", facts.disagreement),
            ("the tribunal", facts.tribunal),
            ("a last day to appeal that has not passed since our first letter", _still_time(facts)),
        ]
    return tuple(what for what, given in needed if not given)


def _still_time(facts: LetterFacts) -> bool:
    return (
        facts.corrects_letter_of is None or facts.rights is None or facts.letter_on <= facts.rights.appeal_by
    )


def _limbs_answered(facts: LetterFacts) -> bool:
    asked = {code for version, code in QUESTIONS if version == facts.test_version}
    found = {limb.code for limb in facts.limbs if limb.answer is not None and limb.reasons.strip()}
    return bool(asked) and asked == found


# The four letters


def _assess(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    yield strong(
        f"{_changed(facts)}We will carry out an education, health and care (EHC) needs assessment for {v.name}.",
        "decision",
    )
    yield from in_place_of(facts)
    yield paragraph(
        f"We will ask people who know {v.name} what {v.name} {v.does('need')}. We will then decide whether {v.name}"
        f" {v.does('need')} an EHC plan. Nothing else has been decided yet."
    )
    yield from how_decided(facts)
    yield from law_in_short(facts, v)
    yield from our_reasons(facts)
    yield from what_we_read(facts)
    yield from views(facts, v)
    yield from strengths(facts, v)
    yield heading("What happens next")
    yield paragraph("We will ask for advice from:")
    yield bullets(facts.advice_from or _always_asked(facts, v), "next_steps")
    yield paragraph("We ask them to reply within six weeks.")
    yield paragraph(
        "You can ask us to get advice from someone else, such as a therapist. You can also tell us if you need help to take"
        f" part. Please tell {who_to_ask(facts)}."
    )
    yield from agreed_steps(facts)
    yield from statutory_dates(facts)
    yield from support_now(facts, v)
    yield from closing(facts)


def _changed(facts: LetterFacts) -> str:
    return "We have changed our decision. " if facts.replaces else ""


def _always_asked(facts: LetterFacts, v: Voice) -> tuple[str, ...]:
    """Whose advice the law always asks for (SEND Regulations 2014 reg 6(1)(a) to (e))."""
    setting = facts.setting or f"{v.own} nursery, school or college, if {v.name} {v.does('go')} to one"
    return ("you", setting, "health services", "an educational psychologist", "social care")


def _not_assess(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    yield strong(
        f"We have decided not to carry out an education, health and care (EHC) needs assessment for {v.name}.",
        "decision",
    )
    yield from _refusal(facts, v)


def _not_issue(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    yield strong(
        f"We have decided not to issue an education, health and care (EHC) plan for {v.name}.", "decision"
    )
    yield from _refusal(facts, v)


def _refusal(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    yield paragraph(
        "We know this may not be the answer you wanted. This letter tells you why, what help there is now, and what you can"
        " do if you do not agree."
    )
    yield from how_decided(facts)
    yield from law_in_full(facts, v)
    yield from our_reasons(facts)
    yield from what_we_read(facts)
    yield from views(facts, v)
    yield from strengths(facts, v)
    yield from planning_meeting(facts, v)
    if facts.outcome is Outcome.NOT_ISSUE:
        yield paragraph(f"You can have a copy of all the advice we gathered. Ask {who_to_ask(facts)}.")
    yield from agreed_steps(facts)
    yield from support_now(facts, v)
    yield from rights(facts)
    yield from new_request(facts, v)
    yield from closing(facts)


def _issue(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    yield strong(
        f"{_changed(facts)}We have decided to issue an education, health and care (EHC) plan for {v.name}.",
        "decision",
    )
    yield from in_place_of(facts)
    yield paragraph(
        f"The plan will say what help {v.name} must get. This letter tells you what happens next."
    )
    yield from how_decided(facts)
    yield from law_in_short(facts, v)
    yield from our_reasons(facts)
    yield from what_we_read(facts)
    yield from views(facts, v)
    yield from strengths(facts, v)
    yield heading("What happens next")
    yield paragraph(_draft_promise(facts))
    yield paragraph("When you have the draft:")
    yield bullets(
        (
            "you have at least 15 days to tell us what you think of it",
            "you can ask us to meet you to talk about it",
            "you can tell us which nursery, school or college you want the plan to name",
            "you can ask about a personal budget",
        ),
        "next_steps",
    )
    yield paragraph(
        "You can appeal against some parts of the final plan. We will tell you how when we send it."
    )
    yield from agreed_steps(facts)
    yield from statutory_dates(facts)
    yield from support_now(facts, v)
    yield from closing(facts)


def _draft_promise(facts: LetterFacts) -> str:
    """A day that has passed is never promised again: it is owned, and the draft comes as soon as it can."""
    if facts.draft_by is None or facts.draft_by < facts.letter_on:
        return "We will send you a draft of the plan as soon as we can. You should have it by now, and we are sorry."
    return f"We will send you a draft of the plan by {in_words(facts.draft_by)}."


_WRITERS: Mapping[Outcome, Callable[[LetterFacts, Voice], Iterable[Block]]] = {
    Outcome.ASSESS: _assess,
    Outcome.NOT_ASSESS: _not_assess,
    Outcome.ISSUE: _issue,
    Outcome.NOT_ISSUE: _not_issue,
}


def _title(facts: LetterFacts, v: Voice) -> str:
    about = "needs assessment" if facts.outcome in {Outcome.ASSESS, Outcome.NOT_ASSESS} else "plan"
    return f"Our decision about an EHC {about} for {v.name}"
