"""What needs this user today about meetings, decisions and minutes. Each tray is short lists and a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.utils import timezone

from meetings.models import (
    ActionReport,
    AgendaItem,
    Circulation,
    Conflict,
    Decision,
    Deferral,
    Meeting,
    Minutes,
    NextStep,
    Recommendation,
    RosterEntry,
    Seat,
    SetAsideProposal,
)
from meetings.queries.circulation import (
    comments_to_answer,
    to_comment_on,
    waits_in_words,
    with_what_they_wait_for,
)
from meetings.queries.coverage import asked_seats
from meetings.queries.decisions import as_read, read_mark, standing_decisions
from meetings.queries.dissents import added_since, with_standing_dissents
from meetings.queries.finishing import is_unfinished
from meetings.queries.item import asked_test
from meetings.queries.meeting_lines import MeetingLine, lines_of
from meetings.queries.minutes import Part
from meetings.queries.quorum import open_losses, with_attendance_moved
from meetings.queries.words import as_it_reads
from meetings.rules.states import FINISHED, OVER, ActionState, ItemState, MeetingState
from panel.law.clock import act_by, latest_safe_panel_for
from panel.law.legal import OUTCOME_LABELS, REFUSALS, STAGE_LABELS, Outcome, Stage
from panel.law.words import inside
from panel.models import Case, Denial, Paper, PaperState, User
from panel.platform.policy import Role
from panel.platform.text import is_uuid
from panel.queries.clocks import stage_due_of

SHOWN = 10
# Of families to be told none is left unsaid: a meeting put off whole has thirty.
MOST_UNTOLD = 100
PAGE = 25


@dataclass(frozen=True)
class Undecided:
    """A recommendation that waits for the officer. `days_left` to the day to act by: negative when that has passed."""

    item: AgendaItem
    recommendation: Recommendation
    reference: str
    child: str
    stage: str
    recommended: str
    refusal: bool
    dissents: int
    # Only the key reasons are written yet: before they are finished and confirmed she decides in words of her own alone.
    unfinished: bool
    # Somebody who turned 18 since is asked about by the officer herself (s36(10)), so not together with others.
    asks_more: bool
    # That its quorum has gone since, and the chair has not said how that stands: nobody can decide before.
    quorum_gone: str
    # What a page with this line says the officer has read.
    read: str
    heard_on: date
    legal_due_on: date
    act_by: date
    days_left: int


@dataclass(frozen=True)
class OfficerTray:
    """Recommendations to decide on, most pressing first; decisions somebody proposes to set aside, and those of which the record says
    more since she made them.
    """

    undecided: tuple[Undecided, ...]
    to_confirm: tuple[SetAsideProposal, ...]
    added: tuple[Decision, ...]


@dataclass(frozen=True)
class NeedsDeputy:
    """An item its own chair may not lead, by number: what it is about may be closed to them."""

    meeting: Meeting
    number: int
    item: UUID


@dataclass(frozen=True)
class ChairTray:
    """Meetings one chairs or is vice-chair of, minutes to sign, those that wait first, items one may not lead without a deputy."""

    meetings: tuple[MeetingLine, ...]
    to_sign: tuple[Minutes, ...]
    not_ready: tuple[tuple[Minutes, str], ...]
    need_deputy: tuple[NeedsDeputy, ...]


@dataclass(frozen=True)
class MemberTray:
    """Meetings one sits on, with how many items are open to one and from how many one is recused; minutes to read.

    `to_check`: the drafts one is asked to correct, and has said nothing about yet.
    """

    meetings: tuple["MemberMeeting", ...]
    to_read: tuple[Minutes, ...]
    to_check: tuple[Circulation, ...]


@dataclass(frozen=True)
class MemberMeeting:
    """A meeting from a member's chair."""

    line: MeetingLine
    seat: str
    recused_from: tuple[int, ...]

    @property
    def sits_as(self) -> str:
        """The seat in the middle of a sentence."""
        return inside(self.seat)


@dataclass(frozen=True)
class ClerkMeetings:
    """Meetings to come or in session, meetings without minutes, minutes waiting for the chair, information to be got, families
    to be told that their answer will be late, and cases put off that are on no list.
    """

    meetings: tuple[MeetingLine, ...]
    without_minutes: tuple[MeetingLine, ...]
    unsigned: tuple[Minutes, ...]
    awaited: tuple[Deferral, ...]
    untold: tuple[Deferral, ...]
    unplaced: tuple["Unplaced", ...]
    to_confirm: tuple[SetAsideProposal, ...]


