from dataclasses import replace
from datetime import date

import pytest
from django.template.loader import render_to_string

from meetings.letters.blocks import Kind
from meetings.letters.content import letter, missing
from meetings.letters.facts import (
    LimbFound,
    LookedAgain,
    Replaced,
    content_digest,
    dated,
    from_json,
    to_json,
)
from meetings.letters.page import page_context, page_html
from meetings.letters.sections import QUESTIONS
from panel.law.legal import REFUSALS, TESTS, Answer, Outcome
from panel.law.notices import missing_blocks
from panel.platform.policy import Refused
from tests.golden import matches, text_of
from tests.meetings.letters.sample import (
    ASSESS,
    ISSUE,
    LETTER_ON,
    NOT_ASSESS,
    NOT_ISSUE,
    REPLACED,
    all_outcomes,
    to_young_person,
)

BOTH = [(facts, reader) for facts in all_outcomes() for reader in ("parent", "young_person")]
IDS = [f"{facts.outcome}-{reader}" for facts, reader in BOTH]


def for_reader(facts, reader: str):
    return to_young_person(facts) if reader == "young_person" else facts


@pytest.mark.parametrize(("facts", "reader"), BOTH, ids=IDS)
def test_letter_reads_as_its_golden_text(facts, reader: str):
    matches(f"letter_{facts.outcome}_{reader}", text_of(page_html(for_reader(facts, reader))))


@pytest.mark.parametrize("reader", ["parent", "young_person"])
@pytest.mark.parametrize("facts", REPLACED, ids=lambda facts: facts.outcome)
def test_letter_in_the_place_of_a_refusal_reads_as_its_golden_text(facts, reader: str):
    seen = text_of(page_html(for_reader(dated(facts, LETTER_ON), reader)))
    matches(f"letter_{facts.outcome}_replaced_{reader}", seen)


@pytest.mark.parametrize("facts", REPLACED, ids=lambda facts: facts.outcome)
def test_letter_in_the_place_of_a_refusal_is_a_whole_letter_and_calls_itself_late_for_no_first_date(facts):
    made = letter(dated(replace(facts, letter_on=date(2027, 6, 1)), date(2027, 6, 1)))
    assert missing_blocks(facts.outcome, made.codes) == []
    words = "\n".join(block.text for block in made.blocks)
    assert ("That answer no longer counts." in words, "You should have had this letter by" in words) == (
        True,
        False,
    )


@pytest.mark.parametrize("why", list(LookedAgain))
def test_each_cause_of_looking_again_is_told_in_a_sentence_of_its_own(why):
    said = [
        next(
            block.text
            for block in letter(
                replace(REPLACED[0], replaces=Replaced(date(2026, 10, 9), told_you=False, why=one))
            ).blocks[1:]
        )
        for one in LookedAgain
    ]
    assert len(set(said)) == len(LookedAgain)
    assert "Our first answer, of 9 October 2026, was no." in said[list(LookedAgain).index(why)]


def test_facts_without_a_replaced_refusal_keep_the_digest_they_had():
    assert content_digest(replace(ASSESS, replaces=None)) == content_digest(ASSESS)
    assert content_digest(REPLACED[0]) != content_digest(replace(REPLACED[0], replaces=None))
    assert from_json(to_json(REPLACED[1])) == REPLACED[1]


@pytest.mark.parametrize(("facts", "reader"), BOTH, ids=IDS)
def test_letter_carries_every_block_the_law_asks_for(facts, reader: str):
    assert missing_blocks(facts.outcome, letter(for_reader(facts, reader)).codes) == []


@pytest.mark.parametrize(("facts", "reader"), BOTH, ids=IDS)
def test_the_first_block_states_the_decision_in_bold(facts, reader: str):
    first = letter(for_reader(facts, reader)).blocks[0]
    assert (first.kind, first.codes) == (Kind.STRONG, frozenset({"decision"}))


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_only_a_refusal_carries_rights_and_a_planning_meeting(facts):
    written = letter(facts)
    assert any(b.legal for b in written.blocks) is (facts.outcome in REFUSALS)
    assert any("Inclusion Planning Meeting" in b.text for b in written.blocks) is (facts.outcome in REFUSALS)


def test_every_limb_of_every_test_has_its_question_in_both_voices():
    assert set(QUESTIONS) == {(test.version, limb.code) for test in TESTS for limb in test.limbs}


# what a letter cannot do without


