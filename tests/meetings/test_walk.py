"""Random walks through a panel day: whatever is pressed in whatever order, no illegal state is stored.

Each step is one verb by one person with any input, legal or not. What a rule refuses must change nothing; what it lets pass is
held against invariants that are counted here from the rows alone, not by the code under test.
"""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import transaction

from meetings.actions.attendance import except_from_item, leave, return_
from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict, name_deputy
from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.live import (
    close_meeting,
    open_meeting,
    pause_item,
    start_item,
    withdraw_item,
)
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.actions.officer import send_back
from meetings.actions.recommend import record_recommendation, set_aside_recommendation
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.decisions import DeferralReason
from meetings.models import (
    AgendaItem,
    Conflict,
    Decision,
    Deferral,
    Minutes,
    MinutesSignature,
    Recommendation,
)
from meetings.quorum import ConflictKind, Effect
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.law.reasons import Coded
from panel.models import CaseState, Denial
from panel.platform.policy import Refused
from tests.make import NOW
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.counted import KEPT, barred, digest_of, everything, voters_there
from tests.meetings.day import CARD, Day, assessed_case, list_cases, make_day, sit_down

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

PEOPLE = ("chair", "vice", "psychologist", "nurse", "social", "head", "clerk", "officer")
ON_THE_ROSTER = ("chair", "vice", "psychologist", "nurse", "social", "head")
T = TypeVar("T")
WORDS = (
    "He is far behind in speech, two terms of help in a small group have not closed the gap, and his frustration now keeps him"
    " out of lessons most mornings. School and therapist agree on what has been tried and on what it did not change, his"
    " parents see the same at home, and nobody can yet say what he will need when he moves on to the next school."
)
REASONS = (WORDS, WORDS, WORDS, "", "The school has not spent £6,000 yet.")
ANSWERS = (Answer.YES, Answer.YES, Answer.NO, Answer.CANNOT_TELL, None)
# The state a case is in by the decision that stands on it.
LEADS_TO = {
    "assess": CaseState.ASSESSING,
    "not_assess": CaseState.NOT_ASSESSED,
    "issue": CaseState.DRAFTING,
    "not_issue": CaseState.NOT_ISSUED,
}
# How often each verb went through, over all walks: a walk that gets nowhere proves nothing.
HAPPENED: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()
SEED = int(os.environ.get("PANEL_FAULTS_SEED", "1"))
# `bin/test --faults` walks further.
WALKS = 200 if os.environ.get("PANEL_FAULTS") == "full" else 12
STEPS = 50


