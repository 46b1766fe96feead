"""A panel day on which anybody presses anything: each verb by one person with any input, legal or not.

What a rule refuses must change nothing; what it lets pass is held against `invariants`, which read the rows alone.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

from meetings.actions.attendance import except_from_item, leave, return_
from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict, name_deputy
from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.late import record_item_later, record_meeting_later
from meetings.actions.live import (
    close_meeting,
    open_meeting,
    pause_item,
    start_item,
    withdraw_item,
)
from meetings.actions.minutes import prepare_minutes, sign_minutes
from meetings.actions.officer import send_back
from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.actions.recommend import record_recommendation, set_aside_recommendation
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.models import (
    AgendaItem,
    Conflict,
    Decision,
    Minutes,
)
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage
from panel.law.reasons import Coded
from panel.platform.policy import Refused
from tests.make import NOW
from tests.meetings.actions.test_minutes import stand_in_sheets
from tests.meetings.counted import barred, everything, voters_there
from tests.meetings.day import CARD, Day, assessed_case, list_cases, make_day, sit_down
from tests.meetings.invariants import INVARIANTS, what_is_kept_never_changes

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
# How often each verb went through, over all walks: a walk that gets nowhere proves nothing.
HAPPENED: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()


class PanelDay:
    """A meeting of two requests and one finished assessment, with everybody who may press anything."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.now = NOW
        self.rows: dict[tuple[str, int], str] = {}
        self.day: Day = make_day(2, minimum_total=6, pre_views=True)
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
                    defer_item,
                    item=item,
                    reason=DeferralReason.TIME,
                    late_because=self.any_of("The panel has planned no later meeting yet.", ""),
                    by=self.somebody("chair", "clerk"),
                )
        self.attempt(close_meeting, meeting=self.day.meeting, by=self.somebody("chair", "clerk", "head"))

    def takes_up(self) -> None:
        self.attempt(start_item, item=self.item(), by=self.somebody("chair", "clerk", "vice"))

    def sets_back(self) -> None:
        self.attempt(pause_item, item=self.item(), by=self.day.chair)

    def puts_off(self) -> None:
        by_when = NOW.date() + dt.timedelta(days=self.any_of(5, 60, -3))
        named: dict[str, Any] = {"missing": "Hearing test", "owner": "Corin, SEN team", "by_when": by_when}
        more = {**self.any_of(named, {}), "late_because": "The panel has planned no later meeting yet."}
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
        if made is not None and self.now in (made.at, made.entered_at):
            assert made.by_id not in barred(item)
            assert voters_there(item, made.at) >= self.day.config.minimum_total

    def time_on_paper(self) -> dt.datetime:
        """Some minute of the day so far, or a little beside it."""
        gone = int((self.now - NOW) / dt.timedelta(minutes=1))
        return NOW + dt.timedelta(minutes=self.any_of(*range(-3, gone + 4)))

    def meeting_is_entered_from_paper(self) -> None:
        self.attempt(
            record_meeting_later,
            meeting=self.day.meeting,
            opened_at=self.any_of(None, NOW, self.time_on_paper()),
            closed_at=self.any_of(None, None, self.time_on_paper()),
            by=self.somebody("clerk", "clerk", "chair", "nurse"),
        )

    def item_is_entered_from_paper(self) -> None:
        began = self.any_of(None, self.time_on_paper(), self.time_on_paper())
        ended = (began or NOW) + dt.timedelta(minutes=self.any_of(-1, 1, 2, 5))
        by = self.somebody("clerk", "clerk", "chair", "head")
        self.attempt(record_item_later, item=self.item(), began_at=began, ended_at=ended, by=by)

    def paper_is_confirmed(self) -> None:
        """The chair records what the panel recommended on paper, or tries to."""
        waiting = list(AgendaItem.objects.filter(state="listed", late_entries__isnull=False).distinct())
        if waiting:
            item = self.any_of(*waiting)
            outcome, answers = self.outcome_and_answers(item, meant=True)
            made = self.attempt(
                record_recommendation,
                item=item,
                outcome=outcome,
                answers=answers,
                reasons=WORDS,
                coded=Coded("R2"),
                by=self.day.chair,
            )
            assert made is None or voters_there(item, made.at) >= self.day.config.minimum_total

    def view_is_given(self) -> None:
        item = self.item()
        outcome, answers = self.outcome_and_answers(item, meant=self.any_of(True, True, False))
        self.attempt(
            give_pre_view,
            item=item,
            outcome=outcome,
            answers={one.limb: one.answer for one in answers if one.answer},
            confidence=self.any_of(3, 5, 0),
            by=self.somebody(*ON_THE_ROSTER, "clerk"),
        )

    def views_are_opened(self) -> None:
        self.attempt(open_pre_views, item=self.item(), by=self.somebody("chair", "chair", "clerk", "nurse"))

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
            holds(self.day)
        what_is_kept_never_changes(self.rows)


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
    (PanelDay.meeting_is_entered_from_paper, 2),
    (PanelDay.item_is_entered_from_paper, 5),
    (PanelDay.paper_is_confirmed, 4),
    (PanelDay.view_is_given, 3),
    (PanelDay.views_are_opened, 1),
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
    (PanelDay.meeting_is_entered_from_paper, 2),
    (PanelDay.item_is_entered_from_paper, 1),
)
