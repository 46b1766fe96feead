"""How a letter speaks: to the young person as “you”, of the setting by its name, of the officer by their role."""

from dataclasses import replace
from datetime import date

import pytest

from meetings.letters.content import letter
from meetings.letters.facts import LimbFound, Step, dated
from meetings.letters.page import page_html
from tests.golden import text_of
from tests.meetings.letters.sample import ASSESS, LETTER_ON, all_outcomes, to_young_person


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_a_letter_to_the_young_person_never_speaks_of_your_child_or_by_name_in_our_words(facts):
    ours = [b for b in letter(to_young_person(facts)).blocks if not b.own_words]
    said = " ".join([b.text for b in ours] + [item for b in ours for item in b.items])
    assert "Amara" not in said
    assert "your child" not in said.lower()


# Everything a letter may say of its own beside the usual: a step of ours, a place at risk, a reader over 18, a correction.
SELDOM = {
    "setting": "",
    "steps": (Step("Ours", "Priya Nair", "", date(2026, 12, 11), told="We ask for advice"),),
    "lead_professional": "Andy Adviser",
    "lead_contact_by": date(2026, 12, 1),
    "corrects_letter_of": date(2026, 11, 20),
    "corrects": "The day was wrong.",
    "would_help": "Another report.",
    "advice_from": (),
    "fast_tracked": True,
}


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_no_seldom_sentence_of_ours_speaks_to_the_young_person_by_name_or_of_the_family(facts):
    limbs = (*facts.limbs, LimbFound("time", None, "Two years more."))
    told = replace(to_young_person(replace(facts, limbs=limbs)), **SELDOM)
    made = letter(told)
    ours = [b for b in made.blocks if not b.own_words]
    said = [made.title, *(word for b in ours for word in (b.text, *b.items, *b.head, *sum(b.rows, ())))]
    assert "We ask for advice" in said
    assert [line for line in said if "Amara" in line or "the family" in line] == []


@pytest.mark.parametrize("reader", [replace, to_young_person], ids=["parent", "young_person"])
def test_the_setting_is_named_where_it_is_known_and_only_else_is_asked_after(reader):
    for facts in all_outcomes():
        known, unknown = (
            text_of(page_html(reader(replace(facts, setting=name)))) for name in ("Elm Primary School", "")
        )
        named = "Talk to the special educational needs co-ordinator (SENCO) at Elm Primary School."
        assert (named in known, "to a nursery, school or college" in known) == (True, False)
        assert (named in unknown, "to a nursery, school or college, talk to its" in unknown) == (False, True)


def test_the_officers_role_is_small_inside_a_sentence_and_begins_its_own_line_with_a_capital():
    lines = text_of(page_html(dated(ASSESS, LETTER_ON))).splitlines()
    assert [line for line in lines if "officer" in line.lower()] == [
        "Maria Lopez (designated officer) made the decision for Wealdshire County Council on 24 November 2026.",
        "Designated officer",
    ]
