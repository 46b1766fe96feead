"""What follows from a panel: each next step, and what a deferral waits for, as an action that is reported on until it is closed."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from meetings.models.decisions import Decision, NextStep, question_waits
from meetings.models.deferrals import Deferral
from meetings.models.letters import answer_sent, outcome_sent
from meetings.models.meetings import AgendaItem, RosterEntry
from meetings.models.panels import Seat
from meetings.rules.states import ACTION, ADVISED, ActionState, ItemState
from panel.models import Agency, Case, Denial, InsertOnly, Membership, Public, Setting, User
from panel.models.base import InsertOnlyQuerySet
from panel.models.cases import live_grants
from panel.platform.policy import Role

# Whoever works for an agency or a setting in one of these roles speaks for it about its actions.
SPEAK_FOR = frozenset({Role.PROFESSIONAL, Role.ADVISER})
# The authority's own staff know what a panel advised as soon as it did; so does whoever sits at its table.
AUTHORITY = frozenset({Role.CLERK, Role.OFFICER, Role.COORDINATOR, Role.PLANNING_LEAD})


class ActionQuerySet(InsertOnlyQuerySet):
    """Every query about actions starts here, from the user."""

    def visible_to(self, user: User, now: dt.datetime) -> "ActionQuerySet":
        """Her own; a chair's, of the meetings she sat at; a clerk's, all; her agency's or setting's, of cases she may see already.

        Those who neither sat at the table nor work for the authority, once the outcome has gone out; what a deferral waits for at
        once, for what it asks holds no advice; why it ended is kept from them (`with_reader`). Never one of a case closed to her, not even her own.
        """
        today = timezone.localdate(now)
        roles = user.roles_on(today)
        at_table = Q(Exists(_at_the_table().filter(user=user)))
        # As `_owner_knows`, of the one owner whose roles are known here.
        seen = Q(owner=user) if roles & AUTHORITY else Q(owner=user) & (at_table | _known_outside())
        if Role.CLERK in roles:
            seen |= Q(item__isnull=False)
        if Role.CHAIR in roles:
            seen |= at_table
        bodies = _bodies(user, today)
        if bodies:
            seen |= bodies & _known_outside() & Q(item__case__in=Case.objects.visible_to(user, now))
        open_to_all = Q(item__case__restricted=False)
        named = Q(Exists(live_grants(user, now, OuterRef("item__case"))))
        denied = Denial.objects.live().filter(case=OuterRef("item__case"), user=user)
        return self.filter(seen, open_to_all | named).exclude(Exists(denied))

    def standing(self) -> "ActionQuerySet":
        """Those of advice that stands: not taken up again or given anew, nor departed from by the authority's decision.

        And what a deferral that stands waits for, while its question waits for an answer.
        """
        return self.filter(_of_standing_advice() | _of_waiting_question())

    def kept(self) -> "ActionQuerySet":
        """Those that stand, and of deferrals also what was closed: what became of a promise can still be read."""
        closed = Q(deferral__isnull=False) & Q(Exists(ActionReport.objects.filter(action=OuterRef("pk"))))
        return self.filter(_of_standing_advice() | _of_waiting_question() | closed)

    def without_question(self) -> "ActionQuerySet":
        """What deferrals waited for and nobody has closed, although the question was answered or withdrawn since."""
        # Asked in every round, so closed ones are put aside as a whole: the question is looked at for those left over alone.
        closed = last_reports().filter(action=OuterRef("pk")).exclude(state=ActionState.OPEN.value)
        return self.filter(~Exists(closed), deferral__isnull=False).exclude(question_waits("item"))

    def told(self) -> "ActionQuerySet":
        """Those known outside the authority: a letter about the decision on that item was sent, or nothing was advised yet."""
        return self.filter(_known_outside())

    def known_to_owner(self, now: dt.datetime) -> "ActionQuerySet":
        """Those of which their owner may know: from the table, from working for the authority, or once the outcome went out."""
        return self.filter(_owner_knows(timezone.localdate(now)))

    def with_state(self) -> "ActionQuerySet":
        """With `stands`: what was reported last, open where nothing was."""
        last = ActionReport.objects.filter(action=OuterRef("pk")).order_by("-n").values("state")[:1]
        return self.annotate(stands=Coalesce(Subquery(last), Value(ActionState.OPEN.value)))

    def with_reader(self, user: User, now: dt.datetime, *, standing: bool = False) -> "ActionQuerySet":
        """With `counts`, whether anything can be reported of it still; and `knows_why`, whether `user` may read why the record closed it.

        A deferral's action holds no advice, but what closed it does: outside the authority and the table it is told with the answer.
        """
        staff = bool(user.roles_on(timezone.localdate(now)) & AUTHORITY)
        at_table = Exists(_at_the_table().filter(user=user))
        why = Value(value=True) if staff else at_table | Exists(outcome_sent()) | Exists(answer_sent())
        # Of those that `standing` gave there is nothing to ask.
        counts = Value(value=True) if standing else _of_standing_advice() | _of_waiting_question()
        return self.annotate(counts=counts, knows_why=why)

    def open(self) -> "ActionQuerySet":
        """Those that stand and are not closed."""
        return self.standing().with_state().filter(stands=ActionState.OPEN.value)

    def with_reference(self, user: User, now: dt.datetime) -> "ActionQuerySet":
        """With `shows_case`: whether this user may see the case or the item already, and so its reference."""
        cases = Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))
        items = AgendaItem.objects.visible_to(user, now).filter(pk=OuterRef("item"))
        return self.annotate(shows_case=Exists(cases) | Exists(items))


def _of_standing_advice() -> Q:
    otherwise = Decision.objects.filter(
        case=OuterRef("item__case"), stage=OuterRef("item__stage"), superseded_by=None, set_aside=None
    ).exclude(outcome=OuterRef("step__recommendation__outcome"))
    # Without a step there is no advice, and nothing that could have superseded it.
    given = Q(step__isnull=False, step__recommendation__superseded_by=None)
    # What was sent back is asked for until a panel has advised anew: that advice asks for what is needed then.
    anew = AgendaItem.objects.filter(
        case=OuterRef("item__case"),
        stage=OuterRef("item__stage"),
        state__in=list(ADVISED),
        meeting__starts_at__gt=OuterRef("item__meeting__starts_at"),
    )
    stands = Q(item__state=ItemState.RECOMMENDED) | Q(item__state=ItemState.SENT_BACK) & ~Q(Exists(anew))
    return given & stands & ~Q(Exists(otherwise))


def _of_waiting_question() -> Q:
    return Q(deferral__isnull=False, deferral__taken_back__isnull=True) & question_waits("item")


def _known_outside() -> Q:
    return Q(deferral__isnull=False) | Q(Exists(outcome_sent()))


def _at_the_table() -> models.QuerySet[RosterEntry]:
    """The seats of an action's meeting but those from which somebody only looks on."""
    return RosterEntry.objects.filter(meeting=OuterRef("item__meeting")).exclude(seat=Seat.OBSERVER)


