"""While the panel sits: who is there, which item is heard, what the panel advises, and what was written on paper meanwhile."""

import datetime as dt
import uuid
from typing import Any

from meetings.actions.attendance import except_from_item, leave, return_
from meetings.actions.conflicts import declare_conflict, impose_conflict, lift_conflict, name_deputy
from meetings.actions.defer import PuttingOff, defer_item, defer_rest
from meetings.actions.dissents import Dissenting
from meetings.actions.feedback import record_feedback
from meetings.actions.late import record_item_later, record_meeting_later
from meetings.actions.live import (
    close_meeting,
    latest,
    open_meeting,
    pause_item,
    save_revision,
    start_item,
    withdraw_item,
)
from meetings.actions.recommend import Step, record_recommendation, set_aside_recommendation
from meetings.actions.taking_back import take_back_deferral
from meetings.models import AgendaItem, Conflict, Feedback, Interval
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind, Effect
from panel.law.reasons import Coded
from tests.make import NOW
from tests.meetings.counted import barred, voters_there
from tests.meetings.day import CARD
from tests.meetings.walk.walker import KEY_REASONS, ON_THE_ROSTER, REASONS, WORDS, Walker

NO_SLOT = "The panel has planned no later meeting yet."


class Room(Walker):
    """What is done while a meeting sits; out of turn all of it is tried before and after as well."""

    def opens(self) -> None:
        self.attempt(
            open_meeting, meeting=self.day.meeting, card=CARD, by=self.mostly(self.day.chair, self.day.nurse)
        )

    def closes(self) -> None:
        """As it stands, or with what is left put off first."""
        if self.likely():
            for item in AgendaItem.objects.filter(state="in_discussion"):
                by = self.mostly(self.day.chair, self.day.clerk)
                self.attempt(defer_item, item=item, reason=DeferralReason.TIME, late_because=NO_SLOT, by=by)
            self.puts_off_the_rest(surely=True)
        by = self.mostly(self.day.chair, self.day.head)
        self.attempt(close_meeting, meeting=self.day.meeting, by=by)

    def takes_up(self) -> None:
        self.attempt(
            start_item,
            item=self.item("listed"),
            by=self.mostly(self.day.chair, self.day.vice, self.day.nurse),
        )

    def sets_back(self) -> None:
        self.attempt(pause_item, item=self.item("in_discussion"), by=self.day.chair)

    def puts_off(self) -> None:
        by_when = NOW.date() + dt.timedelta(days=self.any_of(5, 60, -3))
        named: dict[str, Any] = {"missing": "Hearing test", "owner": "Corin, SEN team", "by_when": by_when}
        more = {**self.any_of(named, {}), "late_because": NO_SLOT}
        reason = self.any_of(*DeferralReason)
        self.attempt(
            defer_item, item=self.item("listed", "in_discussion"), reason=reason, by=self.day.chair, **more
        )

    def puts_off_the_rest(self, *, surely: bool = False) -> None:
        """All that is left on the list, or all but one that was touched meanwhile; `surely`: as it may be."""
        why = NO_SLOT if surely else self.mostly(NO_SLOT, "")
        left = list(AgendaItem.objects.filter(state="listed").select_related("case"))
        wanted = left if surely else self.mostly(left, [*left[1:], self.item()])
        self.attempt(
            defer_rest,
            meeting=self.day.meeting,
            wanted=[PuttingOff(item, DeferralReason.TIME, late_because=why) for item in wanted],
            by=self.day.chair if surely else self.mostly(self.day.chair, self.day.clerk, self.day.nurse),
        )

    def takes_back(self) -> None:
        """What was put off by mistake, just now where nothing is put off."""
        for _ in range(self.mostly(3, 0)):
            if not AgendaItem.objects.filter(state="deferred").exists():
                self.puts_off()
        because = self.mostly("She came back.", "")
        by = self.mostly(self.day.chair, self.day.clerk, self.day.nurse)
        self.attempt(take_back_deferral, item=self.item("deferred"), because=because, by=by)

    def withdraws(self) -> None:
        because = self.any_of("The family moved away.", "")
        self.attempt(withdraw_item, item=self.item("listed"), because=because, by=self.day.chair)

    def goes(self) -> None:
        self.attempt(leave, entry=self.seat(), by=self.day.clerk)

    def comes_back(self) -> None:
        """Mostly somebody who has left."""
        there = Interval.objects.filter(left_at=None).values("entry")
        away = list(self.day.meeting.roster.exclude(pk__in=there).filter(intervals__isnull=False).distinct())
        entry = self.any_of(*away) if away and self.likely() else self.seat()
        self.attempt(return_, entry=entry, mode=self.any_of("room", "video"), by=self.day.clerk)

    def is_excepted(self) -> None:
        present = self.any_of(None, True, False)
        self.attempt(
            except_from_item,
            item=self.item(),
            entry=self.seat(),
            present=present,
            by=self.mostly(self.day.clerk, self.day.nurse),
        )

    def is_recused(self) -> None:
        self.attempt(
            impose_conflict,
            item=self.item(),
            entry=self.seat(),
            kind=ConflictKind.RELATIVE,
            effect=self.any_of(*Effect),
            detail=self.mostly("Knows the family.", ""),
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
        """Mostly on what is under discussion, taken up just now where nothing is, with answers that lead there; or anything."""
        meant = self.likely()
        if meant and not AgendaItem.objects.filter(state="in_discussion").exists():
            self.attempt(start_item, item=self.item("listed"), by=self.day.chair)
        item = self.item("in_discussion") if meant else self.item()
        outcome, answers = self.outcome_and_answers(item.stage, meant=meant)
        due_on = NOW.date() + dt.timedelta(days=self.mostly(7, -7))
        made = self.attempt(
            record_recommendation,
            item=item,
            outcome=outcome,
            answers=answers,
            reasons=self.any_of(WORDS, KEY_REASONS) if meant else self.any_of(*REASONS),
            coded=Coded("R2") if meant else self.any_of(Coded("R2"), Coded(), Coded("R7"), Coded("R5")),
            dissents=self.mostly([], [Dissenting(self.seat(), "Therapy was not tried for long enough.")]),
            next_steps=self.any_of([], [Step("Ring the school", "Nia Nurse", "Health", due_on)]),
            by=self.mostly(self.day.chair, self.day.vice, self.day.nurse),
        )
        if made is not None and self.now in (made.at, made.entered_at):
            assert made.by_id not in barred(item)
            assert voters_there(item, made.at) >= self.day.config.minimum_total

    def deputy_leads(self) -> None:
        """The chair steps aside for an item, and the vice-chair hears it to its end."""
        item, deputy = self.item("listed"), self.day.vice
        self.attempt(declare_conflict, item=item, kind=ConflictKind.FINANCIAL, by=self.day.chair)
        self.attempt(name_deputy, item=item, entry=self.day.entry(deputy), by=self.day.clerk)
        self.attempt(start_item, item=item, by=deputy)
        outcome, answers = self.outcome_and_answers(item.stage, meant=True)
        self.attempt(
            record_recommendation,
            item=item,
            outcome=outcome,
            answers=answers,
            reasons=WORDS,
            coded=Coded("R2"),
            by=deputy,
        )

    def time_on_paper(self) -> dt.datetime:
        """Some minute of the day so far, or a little beside it."""
        gone = int((self.now - NOW) / dt.timedelta(minutes=1))
        return NOW + dt.timedelta(minutes=self.dice.randint(-3, gone + 3))

    def meeting_is_entered_from_paper(self) -> None:
        self.attempt(
            record_meeting_later,
            meeting=self.day.meeting,
            opened_at=self.any_of(None, NOW, self.time_on_paper()),
            closed_at=self.any_of(None, None, self.time_on_paper()),
            by=self.mostly(self.day.clerk, self.day.nurse),
        )

    def item_is_entered_from_paper(self) -> None:
        """Mostly as heard some minutes ago and not long."""
        lately = self.now - dt.timedelta(minutes=self.dice.randint(3, 12))
        began = self.mostly(lately, self.time_on_paper(), None)
        ended = (began or NOW) + dt.timedelta(minutes=self.mostly(2, -1, 5))
        by = self.mostly(self.day.clerk, self.day.head)
        self.attempt(record_item_later, item=self.item("listed"), began_at=began, ended_at=ended, by=by)

    def paper_is_confirmed(self) -> None:
        """The chair records what the panel recommended on paper, or tries to."""
        waiting = list(AgendaItem.objects.filter(state="listed", late_entries__isnull=False).distinct())
        if waiting:
            item = self.any_of(*waiting)
            outcome, answers = self.outcome_and_answers(item.stage, meant=True)
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

    def takes_it_up_again(self) -> None:
        """The chair sets back what is heard now, and takes up once more what the panel has advised on."""
        advised = self.any_of(*self.undecided() or [self.item()])
        for heard in AgendaItem.objects.filter(state="in_discussion"):
            if self.likely():
                self.attempt(pause_item, item=heard, by=self.day.chair)
        because = self.mostly("Wrong key.", "")
        by = self.mostly(self.day.chair, self.day.vice, self.day.officer)
        self.attempt(set_aside_recommendation, item=advised, because=because, by=by)

    def writes(self, *items: AgendaItem) -> None:
        """A sentence into the item's discussion, on what stands there or on what somebody has written over since."""
        item = self.any_of(*items) if items else self.item("in_discussion", "recommended")
        stands = latest(item, "discussion")
        number = stands.n if stands else 0
        self.attempt(
            save_revision,
            item=item,
            group="discussion",
            n=number + self.mostly(1, 0, 2),
            edit_id=uuid.UUID(int=self.dice.getrandbits(128)),
            data={"text": f"The panel spoke of {self.any_of('his sleep', 'his reading', 'the move')}."},
            by=self.mostly(self.day.clerk, self.day.officer),
            correcting=self.likely(),
        )

    def is_praised(self) -> None:
        """Feedback for the setting, mostly by somebody who has read what stands."""
        heard = AgendaItem.objects.filter(state__in=["in_discussion", "recommended", "sent_back"])
        of_a_setting = list(heard.exclude(case__setting=None).select_related("case"))
        item = self.any_of(*of_a_setting) if of_a_setting and self.likely() else self.item()
        stands = Feedback.objects.standing().filter(item=item).first()
        self.attempt(
            record_feedback,
            item=item,
            good=self.mostly(["plan"], []),
            gaps=self.any_of([], ["do"], ["plan"]),
            good_words=self.any_of("", "The help is written down with the family."),
            read=self.mostly(stands, None),
            by=self.mostly(self.day.clerk, self.day.nurse),
        )