class PanelDay:
    """A meeting of two requests and one finished assessment, with everybody who may press anything."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.now = NOW
        self.rows: dict[tuple[str, int], str] = {}
        self.day: Day = make_day(2, minimum_total=6)
        list_cases(self.day, assessed_case(), stage=Stage.ISSUE)
        sit_down(self.day)
        if self.any_of(True, True, True, False):
            self.attempt(open_meeting, meeting=self.day.meeting, card=CARD, by=self.day.chair)

    def some(
        self, verbs: tuple[tuple[Callable[["PanelDay"], None], int], ...], steps: int
    ) -> list[Callable[["PanelDay"], None]]:
        return self.dice.choices([verb for verb, _ in verbs], [weight for _, weight in verbs], k=steps)

    def any_of(self, *choices: T) -> T:
        return self.dice.choice(choices)

    # Pressing things

    def attempt(self, act: Any, **fields: Any) -> Any:
        """One verb, a minute after the last. A refusal leaves everything as it was."""
        self.now += dt.timedelta(minutes=1)
        before = everything()
        try:
            with transaction.atomic():
                done = act(now=self.now, **fields)
        except Refused as no:
            refused, done = no.code, None
            REFUSED[act.__name__] += 1
        else:
            refused = ""
            HAPPENED[act.__name__] += 1
        assert not refused or everything() == before, (
            f"{act.__name__} was refused ({refused}) and changed something"
        )
        return done

    def item(self) -> AgendaItem:
        items = AgendaItem.objects.select_related("meeting__config", "case").order_by("position")
        return self.any_of(*items)

    def somebody(self, *names: str) -> Any:
        return getattr(self.day, self.any_of(*(names or PEOPLE)))

    def seat(self) -> Any:
        return self.day.entry(self.somebody(*ON_THE_ROSTER))

    def opens(self) -> None:
        self.attempt(
            open_meeting, meeting=self.day.meeting, card=CARD, by=self.somebody("chair", "clerk", "nurse")
        )

    def closes(self) -> None:
        if self.any_of(True, False):
            for item in AgendaItem.objects.filter(state__in=["listed", "in_discussion"]):
                self.attempt(
                    defer_item, item=item, reason=DeferralReason.TIME, by=self.somebody("chair", "clerk")
                )
        self.attempt(close_meeting, meeting=self.day.meeting, by=self.somebody("chair", "clerk", "head"))

    def takes_up(self) -> None:
        self.attempt(start_item, item=self.item(), by=self.somebody("chair", "clerk", "vice"))

    def sets_back(self) -> None:
        self.attempt(pause_item, item=self.item(), by=self.day.chair)

    def puts_off(self) -> None:
        by_when = NOW.date() + dt.timedelta(days=self.any_of(5, 60, -3))
        named: dict[str, Any] = {"missing": "Hearing test", "owner": "Corin, SEN team", "by_when": by_when}
        more = self.any_of(named, {})
        reason = self.any_of(*DeferralReason)
        self.attempt(defer_item, item=self.item(), reason=reason, by=self.day.chair, **more)

    def withdraws(self) -> None:
        because = self.any_of("The family moved away.", "")
        self.attempt(withdraw_item, item=self.item(), because=because, by=self.day.chair)

    def goes(self) -> None:
        self.attempt(leave, entry=self.seat(), by=self.day.clerk)

    def comes_back(self) -> None:
        mode = self.any_of("room", "video")
        self.attempt(return_, entry=self.seat(), mode=mode, by=self.day.clerk)

    def is_excepted(self) -> None:
        present = self.any_of(None, True, False)
        self.attempt(
            except_from_item, item=self.item(), entry=self.seat(), present=present, by=self.day.clerk
        )

    def is_recused(self) -> None:
        self.attempt(
            impose_conflict,
            item=self.item(),
            entry=self.seat(),
            kind=ConflictKind.RELATIVE,
            effect=self.any_of(*Effect),
            detail="Knows the family.",
            by=self.day.clerk,
        )

    def declares(self) -> None:
        by = self.somebody(*ON_THE_ROSTER)
        self.attempt(declare_conflict, item=self.item(), kind=ConflictKind.FINANCIAL, by=by)

    def is_looked_at_again(self) -> None:
        rows = list(Conflict.objects.exclude(effect="note"))
        if rows:
            by = self.somebody("chair", "clerk")
            self.attempt(lift_conflict, conflict=self.any_of(*rows), because="Somebody else.", by=by)

    def is_named_deputy(self) -> None:
        entry = self.day.entry(self.somebody("vice", "vice", "nurse", "chair"))
        self.attempt(name_deputy, item=self.item(), entry=entry, by=self.day.clerk)

    def recommends(self) -> None:
        """Anything, by anybody; half of the time on what is under discussion, with answers that lead there."""
        item, meant = self.item(), self.any_of(True, False)
        if meant:
            item = AgendaItem.objects.filter(state="in_discussion").first() or item
        outcome, answers = self.outcome_and_answers(item, meant=meant)
        made = self.attempt(
            record_recommendation,
            item=item,
            outcome=outcome,
            answers=answers,
            reasons=WORDS if meant else self.any_of(*REASONS),
            coded=Coded("R2") if meant else self.any_of(Coded("R2"), Coded(), Coded("R7"), Coded("R5")),
            by=self.somebody(*("chair", "chair", "chair", "vice") if meant else PEOPLE),
        )
        if made is not None and made.at == self.now:
            assert made.by_id not in barred(item)
            assert voters_there(item, self.now) >= self.day.config.minimum_total

    def takes_it_up_again(self) -> None:
        by = self.somebody("chair", "chair", "vice", "officer")
        item = AgendaItem.objects.filter(state="recommended").first() or self.item()
        self.attempt(set_aside_recommendation, item=item, because="Wrong key.", by=by)

    def is_decided_as_advised(self) -> None:
        items = list(AgendaItem.objects.select_related("case").filter(state="recommended"))
        if items:
            item = self.any_of(*items)
            advice = item.recommendations.get(superseded_by=None)
            self.decide(item, Outcome(advice.outcome), by=self.day.officer)

    def decides(self) -> None:
        """Anything, by anybody: after the panel or without one, in own words or the panel's."""
        item = self.item()
        outcome, answers = self.outcome_and_answers(item, meant=self.any_of(True, False))
        own = {"answers": answers, "reasons": self.any_of(*REASONS), "coded": Coded("R3")}
        self.decide(
            item,
            outcome,
            by=self.somebody("officer", "officer", "chair", "clerk"),
            departs_because=self.any_of("", WORDS),
            no_panel_because=self.any_of("", "", "No panel can sit before the date."),
            **self.any_of(own, {}),
        )

    def decide(self, item: AgendaItem, outcome: Outcome, **fields: Any) -> None:
        stage = Stage(item.stage)
        self.attempt(record_decision, case=item.case, stage=stage, item=item, outcome=outcome, **fields)

    def is_sent_back(self) -> None:
        by = self.somebody("officer", "officer", "chair", "clerk")
        self.attempt(send_back, item=self.item(), because="Look again.", by=by)

    def is_keyed_wrongly(self) -> None:
        decisions = list(Decision.objects.filter(superseded_by=None))
        if not decisions:
            return
        decision, by = self.any_of(*decisions), self.somebody("officer", "clerk")
        proposal = getattr(decision, "set_aside_proposal", None)
        if proposal is None:
            self.attempt(propose_set_aside, decision=decision, reason="Wrong key.", by=by)
        else:
            made = self.attempt(confirm_set_aside, proposal=proposal, by=by)
            assert made is None or made.by_id != proposal.by_id

    def minutes_are_prepared(self) -> None:
        made = self.attempt(prepare_minutes, meeting=self.day.meeting, by=self.day.clerk)
        if made is not None and not made.sheets.exists():
            stand_in_sheets(made)

    def minutes_are_signed(self) -> None:
        minutes = Minutes.objects.order_by("-version").first()
        if minutes is not None:
            by = self.somebody("chair", "chair", "clerk", "vice")
            shown = self.any_of("a", "b") * 64
            proof = self.any_of(None, self.now)
            self.attempt(sign_minutes, minutes=minutes, shown_sha256=shown, confirmed_at=proof, by=by)

    def outcome_and_answers(self, item: AgendaItem, *, meant: bool) -> tuple[Outcome, list[LimbAnswer]]:
        """An outcome with answers: those that lead to it, or any."""
        outcomes = {
            "assess": (Outcome.ASSESS, Outcome.NOT_ASSESS),
            "issue": (Outcome.ISSUE, Outcome.NOT_ISSUE),
        }
        outcome = self.any_of(*(outcomes[item.stage] if meant else Outcome))
        limbs = ("a", "b") if item.stage == "assess" else ("necessary",)
        last = Answer.YES if outcome in {Outcome.ASSESS, Outcome.ISSUE} else Answer.NO
        leading = [Answer.YES, last][-len(limbs) :]
        given = leading if meant else [self.any_of(*ANSWERS) for _ in limbs]
        return outcome, [LimbAnswer(limb, answer, WORDS) for limb, answer in zip(limbs, given, strict=True)]

    def check(self) -> None:
        for holds in INVARIANTS:
            holds(self)

    # What must always hold
    def one_item_at_a_time_and_only_in_session(self) -> None:
        meeting = self.day.meeting
        meeting.refresh_from_db()
        states = list(AgendaItem.objects.values_list("state", flat=True))
        assert states.count("in_discussion") <= (1 if meeting.state == "open" else 0)
        if meeting.state == "closed":
            assert set(states) <= {"recommended", "sent_back", "deferred", "withdrawn"}

    def states_rest_on_rows(self) -> None:
        for item in AgendaItem.objects.all():
            if item.state in {"recommended", "sent_back"}:
                assert item.recommendations.filter(superseded_by=None).count() == 1
            assert (item.state == "deferred") == Deferral.objects.filter(item=item).exists()

    def no_refusal_with_every_limb_yes_and_none_on_cannot_tell(self) -> None:
        for row in [*Recommendation.objects.all(), *Decision.objects.all()]:
            given = [answer["answer"] for answer in row.answers]
            assert row.reasons
            assert all(given)
            if row.outcome in {"not_assess", "not_issue"}:
                assert "no" in given
                assert all(answer["reasons"] for answer in row.answers)
            else:
                assert "no" not in given

    def one_decision_stands_and_the_case_follows_it(self) -> None:
        for item in AgendaItem.objects.select_related("case"):
            chain = Decision.objects.filter(case=item.case, stage=item.stage)
            standing = chain.filter(superseded_by=None, set_aside=None)
            assert standing.count() <= 1
            decided = standing.first()
            if decided is not None:
                assert item.case.state == LEADS_TO[decided.outcome]
                assert decided.by_id == self.day.officer.pk
            else:
                assert item.case.state == ("requested" if item.stage == "assess" else "assessing")

    def whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else(self) -> None:
        shut = set(Denial.objects.live().values_list("case_id", "user_id"))
        leaving = set(Conflict.objects.filter(effect="leaves").values_list("item__case_id", "entry__user_id"))
        assert shut == leaving

    def what_is_kept_never_changes(self) -> None:
        for model in KEPT:
            for row in model.objects.all():
                key, value = (model.__name__, row.pk), digest_of(row)
                assert self.rows.setdefault(key, value) == value
        counted = {name for name, _ in self.rows}
        for model in KEPT:
            if model.__name__ in counted:
                assert model.objects.count() == sum(name == model.__name__ for name, _ in self.rows)

    def signed_by_the_chair_of_a_closed_meeting(self) -> None:
        for signature in MinutesSignature.objects.select_related("minutes__meeting"):
            assert signature.minutes.meeting.state == "closed"
            assert signature.by_id == self.day.chair.pk