@pytest.mark.parametrize(
    ("facts", "change", "what"),
    [
        (NOT_ASSESS, {"address": ("", " ")}, "the address"),
        (NOT_ASSESS, {"recipient": ""}, "who it is addressed to"),
        (NOT_ASSESS, {"reasons": " "}, "the reasons"),
        (
            NOT_ASSESS,
            {"limbs": NOT_ASSESS.limbs[:1]},
            "an answer and reasons for each question of the legal test",
        ),
        (NOT_ASSESS, {"officer": ""}, "the officer who decided and their role"),
        (NOT_ASSESS, {"views_answered": ""}, "an answer to the views that were given"),
        (NOT_ASSESS, {"mediation": None}, "the mediation adviser"),
        (NOT_ISSUE, {"disagreement": None}, "the disagreement resolution service"),
        (NOT_ISSUE, {"tribunal": None}, "the tribunal"),
        (NOT_ASSESS, {"advised": None}, "why there was no panel"),
        (
            NOT_ASSESS,
            {"advised": replace(NOT_ASSESS.advised, outcome=Outcome.ASSESS)},
            "why the decision is not the one the panel advised",
        ),
        (ASSESS, {"sendiass": None}, "the information, advice and support service"),
        (ISSUE, {"draft_by": None}, "the day the draft plan will come"),
    ],
)
def test_a_missing_fact_is_named_and_refuses_the_letter(facts, change, what: str):
    lacking = replace(dated(facts, LETTER_ON), **change)
    assert missing(lacking) == (what,)
    with pytest.raises(Refused) as refused:
        letter(lacking)
    assert (refused.value.code, refused.value.sentence) == (
        "letter_incomplete",
        f"This letter cannot be written yet. Missing: {what}.",
    )


def test_an_undated_refusal_cannot_be_written():
    assert missing(NOT_ASSESS) == ("the last days for mediation and appeal",)


# dates


def test_the_rights_dates_follow_the_day_of_the_letter_and_roll_past_christmas():
    rights = dated(NOT_ASSESS, date(2026, 10, 26)).rights
    assert (rights.mediation_by, rights.appeal_by) == (date(2026, 12, 26), date(2027, 1, 4))


def test_an_agreement_carries_no_rights_dates():
    assert dated(ASSESS, LETTER_ON).rights is None


def test_a_late_letter_says_sorry_and_names_the_day():
    late = letter(dated(NOT_ASSESS, date(2026, 12, 2)))
    said = [b.text for b in late.blocks if "sorry" in b.text]
    assert said == ["You should have had this letter by 1 December 2026. It is late, and we are sorry."]
    assert [b for b in letter(dated(NOT_ASSESS, date(2026, 12, 1))).blocks if "sorry" in b.text] == []


def test_a_statutory_date_that_has_passed_is_said_to_have_passed():
    said = [b.text for b in letter(dated(ISSUE, date(2026, 12, 8))).blocks if "has passed" in b.text]
    assert len(said) == 1


def test_days_that_have_passed_are_never_promised_again():
    late = text_of(page_html(dated(ISSUE, date(2026, 12, 2))))
    assert (
        "We will send you a draft of the plan as soon as we can. You should have it by now, and we are sorry."
        in late
    )
    assert "We want to hold it by" not in text_of(page_html(dated(NOT_ASSESS, date(2026, 12, 16))))


# digest


def test_the_digest_is_of_everything_but_the_letters_date_and_what_follows_from_it():
    first = content_digest(dated(NOT_ASSESS, LETTER_ON))
    assert content_digest(dated(NOT_ASSESS, date(2026, 12, 1))) == first
    assert (
        content_digest(replace(dated(NOT_ASSESS, LETTER_ON), address=("14 Mill Lane", "Wealdham", "WE4 2ZZ")))
        != first
    )
    assert content_digest(replace(dated(NOT_ASSESS, LETTER_ON), reasons="Other reasons.")) != first


def test_a_letter_drafted_before_the_setting_was_kept_has_the_digest_it_had():
    as_then = "cea50abe21b5939bee632112e0e764af8f5f9dde0a67ad676de71b8d443de540"
    (step,) = NOT_ASSESS.steps
    told = replace(NOT_ASSESS, steps=(replace(step, told="We check it"),))
    before = {**to_json(NOT_ASSESS), "steps": [{"what": "Old", "who": "A", "agency": "", "by": "2026-12-11"}]}
    del before["setting"]
    assert [content_digest(facts) for facts in (NOT_ASSESS, replace(NOT_ASSESS, setting=""), told)] == [
        as_then
    ] * 3
    assert (from_json(before).setting, from_json(before).steps[0].reads) == ("", "Old")


