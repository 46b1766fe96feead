"""What may excuse a late stage: exemptions of one case, each with its own reason, and the days schools are closed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from panel.actions.cases import lock_case
from panel.law.clock import Code
from panel.law.legal import says_something, too_little
from panel.law.rules import rules_for
from panel.law.words import in_words
from panel.models import Case, Exemption, SchoolClosure, Setting, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

REASON_LIMIT = 2_000
# Longer than any school is shut; a year typed wrongly is refused.
LONGEST_CLOSURE_DAYS = 120


def record_exemption(
    *,
    case: Case,
    stage: str,
    ground: str,
    starts_on: date,
    because: str,
    ends_on: date | None = None,
    told_family_on: date | None = None,
    by: User,
    now: datetime,
) -> Exemption:
    """Record that a ground of regs 5(4), 8(2), 10(4) or 13(3) made a time limit of this case impractical. No date moves.

    Refused: `ground` the stage does not know, `no_reason`, `blanket` where the same words stand on another case, `ends_first`,
    `in_future`, `before_request`, `told_early`, `twice`. Audits `exemption.record`.
    """
    access.require(by, Verb.EXEMPTION_RECORD, case, now=now)
    reason = clean_text(because, REASON_LIMIT, label="The reason")
    today = timezone.localdate(now)
    if ground not in rules_for(case.received_on).grounds.get(Code(stage), {}):
        raise Refused("ground", "This ground does not exist for this stage. Choose another.", field="ground")
    _refuse_days(case, starts_on, ends_on, told_family_on, today)
    with transaction.atomic():
        locked = lock_case(case)
        _refuse_reason(locked, reason)
        same = Exemption.objects.standing().filter(
            case=locked, stage=stage, ground=ground, starts_on=starts_on
        )
        if same.exists():
            raise Refused("twice", "This exemption is recorded already.", field="starts_on")
        exemption = Exemption.objects.create(
            case=locked,
            stage=stage,
            ground=ground,
            starts_on=starts_on,
            ends_on=ends_on,
            impractical_because=reason,
            told_family_on=told_family_on,
            recorded_at=now,
            recorded_by=by,
        )
        _audit(exemption, "exemption.record", by, now)
        return exemption


def change_exemption(
    *,
    exemption: Exemption,
    ends_on: date | None,
    told_family_on: date | None,
    by: User,
    now: datetime,
) -> Exemption:
    """Note when the condition ended and when the family was told. Refused: `ends_first`, `in_future`, `told_early`, `taken_back`."""
    access.require(by, Verb.EXEMPTION_RECORD, exemption.case, now=now)
    with transaction.atomic():
        lock_case(exemption.case)
        locked = _standing(exemption)
        _refuse_days(exemption.case, locked.starts_on, ends_on, told_family_on, timezone.localdate(now))
        locked.ends_on, locked.told_family_on = ends_on, told_family_on
        locked.save(update_fields=["ends_on", "told_family_on"])
        _audit(locked, "exemption.change", by, now)
        return locked


def take_back_exemption(*, exemption: Exemption, because: str, by: User, now: datetime) -> Exemption:
    """Say that an exemption was entered in error: it excuses nothing from now on, and its row stays.

    Refused: `no_reason`, `taken_back`.
    """
    access.require(by, Verb.EXEMPTION_RECORD, exemption.case, now=now)
    reason = clean_line(because, limit=300, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why it was entered in error.", field="because")
    with transaction.atomic():
        lock_case(exemption.case)
        locked = _standing(exemption)
        locked.taken_back_at, locked.taken_back_because = now, reason
        locked.save(update_fields=["taken_back_at", "taken_back_because"])
        _audit(locked, "exemption.take_back", by, now)
        return locked


def record_closure(
    *, setting: Setting | None, closed_from: date, reopens_on: date, by: User, now: datetime
) -> SchoolClosure:
    """Put the days a setting is closed on the list; without a setting they are those of every setting.

    Refused: `reopens_first`, `too_long`, `twice`. Audits `closure.record`.
    """
    access.require(by, Verb.CLOSURE_RECORD, now=now)
    if reopens_on <= closed_from:
        raise Refused(
            "reopens_first",
            f"It cannot open again on {in_words(reopens_on)}, before or on the day it closes, {in_words(closed_from)}.",
            field="reopens_on",
        )
    if (reopens_on - closed_from).days > LONGEST_CLOSURE_DAYS:
        raise Refused(
            "too_long", "That is longer than a school is ever closed. Check the years.", field="reopens_on"
        )
    with transaction.atomic():
        standing = SchoolClosure.objects.filter(setting=setting, removed_at__isnull=True)
        if standing.filter(closed_from__lt=reopens_on, reopens_on__gt=closed_from).exists():
            raise Refused(
                "twice",
                "A closure of the same days is on the list already. Take that one off first.",
                field="closed_from",
            )
        closure = SchoolClosure.objects.create(
            setting=setting, closed_from=closed_from, reopens_on=reopens_on, recorded_at=now, recorded_by=by
        )
        audit.record(
            verb=Verb.CLOSURE_RECORD,
            by=by,
            at=now,
            subject_kind="closure",
            subject=closure.public_id,
            values={"closed_from": closed_from, "reopens_on": reopens_on},
        )
        return closure


def remove_closure(*, closure: SchoolClosure, by: User, now: datetime) -> None:
    """Take a closure off the list; its row stays. Twice is once. Audits `closure.remove`."""
    access.require(by, Verb.CLOSURE_RECORD, now=now)
    with transaction.atomic():
        if SchoolClosure.objects.filter(pk=closure.pk, removed_at__isnull=True).update(removed_at=now):
            audit.record(
                verb="closure.remove", by=by, at=now, subject_kind="closure", subject=closure.public_id
            )


def _standing(exemption: Exemption) -> Exemption:
    locked = Exemption.objects.select_for_update(of=("self",)).select_related("case").get(pk=exemption.pk)
    if locked.taken_back_at is not None:
        raise Refused("taken_back", "This exemption was taken back as entered in error.")
    return locked


def _refuse_reason(case: Case, reason: str) -> None:
    if not says_something(reason):
        ask = f"{too_little(reason)}Say what made the time limit impractical in this case."
        raise Refused("no_reason", ask, field="because")
    others = Exemption.objects.standing().exclude(case=case).filter(impractical_because__iexact=reason)
    if others.exists():
        raise Refused(
            "blanket",
            "The same words stand on another case. An exemption is for one case: say what made it impractical in this one.",
            field="because",
        )


def _refuse_days(
    case: Case, starts_on: date, ends_on: date | None, told_family_on: date | None, today: date
) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Refused(
            "ends_first",
            f"It cannot end on {in_words(ends_on)}, before it begins on {in_words(starts_on)}.",
            field="ends_on",
        )
    if ends_on is not None and ends_on < case.received_on:
        raise Refused(
            "before_request",
            f"It ends on {in_words(ends_on)}, before the request was received on {in_words(case.received_on)}.",
            field="ends_on",
        )
    if starts_on > today:
        raise Refused("in_future", "It has not begun yet. Record it once it has.", field="starts_on")
    if told_family_on is None:
        return
    if told_family_on > today:
        raise Refused(
            "in_future", "The family cannot have been told on a day to come.", field="told_family_on"
        )
    if told_family_on < starts_on:
        raise Refused(
            "told_early",
            f"The family was told on {in_words(told_family_on)}, before it began on {in_words(starts_on)}.",
            field="told_family_on",
        )


def _audit(exemption: Exemption, verb: str, by: User, now: datetime) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="exemption",
        subject=exemption.public_id,
        case=exemption.case.public_id,
        values={
            "stage": exemption.stage,
            "ground": exemption.ground,
            "from": exemption.starts_on,
            "to": exemption.ends_on,
            "because": exemption.impractical_because,
            "told_family_on": exemption.told_family_on,
            "taken_back_because": exemption.taken_back_because,
        },
    )
