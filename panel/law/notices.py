"""What each outcome letter must contain and who must be told, with the law that asks for it. Pure.

Letters are checked by their blocks, never by searching free text. A refusal without one of its blocks leaves the family's time
to appeal open, so nothing here is optional. Reform is added as a further `LetterLaw`, chosen by the day of the request.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from panel.law.legal import Outcome, Stage


class Party(StrEnum):
    """Who must be told of an outcome."""

    FAMILY = "family"
    HEALTH = "health"
    SOCIAL_CARE = "social_care"
    SETTING = "setting"


PARTY_LABELS: Mapping[Party, str] = {
    Party.FAMILY: "The child’s parent, or the young person",
    Party.HEALTH: "The responsible commissioning body (the integrated care board)",
    Party.SOCIAL_CARE: "The authority’s social care officers",
    Party.SETTING: "The head or principal, or the early years lead for special educational needs",
}


# As minutes and lists call those bodies that have no account: the clerk tells them.
BODIES: Mapping[Party, str] = {
    Party.HEALTH: "The integrated care board",
    Party.SOCIAL_CARE: "The authority’s social care",
}


# The regulation of 2014 under which those bodies have notice of an answer to each question.
_NOTICE_UNDER: Mapping[Stage, str] = {Stage.ASSESS: "5(2)", Stage.ISSUE: "10(2)"}


def notice_under(stages: AbstractSet[Stage]) -> str:
    """`regulations 5(2) and 10(2)`: under what health or social care has notice of the answers to these questions; one at least."""
    under = [regulation for stage, regulation in _NOTICE_UNDER.items() if stage in stages]
    return f"regulation{'s' if len(under) > 1 else ''} {' and '.join(under)}"


@dataclass(frozen=True, slots=True)
class Block:
    """A part every letter of the outcome has: `what` completes the sentence "The letter must say ..."."""

    code: str
    what: str
    authority: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A block the letter lacks, and the sentence that says so."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LetterLaw:
    """The content and addressees of the four outcome letters for requests received from `effective_from`."""

    version: str
    effective_from: date
    blocks: Mapping[Outcome, tuple[Block, ...]]
    parties: Mapping[Outcome, tuple[Party, ...]]


# Regulation 32: what a notice of an appealable decision says about mediation. All six, or none of them counts.
MEDIATION = (
    Block("mediation_right", "that the family may ask for mediation", "reg 32; s53 and s54"),
    Block("mediation_certificate", "that an appeal needs a mediation certificate first", "reg 32; s55"),
    Block("mediation_adviser", "how to reach the mediation adviser", "reg 32"),
    Block("mediation_timescales", "by when to ask for mediation, as a date", "reg 32; reg 33"),
    Block(
        "mediation_tell_us",
        "that the family tells the authority if it wants mediation, about what, and what health provision it wants",
        "reg 32",
    ),
    Block("mediation_contact", "who acts for the authority in mediation and how to reach them", "reg 32"),
)


def _rights(regulation: str) -> tuple[Block, ...]:
    return (
        Block("appeal_right", "that the family may appeal to the tribunal", regulation),
        Block(
            "appeal_time_limit",
            "by when to appeal, as a date, and the month from the certificate in words",
            f"{regulation}; HESC Rules r20",
        ),
        *MEDIATION,
        Block("disagreement_resolution", "how disagreements can be resolved without a tribunal", regulation),
        Block("sendiass", "where free and impartial information and advice is given", regulation),
    )


CFA_2014 = LetterLaw(
    version="cfa2014",
    effective_from=date(2014, 9, 1),
    blocks={
        Outcome.ASSESS: (
            Block("decision", "that a needs assessment will be made", "reg 5(1)"),
            Block("next_steps", "what happens next, who does it and by when", "reg 5(1); reg 9"),
            Block("named_contact", "whom the family can speak to", "reg 5(1); reg 9"),
            Block("sendiass", "where free and impartial information and advice is given", "s32; reg 9"),
        ),
        Outcome.NOT_ASSESS: (
            Block("decision", "that no needs assessment will be made", "s36(5); reg 5(1)"),
            Block("reasons", "the reasons, about this child and on each limb of s36(8)", "s36(5)"),
            *_rights("reg 5(3)"),
        ),
        Outcome.ISSUE: (
            Block("decision", "the outcome of the assessment and that a plan will be prepared", "s36(9)"),
            Block("reasons", "the reasons, about this child and on s37(1)", "s36(9)"),
            Block(
                "next_steps", "when the draft plan comes and that there are 15 days to answer it", "reg 13(1)"
            ),
        ),
        Outcome.NOT_ISSUE: (
            Block(
                "decision", "the outcome of the assessment and that no plan will be made", "s36(9); reg 10(1)"
            ),
            Block("reasons", "the reasons, about this child and on s37(1)", "s36(9); reg 10(1)"),
            *_rights("reg 10(3)"),
            Block(
                "health_and_care_recommendations",
                "that the tribunal may also make recommendations on health and social care",
                "SEND (First-tier Tribunal Recommendations Power) Regulations 2017",
            ),
        ),
    },
    parties={
        # reg 5(2) with reg 4(2)
        Outcome.ASSESS: (Party.FAMILY, Party.HEALTH, Party.SOCIAL_CARE, Party.SETTING),
        Outcome.NOT_ASSESS: (Party.FAMILY, Party.HEALTH, Party.SOCIAL_CARE, Party.SETTING),
        # s36(9): the others learn of a plan through the final plan itself, reg 13(2)
        Outcome.ISSUE: (Party.FAMILY,),
        # reg 10(2): the commissioning body and the person named in reg 4(2)(c) or (d)
        Outcome.NOT_ISSUE: (Party.FAMILY, Party.HEALTH, Party.SETTING),
    },
)
LETTER_LAWS: tuple[LetterLaw, ...] = (CFA_2014,)


def letter_law(received_on: date) -> LetterLaw:
    """What governs the letters on a request received on `received_on`; the oldest for anything earlier still."""
    begun = [law for law in LETTER_LAWS if law.effective_from <= received_on]
    return max(begun, key=lambda law: law.effective_from, default=LETTER_LAWS[0])


def required_blocks(outcome: Outcome, *, law: LetterLaw = CFA_2014) -> tuple[Block, ...]:
    """Every block the letter must have, in reading order."""
    return law.blocks[outcome]


def must_be_told(outcome: Outcome, *, law: LetterLaw = CFA_2014) -> tuple[Party, ...]:
    """Everyone who must have notice of the outcome, the family first."""
    return law.parties[outcome]


@dataclass(frozen=True, slots=True)
class Owed:
    """The outcomes of which a party must have notice, for requests received from `begins` on and before `ends`; None: no such day."""

    outcomes: frozenset[Outcome]
    begins: date | None
    ends: date | None


def owed_to(party: Party, laws: Sequence[LetterLaw] = LETTER_LAWS) -> tuple[Owed, ...]:
    """Of which outcomes `party` must have notice, in the spans of the laws, oldest first; the first reaches back without end."""
    by_day = sorted(laws, key=lambda law: law.effective_from)
    ends = [law.effective_from for law in by_day[1:]]
    return tuple(
        Owed(
            frozenset(outcome for outcome, parties in law.parties.items() if party in parties),
            law.effective_from if number else None,
            end,
        )
        for number, (law, end) in enumerate(zip(by_day, [*ends, None], strict=True))
    )


def missing_blocks(
    outcome: Outcome, present: AbstractSet[str], *, law: LetterLaw = CFA_2014
) -> list[Missing]:
    """The blocks a letter lacks, in reading order; `present` holds the codes of its blocks. Empty: the letter is complete."""
    return [
        Missing(block.code, f"The letter must say {block.what} ({block.authority}).")
        for block in required_blocks(outcome, law=law)
        if block.code not in present
    ]
