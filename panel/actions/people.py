"""People around a child: where they live, what ties them, what stands in their way. Every change takes the lock of the
child's cases, as letters do before they go, so that a letter is never sent on a fact that has just changed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from panel.actions.cases import lock_family
from panel.actions.contact import email_of
from panel.importing.cells import POSTCODE
from panel.law.rights import young_person_from
from panel.law.words import in_words
from panel.models import Address, Membership, Person, Relationship, Restriction, User, current_address
from panel.platform import access, audit
from panel.platform.policy import Refused, Role, Verb
from panel.platform.text import clean_line, clean_name, clean_text

KIND_LIMIT = 60


@dataclass(frozen=True)
class NewPerson:
    """An adult who is not recorded yet."""

    forename: str
    surname: str
    email: str = ""
    letter_format: str = Person.Format.STANDARD
    identity_known: bool = True


def record_address(
    *,
    person: Person,
    lines: str,
    postcode: str,
    confidential: bool,
    valid_from: date,
    how_known: str,
    by: User,
    now: datetime,
) -> Address:
    """Add a version of where `person` can be written to, from `valid_from` on; no lines says it is not known any more.

    Letters drafted to the version before need a new look. Refused: `address`, `postcode`, `how_known`, `too_early`. Audits.
    """
    access.require(by, Verb.PERSON_RECORD, person, now=now)
    where = clean_text(lines, limit=500, label="The address")
    code = _postcode(postcode)
    known = clean_line(how_known, label="How this is known")
    if bool(where) != bool(code):
        raise Refused(
            "address", "Enter at least one line and the postcode, or leave both empty.", field="lines"
        )
    if not known:
        raise Refused("how_known", "Say how this address is known.", field="how_known")
    with transaction.atomic():
        lock_family(person)
        newest = person.addresses.first()
        if newest and valid_from < newest.valid_from:
            sentence = f"A later address is recorded from {in_words(newest.valid_from)}. Enter that day or a later one."
            raise Refused("too_early", sentence, field="valid_from")
        address = Address(
            person=person,
            lines=where,
            postcode=code,
            confidential=confidential,
            valid_from=valid_from,
            recorded_at=now,
            recorded_by=by,
            how_known=known,
        )
        address.save()
        values = {
            "lines": where,
            "postcode": code,
            "confidential": confidential,
            "from": str(valid_from),
            "how": known,
        }
        _record("person.address", "person", person, by, now, values)
    return address


def record_relationship(
    *,
    child: Person,
    person: Person | NewPerson,
    kind: str,
    basis: str,
    how_known: str,
    since: date,
    by: User,
    now: datetime,
) -> Relationship:
    """Tie a person to a child, with what their right to be told rests on and how that is known. Audits.

    A second tie of the same two people, or a child as their own parent, is refused: `already_tied`, `own_parent`; so are
    `basis`, `kind`, `how_known` and `in_future`.
    """
    access.require(by, Verb.PERSON_RECORD, child, now=now)
    word = clean_line(kind, limit=KIND_LIMIT, label="The relationship")
    known = clean_line(how_known, label="How this is known")
    _refuse_tie(child, person, word, basis, known, since, timezone.localdate(now))
    with transaction.atomic():
        lock_family(child)
        other = person if isinstance(person, Person) else _new_person(person)
        if Relationship.objects.filter(person=other, child=child, until__isnull=True).exists():
            raise Refused(
                "already_tied", "This person is already recorded for this child. End that entry first."
            )
        tie = Relationship.objects.create(
            person=other, child=child, kind=word, basis=basis, how_known=known, since=since
        )
        _tell("person.tie", tie, by, now, {"kind": word, "basis": basis, "how": known, "since": str(since)})
    return tie


def record_young_person(
    *,
    child: Person,
    email: str,
    letter_format: str,
    lines: str,
    postcode: str,
    confidential: bool,
    how_known: str,
    by: User,
    now: datetime,
) -> Relationship:
    """Record the young person as the one to write to, from the end of compulsory school age on (CFA 2014 s83(2)): how, and where.

    An address that is in force, or begins on a day to come, stays where none is typed; to be kept from others from now on, one in
    force is recorded anew. Audits `person.contact`, `person.tie` and, with an address, `person.address`. Refused: `born_unknown`,
    `not_theirs_yet`, `email`, `already_tied`, `begins_later`, and everything of `record_address`.
    """
    access.require(by, Verb.PERSON_RECORD, child, now=now)
    today = timezone.localdate(now)
    since, reached_at = _own_since(child, today), email_of(email)
    with transaction.atomic():
        lock_family(child)
        place = _to_record(child, _Place(lines, postcode, confidential, how_known), today)
        if place is not None:
            record_address(person=child, **asdict(place), valid_from=today, by=by, now=now)
        locked = Person.objects.select_for_update(of=("self",)).get(pk=child.pk)
        _write(locked, child, email=reached_at, letter_format=letter_format)
        _record("person.contact", "person", child, by, now, {"email": reached_at, "format": letter_format})
        return record_relationship(
            child=child,
            person=child,
            kind="young person",
            basis=Relationship.Basis.SELF,
            how_known="date of birth",
            since=since,
            by=by,
            now=now,
        )


@dataclass(frozen=True)
class _Place:
    """Where somebody is written to, as it is recorded: the fields of `record_address`."""

    lines: str
    postcode: str
    confidential: bool
    how_known: str


def _to_record(child: Person, said: _Place, today: date) -> _Place | None:
    """The young person's address as it is to be recorded today, None to keep what is recorded. Nothing ticked is lost on the way."""
    known, newest = current_address(child, today), child.addresses.first()
    typed = bool(said.lines.strip() or said.postcode.strip())
    if newest is not None and newest.valid_from > today and newest.known:
        bare = any(one is not None and one.known and not one.confidential for one in (known, newest))
        if typed or (said.confidential and bare):
            raise Refused(
                "begins_later",
                f"Another address is recorded from {in_words(newest.valid_from)} on. Leave this empty and unticked to keep it, and"
                " change it under family and recipients.",
                field="lines" if typed else "confidential",
            )
        return None
    if typed:
        return said
    if known is None or not known.known:
        raise Refused("address", "Enter the address and the postcode: a letter needs both.", field="lines")
    if said.confidential and not known.confidential:
        return _Place(known.lines, known.postcode, True, said.how_known or known.how_known)
    return None


