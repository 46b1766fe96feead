"""Which letters, to whom, and where each stands: read off the rows, starting from the decision or from the user."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Case as Either
from django.db.models import DateTimeField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Greatest

from meetings.models import Decision, Letter, MinutesSignature, Omission, Reissue
from meetings.rules.states import LetterState
from panel.law import rights
from panel.law.legal import Stage
from panel.models import (
    Address,
    Case,
    ClockEvent,
    Dispatch,
    Document,
    Person,
    Relationship,
    Restriction,
    current_address,
)
from panel.platform.policy import Refused

RENDER, SEND, EMAIL = "letter.render", "letter.send", "letter.email"

# What a clerk must look at again: the promise to send was not kept, and only a person can say what comes next.
STUCK = (Dispatch.State.NEEDS_RECHECK, Dispatch.State.DEAD)


def ties_of_all(children: Collection[int], on: dt.date) -> dict[int, tuple[rights.Tie, ...]]:
    """What is recorded about everybody tied to each of `children` (keys), as the law's own function wants it. Three queries."""
    rows = (
        # An end that was recorded counts at once, on its last day too: nothing is sent or shown in its last hours.
        Relationship.objects.filter(Q(until=None) | Q(until__gt=on), child__in=children)
        .order_by("pk")
        .select_related("person")
        .prefetch_related("person__addresses", Prefetch("person__restrictions", to_attr="all_restrictions"))
    )
    ties: dict[int, list[rights.Tie]] = {child: [] for child in children}
    for row in rows:
        ties[row.child_id].append(_tie(row, on))
    return {child: tuple(found) for child, found in ties.items()}


def ties_of(child: Person, on: dt.date) -> tuple[rights.Tie, ...]:
    """What is recorded about everybody tied to `child`."""
    return ties_of_all((child.pk,), on)[child.pk]


def _tie(row: Relationship, on: dt.date) -> rights.Tie:
    recorded: list[Restriction] = row.person.all_restrictions  # type: ignore[attr-defined]  # the prefetch above
    standing = [
        r.kind
        for r in recorded
        if r.child_id == row.child_id and r.starts_on <= on and (r.ends_on is None or on <= r.ends_on)
    ]
    address = current_address(row.person, on)
    return rights.Tie(
        person_id=row.person_id,
        kind=row.kind,
        basis=rights.Basis(row.basis),
        since=row.since,
        until=row.until,
        disputed=row.disputed,
        barred_by_order=Restriction.Kind.ORDER in standing,
        restricted=any(kind != Restriction.Kind.ORDER for kind in standing),
        identity_known=row.person.identity_known,
        address_known=address is not None and address.known,
    )


def recipients_of(case: Case, on: dt.date) -> rights.Recipients:
    """Who must have a letter of their own about `case` on the day `on`, and what stands in the way of the others."""
    return rights.recipients(ties_of(case.child, on), case.child.born_on, on)


def relationship_of(child: Person, person_id: int, on: dt.date, holder: rights.Holder) -> Relationship:
    """The row a person's right rests on that day: the newest that holds. Only asked for persons found entitled."""
    return (
        Relationship.objects.filter(
            Q(until=None) | Q(until__gt=on),
            child=child,
            person_id=person_id,
            since__lte=on,
            basis__in=[basis.value for basis in rights.BASES_OF[holder]],
        )
        .select_related("person")
        .order_by("-since", "-pk")[0]
    )


def known_address(person: Person, on: dt.date) -> Address:
    """The address in force that day of a person found entitled, who therefore has one."""
    address = current_address(person, on)
    if address is None:
        raise Refused("address_unknown", "No current address is known for this person. Find and record one.")
    return address


def stands(decision: Decision) -> bool:
    """Whether the decision is the one in force: nobody set it aside, no later one took its place, and what reopened the case for
    it was not taken back as an error. Asked of the rows.
    """
    return not Decision.objects.filter(
        Q(superseded_by__isnull=False) | Q(set_aside__isnull=False) | taken_back(), pk=decision.pk
    ).exists()


def untold() -> Q:
    """Of decisions in force: those of which the family has not been told.

    One that took the place of a refusal was told once the new answer is on the case's clock: the day of the first one stays.
    """
    told_again = ClockEvent.objects.annotate(answer=KT("details__told")).filter(
        case=OuterRef("case"),
        kind=ClockEvent.Kind.TOLD,
        superseded_by=None,
        answer=OuterRef("outcome"),
        pk__gt=OuterRef("reconsidered__event"),
    )
    first = Q(stage=Stage.ASSESS, case__assess_notified_on=None) | Q(
        stage=Stage.ISSUE, case__issue_notified_on=None
    )
    again = Q(route=Decision.Route.RECONSIDERED)
    return (first & ~again) | (again & ~taken_back() & Q(~Exists(told_again)))


def taken_back() -> Q:
    """Of decisions: agreements in the place of a refusal of which what reopened the case was taken back as an error."""
    return Q(reconsidered__event__superseded_by__kind=ClockEvent.Kind.ERROR)


def current_letters(decision: Decision) -> QuerySet[Letter]:
    """The newest letter to each person, unless it was withdrawn."""
    return (
        Letter.objects.filter(decision=decision, superseded_by__isnull=True, withdrawal__isnull=True)
        .select_related("release", "sent", "recipient", "address", "relationship")
        .order_by("pk")
    )


