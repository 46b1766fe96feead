"""The rights a refusal letter must state: mediation, appeal, disagreement resolution, a new request.

Fixed wording, changed only with the law: SEND Regulations 2014 reg 5(3) and 10(3), reg 32(a) to (f); Tribunal Procedure (HESC)
Rules r20 for the dates. The dates are those of this letter, in words (law.md 2.8).
"""

from collections.abc import Iterable

from meetings.letters.blocks import (
    Block,
    Voice,
    bullets,
    contact,
    heading,
    legal,
    paragraph,
    strong,
    subheading,
    written,
)
from meetings.letters.facts import LetterFacts
from panel.law.legal import Outcome
from panel.law.words import in_words


def rights(facts: LetterFacts) -> tuple[Block, ...]:
    """If the reader does not agree: everything reg 32 lists, the appeal with its last day, disagreement resolution."""
    return legal((*_appeal(facts), *_mediation(facts), *_disagreement(facts)))


def _appeal(facts: LetterFacts) -> Iterable[Block]:
    if facts.rights is None or facts.tribunal is None:
        return
    yield heading("If you do not agree")
    yield strong("You have the right to appeal against this decision.", "appeal_right")
    yield paragraph(
        f"You appeal to the {facts.tribunal.name}. It is independent of us. Before you can appeal you must have a mediation"
        " certificate. You get one from a mediation adviser, and you do not have to take part in mediation to get it.",
        "mediation_certificate",
    )
    yield paragraph("These are the time limits:")
    adviser_by, appeal_by = in_words(facts.rights.mediation_by), in_words(facts.rights.appeal_by)
    yield bullets(
        (
            f"contact the mediation adviser by {adviser_by}, two months after the date of this letter",
            f"the tribunal must receive your appeal by {appeal_by}, or within one month of your certificate if that is later",
        ),
        "appeal_time_limit",
    )
    if facts.outcome is Outcome.NOT_ISSUE:
        yield paragraph(
            "In the same appeal you can ask the tribunal to look at health and social care as well. It can make"
            " recommendations about health and social care needs and provision.",
            "health_and_care_recommendations",
        )
    yield contact(facts.tribunal)


def _mediation(facts: LetterFacts) -> Iterable[Block]:
    if facts.mediation is None or facts.contact is None or facts.rights is None:
        return
    yield subheading("Mediation")
    yield paragraph(
        "You have the right to ask for mediation about this decision (sections 53 and 54 of the Children and Families Act"
        " 2014). In mediation somebody neutral helps you and us to look for an agreement. It is free.",
        "mediation_right",
    )
    yield paragraph("The mediation adviser is:")
    yield contact(facts.mediation, "mediation_adviser")
    yield paragraph(
        f"Contact the adviser by {in_words(facts.rights.mediation_by)}. If you do not want mediation, tell the adviser, who"
        " will then send you the certificate within three working days. If you do want it, we must arrange it within 30 days"
        " of your telling us, and you get the certificate afterwards.",
        "mediation_timescales",
    )
    yield paragraph("If you want mediation, you must tell us:")
    yield bullets(
        (
            "that you want it",
            "what you want to talk about there (the mediation issues)",
            "if you want health care provision to be made, what provision that is",
        ),
        "mediation_tell_us",
    )
    yield paragraph(f"The person who acts for {facts.authority} is:")
    yield contact(facts.contact, "mediation_contact")


def _disagreement(facts: LetterFacts) -> Iterable[Block]:
    if facts.disagreement is None:
        return
    yield subheading("Disagreement resolution")
    yield paragraph(
        "There is also a service that helps families and authorities to settle disagreements. You may use it or not. Using"
        " it does not change your right to mediation or to appeal, or any time limit.",
    )
    yield contact(facts.disagreement, "disagreement_resolution")


def new_request(facts: LetterFacts, v: Voice) -> Iterable[Block]:
    """That anybody entitled may ask again, at any time; what would help is offered, never asked for."""
    yield heading("You can ask again")
    yield paragraph("You can make a new request at any time. This decision does not stop you.")
    if facts.would_help.strip():
        yield paragraph(
            f"This would help us to understand what {v.name} {v.does('need')}. You do not have to send it:"
        )
        yield from written(facts.would_help)