def test_the_digest_does_not_depend_on_how_a_name_was_typed():
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    assert content_digest(replace(NOT_ASSESS, child=composed)) == content_digest(
        replace(NOT_ASSESS, child=decomposed)
    )


@pytest.mark.parametrize("facts", all_outcomes(), ids=lambda facts: facts.outcome)
def test_facts_come_back_from_json_as_they_went(facts):
    assert from_json(to_json(facts)) == facts


def test_facts_of_another_shape_are_refused():
    with pytest.raises(KeyError):
        from_json({**to_json(ASSESS), "other_parent": "x"})
    with pytest.raises(TypeError):
        from_json({"child": "Amara"})


# what is typed is printed as typed, and never more


@pytest.mark.parametrize(
    "name",
    ["D’Arcy-Łukasz", "Ŵyn", "عائشة", "N", "李雷", "Zoë", "{{ settings.SECRET_KEY }}", "<b>x</b>", "{name}"],
)
def test_any_name_is_printed_as_it_is_written(name: str):
    html = page_html(replace(dated(NOT_ASSESS, LETTER_ON), child=name, recipient=name))
    assert name in text_of(html)
    assert "<b>x</b>" not in html


def test_markup_in_reasons_is_text_and_line_breaks_make_paragraphs():
    facts = replace(dated(ASSESS, LETTER_ON), reasons="One <img src=x onerror=y>.\n\nTwo {% include 'x' %}.")
    html = page_html(facts)
    assert "<img" not in html
    assert "<p>Two {% include &#x27;x&#x27; %}.</p>" in html


def test_no_answer_is_printed_as_a_blank_when_the_panel_could_not_tell():
    assert "We cannot tell yet." in text_of(page_html(dated(ASSESS, LETTER_ON)))
    assert ASSESS.limbs[1].answer is Answer.CANNOT_TELL


def test_a_letter_without_views_or_papers_says_so_and_invites_them():
    bare = replace(
        dated(NOT_ASSESS, LETTER_ON),
        papers=(),
        family_views="",
        child_views="",
        views_answered="",
        not_available="",
    )
    text = text_of(page_html(bare))
    assert "We read the request. There were no other papers." in text
    assert "We did not have your views when we decided. You can still tell us." in text


@pytest.mark.parametrize("facts", [*all_outcomes(), *REPLACED], ids=lambda facts: facts.outcome)
def test_nobodys_words_are_printed_as_those_of_the_reader(facts):
    said = {
        "family_views": "I fear for her.",
        "child_views": "I like drawing.",
        "views_answered": "We heard.",
    }
    parent, own = (
        text_of(page_html(dated(replace(one, **said), LETTER_ON))) for one in (facts, to_young_person(facts))
    )
    answered = "### How we took this into account\nWe heard.\n"
    assert (
        f"## What the family told us\nI fear for her.\n### What Amara told us\nI like drawing.\n{answered}"
        in parent
    )
    assert (
        f"## What you told us\nI like drawing.\n### What your family told us\nI fear for her.\n{answered}"
        in own
    )


def test_a_young_person_who_said_nothing_is_not_given_the_familys_words():
    said = {"family_views": "I fear for her.", "child_views": ""}
    text = text_of(page_html(replace(to_young_person(dated(NOT_ASSESS, LETTER_ON)), **said)))
    assert (
        "## What you told us\nWe did not have your views when we decided. You can still tell us. Write to or phone Priya Nair.\n"
        "### What your family told us\nI fear for her.\n"
    ) in text


def test_a_letter_never_waits_for_the_planning_meeting_or_for_the_advice_requests_to_be_arranged():
    refusal = text_of(page_html(replace(dated(NOT_ASSESS, LETTER_ON), planning_meeting=None)))
    assert "This is called an Inclusion Planning Meeting. Priya Nair can agree a day with you." in refusal
    agreed = text_of(page_html(replace(dated(ASSESS, LETTER_ON), advice_from=())))
    assert "- an educational psychologist" in agreed


def test_without_a_panel_the_letter_says_so_and_why():
    alone = replace(
        dated(ASSESS, LETTER_ON), advised=None, no_panel_because="No panel sits in the half-term week."
    )
    text = text_of(page_html(alone))
    assert "No panel could meet in time, so we decided without one. This is why:\nNo panel sits in" in text
    assert "A panel gives advice" not in text


