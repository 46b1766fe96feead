"""Looking again at a refusal by screen: begun, agreed or left to stand, both decisions shown, the letter drafted like any other."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.actions.decide import record_decision
from meetings.actions.set_aside import propose_set_aside
from meetings.letters.tray import tray
from meetings.models import Decision, Reconsidered
from meetings.queries.home import letter_counts
from meetings.rules.reconsidering import NOT_SET_ASIDE
from panel.actions.clocks import record_clock_event
from panel.law.legal import Outcome, Stage
from panel.law.words import in_words
from panel.models import Case
from panel.platform.policy import Refused
from tests.meetings.day import REASONS, Day, after, heard, make_day
from tests.meetings.views.client import as_, boxes, words

pytestmark = pytest.mark.django_db


def refused() -> tuple[Day, Case]:
    day = make_day(1, at=timezone.now().replace(microsecond=0) - dt.timedelta(days=20))
    Case.objects.update(received_on=timezone.localdate() - dt.timedelta(weeks=6))
    heard(day, Outcome.NOT_ASSESS)
    item = day.items[0]
    item.case.refresh_from_db()
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.NOT_ASSESS,
        by=day.officer,
        now=after(day, 10),
    )
    Case.objects.update(assess_notified_on=timezone.localdate() - dt.timedelta(days=10))
    return day, Case.objects.get()


def url(name: str, case: Case) -> str:
    return reverse(f"decision.{name}", args=[case.public_id])


def typed(**more: str) -> dict[str, Any]:
    return {
        **boxes("decided_on", timezone.localdate()),
        "delegation_reference": "SEND 4.2",
        "limbs-a_answer": "yes",
        "limbs-a_reasons": "She speaks in single words.",
        "limbs-b_answer": "yes",
        "limbs-b_reasons": "The new report says support has not been enough.",
        "reasons": REASONS,
        **more,
    }


def begun() -> tuple[Day, Case, Any]:
    day, case = refused()
    officer = as_(day.officer)
    officer.post(url("reconsider", case), {"cause": "evidence", "because": "A new report came in."})
    return day, case, officer


def test_officer_begins_from_the_case_and_agrees_after_all() -> None:
    day, case = refused()
    officer = as_(day.officer)
    assert "Look again at the refusal" in words(officer.get(reverse("case.view", args=[case.public_id])))
    answer = officer.post(
        url("reconsider", case), {"cause": "evidence", "because": "A new report came in."}, follow=True
    )
    assert "New evidence: A new report came in." in words(answer)
    assert "Let the refusal stand" in words(answer)
    page = words(officer.get(reverse("case.view", args=[case.public_id])))
    assert "No outcome yet: the officer still has to agree, or say that the refusal stands." in page
    help_now = {"support_meanwhile": "The speech group goes on."}
    answer = officer.post(url("reconsider_agree", case), {**typed(), **help_now}, follow=True)
    seen = words(answer)
    assert "Decided. The refusal is kept, and this decision stands in its place." in seen
    assert "The refusal it takes the place of Do not assess" in seen
    assert "The speech group goes on." in seen
    assert "The family to be told of the new answer" in seen
    refusal = Decision.objects.get(outcome="not_assess")
    old = words(officer.get(reverse("decision.view", args=[refusal.public_id])))
    assert "A later decision took its place." in old
    assert "New decision: assess" in old
    page = words(officer.get(reverse("case.view", args=[case.public_id])))
    assert "On looking again, a later decision took its place." in page
    assert page.count("Decided on") == 2
    letters = as_(day.clerk).get(
        reverse("letter.draft", args=[Decision.objects.get(outcome="assess").public_id])
    )
    assert "Draft again whatever has changed" in words(letters)


def agreed() -> tuple[Day, Case, Decision]:
    day, case, officer = begun()
    officer.post(url("reconsider_agree", case), typed())
    return day, Case.objects.get(), Decision.objects.get(outcome="assess")


def test_letter_waits_in_the_tray_until_the_family_knows() -> None:
    day, case, _ = agreed()
    clerk = as_(day.clerk)
    page = words(clerk.get(reverse("letter.list")))
    assert case.reference in page
    first = in_words(Case.objects.get().assess_notified_on)  # type: ignore[arg-type]
    assert f"As soon as you can the first answer went on {first}" in page
    assert "1 decision without a letter" in words(clerk.get(reverse("home.view")))
    made = reverse("letter.draft", args=[Decision.objects.get(outcome="assess").public_id])
    assert f"The first answer went on {first}; tell of this one as soon as you can." in words(clerk.get(made))
    assert letter_counts(day.clerk, timezone.now()).to_draft == 1
    now = timezone.now()
    record_clock_event(
        case=case, kind="told", about="assess", on=timezone.localdate(now), by=day.clerk, now=now
    )
    assert case.reference not in words(clerk.get(reverse("letter.list")))
    assert not letter_counts(day.clerk, now).any


def test_letter_of_a_case_closed_to_a_clerk_is_not_in_her_tray() -> None:
    day, _, _ = agreed()
    Case.objects.update(restricted=True)
    seen = tray(day.clerk, timezone.now())
    assert (seen.to_draft, seen.blocked) == ((), ())
    assert letter_counts(day.clerk, timezone.now()).to_draft == 0


def test_agreement_that_replaced_a_refusal_says_why_it_is_not_set_aside() -> None:
    day, case, made = agreed()
    page = words(as_(day.officer).get(reverse("decision.view", args=[made.public_id])))
    assert "This was entered in error" not in page
    assert "do not write to the family yet" in page
    now = timezone.now()
    with pytest.raises(Refused) as no:
        propose_set_aside(decision=made, reason="The wrong child", by=day.officer, now=now)
    assert (no.value.code, no.value.sentence) == ("reconsidered", NOT_SET_ASIDE)
    record_clock_event(
        case=case, kind="told", about="assess", on=timezone.localdate(now), by=day.clerk, now=now
    )
    with pytest.raises(Refused) as no:
        propose_set_aside(decision=made, reason="The wrong child", by=day.officer, now=now)
    assert in_words(timezone.localdate(now)) in no.value.sentence
    page = words(as_(day.officer).get(reverse("decision.view", args=[made.public_id])))
    assert "do not write to the family yet" not in page


def test_refusal_stands_and_says_why() -> None:
    _, case, officer = begun()
    answer = officer.post(
        url("reconsider_stands", case), {"stands_because": "The report says the same."}, follow=True
    )
    assert "The refusal stands: The report says the same." in words(answer)
    assert Reconsidered.objects.get().decision is None


def test_what_was_typed_is_kept_beside_what_is_missing() -> None:
    day, case = refused()
    officer = as_(day.officer)
    answer = officer.post(url("reconsider", case), {"because": "A new report came in."})
    assert (answer.status_code, "A new report came in." in words(answer)) == (422, True)
    officer.post(url("reconsider", case), {"cause": "mediation", "because": "They agreed in mediation."})
    answer = officer.post(url("reconsider_agree", case), typed())
    assert answer.status_code == 422
    assert "The agreement made in mediation is not on the case yet" in words(answer)
    assert "She speaks in single words." in answer.content.decode()


def test_nothing_to_look_at_and_nothing_begun() -> None:
    day = make_day(1)
    case = day.items[0].case
    officer = as_(day.officer)
    answer = officer.get(url("reconsider", case))
    assert (answer.status_code, "No refusal stands on this case" in words(answer)) == (409, True)
    for name in ("reconsider_agree", "reconsider_stands"):
        answer = officer.get(url(name, case))
        assert (answer.status_code, answer.url) == (302, url("reconsider", case))


def test_clerk_is_not_shown_the_way() -> None:
    day, case = refused()
    assert "Look again" not in words(as_(day.clerk).get(reverse("case.view", args=[case.public_id])))
    assert as_(day.clerk).get(url("reconsider", case)).status_code == 403


def test_cause_whose_event_is_not_on_the_case_says_so_at_once_who_records_it_and_the_way_back() -> None:
    day, case = refused()
    officer = as_(day.officer)
    officer.post(url("reconsider", case), {"cause": "mediation", "because": "It was settled in mediation."})
    for name in ("reconsider", "reconsider_agree"):
        page = words(officer.get(url(name, case)))
        assert "The agreement made in mediation is not on the case yet" in page
        assert "The clerk or the case’s coordinator records it there first." in page
        assert "say that the wrong reason was chosen, and begin again" in page
    assert url("reconsider_agree", case) not in officer.get(url("reconsider", case)).content.decode()
    officer.post(
        url("reconsider_stands", case), {"stands_because": "The wrong reason was chosen when it was begun."}
    )
    officer.post(url("reconsider", case), {"cause": "evidence", "because": "A new report came in."})
    page = officer.get(url("reconsider", case))
    assert "is not on the case yet" not in words(page)
    assert url("reconsider_agree", case) in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"limbs-a_answer": ""}, "Answer “Does the child or young person have, or might they have, special"),
        ({"limbs-b_reasons": ""}, "Give the reasons for “yes” to “Might it be necessary for"),
        ({"limbs-b_answer": "no"}, "leads to no agreement. Change the answer, or let the refusal stand."),
    ],
)
def test_agreement_after_all_names_its_questions_and_no_outcome_to_choose(
    changed: dict[str, str], said: str
) -> None:
    _, case, officer = begun()
    page = words(officer.post(url("reconsider_agree", case), typed(**changed)))
    assert said in page
    assert [one in page for one in ("limb (", "before choosing", "In a refusal")] == [False] * 3
