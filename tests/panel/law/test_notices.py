from datetime import date

import pytest

from panel.law.legal import Outcome
from panel.law.notices import (
    CFA_2014,
    MEDIATION,
    Missing,
    Party,
    letter_law,
    missing_blocks,
    must_be_told,
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
