"""A meeting, who is on it, who came when, what is on its agenda and who may not take part in what."""

import datetime as dt
from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from meetings.models.panels import NON_VOTING_SEATS, PanelConfig, PanelType, Seat
from meetings.rules.states import OVER, ItemState, MeetingState
from panel.models import Agency, Case, Denial, Document, InsertOnly, Paper, Public, User
from panel.models.cases import live_grants
from panel.platform.policy import OBSERVER_ROLES, Role

AT_THE_TABLE = frozenset({Role.CHAIR, Role.MEMBER, Role.PARENT_REPRESENTATIVE})


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Every query about meetings starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "MeetingQuerySet":
        """Clerks and officers see every meeting; everybody else those they are on the roster of.

        An observer, whatever her role, until its minutes are signed.
        """
        roles = user.roles_on(timezone.localdate(now))
        if roles & {Role.CLERK, Role.OFFICER}:
            return self
        seats, looking_on = RosterEntry.objects.filter(user=user), watching(user)
        if roles & AT_THE_TABLE:
            sits = seats.exclude(seat=Seat.OBSERVER).filter(meeting=OuterRef("pk"))
            return self.filter(Exists(sits) | Exists(looking_on.filter(meeting=OuterRef("pk"))))
        if roles & OBSERVER_ROLES:
            return self.filter(Exists(looking_on.filter(meeting=OuterRef("pk"))))
        return self.none()


class Meeting(Public):
    """One sitting of a panel. Its rules are fixed when it is planned and named in everything that comes of it."""

    panel_type = models.ForeignKey(PanelType, on_delete=models.PROTECT, related_name="meetings")
    config = models.ForeignKey(PanelConfig, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    venue = models.CharField(max_length=200)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in MeetingState], default=MeetingState.PLANNED
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(name="meeting_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="meeting_closed_after_opened",
                condition=Q(closed_at__isnull=True)
                | Q(opened_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"])]

    def __str__(self) -> str:
        return f"meeting {self.public_id}"

    @property
    def over(self) -> bool:
        """Whether nothing more happens at it."""
        return self.state in OVER


class RosterEntry(Public):
    """A person's seat at one meeting. The chair's own seat is `chair`; a deputy may hold it for one item."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="roster")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    seat = models.CharField(max_length=30, choices=Seat.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    voting = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["meeting_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_seat_per_person_and_meeting", fields=["meeting", "user"]),
            models.UniqueConstraint(
                name="one_chair_per_meeting", fields=["meeting"], condition=Q(seat="chair")
            ),
            models.CheckConstraint(
                name="observers_and_minute_takers_never_vote",
                condition=Q(voting=False) | ~Q(seat__in=sorted(NON_VOTING_SEATS)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.seat}"


def watching(user: User, *, promised: bool = False) -> models.QuerySet[RosterEntry]:
    """The seats from which somebody looks on: until the minutes are signed. `promised`: where she also keeps it to herself."""
    seats = RosterEntry.objects.filter(user=user, seat=Seat.OBSERVER).exclude(
        meeting__minutes__signature__isnull=False
    )
    if promised:
        seats = seats.filter(meeting__acknowledgements__user=user).exclude(
            meeting__state=MeetingState.CANCELLED
        )
    return seats


def shut_out(user: User) -> models.QuerySet[RosterEntry]:
    """An observer’s seats that open no item."""
    seats = RosterEntry.objects.filter(user=user, seat=Seat.OBSERVER)
    return seats.exclude(pk__in=watching(user, promised=True).values("pk"))


class Attendance(Public):
    """What somebody's coming to a meeting amounted to, said once for the whole meeting."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        APOLOGIES = "apologies", "Apologies"
        WRITTEN_VIEW = "written_view", "Apologies, with a written view"
        SUBSTITUTED = "substituted", "Apologies, sent a substitute"
        ABSENT = "absent", "Absent"

    class Mode(models.TextChoices):
        ROOM = "room", "In the room"
        VIDEO = "video", "By video"

    entry = models.OneToOneField(RosterEntry, on_delete=models.PROTECT, related_name="attendance")
    status = models.CharField(max_length=20, choices=Status.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.ROOM)
    substitute_for = models.ForeignKey(
        RosterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="substitutes"
    )
    written_view = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"attendance {self.public_id}"


class Interval(Public):
    """A stretch of time somebody was in the meeting: from joining to leaving, or open while they are still there."""

    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="intervals")
    mode = models.CharField(max_length=10, choices=Attendance.Mode.choices, default=Attendance.Mode.ROOM)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["entry_id", "joined_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="nobody_leaves_before_arriving",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
            ),
            models.UniqueConstraint(
                name="one_open_interval", fields=["entry"], condition=Q(left_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"interval {self.public_id}"


class ItemQuerySet(models.QuerySet["AgendaItem"]):
    """Every query about items starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "ItemQuerySet":
        """Items of the meetings `user` may see, less those whose case she is shut out of or not named for.

        To an observer nothing is open before she has promised confidentiality, nor where the meeting was cancelled.
        """
        roles = user.roles_on(timezone.localdate(now))
        items = self if roles & {Role.CLERK, Role.OFFICER} else self._opened_by_a_seat(user, roles)
        named = Exists(live_grants(user, now, OuterRef("case")))
        return items.filter(Q(case__restricted=False) | named).exclude(
            Exists(Denial.objects.live().filter(case=OuterRef("case"), user=user))
        )

    def _opened_by_a_seat(self, user: User, roles: Collection[Role]) -> "ItemQuerySet":
        """Those of meetings `MeetingQuerySet.visible_to` gives that are not shut to an observer: one question about one seat."""
        observing = Q(pk__in=watching(user, promised=True).values("pk"))
        if AT_THE_TABLE & set(roles):
            opens = ~Q(seat=Seat.OBSERVER) | observing
        elif OBSERVER_ROLES & set(roles):
            opens = observing
        else:
            return self.none()
        return self.filter(Exists(RosterEntry.objects.filter(opens, user=user, meeting=OuterRef("meeting"))))


class AgendaItem(Public):
    """One question about one case at one meeting: whether to assess, or whether to issue."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    stage = models.CharField(
        max_length=10, choices=[("assess", "Whether to assess"), ("issue", "Whether to issue a plan")]
    )
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in ItemState], default=ItemState.LISTED
    )
    # Named where the chair is recused or away for this item only.
    deputy_chair = models.ForeignKey(
        RosterEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # When the chair opened the members' own views, all at once and for good.
    pre_views_opened_at = models.DateTimeField(null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["meeting_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_case_once_per_agenda", fields=["meeting", "case"]),
            models.CheckConstraint(
                name="item_ends_after_start",
                condition=Q(ended_at__isnull=True)
                | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.public_id}"


class HeardBefore(InsertOnly):
    """A time in which an item was heard that was not its last: it was set back on the list, or its advice taken up again."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="heard_before")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                name="heard_before_ends_after_start", condition=Q(ended_at__gte=F("began_at"))
            )
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} heard before"


class ItemAttendance(Public):
    """An exception for one item: this person was not there for it although they were at the meeting, or the reverse."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="exceptions")
    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="item_exceptions")
    present = models.BooleanField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_exception_per_item_and_person", fields=["item", "entry"])
        ]

    def __str__(self) -> str:
        return f"exception {self.public_id}"


