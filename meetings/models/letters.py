"""Letters: one per entitled recipient, drafted from the record, released by a second person, sent once. All insert-only.

Where a letter stands is read off its rows and its dispatch: drafted, released, sent, withdrawn, or in need of another check.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from meetings.models.decisions import Decision
from meetings.models.release import TwoHands
from panel.models import Address, Case, Document, InsertOnly, Person, Public, Relationship, User
from panel.models.base import InsertOnlyQuerySet
from panel.platform.policy import Role


def cases_to_write_about(user: User, now: dt.datetime) -> models.QuerySet[Case]:
    """The cases whose letters `user` may see as staff: a coordinator's own alone, whatever else she sees as a professional."""
    roles = user.roles_on(timezone.localdate(now))
    cases = Case.objects.visible_to(user, now)
    if roles & {Role.CLERK, Role.OFFICER}:
        return cases
    return cases.filter(coordinator=user) if Role.COORDINATOR in roles else cases.none()


def outcome_sent() -> models.QuerySet["Letter"]:
    """For an `Exists` over rows with an `item`: the letters sent about the authority's decision on it."""
    sent: models.QuerySet[Letter] = Letter.objects.filter(
        decision__item=OuterRef("item"), decision__set_aside=None, sent__isnull=False
    )
    return sent


def answer_sent() -> models.QuerySet["Letter"]:
    """For an `Exists` over actions: the letters sent about a decision that was made after the action's question had been put off."""
    sent: models.QuerySet[Letter] = Letter.objects.filter(
        decision__case=OuterRef("item__case"),
        decision__stage=OuterRef("item__stage"),
        decision__decided_at__gt=OuterRef("deferral__at"),
        decision__set_aside=None,
        sent__isnull=False,
    )
    return sent


class LetterQuerySet(InsertOnlyQuerySet):
    """Every query about letters starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "LetterQuerySet":
        """Letters of the cases `user` may write to families about."""
        # Asked letter by letter: there are few letters, while the cases may be a hundred thousand.
        return self.filter(Exists(cases_to_write_about(user, now).filter(pk=OuterRef("decision__case"))))

    def of_family(self, user: User) -> "LetterQuerySet":
        """Sent letters addressed to the person this account belongs to, and no other."""
        return self.filter(recipient__user=user, sent__isnull=False, withdrawal__isnull=True)


class Letter(Public, InsertOnly):
    """One letter to one person about one decision, frozen as drafted. A changed fact makes a new one that supersedes it."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters")
    recipient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="letters")
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    facts = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()

    objects: ClassVar[Any] = LetterQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_letter_per_version", fields=["decision", "recipient", "version"]
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.public_id}"


class Release(TwoHands):
    """A second person looked at these very bytes and let this content go."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="release")

    class Meta(TwoHands.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="releaser_is_not_the_author", condition=~Q(by=F("author")))
        ]

    def __str__(self) -> str:
        return f"release {self.public_id}"


class Sent(InsertOnly):
    """The letter went out: the bytes as sent, their date, and by which way."""

    class Channel(models.TextChoices):
        ONLINE = "online", "Family page and e-mail"
        POST = "post", "By post"

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="sent")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="sent_letter")
    letter_on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    at = models.DateTimeField()
    posted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="posted_letter_names_who_posted_it",
                condition=Q(channel="online", posted_by__isnull=True)
                | Q(channel="post", posted_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"sent {self.letter_id}"


class Withdrawal(InsertOnly):
    """A letter that will not go out, and why."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="withdrawal")
    because = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"withdrawal of letter {self.letter_id}"


class Omission(InsertOnly):
    """An entitled person to whom no letter about this decision goes, and the reason somebody gave."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="omissions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_omission_per_person", fields=["decision", "person"]),
            models.CheckConstraint(name="omission_says_why", condition=~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"omission {self.pk}"
