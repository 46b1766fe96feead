"""What restates a case's clock, and why a stage is late: recorded by hand, kept for good."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from panel.actions import due
from panel.actions.cases import advance, lock_case
from panel.law.clock import OrderKind, UnopposedKind
from panel.law.facts import AGREED_CODES
from panel.law.legal import says_something, too_little
from panel.law.words import in_words
from panel.models import Case, CaseState, ClockEvent, DelayReason, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_text

Kind = ClockEvent.Kind
REASON_LIMIT = 2_000


class Told(StrEnum):
    """The new answer a family was given after an order, an agreement or a change of mind."""

    ASSESS = "assess"
    ISSUE = "issue"
    NOT_ISSUE = "not_issue"


class TakenBackBy(StrEnum):
    """Who took the request back."""

    PARENT = "parent"
    YOUNG_PERSON = "young_person"
    SETTING = "setting"


# Where a request waits for an answer, and how it goes on there once its taking back was an error.
TAKEN_BACK_FROM: Mapping[str, str] = {
    CaseState.REQUESTED: "case.resume_assess",
    CaseState.ASSESSING: "case.resume_issue",
}
# What each kind must say it is about; the others say nothing.
ABOUT: Mapping[str, type[StrEnum]] = {
    Kind.TRIBUNAL_ORDER: OrderKind,
    Kind.MEDIATION_AGREEMENT: OrderKind,
    Kind.UNOPPOSED: UnopposedKind,
    Kind.TOLD: Told,
    Kind.WITHDRAWN: TakenBackBy,
}
MAY_NAME_DATES = frozenset({Kind.TRIBUNAL_ORDER, Kind.MEDIATION_AGREEMENT})
RESTATES = frozenset({Kind.TRIBUNAL_ORDER, Kind.MEDIATION_AGREEMENT, Kind.UNOPPOSED, Kind.REVERSED})
# An answer no that stands is opened again by what is about it; a change of mind is about whichever answer stands.
REOPENS: Mapping[str, tuple[str, frozenset[str]]] = {
    CaseState.NOT_ASSESSED: ("assess", frozenset({"", OrderKind.ASSESS, UnopposedKind.REFUSAL_TO_ASSESS})),
    CaseState.NOT_ISSUED: ("issue", frozenset({"", OrderKind.MAKE_PLAN, UnopposedKind.REFUSAL_TO_ISSUE})),
}


def record_clock_event(
    *,
    case: Case,
    kind: str,
    on: date,
    by: User,
    now: datetime,
    about: str = "",
    other_dates: Mapping[str, date] | None = None,
    supersedes: ClockEvent | None = None,
) -> ClockEvent:
    """Record an order, an agreement, a change of mind or a later step, and restate the case's next date.

    A request that was taken back ends there. An answer no that it undoes is reopened: the case goes on where a yes would have brought it, and the day the family was
    told no stays with the event. `supersedes` is an earlier entry this one corrects; of kind `error` it only takes it back.
    Refused: `about`, `in_future`, `before_request`, `other_dates`, `supersedes`, `wrong_state`. Audits.
    """
    access.require(by, Verb.CLOCK_RECORD, case, now=now)
    with transaction.atomic():
        locked = lock_case(case)
        event = place_clock_event(
            case=locked,
            kind=kind,
            on=on,
            about=about,
            other_dates=other_dates,
            supersedes=supersedes,
            by=by,
            now=now,
        )
    for field in ("state", *due.FIELDS):
        setattr(case, field, getattr(locked, field))
    return event


def place_clock_event(
    *,
    case: Case,
    kind: str,
    on: date,
    by: User,
    now: datetime,
    about: str = "",
    other_dates: Mapping[str, date] | None = None,
    supersedes: ClockEvent | None = None,
) -> ClockEvent:
    """`record_clock_event` for whoever has asked already, with the case under lock."""
    dates = dict(other_dates or {})
    _refuse_event(case, kind, about, on, dates, timezone.localdate(now))
    _refuse_correction(case, kind, supersedes)
    details: dict[str, object] = {}
    if about:
        details["told" if kind == Kind.TOLD else "about"] = about
    if dates:
        details["other_dates"] = {code: day.isoformat() for code, day in dates.items()}
    event = ClockEvent(
        case=case,
        kind=kind,
        on=on,
        details={
            **details,
            **_reopening(case, kind, about, supersedes),
            **_taken_back(case, kind, supersedes),
        },
        supersedes=supersedes,
        recorded_at=now,
        recorded_by=by,
    )
    event.save()
    _move(case, event, by, now)
    due.refresh(case)
    case.save(update_fields=due.FIELDS)
    audit.record(
        verb=Verb.CLOCK_RECORD,
        by=by,
        at=now,
        subject_kind="case",
        subject=case.public_id,
        case=case.public_id,
        values={
            "kind": str(kind),
            "on": str(on),
            **details,
            "supersedes": str(supersedes.public_id) if supersedes else "",
        },
    )
    return event


def record_told_again(*, case: Case, answer: str, on: date, by: User, now: datetime) -> None:
    """Note on the case's clock that the family was told a new `answer` by letter, unless that stands there already.

    Inside the caller's transaction, for a letter that has gone: nothing is asked, and where what changed the answer was taken back
    as an error meanwhile, nothing is noted. Audits `clock.record`.
    """
    locked = lock_case(case)
    live = _live(locked)
    changed = live.filter(kind__in=RESTATES).order_by("-pk").first()
    if changed is None or live.filter(kind=Kind.TOLD, details__told=answer, pk__gt=changed.pk).exists():
        return
    place_clock_event(case=locked, kind=Kind.TOLD, on=on, about=answer, by=by, now=now)
    for field in ("state", *due.FIELDS):
        setattr(case, field, getattr(locked, field))


def record_delay(
    *,
    case: Case,
    stage: str,
    cause: str,
    reason: str,
    new_date: date,
    by: User,
    now: datetime,
    apology_told_on: date | None = None,
) -> DelayReason:
    """Log why a stage is late and when it can be done at the earliest. It moves no date and excuses nothing.

    `apology_told_on`: the day the family was told of the new date, with an apology; None while it was not.
    Refused: `stage`, `cause`, `reason`, `new_date`, `in_future`. Audits.
    """
    access.require(by, Verb.DELAY_RECORD, case, now=now)
    today = timezone.localdate(now)
    if stage not in ("C1", "C3", "C6"):
        raise Refused("stage", "Choose which stage is late.", field="stage")
    if cause not in DelayReason.Cause.values:
        raise Refused("cause", "Choose the main cause.", field="cause")
    words = clean_text(reason, limit=REASON_LIMIT, label="The reason")
    if not says_something(words):
        raise Refused(
            "reason", f"{too_little(words)}Say why this stage of this case is late.", field="reason"
        )
    if new_date < today:
        raise Refused(
            "new_date", "A new date lies ahead. Enter the earliest day it can be done.", field="new_date"
        )
    if apology_told_on is not None and apology_told_on > today:
        sentence = "This day has not come yet. Record it when the family has been told."
        raise Refused("in_future", sentence, field="apology_told_on")
    with transaction.atomic():
        lock_case(case)
        row = DelayReason(
            case=case,
            stage=stage,
            cause=cause,
            reason=words,
            new_date=new_date,
            apology_told_on=apology_told_on,
            by=by,
            at=now,
        )
        row.save()
        audit.record(
            verb=Verb.DELAY_RECORD,
            by=by,
            at=now,
            subject_kind="case",
            subject=case.public_id,
            case=case.public_id,
            values={"stage": stage, "cause": cause, "reason": words, "new_date": str(new_date)},
        )
    return row


def _refuse_event(
    case: Case, kind: str, about: str, on: date, dates: Mapping[str, date], today: date
) -> None:
    known = ABOUT.get(kind)
    if kind not in Kind.values or (about not in list(known) if known else about):
        raise Refused("about", "Choose what happened.", field="what")
    if on > today:
        raise Refused("in_future", "This day lies in the future. Record it when it has come.", field="on")
    if kind != Kind.ASSESSMENT_COMPLETED and on < case.received_on:
        sentence = f"The request came on {in_words(case.received_on)}. This day is before that."
        raise Refused("before_request", sentence, field="on")
    if dates and kind not in MAY_NAME_DATES:
        sentence = "Only an order or an agreement in mediation names other dates. Leave these empty."
        raise Refused("other_dates", sentence, field=f"other_{min(dates).lower()}")
    for code, day in dates.items():
        if code not in AGREED_CODES or day < on:
            raise Refused(
                "other_dates", "This date is before the day it was set on.", field=f"other_{code.lower()}"
            )
    if kind == Kind.TOLD and not _live(case).filter(kind__in=RESTATES).exists():
        sentence = "Record first what changed the answer. A first answer is told by its letter, not here."
        raise Refused("wrong_state", sentence, field="what")


def _refuse_correction(case: Case, kind: str, supersedes: ClockEvent | None) -> None:
    if supersedes is None:
        if kind == Kind.ERROR:
            raise Refused("supersedes", "Choose which entry was made in error.", field="supersedes")
        return
    if not _live(case).filter(pk=supersedes.pk).exists():
        raise Refused("supersedes", "This entry no longer stands. Choose another one.", field="supersedes")
    if kind not in (Kind.ERROR, supersedes.kind):
        sentence = "A correction is of the same kind as the entry it corrects. Take that one back first."
        raise Refused("supersedes", sentence, field="supersedes")


def _live(case: Case) -> QuerySet[ClockEvent]:
    standing: QuerySet[ClockEvent] = ClockEvent.objects.filter(case=case, superseded_by=None)
    return standing.exclude(kind=Kind.ERROR)


def _reopening(case: Case, kind: str, about: str, supersedes: ClockEvent | None) -> dict[str, object]:
    """Which stage this event opens again, and when the family had been told no. A correction takes it over."""
    if kind == Kind.ERROR or kind not in RESTATES:
        return {}
    if supersedes is not None and supersedes.details.get("reopened"):
        kept = {
            name: supersedes.details[name]
            for name in ("reopened", "refused_on")
            if name in supersedes.details
        }
        if supersedes.details.get("about", "") != about:
            sentence = (
                "This entry opened the case again. Take it back as made in error, then record the right one."
            )
            raise Refused("supersedes", sentence, field="supersedes")
        return kept
    stage, abouts = REOPENS.get(case.state, ("", frozenset()))
    if not stage or about not in abouts:
        return {}
    told = case.assess_notified_on if stage == "assess" else case.issue_notified_on
    return {"reopened": stage, **({"refused_on": told.isoformat()} if told else {})}


def _taken_back(case: Case, kind: str, supersedes: ClockEvent | None) -> dict[str, object]:
    """From where the request was taken back. A correction takes it over; refused once the question was answered."""
    if kind != Kind.WITHDRAWN:
        return {}
    if supersedes is not None:
        return {"from": supersedes.details["from"]}
    if case.state not in TAKEN_BACK_FROM:
        sentence = "Only a request that waits for an answer can be taken back."
        raise Refused("wrong_state", sentence, field="what")
    return {"from": str(case.state)}


def _move(case: Case, event: ClockEvent, by: User, now: datetime) -> None:
    """Bring the case where the event demands: on after a refusal undone, or back where that was entered in error."""
    old = event.supersedes
    if event.kind == Kind.ERROR and old is not None and old.details.get("reopened"):
        stage = old.details["reopened"]
        advance(case=case, verb=f"case.refusal_stands_{stage}", by=by, now=now)
    elif event.kind == Kind.ERROR and old is not None and old.kind == Kind.WITHDRAWN:
        advance(case=case, verb=TAKEN_BACK_FROM[old.details["from"]], by=by, now=now)
    elif event.kind == Kind.WITHDRAWN and old is None:
        advance(case=case, verb="case.withdraw", by=by, now=now)
    elif event.details.get("reopened") and old is None:
        advance(case=case, verb=f"case.reopen_{event.details['reopened']}", by=by, now=now)