class Conflict(Public):
    """A conflict of interest of one person about one item, and what follows from it."""

    class Kind(models.TextChoices):
        OWN_SETTING = "own_setting", "Works at the child’s setting"
        OWN_PAPER = "own_paper", "Wrote a paper or gave advice in this case"
        RELATIVE = "relative", "Relative or friend"
        PRIOR_DECISION = "prior_decision", "Decided in this case before"
        FINANCIAL = "financial", "Financial interest"
        OTHER = "other", "Another reason"

    class Source(models.TextChoices):
        DECLARED = "declared", "Declared"
        IMPOSED = "imposed", "Imposed by the chair"
        AUTOMATIC = "automatic", "Found automatically"

    class Effect(models.TextChoices):
        NOTE = "note", "Noted"
        NO_VOTE = "no_vote", "Stays, does not vote"
        LEAVES = "leaves", "Leaves for the item"

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="conflicts")
    entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    effect = models.CharField(max_length=10, choices=Effect.choices)
    detail = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_conflict_per_item_person_kind", fields=["item", "entry", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"conflict {self.public_id}"


class KeptConflict(Public):
    """What somebody declared, or had imposed, about a case at an item or from a seat that is gone since.

    A person is no more impartial because a list was changed. It binds until it is lifted, which makes a note of it, and is laid
    upon the next item of the case at which they sit.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="kept_conflicts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="kept_conflicts")
    kind = models.CharField(max_length=20, choices=Conflict.Kind.choices)
    source = models.CharField(max_length=20, choices=Conflict.Source.choices)
    effect = models.CharField(max_length=10, choices=Conflict.Effect.choices)
    detail = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The key of the item it was said at last, which may be gone: of two words about a person that of the later item counts.
    said_at_item = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["case_id", "user_id", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_kept_conflict_per_case_person_kind", fields=["case", "user", "kind"]
            ),
            models.CheckConstraint(name="records_are_read_anew_not_kept", condition=~Q(source="automatic")),
        ]

    def __str__(self) -> str:
        return f"kept conflict {self.public_id}"


class Revision(InsertOnly):
    """One saved version of a group of fields that two people may be editing. The unique error is the conflict."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="revisions")
    group = models.CharField(max_length=30)
    n = models.PositiveIntegerField()
    edit_id = models.UUIDField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField()

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_revision_per_number", fields=["item", "group", "n"]),
            models.UniqueConstraint(name="one_revision_per_edit", fields=["by", "edit_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.n} of item {self.item_id}"


class PaperConsidered(InsertOnly):
    """A paper the panel had before it when it heard an item, with the digest of the very bytes."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers_considered")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta(InsertOnly.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_paper_once_per_item", fields=["item", "paper"])
        ]

    def __str__(self) -> str:
        return f"paper {self.paper_id} at item {self.item_id}"
