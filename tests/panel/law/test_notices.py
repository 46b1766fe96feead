from datetime import date

import pytest

from panel.law.legal import Outcome, Stage
from panel.law.notices import (
    BODIES,
    CFA_2014,
    MEDIATION,
    LetterLaw,
    Missing,
    Owed,
    Party,
    letter_law,
    missing_blocks,
    must_be_told,
    notice_under,
    owed_to,
    required_blocks,
)

MEDIATION_CODES = [
    "mediation_right",
    "mediation_certificate",
    "mediation_adviser",
    "mediation_timescales",
    "mediation_tell_us",
    "mediation_contact",
]
RIGHTS = ["appeal_right", "appeal_time_limit", *MEDIATION_CODES, "disagreement_resolution", "sendiass"]


@pytest.mark.parametrize(
    ("outcome", "codes"),
    [
        (Outcome.ASSESS, ["decision", "next_steps", "named_contact", "sendiass"]),
        (Outcome.NOT_ASSESS, ["decision", "reasons", *RIGHTS]),
        (Outcome.ISSUE, ["decision", "reasons", "next_steps"]),
        (Outcome.NOT_ISSUE, ["decision", "reasons", *RIGHTS, "health_and_care_recommendations"]),
    ],
)
def test_each_letter_has_its_blocks(outcome, codes):
    assert [block.code for block in required_blocks(outcome)] == codes
    assert [missing.code for missing in missing_blocks(outcome, set())] == codes
    assert missing_blocks(outcome, {*codes, "what_we_read"}) == []


@pytest.mark.parametrize("outcome", [Outcome.NOT_ASSESS, Outcome.NOT_ISSUE])
@pytest.mark.parametrize("code", RIGHTS)
def test_a_refusal_lacking_any_one_right_is_told_which(outcome, code):
    present = {block.code for block in required_blocks(outcome)} - {code}
    assert [missing.code for missing in missing_blocks(outcome, present)] == [code]


def test_a_missing_block_names_what_and_why():
    present = {block.code for block in required_blocks(Outcome.NOT_ASSESS)} - {"reasons"}
    assert missing_blocks(Outcome.NOT_ASSESS, present) == [
        Missing(
            "reasons",
            "The letter must say the reasons, about this child and on each limb of s36(8) (s36(5)).",
        )
    ]


@pytest.mark.parametrize(
    ("outcome", "parties"),
    [
        (Outcome.ASSESS, (Party.FAMILY, Party.HEALTH, Party.SOCIAL_CARE, Party.SETTING)),
        (Outcome.NOT_ASSESS, (Party.FAMILY, Party.HEALTH, Party.SOCIAL_CARE, Party.SETTING)),
        (Outcome.ISSUE, (Party.FAMILY,)),
        (Outcome.NOT_ISSUE, (Party.FAMILY, Party.HEALTH, Party.SETTING)),
    ],
)
def test_who_is_told(outcome, parties):
    assert must_be_told(outcome) == parties


def test_law_is_chosen_by_request_date_and_every_block_names_its_source():
    assert letter_law(date(2026, 1, 1)) is CFA_2014
    assert letter_law(date(2010, 1, 1)) is CFA_2014
    assert len(MEDIATION) == 6
    assert all(block.authority for blocks in CFA_2014.blocks.values() for block in blocks)


def test_what_a_party_is_owed_follows_the_law_of_the_day_of_the_request():
    assert owed_to(Party.HEALTH) == (
        Owed(frozenset({Outcome.ASSESS, Outcome.NOT_ASSESS, Outcome.NOT_ISSUE}), None, None),
    )
    assert owed_to(Party.SOCIAL_CARE)[0].outcomes == {Outcome.ASSESS, Outcome.NOT_ASSESS}
    reformed = LetterLaw("later", date(2029, 9, 1), CFA_2014.blocks, {Outcome.ISSUE: (Party.HEALTH,)})
    assert owed_to(Party.HEALTH, (reformed, CFA_2014)) == (
        Owed(frozenset({Outcome.ASSESS, Outcome.NOT_ASSESS, Outcome.NOT_ISSUE}), None, date(2029, 9, 1)),
        Owed(frozenset({Outcome.ISSUE}), date(2029, 9, 1), None),
    )


@pytest.mark.parametrize("body", BODIES)
def test_every_body_the_clerk_tells_is_owed_something_and_is_neither_family_nor_setting(body):
    assert body not in {Party.FAMILY, Party.SETTING}
    assert all(span.outcomes for span in owed_to(body))


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ({Stage.ASSESS}, "regulation 5(2)"),
        ({Stage.ISSUE}, "regulation 10(2)"),
        ({Stage.ISSUE, Stage.ASSESS}, "regulations 5(2) and 10(2)"),
    ],
)
def test_sheet_names_the_regulation_of_the_questions_it_answers(stages: set[Stage], said: str) -> None:
    assert notice_under(stages) == said
