"""Before the panel sits: its list, what is clear enough to be noted together, members' own views, a risk that somebody raises."""

import datetime as dt

from meetings.actions.consent import note_consent, put_on_consent, take_off_consent
from meetings.actions.listing import add_items, remove_item, reorder
from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.actions.risk import answer_risk, record_risk
from meetings.models import AgendaItem, Risk, RiskStep
from meetings.queries.consent import standing_entries, to_note
from meetings.queries.waiting import Listing
from meetings.rules.pre_views import PUT_OFF
from meetings.rules.risk import Level
from panel.law.legal import Outcome, Stage
from tests.make import NOW
from tests.meetings.counted import voters_there
from tests.meetings.walk.walker import ON_THE_ROSTER, WORDS, Walker

FEWEST_ITEMS = 3


class Planning(Walker):
    """What is done about a list and its items before they are heard; out of turn all of it is tried later as well."""

    def lists(self) -> None:
        stage = self.mostly(Stage.ASSESS, Stage.ISSUE)
        case = self.mostly(self.unlisted, self.case())
        by = self.mostly(self.day.clerk, self.day.nurse)
        self.attempt(add_items, meeting=self.day.meeting, listings=[Listing(case, stage)], by=by)

    def takes_off_the_list(self) -> None:
        # A day without items is a short walk.
        if AgendaItem.objects.count() > FEWEST_ITEMS:
            self.attempt(remove_item, item=self.item("listed"), by=self.somebody("clerk", "clerk", "nurse"))

    def puts_in_order(self) -> None:
        items = list(AgendaItem.objects.order_by("pk"))
        self.dice.shuffle(items)
        self.attempt(
            reorder,
            meeting=self.day.meeting,
            items=self.mostly(items, items[1:]),
            by=self.mostly(self.day.clerk, self.day.head),
        )

    def goes_on_consent(self) -> None:
        item = self.item("listed")
        agreed = Outcome.ASSESS if item.stage == "assess" else Outcome.ISSUE
        _, answers = self.with_answers(item.stage, agreed, meant=self.likely())
        self.attempt(
            put_on_consent,
            item=item,
            answers=answers,
            reasons=self.mostly(WORDS, ""),
            reasons_by=self.mostly(self.day.officer, self.day.nurse),
            by=self.day.clerk,
        )

    def comes_off_consent(self) -> None:
        """Mostly what stands there."""
        standing = [entry.item for entry in standing_entries(self.day.meeting)]
        item = self.any_of(*standing) if standing and self.likely() else self.item()
        by = self.somebody("clerk", "chair", "nurse", "officer")
        self.attempt(take_off_consent, item=item, by=by)

    def consent_is_noted(self) -> None:
        """The chair notes what she read, or a list that is not that; each item with a quorum of its own."""
        mine = to_note(self.day.chair, self.day.meeting, standing_entries(self.day.meeting), self.now)
        read = {entry.public_id for entry in mine}
        by = self.mostly(self.day.chair, self.day.vice, self.day.clerk)
        noted = self.attempt(note_consent, meeting=self.day.meeting, read=self.mostly(read, set()), by=by)
        for made in noted or ():
            assert voters_there(made.item, made.at) >= self.day.config.minimum_total

    def view_is_given(self) -> None:
        item = self.item("listed", "in_discussion")
        outcome, answers = self.outcome_and_answers(item.stage, meant=self.likely())
        self.attempt(
            give_pre_view,
            item=item,
            outcome=self.mostly(outcome, PUT_OFF),
            answers={one.limb: one.answer for one in answers if one.answer},
            confidence=self.mostly(3, 5, 0),
            by=self.somebody(*ON_THE_ROSTER, "clerk"),
        )

    def views_are_opened(self) -> None:
        """Mostly of an item on which somebody has given one, and before it is recommended on."""
        given = list(
            AgendaItem.objects.filter(
                pre_views__isnull=False, pre_views_opened_at=None, state__in=["listed", "in_discussion"]
            ).distinct()
        )
        item = self.any_of(*given) if given else self.item()
        self.attempt(
            open_pre_views, item=item, by=self.mostly(self.day.chair, self.day.clerk, self.day.nurse)
        )

    def view_comes_late(self) -> None:
        """Somebody gives a view on an item whose views are open."""
        items = list(AgendaItem.objects.exclude(pre_views_opened_at=None))
        if items:
            item = self.any_of(*items)
            outcome, answers = self.outcome_and_answers(item.stage, meant=True)
            said = {one.limb: one.answer for one in answers}
            by = self.somebody(*ON_THE_ROSTER)
            made = self.attempt(give_pre_view, item=item, outcome=outcome, answers=said, confidence=3, by=by)
            assert made is None

    def risk_is_raised(self) -> None:
        """Between panels on a case, or at the item that is heard; mostly by somebody who has read what stands."""
        case = self.case()
        heard = AgendaItem.objects.filter(state="in_discussion").select_related("case").first()
        item = self.any_of(None, heard)
        case = item.case if item is not None else case
        stands = Risk.objects.standing().filter(case=case).first()
        self.attempt(
            record_risk,
            case=case,
            item=item,
            level=self.mostly(Level.SIGNIFICANT, *Level),
            indicators=self.mostly(["exclusion"], []),
            words=self.any_of("", "He was sent home twice."),
            lead=self.mostly(self.adviser, self.day.nurse, None),
            review_on=self.mostly(NOW.date() + dt.timedelta(days=21), None),
            read=self.mostly(stands, None),
            by=self.somebody("clerk", "chair", "officer"),
        )

    def risk_is_answered(self) -> None:
        risks = list(Risk.objects.exclude(lead=None).order_by("-pk"))
        if risks:
            self.attempt(
                answer_risk,
                risk=self.mostly(risks[0], *risks),
                kind=self.any_of(*RiskStep.Kind),
                words=self.any_of("", "She is on leave."),
                by=self.mostly(self.adviser, self.day.clerk),
            )