def _own_since(child: Person, today: date) -> date:
    """Since when the rights are the young person's own. Refused while they are not, or nobody knows."""
    if child.born_on is None:
        raise Refused(
            "born_unknown", "The date of birth is not recorded, so it is not known whose rights these are."
        )
    since = young_person_from(child.born_on)
    if since > today:
        raise Refused(
            "not_theirs_yet",
            f"The rights are the parents’ until {in_words(since - timedelta(days=1))}. Letters go to them.",
        )
    return since


def end_relationship(*, relationship: Relationship, until: date, by: User, now: datetime) -> None:
    """Record the last day a tie held. Refused: `ended`, `before_start`, `in_future`. Audits."""
    access.require(by, Verb.PERSON_RECORD, relationship.child, now=now)
    with transaction.atomic():
        tie = _locked(relationship)
        if tie.until is not None:
            raise Refused("ended", f"This entry already ended on {in_words(tie.until)}.")
        if until < tie.since:
            sentence = f"It began on {in_words(tie.since)}. The last day cannot be before that."
            raise Refused("before_start", sentence, field="until")
        if until > timezone.localdate(now):
            raise Refused(
                "in_future", "The last day lies in the future. Record it when it has come.", field="until"
            )
        _write(tie, relationship, until=until)
        _tell("person.untie", tie, by, now, {"until": str(until)})


def record_dispute(*, relationship: Relationship, because: str, by: User, now: datetime) -> None:
    """Note that this person's right is disputed: no letter goes to them until it is resolved. Audits."""
    _settle(relationship, because, by, now, disputed=True)


def resolve_dispute(*, relationship: Relationship, because: str, by: User, now: datetime) -> None:
    """Note that the dispute is over, and how. Audits. Refused: `not_disputed`, `no_reason`."""
    _settle(relationship, because, by, now, disputed=False)


def record_restriction(
    *,
    person: Person,
    child: Person,
    kind: str,
    how_known: str,
    starts_on: date,
    by: User,
    now: datetime,
    ends_on: date | None = None,
) -> Restriction:
    """Record an order or another restriction between a person and a child's papers. It blocks letters while it stands.

    Refused: `own_child`, `kind`, `how_known`, `before_start`. Audits.
    """
    access.require(by, Verb.PERSON_RECORD, child, now=now)
    known = clean_line(how_known, label="How this is known")
    if person.pk == child.pk:
        raise Refused(
            "own_child", "A restriction stands between two people. Choose the other one.", field="person"
        )
    if kind not in Restriction.Kind.values:
        raise Refused("kind", "Choose what kind of restriction this is.", field="kind")
    if not known:
        raise Refused("how_known", "Say how this restriction is known.", field="how_known")
    if ends_on and ends_on < starts_on:
        raise Refused("before_start", "The last day is before the first.", field="ends_on")
    with transaction.atomic():
        lock_family(child)
        restriction = Restriction.objects.create(
            person=person,
            child=child,
            kind=kind,
            how_known=known,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_at=now,
            recorded_by=by,
        )
        values = {
            "child": str(child.public_id),
            "kind": kind,
            "how": known,
            "from": str(starts_on),
            "to": str(ends_on),
        }
        _record("person.restrict", "person", person, by, now, values)
    return restriction


def lift_restriction(*, restriction: Restriction, because: str, by: User, now: datetime) -> None:
    """End a restriction from today on, with the reason. Refused: `ended`, `no_reason`. Audits."""
    access.require(by, Verb.PERSON_RECORD, restriction.child, now=now)
    reason = _reason(because)
    with transaction.atomic():
        lock_family(restriction.child)
        locked = Restriction.objects.select_for_update().get(pk=restriction.pk)
        # The last day counts: one that ends yesterday stands in nobody's way today.
        last = timezone.localdate(now) - timedelta(days=1)
        if locked.ends_on is not None and locked.ends_on <= last:
            raise Refused("ended", f"This restriction already ended on {in_words(locked.ends_on)}.")
        _write(locked, restriction, ends_on=last)
        values = {"child": str(restriction.child.public_id), "because": reason}
        _record("person.lift", "person", restriction.person, by, now, values)


