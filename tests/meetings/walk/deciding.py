"""The authority decides: on advice, against it, without a panel, at once; sends back, sets aside, looks again."""

import datetime as dt
from typing import Any

from django.utils import timezone

from meetings.actions.bodies import record_body_told, take_back_told
from meetings.actions.decide import record_decision
from meetings.actions.defer import note_family_told
from meetings.actions.following import report_action
from meetings.actions.officer import send_back
from meetings.actions.reconsider import (
    agree_on_reconsideration,
    let_refusal_stand,
    start_reconsideration,
)
from meetings.actions.set_aside import confirm_set_aside, propose_set_aside
from meetings.models import (
    Action,
    AgendaItem,
    BodyTold,
    Decision,
    Deferral,
    Letter,
    Recommendation,
    Reconsideration,
    Sent,
)
from meetings.rules.reconsidering import Cause
from meetings.rules.states import ActionState
from panel.actions.cases import record_notified
from panel.law.legal import Outcome, Stage
from panel.law.notices import Party
from panel.law.reasons import Coded
from panel.models import Address, Case, CaseState, Relationship
from tests.make import make_document
from tests.meetings.walk.walker import REASONS, WORDS, Walker

REFUSED_CASES = (CaseState.NOT_ASSESSED, CaseState.NOT_ISSUED)