INVARIANTS: tuple[Callable[[PanelDay], None], ...] = (
    PanelDay.one_item_at_a_time_and_only_in_session,
    PanelDay.states_rest_on_rows,
    PanelDay.no_refusal_with_every_limb_yes_and_none_on_cannot_tell,
    PanelDay.one_decision_stands_and_the_case_follows_it,
    PanelDay.whoever_leaves_for_a_conflict_is_shut_out_and_nobody_else,
    PanelDay.what_is_kept_never_changes,
    PanelDay.signed_by_the_chair_of_a_closed_meeting,
)
# Each verb with its weight in the dice: first while the meeting should sit, then when it should be over. Out of turn all of
# them are pressed, too, only less often.
SITTING: tuple[tuple[Callable[[PanelDay], None], int], ...] = (
    (PanelDay.opens, 4),
    (PanelDay.takes_up, 10),
    (PanelDay.recommends, 14),
    (PanelDay.is_decided_as_advised, 4),
    (PanelDay.decides, 5),
    (PanelDay.takes_it_up_again, 4),
    (PanelDay.is_keyed_wrongly, 4),
    (PanelDay.is_sent_back, 2),
    (PanelDay.sets_back, 2),
    (PanelDay.puts_off, 1),
    (PanelDay.withdraws, 1),
    (PanelDay.goes, 2),
    (PanelDay.comes_back, 3),
    (PanelDay.is_excepted, 2),
    (PanelDay.is_recused, 1),
    (PanelDay.declares, 1),
    (PanelDay.is_looked_at_again, 3),
    (PanelDay.is_named_deputy, 2),
    (PanelDay.minutes_are_prepared, 1),
)
OVER: tuple[tuple[Callable[[PanelDay], None], int], ...] = (
    (PanelDay.closes, 8),
    (PanelDay.minutes_are_prepared, 6),
    (PanelDay.minutes_are_signed, 10),
    (PanelDay.is_decided_as_advised, 4),
    (PanelDay.decides, 4),
    (PanelDay.is_keyed_wrongly, 4),
    (PanelDay.recommends, 3),
    (PanelDay.takes_up, 2),
    (PanelDay.is_recused, 1),
    (PanelDay.goes, 1),
)


def test_no_illegal_state_is_ever_stored() -> None:
    HAPPENED.clear()
    REFUSED.clear()
    for walk in range(WALKS):
        undo = transaction.atomic()
        undo.__enter__()
        try:
            day = PanelDay(random.Random(f"{SEED} {walk}"))  # noqa: S311 (repeatable on purpose)
            taken: list[str] = []
            for verb in (*day.some(SITTING, STEPS), *day.some(OVER, STEPS // 3)):
                taken.append(verb.__name__)
                try:
                    verb(day)
                    day.check()
                except AssertionError as wrong:
                    raise AssertionError(f"walk {walk} of seed {SEED}: {' → '.join(taken)}") from wrong
        finally:
            transaction.set_rollback(True)
            undo.__exit__(None, None, None)
    # A walk that gets nowhere proves nothing.
    main = {"record_recommendation", "record_decision", "close_meeting", "prepare_minutes", "sign_minutes"}
    assert main - set(HAPPENED) == set()
    assert main - set(REFUSED) == set()
