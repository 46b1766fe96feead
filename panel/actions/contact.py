"""How letters reach somebody: the e-mail address they are announced to, the account they are read with, and the print."""

import hashlib
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from panel.actions.cases import lock_family
from panel.importing.cells import EMAIL
from panel.models import Membership, Person, User
from panel.platform import access, audit
from panel.platform.policy import FAMILY_ROLES, Refused, Verb
from panel.platform.text import clean_line

# What an account without an address has in its place, so that the address is free for whoever it belongs to.
_NO_ADDRESS, _CLOSED = "no-address.invalid", "closed.invalid"


def contact_mark(person: Person) -> str:
    """A digest of both as a page shows them: what is sent from an older page is refused."""
    return hashlib.sha256(f"{person.email}|{person.letter_format}".encode()).hexdigest()[:16]


def change_contact(
    *, person: Person, email: str, letter_format: str, seen: str = "", by: User, now: datetime
) -> None:
    """Record another e-mail address or print. An account moves with the address, and is closed where there is none any more.

    Print is part of a letter: one drafted in the other print is stopped by the checks before it goes. The address is not; its
    announcement goes to the account as it is then, and what was announced before is not announced again. `seen`: the
    `contact_mark` of the page this comes from. Audits both as they were and are. Refused: `email`, `letter_format`, `stale`,
    `shared`, `works_here`.
    """
    access.require(by, Verb.PERSON_RECORD, person, now=now)
    said = {"email": email_of(email), "letter_format": letter_format}
    if letter_format not in Person.Format.values:
        raise Refused("letter_format", "Choose how they want to be written to.", field="letter_format")
    with transaction.atomic():
        lock_family(person)
        locked = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
        if seen and seen != contact_mark(locked):
            sentence = "Somebody else has changed this since you opened the page. Open it again and look at what stands now."
            raise Refused("stale", sentence)
        changed = [name for name, value in said.items() if getattr(locked, name) != value]
        if not changed:
            return
        before = {name: getattr(locked, name) for name in changed}
        if "email" in changed:
            _move_account(locked.user, said["email"], today=timezone.localdate(now))
        for name in changed:
            setattr(locked, name, said[name])
        locked.save(update_fields=changed)
        audit.record(
            verb="person.contact",
            by=by,
            at=now,
            subject_kind="person",
            subject=person.public_id,
            values={"before": before, "after": {name: said[name] for name in changed}},
        )


_SHARED = "Somebody else signs in with this address. Enter one that is theirs alone, or none: then letters go by post."


def _move_account(user: User | None, email: str, *, today: date) -> None:
    """Let the account be opened from the new address alone. Whoever used the one before is signed out, with all that was set there.

    It stays the same account: what keeps it from a case stays, and so does what was sent to it. One that was closed for want of an
    address opens again; one that somebody closed does not.
    """
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if email and others.filter(email__iexact=email).exists():
        raise Refused("shared", _SHARED, field="email")
    if user is None:
        return
    account = User.objects.select_for_update().get(pk=user.pk)
    # Of a closed account as well, whose roles count for nothing while it is closed.
    if Membership.objects.live(today).filter(user=account).exclude(role__in=FAMILY_ROLES).exists():
        sentence = "This person also works with the panel and signs in with this account. An administrator changes its address."
        raise Refused("works_here", sentence, field="email")
    if email:
        account.is_active = account.is_active or account.email.endswith(f"@{_NO_ADDRESS}")
        account.email = email
    else:
        account.email = f"{account.public_id}@{_NO_ADDRESS if account.is_active else _CLOSED}"
        account.is_active = False
    # Another password, even one nobody can use, ends every session there is.
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(update_fields=["email", "is_active", "password"])
    except IntegrityError as taken:
        raise Refused("shared", _SHARED, field="email") from taken
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()


def email_of(typed: str) -> str:
    """The address as it is kept, or empty. Refused: `email`."""
    email = clean_line(typed, label="E-mail address").lower()
    if email and not EMAIL.fullmatch(email):
        sentence = "Enter one e-mail address, like name@example.org, in plain letters and without spaces."
        raise Refused("email", sentence, field="email")
    return email