@dataclass(frozen=True)
class Unplaced:
    """A question put off that no meeting has on its list, with the last day on which a panel can hear it in time."""

    deferral: Deferral
    latest_panel_on: date


def undecided(user: User, now: datetime) -> tuple[Undecided, ...]:
    """Every recommendation without a decision that stands, among the items this user may see, most pressing first."""
    decided = standing_decisions().filter(case=OuterRef("case"), stage=OuterRef("stage"))
    advice = as_read(
        with_attendance_moved(Recommendation.objects.filter(superseded_by__isnull=True))
    ).annotate(dissent_count=Count("dissents", filter=Q(dissents__superseded_by=None, dissents__text__gt="")))
    items = (
        AgendaItem.objects.visible_to(user, now)
        .filter(state=ItemState.RECOMMENDED)
        .exclude(Exists(decided))
        .select_related("case__child", "meeting__config")
        .prefetch_related(Prefetch("recommendations", advice, to_attr="standing_advice"))
    )
    today = timezone.localdate(now)
    rows = [(item, as_it_reads(item.standing_advice[0])) for item in items]
    gone = {one.item.pk: one.sentence for one in open_losses(rows)}
    lines = (_undecided(item, advice, gone.get(item.pk, ""), today) for item, advice in rows)
    return tuple(sorted(lines, key=lambda line: (line.act_by, line.reference)))


def _undecided(item: AgendaItem, advice: Recommendation, gone: str, today: date) -> Undecided:
    stage = Stage(item.stage)
    due = stage_due_of(item.case, stage)
    by = act_by(due)
    return Undecided(
        item=item,
        recommendation=advice,
        reference=item.case.reference,
        child=item.case.child.full_name,
        stage=STAGE_LABELS[stage],
        recommended=OUTCOME_LABELS[Outcome(advice.outcome)],
        refusal=advice.outcome in REFUSALS,
        dissents=advice.dissent_count,  # type: ignore[attr-defined]
        unfinished=is_unfinished(advice),
        asks_more=_asks_more(item, stage, advice, today),
        quorum_gone=gone,
        read=read_mark(advice),
        heard_on=timezone.localdate(item.meeting.starts_at),
        legal_due_on=due,
        act_by=by,
        days_left=(by - today).days,
    )


def _asks_more(item: AgendaItem, stage: Stage, advice: Recommendation, today: date) -> bool:
    answered = {one["limb"] for one in advice.answers}
    return any(
        limb.in_words and limb.code not in answered for limb in asked_test(item.case, stage, today).limbs
    )


def all_decided(user: User, items: Collection[str], now: datetime) -> bool:
    """Whether every one of these items, by public id, is one this user may see whose question is decided."""
    decided = standing_decisions().filter(case=OuterRef("case"), stage=OuterRef("stage"))
    wanted = {item for item in items if is_uuid(item)}
    seen = AgendaItem.objects.visible_to(user, now).filter(Exists(decided), public_id__in=wanted)
    return bool(items) and seen.count() == len(items)


def read_whole(lines: Sequence[Undecided]) -> dict[int, tuple[Paper, ...]]:
    """What is read before several are agreed to at once: the dissents and next steps of each, and by case the papers its answers
    may name. Three queries, however many.
    """
    prefetch_related_objects(
        [line.recommendation for line in lines],
        with_standing_dissents(),
        Prefetch("next_steps", NextStep.objects.order_by("position")),
    )
    papers: dict[int, list[Paper]] = defaultdict(list)
    for paper in Paper.objects.filter(
        case__in=[line.item.case_id for line in lines], state=PaperState.ACCEPTED
    ).order_by("kind", "pk"):
        papers[paper.case_id].append(paper)
    return {line.item.case_id: tuple(papers[line.item.case_id]) for line in lines}


def officer_tray(user: User, now: datetime) -> OfficerTray:
    """What an officer decides and confirms today."""
    return OfficerTray(
        undecided=undecided(user, now), to_confirm=_to_confirm(user, now), added=added_since(user, now)
    )


