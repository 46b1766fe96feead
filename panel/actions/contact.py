"""How letters reach somebody: the e-mail address they are announced to, the account they are read with, and the print."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from panel.actions.cases import lock_family
from panel.importing.cells import EMAIL
from panel.models import Membership, Person, User
from panel.platform import access, audit
from panel.platform.policy import FAMILY_ROLES, Refused, Verb
from panel.platform.text import clean_line


def change_contact(*, person: Person, email: str, letter_format: str, by: User, now: datetime) -> None:
    """Record another e-mail address or print. An account moves with the address, and is closed where there is none any more.

    Print is part of a letter: one drafted in the other print is stopped by the checks before it goes. The address is not; its
    announcement goes to the account as it is then. Audits which of the two changed, without either. Refused: `email`,
    `letter_format`, `shared`, `works_here`.
    """
    access.require(by, Verb.PERSON_RECORD, person, now=now)
    said = {"email": email_of(email), "letter_format": letter_format}
    if letter_format not in Person.Format.values:
        raise Refused("letter_format", "Choose how they want to be written to.", field="letter_format")
    with transaction.atomic():
        lock_family(person)
        locked = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
        changed = [name for name, value in said.items() if getattr(locked, name) != value]
        if not changed:
            return
        if "email" in changed:
            _move_account(locked.user, said["email"], had=locked.email, today=timezone.localdate(now))
        for name in changed:
            setattr(locked, name, said[name])
        locked.save(update_fields=changed)
        audit.record(
            verb="person.contact",
            by=by,
            at=now,
            subject_kind="person",
            subject=person.public_id,
            values={"changed": changed},
        )


def _move_account(user: User | None, email: str, *, had: str, today: date) -> None:
    """Let the account be opened from the new address alone. Whoever used the one before is signed out, with all that was set there.

    It stays the same account: what keeps it from a case stays, and so does what was sent to it. One that was closed for want of an
    address opens again; one that somebody closed does not.
    """
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if email and others.filter(email__iexact=email).exists():
        sentence = (
            "Somebody else signs in with this address. Enter one that is theirs alone, or none: then letters"
            " go by post."
        )
        raise Refused("shared", sentence, field="email")
    if user is None:
        return
    account = User.objects.select_for_update().get(pk=user.pk)
    # Of a closed account as well, whose roles count for nothing while it is closed.
    if Membership.objects.live(today).filter(user=account).exclude(role__in=FAMILY_ROLES).exists():
        sentence = "This person also works with the panel and signs in with this account. An administrator changes its address."
        raise Refused("works_here", sentence, field="email")
    account.email = email or account.email
    account.is_active = bool(email) and (account.is_active or not had)
    # Another password, even one nobody can use, ends every session there is.
    account.set_unusable_password()
    account.save(update_fields=["email", "is_active", "password"])
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()


def email_of(typed: str) -> str:
    """The address as it is kept, or empty. Refused: `email`."""
    email = clean_line(typed, label="E-mail address").lower()
    if email and not EMAIL.fullmatch(email):
        sentence = "Enter one e-mail address, like name@example.org, in plain letters and without spaces."
        raise Refused("email", sentence, field="email")
    return email