def test_clear_agreement_says_that_no_panel_was_asked():
    clear = replace(dated(ASSESS, LETTER_ON), advised=None, fast_tracked=True)
    assert missing(clear) == ()
    text = text_of(page_html(clear))
    assert "The papers made the answer clear, so we decided without asking a panel first." in text
    assert "No panel could meet" not in text


def test_a_departure_from_the_panels_advice_is_told_with_its_reason():
    other = replace(NOT_ASSESS.advised, outcome=Outcome.NOT_ASSESS)
    departed = replace(
        dated(ASSESS, LETTER_ON), advised=other, departs_because="New advice came in on Monday."
    )
    text = text_of(page_html(departed))
    assert "advised us not to carry out an assessment" in text
    assert "The decision is not what the panel advised. This is why:\nNew advice came in on Monday." in text


def test_large_print_is_the_same_text_under_another_class():
    plain, large = dated(ASSESS, LETTER_ON), replace(dated(ASSESS, LETTER_ON), large_print=True)
    assert text_of(page_html(plain)) == text_of(page_html(large))
    assert '<html lang="en-GB" class="large-print">' in page_html(large)


@pytest.mark.parametrize(("facts", "reader"), BOTH, ids=IDS)
def test_the_page_on_screen_says_the_same_words_as_the_paper(facts, reader: str):
    written = letter(for_reader(facts, reader))
    paper = text_of(page_html(written.facts)).split(f"# {written.title}\n")[1]
    screen = text_of(render_to_string("family/_letter_body.html", page_context(written)))
    assert screen.endswith(paper)


def test_the_paper_has_a_language_a_title_and_one_style_sheet_of_ours():
    html = page_html(dated(ASSESS, LETTER_ON))
    assert '<html lang="en-GB">' in html
    assert "<title>Our decision about an EHC needs assessment for Amara</title>" in html
    assert [line.strip() for line in html.splitlines() if "href=" in line or "src=" in line] == [
        '<link rel="stylesheet" href="asset:pdf.css">'
    ]


def test_letter_says_what_restated_dates_are_counted_from():
    restated = replace(ASSESS.dates, counted_from="the tribunal’s order of 2 June 2025")
    said = text_of(page_html(replace(ASSESS, dates=restated)))
    assert "Counted from the tribunal’s order of 2 June 2025" in said
    assert "Counted from the day we received the request" not in said


def test_letter_after_a_change_of_mind_keeps_the_legal_dates_and_adds_those_worked_to():
    both = replace(ASSESS.dates, answer_works_to=date(2027, 3, 1), plan_works_to=date(2027, 4, 5))
    said = text_of(page_html(replace(ASSESS, dates=both)))
    assert "Counted from the day we received the request" in said
    assert (
        "We said no at first and then changed our mind. That does not move the dates above. We work to tell you by 1 March 2027"
        " if we decide not to issue a plan." in said
    )
    assert "If there is to be a plan, we work to send you the final plan by 5 April 2027." in said


# somebody over 18

SAID = "She needs two years for a course that others finish in one."


@pytest.mark.parametrize("facts", [ASSESS, NOT_ASSESS], ids=lambda facts: facts.outcome)
def test_letter_about_somebody_over_18_says_what_was_thought_of_the_time_they_need(facts):
    time = LimbFound("time", None, SAID)
    grown = replace(dated(facts, LETTER_ON), limbs=(*facts.limbs, time))
    assert missing(grown) == ()
    to_self = to_young_person(dated(facts, LETTER_ON))
    own = text_of(page_html(replace(to_self, limbs=(*to_self.limbs, time))))
    asked = (
        "Because you are over 18, the law also asks us to think about whether you need more time than most people of your age to"
        " finish education or training. This is what we thought:"
    )
    assert f"{asked}\n{SAID}" in own
    other = text_of(page_html(grown))
    assert (
        "Because Amara is over 18, the law also asks us to think about whether Amara needs more time" in other
    )
    assert "education or training" not in text_of(page_html(dated(facts, LETTER_ON)))


def test_words_about_the_time_are_no_answer_to_the_test():
    short = replace(dated(NOT_ASSESS, LETTER_ON), limbs=(NOT_ASSESS.limbs[0], LimbFound("time", None, SAID)))
    assert missing(short) == ("an answer and reasons for each question of the legal test",)
