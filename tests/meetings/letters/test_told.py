"""When the family counts as told, by which way a letter goes, and who may look at letters as staff."""

import datetime as dt

import pytest

from meetings.letters.actions import draft_letters, omit_recipient, withdraw_letter
from meetings.letters.freeze import frozen_facts
from meetings.letters.tray import tray
from meetings.models import Letter, Sent
from meetings.queries.home import letter_counts
from panel.models import Case, Membership, current_address
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_paper, make_user
from tests.meetings.day import begin, make_day
from tests.meetings.letters.household import Household, drain, make_decision, make_household

pytestmark = pytest.mark.django_db
TOMORROW = NOW + dt.timedelta(days=1)


@pytest.fixture
def home(db: None) -> Household:
    return make_household()


def told_on(home: Household) -> dt.date | None:
    return Case.objects.get(pk=home.case.pk).assess_notified_on


def test_family_counts_as_told_when_the_last_letter_is_left_out_for_a_reason(home: Household) -> None:
    mothers, _ = home.draft()
    drain()
    home.release(mothers)
    drain()
    assert (Sent.objects.get().letter, told_on(home)) == (mothers, None)
    omit_recipient(
        decision=home.decision, person=home.father, because="He asked for none", by=home.clerk, now=TOMORROW
    )
    assert told_on(home) == TODAY


def test_family_does_not_count_as_told_when_everybody_is_left_out(home: Household) -> None:
    for person in (home.mother, home.father):
        omit_recipient(
            decision=home.decision, person=person, because="Asked for none", by=home.clerk, now=NOW
        )
    assert told_on(home) is None


def test_family_does_not_count_as_told_while_a_parents_letter_is_withdrawn(home: Household) -> None:
    mothers, fathers = home.draft()
    drain()
    home.release(mothers)
    withdraw_letter(letter=fathers, because="To be drafted again", by=home.clerk, now=NOW)
    drain()
    assert (Sent.objects.get().letter, told_on(home)) == (mothers, None)
    drafted = draft_letters(decision=home.decision, by=home.clerk, now=NOW)
    assert [letter.version for letter in drafted.letters] == [1, 2]


def test_letter_to_an_account_that_opens_no_page_is_posted(home: Household) -> None:
    mothers, _ = home.until_released()
    home.mother.refresh_from_db()
    Membership.objects.filter(user=home.mother.user).update(
        starts_on=TODAY - dt.timedelta(days=9), ends_on=TODAY - dt.timedelta(days=1)
    )
    drain()
    assert not Sent.objects.exists()
    assert mothers in {row.letter for row in tray(home.second, NOW).to_post}


def test_letters_of_a_case_one_only_wrote_a_paper_for_are_not_a_coordinators(home: Household) -> None:
    home.draft()
    drain()
    both = make_user("Bo Both", Role.COORDINATOR, Role.PROFESSIONAL)
    make_paper(home.case, by=both)
    assert Case.objects.visible_to(both, NOW).get() == home.case
    assert not Letter.objects.visible_to(both, NOW).exists()
    assert tray(both, NOW).empty
    assert not letter_counts(both, NOW).any
    Case.objects.filter(pk=home.case.pk).update(coordinator=both)
    assert (Letter.objects.visible_to(both, NOW).count(), len(tray(both, NOW).to_release)) == (2, 2)


def test_letter_about_a_decision_without_a_panel_names_the_papers_the_officer_had() -> None:
    item = begin(make_day()).items[0]
    make_paper(item.case, "Request form")
    decision = make_decision(item.case, item=item, decided_at=NOW, entered_at=NOW)
    tie = item.case.child.family.get()
    address = current_address(tie.person, TODAY)
    assert address is not None
    facts = frozen_facts(decision, tie, address, TODAY)
    assert [paper.title for paper in facts.papers] == ["Request form"]