def asked_again(decision: Decision) -> Reissue | None:
    """The last time a corrected letter about this decision was asked for, unless it was said since that none is needed."""
    if decision.item_id is None:
        return None
    last = _reissues().filter(item=decision.item_id, at__gte=decision.entered_at).first()
    return last if last is not None and last.again else None


def _reissues() -> QuerySet[Reissue]:
    """What was said of corrected letters, the last first, each with `from_at`: what an amendment says counts once it is signed."""
    signed = MinutesSignature.objects.filter(
        minutes__meeting=OuterRef("minutes__meeting"), minutes__version__gte=OuterRef("minutes__version")
    )
    said = Reissue.objects.annotate(signed_at=Subquery(signed.order_by("at").values("at")[:1]))
    # Asked for one after the other: what is greater than nothing differs between databases.
    effective = said.filter(signed_at__isnull=False).annotate(from_at=Greatest("signed_at", "at"))
    return effective.order_by("-at", "-pk")


def to_correct(letter: Letter) -> bool:
    """Whether this letter went before a corrected one was asked for."""
    sent, asked = getattr(letter, "sent", None), asked_again(letter.decision)
    return sent is not None and asked is not None and sent.at < asked.from_at  # type: ignore[attr-defined]


def with_corrections(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions, each with `asked_at`: when a corrected letter was last asked for, None where none is wanted."""
    last = _reissues().filter(item=OuterRef("item"), at__gte=OuterRef("entered_at"))
    wanted = Either(When(again=True, then=F("from_at")), default=None, output_field=DateTimeField())
    return decisions.annotate(asked_at=Subquery(last.annotate(wanted=wanted).values("wanted")[:1]))


def corrections_open() -> Q:
    """Of decisions `with_corrections`: those whose corrected letter has not gone yet to everybody who had one to correct.

    Measured by what was sent: a corrected letter that was drafted and withdrawn has corrected nothing.
    """
    later = Letter.objects.filter(
        decision=OuterRef("decision"), recipient=OuterRef("recipient"), sent__at__gt=OuterRef("sent__at")
    )
    waiting = Letter.objects.filter(decision=OuterRef("pk"), sent__at__lt=OuterRef("asked_at")).exclude(
        Exists(later)
    )
    return Q(Exists(waiting), asked_at__isnull=False)


def to_correct_anew() -> Q:
    """Of those: the ones of which somebody has no corrected letter drafted, so that there is one to draft."""
    standing = Letter.objects.filter(
        Q(sent=None) | Q(sent__at__gte=OuterRef(OuterRef("asked_at"))),
        decision=OuterRef("decision"),
        recipient=OuterRef("recipient"),
        superseded_by=None,
        withdrawal=None,
    )
    waiting = Letter.objects.filter(decision=OuterRef("pk"), sent__at__lt=OuterRef("asked_at")).exclude(
        Exists(standing)
    )
    return Q(Exists(waiting), asked_at__isnull=False)


def omitted(decision: Decision) -> dict[int, Omission]:
    """Persons left out on purpose, by their key."""
    return {
        row.person_id: row
        for row in Omission.objects.filter(decision=decision).select_related("person", "by")
    }


def last_dispatch(letter: Letter, kind: str) -> Dispatch | None:
    """The newest promise of a kind about this letter."""
    return (
        Dispatch.objects.filter(subject=letter.public_id, kind=kind)
        .select_related("document")
        .order_by("-version", "-pk")
        .first()
    )


def preview_of(letter: Letter) -> Document | None:
    """The bytes a second person looks at before releasing; None while they are being made."""
    dispatch = last_dispatch(letter, RENDER)
    return dispatch.document if dispatch else None


def state_of(letter: Letter, sending: Dispatch | None) -> LetterState:
    """Where the letter stands. `sending` is its newest `letter.send` promise."""
    if getattr(letter, "withdrawal", None) is not None:
        return LetterState.WITHDRAWN
    if getattr(letter, "sent", None) is not None:
        return LetterState.SENT
    if getattr(letter, "release", None) is None:
        return LetterState.DRAFTED
    return LetterState.NEEDS_RECHECK if sending and sending.state in STUCK else LetterState.RELEASED


def is_guarded(letter: Letter) -> bool:
    """Whether a slip with this letter could lead somebody to a door that must stay unknown."""
    return bool(letter.decision.case.restricted or letter.address.confidential)


def send_inputs(letter: Letter) -> dict[str, str]:
    """What a promise to send was made for, by ids and digest: looked at again when it is kept."""
    return {
        "content_sha256": letter.content_sha256,
        "address": str(letter.address.public_id),
        "relationship": str(letter.relationship.public_id),
    }


def standing_letter(public_id: uuid.UUID) -> Letter | None:
    """The letter with everything a check asks of it; None once it was withdrawn or a newer version took its place."""
    return (
        Letter.objects.filter(public_id=public_id, superseded_by__isnull=True, withdrawal__isnull=True)
        .select_related("decision__case__child", "recipient__user", "address", "relationship", "release")
        .first()
    )
