"""Advice asked for one case, and when each piece is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from panel.law.rules import Code, rules_for
from panel.models import AdviceRequest, Case


@dataclass(frozen=True)
class AdviceLine:
    """One request. `due_on` is six weeks from the day the body received it (reg 8(1)), or from the asking where that day
    is not known; `late` when that has passed and nothing has come.
    """

    advice: AdviceRequest
    due_on: date
    late: bool


def advice_of(case: Case, today: date) -> list[AdviceLine]:
    """What was asked for this case, in the order of reg 6(1). One query."""
    return [line(one, today) for one in case.advice_requests.order_by("item", "pk")]


@dataclass(frozen=True)
class AdviceIn:
    """How many pieces of advice were asked for on one case, and how many of them have come in, those used again among them."""

    asked: int
    came: int


def advice_in(case: Case) -> AdviceIn:
    """How far the advice of one case is. One query."""
    came = Count("pk", filter=Q(received_on__isnull=False) | ~Q(reused_from=""))
    return AdviceIn(**case.advice_requests.aggregate(asked=Count("pk"), came=came))


def line(advice: AdviceRequest, today: date) -> AdviceLine:
    """One request with its date."""
    counted_from = advice.received_by_body_on or advice.requested_on
    due_on = counted_from + timedelta(days=rules_for(counted_from).days[Code.C2])
    return AdviceLine(advice, due_on, late=advice.received_on is None and today > due_on)