def confirm_identity(*, person: Person, how_known: str, by: User, now: datetime) -> None:
    """Note that somebody made sure who this person is. Audits. Refused: `how_known`."""
    access.require(by, Verb.PERSON_RECORD, person, now=now)
    known = clean_line(how_known, label="How this is known")
    if not known:
        raise Refused("how_known", "Say how you know who this person is.", field="how_known")
    with transaction.atomic():
        lock_family(person)
        _write(Person.objects.select_for_update().get(pk=person.pk), person, identity_known=True)
        _record("person.identify", "person", person, by, now, {"how": known})


def open_family_account(*, person: Person, by: User | None, now: datetime) -> User | None:
    """The account through which `person` reads their letters: the one they have, or a new one for their e-mail address.

    None where there can be none: no address, an unknown identity, or an address somebody else signs in with. An account is
    never joined to an existing one: a shared mailbox would open one parent's letters to the other, and a colleague's to the
    authority. Inside the caller's transaction and after its may-I; audits `user.open`.
    """
    locked = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if locked.user is None and locked.email and locked.identity_known and not _signs_in(locked.email):
        user = User.objects.create_user(email=locked.email, name=locked.full_name)
        Membership.objects.create(user=user, role=Role.PARENT, starts_on=timezone.localdate(now))
        _write(locked, person, user=user)
        _record("user.open", "user", user, by, now, {"person": str(person.public_id)})
    person.user = locked.user
    return locked.user


def _signs_in(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def _settle(tie: Relationship, because: str, by: User, now: datetime, *, disputed: bool) -> None:
    access.require(by, Verb.PERSON_RECORD, tie.child, now=now)
    reason = _reason(because)
    with transaction.atomic():
        locked = _locked(tie)
        if not disputed and not locked.disputed:
            raise Refused("not_disputed", "No dispute is recorded here.")
        _write(locked, tie, disputed=disputed)
        _tell("person.dispute" if disputed else "person.resolve", tie, by, now, {"because": reason})


def _locked(relationship: Relationship) -> Relationship:
    lock_family(relationship.child)
    return Relationship.objects.select_for_update().get(pk=relationship.pk)


def _write(locked: Model, passed: Model, **fields: Any) -> None:
    """Save the named fields of the locked row, and show them on the object the caller holds."""
    for name, value in fields.items():
        setattr(locked, name, value)
        setattr(passed, name, value)
    locked.save(update_fields=list(fields))


def _refuse_tie(
    child: Person, person: Person | NewPerson, kind: str, basis: str, known: str, since: date, today: date
) -> None:
    own = isinstance(person, Person) and person.pk == child.pk
    if basis not in Relationship.Basis.values:
        raise Refused(
            "basis", "Choose what this person’s right rests on, or “no recorded right”.", field="basis"
        )
    if own != (basis == Relationship.Basis.SELF):
        sentence = (
            "A child cannot be their own parent, and nobody else can be the young person. Choose again."
        )
        raise Refused("own_parent", sentence, field="person")
    if not kind:
        raise Refused(
            "kind", "Say what the relationship is, for example “mother” or “foster carer”.", field="kind"
        )
    if basis != Relationship.Basis.NONE and not known:
        raise Refused(
            "how_known",
            "Say how this right is known. Without that it is no recorded right.",
            field="how_known",
        )
    if since > today:
        raise Refused(
            "in_future", "The first day lies in the future. Record it when it has come.", field="since"
        )


def _new_person(typed: NewPerson) -> Person:
    return Person.objects.create(
        forename=clean_name(typed.forename, label="Forename"),
        surname=clean_name(typed.surname, label="Surname"),
        email=email_of(typed.email),
        letter_format=typed.letter_format,
        identity_known=typed.identity_known,
    )


def _postcode(typed: str) -> str:
    code = clean_line(typed, limit=10, label="The postcode").upper()
    found = POSTCODE.fullmatch(code)
    if code and not found:
        raise Refused("postcode", "Enter a full UK postcode, like ZZ1 1AA.", field="postcode")
    return f"{found[1]} {found[2]}" if found else ""


def _reason(because: str) -> str:
    reason = clean_line(because, limit=500, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why.", field="because")
    return reason


def _tell(verb: str, tie: Relationship, by: User, now: datetime, values: Mapping[str, object]) -> None:
    _record(verb, "person", tie.person, by, now, {"child": str(tie.child.public_id), **values})


def _record(
    verb: str, kind: str, subject: Person | User, by: User | None, now: datetime, values: Mapping[str, object]
) -> None:
    audit.record(verb=verb, by=by, at=now, subject_kind=kind, subject=subject.public_id, values=values)