class Deciding(Walker):
    """What the officer does, and what others try in her place."""

    def is_decided_as_advised(self) -> None:
        items = self.undecided()
        if items:
            item = self.any_of(*items)
            advice: Recommendation = item.recommendations.get(superseded_by=None)
            self.decide(item, Outcome(advice.outcome), by=self.mostly(self.day.officer, self.day.chair))

    def decides(self) -> None:
        """Anything, by anybody: after the panel or without one, in own words or the panel's."""
        item = self.item()
        outcome, answers = self.outcome_and_answers(item.stage, meant=self.any_of(True, False))
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

    def is_decided_without_a_panel(self) -> None:
        """By the officer, mostly the late case for which none sits in time."""
        case = Case.objects.get(pk=self.mostly(self.late.pk, self.case().pk))
        outcome, answers = self.outcome_and_answers("assess", meant=True)
        self.attempt(
            record_decision,
            case=case,
            stage=Stage.ASSESS,
            outcome=outcome,
            answers=answers,
            reasons=WORDS,
            coded=Coded("R2"),
            no_panel_because=self.mostly("No panel can sit before the date.", ""),
            by=self.mostly(self.day.officer, self.day.chair),
        )

    def is_fast_tracked(self) -> None:
        """A clear agreement at once, or a refusal, which never may be."""
        refused = self.any_of(True, False)
        outcome, answers = self.with_answers(
            "assess", Outcome.NOT_ASSESS if refused else Outcome.ASSESS, meant=True
        )
        made = self.attempt(
            record_decision,
            case=self.mostly(self.unlisted, self.case()),
            stage=Stage.ASSESS,
            outcome=outcome,
            answers=answers,
            reasons=WORDS,
            coded=Coded("R2"),
            fast_track=True,
            by=self.mostly(self.day.officer, self.day.clerk),
        )
        assert made is None or not refused or made.route != Decision.Route.FAST_TRACK

    def is_sent_back(self) -> None:
        items = self.mostly(self.undecided(), []) or [self.item()]
        because = self.mostly("Look again.", "")
        by = self.mostly(self.day.officer, self.day.chair, self.day.clerk)
        self.attempt(send_back, item=self.any_of(*items), because=because, by=by)

    def is_keyed_wrongly(self) -> None:
        decisions = list(Decision.objects.filter(superseded_by=None))
        if not decisions:
            return
        decision, by = self.any_of(*decisions), self.somebody("officer", "clerk")
        proposal = getattr(decision, "set_aside_proposal", None)
        if proposal is None:
            because = self.mostly("Wrong key.", "")
            proposal = self.attempt(propose_set_aside, decision=decision, reason=because, by=by)
        if proposal is not None:
            made = self.attempt(confirm_set_aside, proposal=proposal, by=self.somebody("officer", "clerk"))
            assert made is None or made.by_id != proposal.by_id

    # The family knows

    def family_is_told(self, **only: Any) -> None:
        """A letter went: rows as the outbox would leave them, without bytes behind them. A fact, and no verb of anybody."""
        decisions = Decision.objects.filter(superseded_by=None, set_aside=None, letters=None, **only)
        decision = decisions.select_related("case").order_by("-pk").first()
        if decision is None:
            return
        tie = Relationship.objects.get(child=decision.case.child_id)
        letter = Letter(
            decision=decision,
            recipient=tie.person,
            relationship=tie,
            address=Address.objects.get(person=tie.person),
            version=1,
            facts={},
            content_sha256="c" * 64,
            author=self.day.clerk,
            drafted_at=self.now,
        )
        letter.save()
        on = timezone.localdate(self.now)
        Sent(
            letter=letter,
            document=make_document("letter"),
            letter_on=on,
            channel=Sent.Channel.POST,
            at=self.now,
            posted_by=self.day.clerk,
        ).save()
        record_notified(case=decision.case, stage=decision.stage, on=on, by=self.day.clerk, now=self.now)

    def bodies_are_told(self) -> None:
        """Health or social care hear of a decision the family was told of, or of any, on this day or one too early or to come."""
        if self.likely() and not Decision.objects.filter(superseded_by=None, letters__isnull=False).exists():
            self.family_is_told()
        decisions = list(Decision.objects.order_by("pk"))
        told = [one for one in decisions if one.letters.exists()]
        if decisions:
            self.attempt(
                record_body_told,
                body=self.any_of(Party.HEALTH, Party.SOCIAL_CARE),
                decisions=[self.any_of(*self.mostly(told or decisions, decisions)).public_id],
                on=timezone.localdate(self.now) + dt.timedelta(days=self.mostly(0, 1, -40)),
                how=self.mostly("secure e-mail", ""),
                by=self.mostly(self.day.clerk, self.day.nurse),
            )

    def telling_was_a_mistake(self) -> None:
        """Mostly of what was recorded, recorded just now where nothing is."""
        if self.likely() and not BodyTold.objects.standing().exists():
            self.bodies_are_told()
        rows = list(BodyTold.objects.standing().select_related("decision__case"))
        if rows:
            row = self.any_of(*rows)
            self.attempt(
                take_back_told,
                decision=row.decision,
                body=Party(row.body),
                because=self.mostly("It was another child.", ""),
                by=self.mostly(self.day.clerk, self.day.nurse),
            )

    def family_hears_of_the_delay(self) -> None:
        """Mostly of an answer that will be late, and on this day."""
        owing = list(Deferral.objects.owing_a_word().select_related("item__case"))
        rows = self.mostly(owing, []) or list(Deferral.objects.select_related("item__case").order_by("pk"))
        if rows:
            self.attempt(
                note_family_told,
                deferral=self.any_of(*rows),
                told_on=timezone.localdate(self.now) + dt.timedelta(days=self.mostly(0, 1, -1)),
                by=self.mostly(self.day.clerk, self.day.nurse),
            )

    def refused_case(self) -> Case:
        """Mostly one whose refusal is looked at again, else one whose family was told, else one that was refused."""
        refused = Case.objects.filter(state__in=REFUSED_CASES).order_by("pk")
        begun = Reconsideration.objects.filter(reconsidered=None).values("case")
        told = refused.exclude(assess_notified_on=None, issue_notified_on=None)
        for cases in (refused.filter(pk__in=begun), told, refused):
            if self.likely() and (found := list(cases)):
                return self.any_of(*found)
        return self.case()

    def is_reconsidered(self) -> None:
        self.attempt(
            start_reconsideration,
            case=self.refused_case(),
            cause=self.mostly(Cause.EVIDENCE, *Cause),
            because=self.mostly("A new report by her therapist came.", ""),
            by=self.mostly(self.day.officer, self.day.clerk),
        )

    def is_agreed_after_all(self) -> None:
        case = self.refused_case()
        stage = "issue" if case.state == CaseState.NOT_ISSUED else "assess"
        agreed = Outcome.ISSUE if stage == "issue" else Outcome.ASSESS
        _, answers = self.with_answers(stage, agreed, meant=self.likely())
        made = self.attempt(
            agree_on_reconsideration,
            case=case,
            answers=answers,
            reasons=self.mostly(WORDS, ""),
            by=self.mostly(self.day.officer, self.day.chair),
        )
        assert made is None or made.decision.supersedes.outcome in {"not_assess", "not_issue"}

    def refusal_stands(self) -> None:
        because = self.mostly("The report says what the panel knew.", "")
        by = self.mostly(self.day.officer, self.day.chair)
        self.attempt(let_refusal_stand, case=self.refused_case(), because=because, by=by)

    def action_is_reported(self) -> None:
        actions = list(Action.objects.order_by("pk"))
        if actions:
            self.attempt(
                report_action,
                action=self.any_of(*actions),
                state=self.mostly(ActionState.DONE, *ActionState),
                words=self.any_of("", "The school was closed."),
                by=self.mostly(self.day.clerk, self.day.nurse, self.day.head),
            )

    def days_go_by(self) -> None:
        self.now += dt.timedelta(days=self.any_of(1, 2, 4))