def chair_tray(user: User, now: datetime) -> ChairTray:
    """What somebody who chairs does today: meetings not closed yet or closed today, minutes to sign, deputies to name."""
    seen = Meeting.objects.visible_to(user, now)
    mine, led = seen.filter(Exists(_chairs(user))), seen.filter(Exists(_chairs(user, or_stands_by=True)))
    own = Conflict.objects.filter(item=OuterRef("pk"), entry__user=user).exclude(effect=Conflict.Effect.NOTE)
    need_deputy = (
        AgendaItem.objects.filter(Exists(own), meeting__in=mine, meeting__closed_at=None, deputy_chair=None)
        .exclude(state__in=FINISHED)
        .select_related("meeting")
        .order_by("meeting__starts_at", "position")
    )
    rows = with_what_they_wait_for(_unsigned(mine).filter(Exists(_rendered())))[: 2 * SHOWN]
    unsigned = [(row, waits_in_words(row, now)) for row in rows]
    return ChairTray(
        meetings=lines_of(
            led.filter(~Q(state__in=OVER) | _closed_today(now)).order_by("starts_at", "pk"), SHOWN
        ),
        to_sign=tuple(row for row, waits in unsigned if not waits)[:SHOWN],
        not_ready=tuple((row, waits) for row, waits in unsigned if waits)[:SHOWN],
        need_deputy=tuple(
            NeedsDeputy(item.meeting, item.position, item.public_id) for item in need_deputy[:SHOWN]
        ),
    )


def member_tray(user: User, now: datetime) -> MemberTray:
    """What a member prepares: the meetings to come and the numbers of the items they are shut out of; minutes to read."""
    mine = Meeting.objects.visible_to(user, now).filter(
        Exists(RosterEntry.objects.filter(meeting=OuterRef("pk"), user=user))
    )
    lines = lines_of(mine.exclude(state__in=OVER).order_by("starts_at", "pk"), SHOWN)
    keys = [line.meeting.pk for line in lines]
    seats = dict(RosterEntry.objects.filter(meeting__in=keys, user=user).values_list("meeting_id", "seat"))
    recused: dict[int, list[int]] = {key: [] for key in keys}
    denied = Exists(Denial.objects.live().filter(case=OuterRef("case"), user=user))
    for meeting, number in (
        AgendaItem.objects.filter(denied, meeting__in=keys)
        .order_by("position")
        .values_list("meeting_id", "position")
    ):
        recused[meeting].append(number)
    to_check = to_comment_on(user, timezone.localdate(now))
    # What somebody is asked to check is not listed a second time as something to read.
    asked = {one.minutes.meeting_id for one in to_check}
    # These two seats have no part in what the minutes say, and do not open them.
    reads_none = RosterEntry.objects.filter(
        meeting=OuterRef("pk"), user=user, seat__in=(Seat.OBSERVER, Seat.PARENT_CARER_REPRESENTATIVE)
    )
    unsigned = _unsigned(mine.exclude(Exists(reads_none))).filter(Exists(_rendered()))[: 2 * SHOWN]
    return MemberTray(
        meetings=tuple(
            MemberMeeting(line, Seat(seats[line.meeting.pk]).label, tuple(recused[line.meeting.pk]))
            for line in lines
        ),
        to_read=tuple(row for row in unsigned if row.meeting_id not in asked)[:SHOWN],
        to_check=to_check[:SHOWN],
    )


def clerk_meetings(user: User, now: datetime) -> ClerkMeetings:
    """What a clerk does about meetings today."""
    seen = Meeting.objects.visible_to(user, now)
    deferrals = _deferrals(user, now)
    no_minutes = ~Exists(Minutes.objects.filter(meeting=OuterRef("pk")))
    waiting = (
        seen.exclude(state=MeetingState.CANCELLED)
        .filter(~Q(state=MeetingState.CLOSED) | no_minutes)
        .order_by("starts_at", "pk")
    )
    # One list cut in two: the page is short of queries, not of rows.
    lines = lines_of(waiting, 2 * SHOWN, asked_seats())
    return ClerkMeetings(
        meetings=tuple(line for line in lines if line.meeting.state != MeetingState.CLOSED),
        without_minutes=tuple(line for line in lines if line.meeting.state == MeetingState.CLOSED),
        unsigned=tuple(_unsigned(seen).annotate(unanswered=comments_to_answer(user, now))[:SHOWN]),
        awaited=tuple(one for one in deferrals if one.is_awaited)[:SHOWN],  # type: ignore[attr-defined]
        untold=tuple(
            sorted((one for one in deferrals if one.is_untold), key=lambda one: (one.at, one.pk))  # type: ignore[attr-defined]
        )[:MOST_UNTOLD],
        unplaced=_unplaced(deferrals),
        to_confirm=_to_confirm(user, now),
    )


def _unplaced(deferrals: Sequence[Deferral]) -> tuple[Unplaced, ...]:
    """Those on no list, the most pressing first."""
    found = [
        Unplaced(one, latest_safe_panel_for(stage_due_of(one.item.case, Stage(one.item.stage))))
        for one in deferrals
        if one.is_unplaced  # type: ignore[attr-defined]
    ]
    return tuple(sorted(found, key=lambda one: (one.latest_panel_on, one.deferral.pk))[:SHOWN])


