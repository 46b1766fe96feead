"""Let the first administrator in, or a further one in the name of those there are."""

import sys
from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from panel.actions.users import found, invite_administrator
from panel.models import Membership, User
from panel.platform.policy import Refused, Role


class Command(BaseCommand):
    help = (
        "Makes an administrator and prints a link to set a password with, good for one use. Without EMAIL and NAME it asks "
        "for them, unless there is an administrator already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", metavar="EMAIL")
        parser.add_argument("name", nargs="?", metavar="NAME")
        parser.add_argument("--authority", metavar="NAME", help="the authority’s name, asked for once")
        parser.add_argument(
            "--by",
            action="append",
            default=[],
            metavar="EMAIL",
            help="an administrator who wants this; twice, where there are two",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        live = Membership.objects.live(timezone.localdate(now)).filter(role=Role.ADMINISTRATOR)
        if not options["email"] and live.exists():
            self.stdout.write("There is an administrator already.")
            return
        email = options["email"] or _ask("The administrator’s e-mail address: ")
        name = options["name"] or _ask("The administrator’s name: ")
        authority = options["authority"] or ("" if live.exists() else _ask("The authority’s name: "))
        try:
            with transaction.atomic():
                if authority:
                    found(authority_name=authority, now=now)
                by = list(User.objects.filter(email__in=[one.lower() for one in options["by"]]))
                user = invite_administrator(email=email, name=name, by=by, now=now)
        except Refused as no:
            raise CommandError(no.sentence) from no
        self.stdout.write("Open this link once, within three days, to set a password:")
        self.stdout.write(f"  {settings.PUBLIC_ADDRESS.rstrip('/')}{_password_path(user)}")


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            "Nobody is at the keyboard to be asked. Run: .venv/bin/python manage.py invite_administrator EMAIL NAME --authority NAME"
        )
    return input(question)


def _password_path(user: User) -> str:
    """The address of the sign-in library's own page for a forgotten password: signed, timed, and void once used."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
