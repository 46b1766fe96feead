"""Rows of the platform: the trail, stored documents, the outbox, grants and disposals. They know no case by meaning."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from panel.models.base import InsertOnly, Public


class Installation(InsertOnly):
    """One row, written when the database is first filled. The demonstration mark is set then and never switched."""

    only = models.BooleanField(default=True, unique=True)
    demonstration = models.BooleanField()
    authority_name = models.CharField(max_length=200)
    seeded_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [models.CheckConstraint(name="one_installation", condition=Q(only=True))]

    def __str__(self) -> str:
        return self.authority_name


class AuditEntry(InsertOnly):
    """One thing that was done or read: who, what, to which row, when. Ids and digests only, never a name or a text."""

    verb = models.CharField(max_length=60)
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    value_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta(InsertOnly.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["case", "id"]), models.Index(fields=["subject", "id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"


class AuditValue(InsertOnly):
    """The values behind an entry and the salt of their digest. Disposable by two people without breaking the seals."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="value")
    salt = models.CharField(max_length=64)
    values = models.JSONField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"value of entry {self.entry_id}"


class AuditSeal(InsertOnly):
    """A link of the chain: the digest of the link before and of the entries it seals. Unique on `prev`, so no forks."""

    number = models.PositiveIntegerField(unique=True)
    prev = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
    n = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_first_seal_has_no_previous",
                condition=Q(number=1, prev__isnull=True) | Q(number__gt=1, prev__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"


class AuditSealed(InsertOnly):
    """Which seal an entry lies under: a row of its own, because the entry itself is never written again."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="sealed")
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="members")

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"entry {self.entry_id} under seal {self.seal_id}"


class Document(Public, InsertOnly):
    """A stored file: its digest as a column, its name on disk random, never shared between cases."""

    kind = models.CharField(max_length=40)
    media_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(null=True)
    storage_name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Disposal(Public, InsertOnly):
    """Two people's leave to delete one insert-only row; the delete trigger looks for it."""

    table = models.CharField(max_length=80)
    row = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="disposal_needs_two_people", condition=~Q(requested_by=F("approved_by"))
            ),
            models.UniqueConstraint(name="one_disposal_per_row", fields=["table", "row"]),
        ]

    def __str__(self) -> str:
        return f"disposal {self.public_id}"


class Dispatch(Public):
    """A promise to do one thing outside the transaction that made it: the row is the truth, a task only a doorbell.

    `attempt` is the fencing token: every write of a worker names the attempt it claimed, so one that lost its lease
    changes nothing (reliability.md 4.1).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        LEASED = "leased", "Being prepared"
        RENDERED = "rendered", "Prepared"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Done"
        FAILED = "failed", "Will be tried again"
        DEAD = "dead", "Needs a person"
        NEEDS_RECHECK = "needs_recheck", "Facts changed"
        UNKNOWN = "unknown", "Not known whether it was sent"
        CANCELLED = "cancelled", "Cancelled"

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    inputs = models.JSONField(default=dict)
    inputs_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="dispatches")
    receipt = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["subject", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class CaseGrant(UserObjectPermissionBase):
    """A narrow, dated leave for one user to see one restricted case. Read by `panel.platform.access` only."""

    content_object = models.ForeignKey("panel.Case", on_delete=models.CASCADE, related_name="grants")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(name="grant_ends_after_start", condition=Q(expires_at__gt=F("starts_at"))),
            models.CheckConstraint(name="nobody_grants_to_themselves", condition=~Q(user=F("granted_by"))),
        ]