def _deferrals(user: User, now: datetime) -> list[Deferral]:
    """Deferrals that wait for information, those of which a family has to be told, and those on no list, each marked; all three
    lists in one query.

    What somebody could not get is missing still: it stays, with `not_done`, why it was not got. The database says each thing once
    and the marks are put together here: the page waits for the building of its questions, not for their rows.
    """
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))
    last = ActionReport.objects.filter(action__deferral=OuterRef("pk")).order_by("-n")
    rows = (
        Deferral.objects.unanswered()
        .filter(Exists(seen))
        .annotate(
            reported=Subquery(last.values("state")[:1]),
            reported_words=Subquery(last.values("words")[:1]),
            is_last=~Exists(Deferral.objects.later()),
            is_placed=Exists(_placed()),
            told=F("notice"),
        )
        .select_related("item__case__child", "item__meeting")
    )
    return sorted((row for row in rows if _marked(row)), key=lambda one: (one.by_when or date.max, one.pk))


def _marked(one: Any) -> bool:
    """Whether a deferral is on any of the clerk's three lists, which it is marked with."""
    one.is_awaited = one.by_when is not None and one.reported not in (ActionState.DONE, ActionState.OVERTAKEN)
    one.not_done = one.reported_words if one.reported == ActionState.NOT_DONE else None
    one.is_untold = one.is_last and one.makes_late and one.told is None
    one.is_unplaced = one.is_last and not one.is_placed
    return one.is_awaited or one.is_untold or one.is_unplaced


def _placed() -> QuerySet[AgendaItem]:
    """Where the question of a deferral is on a list, or has had its advice since."""
    on_a_list = Q(meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN)) & ~Q(state__in=FINISHED)
    # What was sent back before it was put off is no advice on what was put off.
    advised = Q(state=ItemState.RECOMMENDED) | Q(
        state=ItemState.SENT_BACK, meeting__starts_at__gt=OuterRef("item__meeting__starts_at")
    )
    return AgendaItem.objects.filter(
        on_a_list | advised, case=OuterRef("item__case"), stage=OuterRef("item__stage")
    )


def untold(user: User, now: datetime) -> tuple[Deferral, ...]:
    """Deferrals that make an answer late and of which the family has not been told, in cases this user may see. One query."""
    seen = Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))
    rows = Deferral.objects.owing_a_word().filter(Exists(seen))
    return tuple(rows.select_related("item__case__child").order_by("at", "pk")[:MOST_UNTOLD])


def _to_confirm(user: User, now: datetime) -> tuple[SetAsideProposal, ...]:
    """Proposals of others to set a decision aside, in cases that are open to this user."""
    if not user.roles_on(timezone.localdate(now)) & {Role.OFFICER, Role.CLERK}:
        return ()
    waiting = SetAsideProposal.objects.filter(
        Exists(Case.objects.visible_to(user, now).filter(pk=OuterRef("decision__case"))),
        confirmed__isnull=True,
        decision__superseded_by__isnull=True,
    )
    return tuple(waiting.exclude(by=user).select_related("decision__case", "by").order_by("at", "pk")[:SHOWN])


def _closed_today(now: datetime) -> Q:
    """A meeting of today that is over: its day is still today's, and its chair looks for it."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
    return Q(state=MeetingState.CLOSED, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))


def _chairs(user: User, *, or_stands_by: bool = False) -> QuerySet[RosterEntry]:
    """Seats through which somebody holds a meeting's chair, the chair's own or standing in for it, or is ready to (`or_stands_by`)."""
    seats = [Seat.CHAIR, Seat.VICE_CHAIR] if or_stands_by else [Seat.CHAIR]
    own = Q(seat__in=seats) | Q(attendance__substitute_for__seat=Seat.CHAIR)
    return RosterEntry.objects.filter(own, meeting=OuterRef("pk"), user=user)


def _unsigned(meetings: QuerySet[Meeting]) -> QuerySet[Minutes]:
    """The newest version of each of these meetings' minutes that is not signed."""
    unsigned = Minutes.objects.filter(
        meeting__in=meetings, superseded_by__isnull=True, signature__isnull=True
    )
    return unsigned.select_related("meeting__panel_type").order_by("meeting__starts_at", "pk")


def _rendered() -> QuerySet[Minutes]:
    return Minutes.objects.filter(pk=OuterRef("pk"), sheets__part=Part.JOINED)
