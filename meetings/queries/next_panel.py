"""Which panel can still hear a question: asked before an officer decides it without one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from meetings.models import AgendaItem, Conflict, Meeting, PanelType
from meetings.queries.coverage import asked_seats, expected
from meetings.queries.room import rule_of
from meetings.queries.waiting import later_meetings
from meetings.rules import coverage, quorum
from meetings.rules.states import FINISHED, ItemState, MeetingState
from panel.law.legal import Stage
from panel.models import Case


def next_panel_on(case: Case, stage: Stage, after: date) -> date | None:
    """The day, from `after` on, of the meeting that can hear the question: one that has it on its list, else the first; None for none.

    It is of a panel that hears such questions, it is not done with this case, and its quorum can still be reached by those who
    have not said that they cannot come. Six queries, however many meetings are planned.
    """
    begins = timezone.make_aware(datetime.combine(after, time()))
    done = AgendaItem.objects.filter(meeting=OuterRef("pk"), case=case, state__in=FINISHED)
    planned = (
        Meeting.objects.filter(_hears(case, stage), closed_at__isnull=True, starts_at__gte=begins)
        .exclude(state=MeetingState.CANCELLED)
        .exclude(Exists(done))
        .annotate(lists_it=Exists(AgendaItem.objects.filter(meeting=OuterRef("pk"), case=case, stage=stage)))
        .select_related("config")
        .prefetch_related(Prefetch("roster", asked_seats(), to_attr="seats"))
        .order_by("starts_at", "pk")
    )
    can_sit = _with_quorum(list(planned), case)
    first = next((one for one in can_sit if one.lists_it), can_sit[0] if can_sit else None)  # type: ignore[attr-defined]
    return timezone.localdate(first.starts_at) if first else None


@dataclass(frozen=True)
class Ahead:
    """The meetings of the same panel planned after one, the next first; and of each item, by its key, those whose quorum for its
    case can still be reached.
    """

    later: tuple[Meeting, ...]
    able: Mapping[int, tuple[Meeting, ...]]


def ahead_of(meeting: Meeting, items: Collection[AgendaItem]) -> Ahead:
    """Where items of a meeting can be heard after it. Five queries, however many items and meetings."""
    rows = later_meetings(meeting).prefetch_related(Prefetch("roster", asked_seats(), to_attr="seats"))
    later = list(rows)
    barred = _barred(later, [item.case_id for item in items])
    return Ahead(
        tuple(later),
        {
            item.pk: tuple(one for one in later if _can_sit(one, barred[one.pk, item.case_id]))
            for item in items
        },
    )


def listed_on(case: Case, stage: Stage, after: date) -> date | None:
    """The day, from `after` on, of the meeting that has the question on its list and is not done with it; None without one."""
    begins = timezone.make_aware(datetime.combine(after, time()))
    items = AgendaItem.objects.filter(case=case, stage=stage, meeting__starts_at__gte=begins)
    items = items.filter(meeting__state__in=(MeetingState.PLANNED, MeetingState.OPEN))
    starts_at = items.exclude(state__in=FINISHED).values_list("meeting__starts_at", flat=True)
    first = starts_at.order_by("meeting__starts_at").first()
    return timezone.localdate(first) if first else None


@dataclass(frozen=True)
class HeardAgain:
    """The day of the next meeting that has a question on its list, and whether that meeting is done with it."""

    on: date
    done: bool


def heard_again(item: AgendaItem) -> HeardAgain | None:
    """Where the question of an item that was put off or sent back came next, or is to come; None while no list has it. One query."""
    items = AgendaItem.objects.filter(case=item.case_id, stage=item.stage)
    later = items.filter(meeting__starts_at__gt=item.meeting.starts_at).exclude(state=ItemState.WITHDRAWN)
    found = later.exclude(meeting__state=MeetingState.CANCELLED).order_by("meeting__starts_at", "pk")
    first = found.values_list("meeting__starts_at", "state").first()
    return HeardAgain(timezone.localdate(first[0]), first[1] in FINISHED) if first else None


def _hears(case: Case, stage: Stage) -> Q:
    """Meetings of the panel that had this question last, else of those that had such a question; while none had, of any.

    What a panel is for is said in free words, so what it has heard shows it. The rules of a decision without a panel are found so
    too (`config_without_panel`).
    """
    had = AgendaItem.objects.filter(stage=stage)
    last = had.filter(case=case).order_by("-pk").values_list("meeting__panel_type", flat=True).first()
    if last is not None:
        return Q(panel_type=last)
    such: QuerySet[PanelType] = PanelType.objects.filter(
        Exists(had.filter(meeting__panel_type=OuterRef("pk")))
    )
    types = list(such.values_list("pk", flat=True))
    return Q(panel_type__in=types) if types else Q()


def _with_quorum(meetings: Sequence[Meeting], case: Case) -> list[Meeting]:
    """Those in session, and those whose quorum for this case can still be reached on the day. One query."""
    barred = _barred(meetings, [case.pk])
    return [
        one for one in meetings if one.state == MeetingState.OPEN or _can_sit(one, barred[one.pk, case.pk])
    ]


def _can_sit(meeting: Meeting, barred: Sequence[quorum.Conflict]) -> bool:
    """Whether a planned meeting, with its `seats`, can still have its quorum without those who leave for a case."""
    return coverage.reachable(
        rule_of(meeting.config),
        [expected(seat, seat.said) for seat in meeting.seats],  # type: ignore[attr-defined]
        barred,
        meeting.starts_at,
    )


def _barred(
    meetings: Collection[Meeting], cases: Collection[int]
) -> dict[tuple[int, int], list[quorum.Conflict]]:
    """The conflicts on each case at each meeting that has it on its list. One query."""
    found: dict[tuple[int, int], list[quorum.Conflict]] = defaultdict(list)
    rows = Conflict.objects.filter(item__case__in=cases, item__meeting__in=[one.pk for one in meetings])
    for meeting, case, user, kind, source, effect in rows.values_list(
        "item__meeting", "item__case", "entry__user", "kind", "source", "effect"
    ):
        found[meeting, case].append(
            quorum.Conflict(
                user,
                quorum.ConflictKind(kind),
                quorum.ConflictSource(source),
                quorum.Effect(effect),
            )
        )
    return found
