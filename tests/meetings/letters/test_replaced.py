"""The letter of an agreement that takes the place of a refusal: whose day it names, why it says, and what ends it."""

import datetime as dt

import pytest

from meetings.actions.reconsider import agree_on_reconsideration, start_reconsideration
from meetings.letters.content import letter
from meetings.letters.facts import LookedAgain, Replaced
from meetings.letters.freeze import frozen_facts
from meetings.letters.sending import print_again, record_posted
from meetings.letters.tray import tray
from meetings.models import Reconsidered
from meetings.queries.home import letter_counts
from meetings.rules.reconsidering import Cause
from panel.actions.clocks import record_clock_event
from panel.models import Case, CaseState, Person, current_address
from tests.make import NOW, TODAY
from tests.meetings.day import REASONS, YES
from tests.meetings.letters.household import Household, drain, make_household, make_parent_of

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=20)


def case_of(home: Household) -> Case:
    return Case.objects.get(pk=home.case.pk)


def begin(home: Household, cause: Cause = Cause.EVIDENCE) -> None:
    Case.objects.filter(pk=home.case.pk).update(state=CaseState.NOT_ASSESSED)
    start_reconsideration(
        case=case_of(home), cause=cause, because="A new report came.", by=home.decision.by, now=LATER
    )


def agree(home: Household) -> Reconsidered:
    return agree_on_reconsideration(
        case=case_of(home), answers=YES, reasons=REASONS, by=home.decision.by, now=LATER
    )


def refused_and_told() -> Household:
    home = make_household()
    Case.objects.filter(pk=home.case.pk).update(assess_notified_on=TODAY)
    return home


def replaced(home: Household, ended: Reconsidered, person: Person) -> tuple[Replaced | None, str]:
    """What the letter to somebody rests on, and what it says."""
    on = LATER.date()
    facts = frozen_facts(ended.decision, home.tie(person), current_address(person, on), on)
    return facts.replaces, "\n".join(block.text for block in letter(facts).blocks)


def test_each_parent_reads_the_day_of_their_own_letter() -> None:
    home = make_household()
    home.until_released(NOW)
    drain(NOW)
    four = NOW + dt.timedelta(days=4)
    print_again(letter=home.letter_to(home.father), by=home.clerk, now=four)
    drain(four)
    record_posted(letter=home.letter_to(home.father), by=home.clerk, now=four, posted_on=four.date())
    begin(home)
    ended = agree(home)
    days = [replaced(home, ended, one)[0].told_on for one in (home.mother, home.father)]
    assert days == [TODAY, four.date()]
    assert "On 23 November 2026 we told you that our answer was no." in replaced(home, ended, home.mother)[1]


def test_somebody_who_had_no_letter_is_not_said_to_have_been_told() -> None:
    home = refused_and_told()
    carer = make_parent_of(home.case.child, "Newell", "1 New Road", "ZZ9 9ZZ")
    begin(home)
    facts, words = replaced(home, agree(home), carer)
    assert facts == Replaced(TODAY, told_you=False, why=LookedAgain.EVIDENCE)
    assert "Our first answer, of 23 November 2026, was no." in words
    assert "we told you" not in words


@pytest.mark.parametrize(
    ("kind", "about", "why"),
    [
        ("tribunal_order", "assess", LookedAgain.TRIBUNAL),
        ("mediation_agreement", "assess", LookedAgain.MEDIATION),
        ("unopposed", "refusal_to_assess", LookedAgain.UNOPPOSED),
    ],
)
def test_what_reopened_the_case_says_why_and_not_what_was_said_before_it(
    kind: str, about: str, why: LookedAgain
) -> None:
    home = refused_and_told()
    begin(home)
    record_clock_event(case=case_of(home), kind=kind, about=about, on=LATER.date(), by=home.clerk, now=LATER)
    assert replaced(home, agree(home), home.mother)[0].why is why


def test_every_cause_of_looking_again_has_its_words() -> None:
    assert {str(cause) for cause in Cause} <= {str(why) for why in LookedAgain}


def take_back(home: Household, ended: Reconsidered) -> None:
    record_clock_event(
        case=case_of(home), kind="error", on=LATER.date(), supersedes=ended.event, by=home.clerk, now=LATER
    )


def test_agreement_whose_event_was_taken_back_waits_for_no_letter_and_can_be_looked_at_again() -> None:
    home = refused_and_told()
    begin(home)
    first = agree(home)
    record_clock_event(
        case=case_of(home), kind="told", about="assess", on=LATER.date(), by=home.clerk, now=LATER
    )
    take_back(home, first)
    assert tray(home.clerk, LATER).to_draft == ()
    assert letter_counts(home.clerk, LATER).to_draft == 0
    begin(home, Cause.CONCESSION)
    second = agree(home)
    assert second.decision.supersedes == first.decision
    assert [row.decision for row in tray(home.clerk, LATER).to_draft] == [second.decision]
    assert letter_counts(home.clerk, LATER).to_draft == 1