def _owner_knows(today: dt.date) -> Q:
    staff = Membership.objects.live(today).filter(user=OuterRef("owner"), role__in=AUTHORITY)
    seated = _at_the_table().filter(user=OuterRef("owner"))
    return Q(Exists(staff)) | Q(Exists(seated)) | _known_outside()


def _bodies(user: User, today: dt.date) -> Q:
    """The actions of the agencies and settings this user speaks for; empty where there is none."""
    found = Q()
    for membership in user.memberships_on(today):
        if membership.role in SPEAK_FOR and membership.agency_id:
            found |= Q(agency=membership.agency_id)
        if membership.role in SPEAK_FOR and membership.setting_id:
            found |= Q(setting=membership.setting_id)
    return found


def last_reports() -> models.QuerySet["ActionReport"]:
    """Of each action the report after which nothing was reported."""
    later = ActionReport.objects.filter(action=OuterRef("action"), n__gt=OuterRef("n"))
    found: models.QuerySet[ActionReport] = ActionReport.objects.filter(~Exists(later))
    return found


class Action(Public, InsertOnly):
    """A next step, or what a deferral waits for, that somebody is to report on.

    Who and for whom as far as the words of the step or the deferral name an account or a body.
    """

    step = models.OneToOneField(NextStep, on_delete=models.PROTECT, null=True, related_name="action")
    deferral = models.OneToOneField(Deferral, on_delete=models.PROTECT, null=True, related_name="action")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="actions")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The day of the step or the deferral again, because lists run in this order.
    due_on = models.DateField()

    objects: ClassVar[ActionQuerySet] = ActionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(InsertOnly.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["due_on", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="action_comes_of_one_thing",
                condition=Q(step__isnull=False, deferral__isnull=True)
                | Q(step__isnull=True, deferral__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"action {self.public_id}"

    @property
    def what(self) -> str:
        """What is to be done, in words."""
        if self.deferral is not None:
            return f"Get what is missing: {self.deferral.missing}"
        return self.step.what if self.step is not None else ""

    @property
    def who(self) -> str:
        """Who does it, as the panel said it."""
        said = self.deferral or self.step
        return said.owner if said is not None else ""

    @property
    def for_whom(self) -> str:
        """The body it is done for, as the panel said it; of a deferral the one its words name, where they name one."""
        if self.step is not None:
            return self.step.agency
        body = self.agency or self.setting
        return body.name if body is not None else ""


class ActionReport(InsertOnly):
    """What became of an action, or that it is open again. The next number of two reports made at once is taken once.

    `by` is empty where no person said it: what has happened elsewhere in the record closed the action, as its words say.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="reports")
    n = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=[(str(one), ACTION.states[one].staff) for one in ActionState]
    )
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(InsertOnly.Meta):
        abstract = False
        ordering: ClassVar = ["action_id", "n"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_report_per_number", fields=["action", "n"]),
            models.CheckConstraint(
                name="only_done_needs_no_words", condition=Q(state=ActionState.DONE.value) | ~Q(words="")
            ),
            models.CheckConstraint(
                name="report_of_nobody_closes_and_says_why",
                condition=Q(by__isnull=False)
                | (Q(state__in=[ActionState.DONE.value, ActionState.OVERTAKEN.value]) & ~Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.action_id}"
