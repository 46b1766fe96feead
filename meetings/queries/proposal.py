"""What a meeting is proposed to hear, with the case behind each line: read for whoever fills its list."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from meetings.models import Conflict, Meeting, RosterEntry
from meetings.queries.listing import WaitingRow, waiting_row
from meetings.queries.ties import leaving
from meetings.queries.waiting import later_meetings, waiting_cases
from meetings.rules import proposing
from panel.models import AdviceRequest, Case, CaseState, User

# Beyond what fits, so many are shown as left for the next panel; the rest is behind them in the same order.
LEFT_SHOWN = 20


@dataclass(frozen=True)
class ProposedRow:
    """One case as proposed or left, why, and who would leave the room for it."""

    row: WaitingRow
    must: bool
    because: str
    leave: tuple[str, ...]


@dataclass(frozen=True)
class ProposedAgenda:
    """What the meeting would hear and what would wait. `more`: others wait behind those shown. `minutes_free` before it."""

    listed: tuple[ProposedRow, ...]
    left: tuple[ProposedRow, ...]
    minutes: int
    minutes_free: int
    more: bool


def proposed_agenda(user: User, meeting: Meeting, now: datetime) -> ProposedAgenda:
    """A proposal for the time that is left at `meeting`, from the cases this user may see. Nothing is kept.

    About fifteen queries, however many cases wait.
    """
    day = timezone.localdate(meeting.starts_at)
    there = list(meeting.items.order_by("position", "pk").values_list("pk", "minutes"))
    room = proposing.Room(
        held_on=day,
        minutes_free=_minutes_of(meeting) - sum(minutes for _, minutes in there),
        minutes_per_item=meeting.config.minutes_per_item,
        later_on=tuple(timezone.localdate(one.starts_at) for one in later_meetings(meeting)),
        items_there=len(there),
        last_recused=_out_for(there[-1][0]) if there else frozenset(),
    )
    fits = max(0, room.minutes_free) // room.minutes_per_item
    found = waiting_cases(user, now, first=fits + LEFT_SHOWN + 1)
    more, found = len(found) > fits + LEFT_SHOWN, found[: fits + LEFT_SHOWN]
    cases = {case.pk: case for _, case in found}
    leave = leaving(meeting, list(cases.values()), day)
    advice = _advice_out(cases)
    proposal = proposing.propose(
        (
            proposing.Waiting(replace(one, recused=leave[one.case_id]), advice.get(one.case_id, ()))
            for one, _ in found
        ),
        room,
    )
    rows = {one.case_id: waiting_row(one, case, day, room.later_on) for one, case in found}
    names = dict(RosterEntry.objects.filter(meeting=meeting).values_list("user_id", "user__name"))

    def shown(lines: tuple[proposing.Line, ...]) -> tuple[ProposedRow, ...]:
        return tuple(
            ProposedRow(
                rows[line.case_id],
                line.must,
                line.because,
                tuple(sorted(names[person] for person in leave[line.case_id])),
            )
            for line in lines
        )

    return ProposedAgenda(
        shown(proposal.listed), shown(proposal.left), proposal.minutes, max(0, room.minutes_free), more
    )


def _minutes_of(meeting: Meeting) -> int:
    return int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))


def _out_for(item: int) -> frozenset[int]:
    """Who leaves the room for an item that is on the list already."""
    rows = Conflict.objects.filter(item=item, effect=Conflict.Effect.LEAVES)
    return frozenset(rows.values_list("entry__user_id", flat=True))


def _advice_out(cases: dict[int, Case]) -> dict[int, tuple[str, ...]]:
    """Whose advice was asked for and is not in, of cases that wait for the question of a plan. One query."""
    assessing = [key for key, case in cases.items() if case.state == CaseState.ASSESSING]
    found: dict[int, list[str]] = {}
    rows = AdviceRequest.objects.filter(case__in=assessing, received_on=None).order_by("case", "item", "pk")
    for case, item in rows.values_list("case_id", "item"):
        label = str(AdviceRequest.Item(item).label)
        found.setdefault(case, []).append(f"{label[:1].lower()}{label[1:]}")
    return {case: tuple(dict.fromkeys(labels)) for case, labels in found.items()}
