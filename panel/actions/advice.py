"""Advice asked for an assessment: whom, when, and when it came (regs 6 and 8)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from panel.actions.cases import lock_case
from panel.law.words import in_words
from panel.models import AdviceRequest, Case, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_name


def request_advice(
    *,
    case: Case,
    item: str,
    body: str,
    requested_on: date,
    by: User,
    now: datetime,
    adviser: User | None = None,
    reused_from: str = "",
    adviser_content_on: date | None = None,
    authority_content_on: date | None = None,
    family_content_on: date | None = None,
) -> AdviceRequest:
    """Note that advice under one item of reg 6(1) was asked for, or that earlier advice is used again (reg 6(4)).

    `reused_from` says which earlier advice; then the adviser, the authority and the family must each have said, on a day, that it
    is enough. Refused: `item`, `in_future`, `before_request`, `not_content`, `no_reuse_of_views`. Audits.
    """
    access.require(by, Verb.ADVICE_RECORD, case, now=now)
    if item not in AdviceRequest.Item.values:
        raise Refused("item", "Choose which advice this is.", field="item")
    if requested_on < case.received_on:
        sentence = f"The request for an assessment came on {in_words(case.received_on)}. Advice is asked for after that."
        raise Refused("before_request", sentence, field="requested_on")
    _refuse_future(requested_on, "requested_on", now)
    earlier = clean_line(reused_from, limit=200, label="The earlier advice")
    content = {
        "adviser_content_on": adviser_content_on,
        "authority_content_on": authority_content_on,
        "family_content_on": family_content_on,
    }
    _refuse_reuse(case, item, earlier, content, now)
    with transaction.atomic():
        lock_case(case)
        advice = AdviceRequest.objects.create(
            case=case,
            item=item,
            body=clean_name(body, label="Who is asked"),
            adviser=adviser,
            requested_on=requested_on,
            received_on=requested_on if earlier else None,
            reused_from=earlier,
            **content,
        )
        _record(advice, by, now, {"item": item, "requested_on": str(requested_on)})
    return advice


def _refuse_reuse(
    case: Case, item: str, earlier: str, content: dict[str, date | None], now: datetime
) -> None:
    """Reg 6(4): three people are satisfied for this assessment, each on a day that has come; the family's own views are always asked anew."""
    if not earlier and not any(content.values()):
        return
    if item == AdviceRequest.Item.FAMILY:
        raise Refused(
            "no_reuse_of_views",
            "The family’s own views are asked for each time (reg 6(4)).",
            field="reused_from",
        )
    if not earlier:
        raise Refused("not_content", "Say which earlier advice is used again.", field="reused_from")
    for field, day in content.items():
        if day is None:
            raise Refused(
                "not_content",
                "Earlier advice is used again only where the adviser, the authority and the family are all satisfied with it."
                " Enter the day, or ask for new advice.",
                field=field,
            )
        if day < case.received_on:
            raise Refused(
                "before_request",
                f"They are satisfied for this assessment, so on a day from {in_words(case.received_on)} on, when it was asked for.",
                field=field,
            )
        _refuse_future(day, field, now)


def record_advice(
    *,
    advice: AdviceRequest,
    received_by_body_on: date | None,
    received_on: date | None,
    by: User,
    now: datetime,
) -> None:
    """Note when the body had the request (its six weeks begin then, reg 8(1)) and when its advice came. None: not yet.

    Refused: `before_request`, `in_future`. Audits.
    """
    access.require(by, Verb.ADVICE_RECORD, advice.case, now=now)
    named = {"received_by_body_on": received_by_body_on, "received_on": received_on}
    for field, day in named.items():
        if day is not None and day < advice.requested_on:
            sentence = (
                f"The advice was asked for on {in_words(advice.requested_on)}. This day is before that."
            )
            raise Refused("before_request", sentence, field=field)
        if day is not None:
            _refuse_future(day, field, now)
    with transaction.atomic():
        lock_case(advice.case)
        for field, day in named.items():
            setattr(advice, field, day)
        advice.save(update_fields=list(named))
        _record(advice, by, now, {field: str(day or "") for field, day in named.items()})


def _refuse_future(day: date, field: str, now: datetime) -> None:
    if day > timezone.localdate(now):
        raise Refused("in_future", "This day lies in the future. Record it when it has come.", field=field)


def _record(advice: AdviceRequest, by: User, now: datetime, values: dict[str, object]) -> None:
    audit.record(
        verb=Verb.ADVICE_RECORD,
        by=by,
        at=now,
        subject_kind="advice",
        subject=advice.public_id,
        case=advice.case.public_id,
        values=values,
    )
