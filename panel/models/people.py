"""People: those who sign in, those a case is about, where they live and what ties them to a child."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from panel.models.base import InsertOnly, Public
from panel.platform.policy import Role


class UserManager(BaseUserManager["User"]):
    """Users are named by their e-mail address."""

    def create_user(self, *, email: str, name: str, password: str | None = None) -> "User":
        """A new user; without a password she signs in by an e-mailed code or an invitation."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, Public):
    """Somebody who signs in. What she may do comes from memberships alone; there are no superusers."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name shown on screens and in minutes."""
        return self.name

    def memberships_on(self, day: date) -> list["Membership"]:
        """Memberships live on `day`; asked of the database once per instance and day, so once per request."""
        cached: tuple[date, list[Membership]] | None = self.__dict__.get("_memberships")
        if cached is None or cached[0] != day:
            rows = list(Membership.objects.live(day).filter(user=self).select_related("agency", "setting"))
            cached = (day, rows if self.is_active else [])
            self.__dict__["_memberships"] = cached
        return cached[1]

    def roles_on(self, day: date) -> frozenset[Role]:
        """The roles held on `day`, a day of the authority’s own calendar; none at all once the account is closed."""
        return frozenset(Role(membership.role) for membership in self.memberships_on(day))


class Agency(Public):
    """A body that sends people to a panel. Its kind is what a quorum rule counts."""

    class Kind(models.TextChoices):
        EDUCATION = "education", "Education"
        HEALTH = "health", "Health"
        SOCIAL_CARE = "social_care", "Social care"
        SCHOOLS = "schools", "Schools and settings"
        PARENT_CARERS = "parent_carers", "Parent carers"
        OTHER = "other", "Other"

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)

    def __str__(self) -> str:
        return self.name


class Setting(Public):
    """A school, nursery, college or other place where a child learns, known by its URN where it has one."""

    class Phase(models.TextChoices):
        EARLY_YEARS = "EY", "Early years"
        PRIMARY = "P", "Primary"
        SECONDARY = "S", "Secondary"
        POST_16 = "P16", "Post-16"
        ALL_THROUGH = "AT", "All-through"
        SPECIAL = "SP", "Special"
        OTHER = "O", "Other"

    name = models.CharField(max_length=200)
    urn = models.CharField("URN", max_length=8, unique=True, null=True, blank=True)
    phase = models.CharField(max_length=3, choices=Phase.choices)
    email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by date."""

    def live(self, day: date) -> "MembershipQuerySet":
        """Started on or before `day` and not ended before it. The last day counts."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Membership(Public):
    """A user's role for an agency (and perhaps a setting), from one day to another, both inclusive."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True)
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Person(Public):
    """A child, a young person, or an adult tied to one. May or may not sign in."""

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"

    class Format(models.TextChoices):
        STANDARD = "standard", "Standard print"
        LARGE_PRINT = "large_print", "Large print"

    forename = models.CharField(max_length=200)
    surname = models.CharField(max_length=200)
    born_on = models.DateField("date of birth", null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    upn = models.CharField("UPN", max_length=13, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="person")
    identity_known = models.BooleanField(default=True)
    letter_format = models.CharField(max_length=20, choices=Format.choices, default=Format.STANDARD)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["surname", "forename"])]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_person_per_upn", fields=["upn"], condition=~Q(upn="")),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Forename and surname as the family writes them."""
        return f"{self.forename} {self.surname}"


class Address(Public, InsertOnly):
    """Where a person can be written to, from one day on. Never edited: a change is a new row, so a letter can name the
    very version it was drafted to. A row with no lines says that from this day on the address is not known.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    lines = models.TextField(blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    confidential = models.BooleanField(default=False)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    how_known = models.CharField(max_length=200, blank=True)

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["person_id", "-valid_from", "-id"]

    def __str__(self) -> str:
        return f"address {self.public_id}"

    @property
    def known(self) -> bool:
        """Whether a letter can be addressed here."""
        return bool(self.lines.strip() and self.postcode.strip())


class Relationship(Public):
    """What ties a person to a child, and what their right to be told rests on (Education Act 1996 s576; CFA 2014 s83)."""

    class Basis(models.TextChoices):
        NATURAL_PARENT = "natural_parent", "Natural parent"
        PARENTAL_RESPONSIBILITY = "parental_responsibility", "Has parental responsibility"
        CARE_OF_CHILD = "care_of_child", "Has care of the child"
        SELF = "self", "The young person"
        NONE = "none", "No recorded right"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="family")
    kind = models.CharField("relationship", max_length=60)
    basis = models.CharField(max_length=30, choices=Basis.choices)
    how_known = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    disputed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_self_is_own_relation",
                condition=Q(basis="self", person=F("child")) | (~Q(basis="self") & ~Q(person=F("child"))),
            ),
            models.UniqueConstraint(
                name="one_live_relationship", fields=["person", "child"], condition=Q(until__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"relationship {self.public_id}"


class Restriction(Public):
    """A court order or another restriction that stands between a person and a child's papers, until lifted."""

    class Kind(models.TextChoices):
        ORDER = "order", "Court order"
        NO_CONTACT = "no_contact", "No contact"
        SAFETY = "safety", "Safety concern"
        OTHER = "other", "Other restriction"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restrictions")
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    how_known = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    def __str__(self) -> str:
        return f"restriction {self.public_id}"


def current_address(person: Person, day: date) -> Address | None:
    """The address in force for `person` on `day`: the newest row that had begun; uses a prefetched list if there is one."""
    rows: Any = person.addresses.all()
    begun = [row for row in rows if row.valid_from <= day]
    return max(begun, key=lambda row: (row.valid_from, row.pk), default=None)
