"""The Inclusion Planning Meeting that is offered with every refusal. Its own screens come with a later issue."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.models import Decision, PlanningOffer
from panel.law.words import in_words
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def offer_planning_meeting(
    *, decision: Decision, lead: User | None, offered_on: date, by: User, now: datetime
) -> PlanningOffer:
    """Note that the family was offered a planning meeting, on which day, and who will lead it.

    Asked for as drafting the letter is: the offer goes out with it. Refused: `no_offer` where the answer was yes or the
    decision was set aside, `offered_before_decision`, `offered_in_future`.
    """
    access.require(by, Verb.LETTER_DRAFT, decision, now=now)
    with transaction.atomic():
        offer = PlanningOffer.objects.select_for_update().filter(decision=decision).first()
        if offer is None or hasattr(decision, "set_aside"):
            raise Refused(
                "no_offer", "A planning meeting is offered when a decision that stands is a refusal."
            )
        decided_on = timezone.localdate(decision.decided_at)
        if offered_on < decided_on:
            raise Refused(
                "offered_before_decision",
                f"The offer cannot be dated {in_words(offered_on)}, before the decision of {in_words(decided_on)}.",
                field="offered_on",
            )
        if offered_on > timezone.localdate(now):
            raise Refused(
                "offered_in_future", f"{in_words(offered_on)} has not come yet.", field="offered_on"
            )
        offer.lead, offer.offered_on = lead, offered_on
        offer.save(update_fields=["lead", "offered_on"])
        audit.record(
            verb="planning.offer",
            by=by,
            at=now,
            subject_kind="planning_offer",
            subject=offer.public_id,
            case=decision.case.public_id,
            values={"offered_on": str(offered_on), "lead": str(lead.public_id) if lead else None},
        )
        return offer
