"""The record of a meeting as its minutes freeze it, read from the rows in a fixed number of queries.

What is written about one child stands on that item's sheet and nowhere else; the meeting sheet says only that an item was
heard, put off or withdrawn, never what was advised.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from meetings.minutes import frozen as records
from meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Deferral,
    FamilyGuest,
    HeardBefore,
    ItemWithdrawal,
    LateEntry,
    Meeting,
    PanelConfig,
    PaperConsidered,
    Recommendation,
    Revision,
    Risk,
    RosterEntry,
    Seat,
)
from meetings.queries.decisions import decisions_made
from meetings.queries.dissents import with_standing_dissents
from meetings.queries.late import entered_exactly, entries_that_count
from meetings.queries.noting import noted_at
from meetings.queries.preliminaries import actions_before, card_line, promises
from meetings.queries.quorum import LostQuorum, lost_quorums
from meetings.queries.room import Room, attendance_of, load_room
from meetings.queries.said import said_in
from meetings.queries.sheet_lines import (
    Heard,
    advised_line,
    conflict_line,
    decided_line,
    deferral_line,
    heard_of,
    limb_lines,
    paper_lines,
    risk_line,
    step_line,
    titles_considered,
)
from meetings.queries.told import told_of
from meetings.queries.words import (
    Corrections,
    advice_with_words,
    as_it_reads,
    corrections_at,
    decisions_with_words,
)
from meetings.rules.states import ADVISED, ITEM, ItemState
from panel.law.clock.dates import STAGE_DUTY
from panel.law.legal import (
    STAGE_LABELS,
    Stage,
)
from panel.law.words import inside
from panel.models import ClockEvent, Paper, User
from panel.platform.policy import Refused
from panel.queries.clocks import BASIS_WORDS, live_events, owed_of


@dataclass(frozen=True)
class Frozen:
    """The sheets of one version, and which item each item sheet is about."""

    meeting: records.MeetingSheet
    items: tuple[tuple[AgendaItem, records.ItemSheet], ...]


@dataclass(frozen=True)
class _Facts:
    """Everything the item sheets are written from, by the item's key."""

    room: Room
    recommendations: Mapping[int, Recommendation]
    decisions: Mapping[int, Decision]
    deferrals: Mapping[int, Deferral]
    withdrawn: Mapping[int, str]
    papers: Mapping[int, Sequence[PaperConsidered]]
    left_out: Mapping[str, Paper]
    words: Mapping[tuple[int, str], Mapping[str, Any]]
    next_on: Mapping[int, date]
    events: Mapping[int, Sequence[ClockEvent]]
    risks: Mapping[int, Risk]
    # By the item's key; None for the meeting itself.
    late: Mapping[int | None, LateEntry]
    family: Mapping[int, Sequence[records.FamilyLine]]
    # Titles of papers by their public id: what an officer's answers rest on may have come after the panel sat.
    titles: Mapping[str, str]
    corrected: Corrections
    gone: Mapping[int, LostQuorum]
    heard: Mapping[int, Heard]
    # By the decision's key.
    told: Mapping[int, tuple[records.ToldLine, ...]]
    # Who held the chair, in words.
    chair: str


def freeze(meeting: Meeting, *, version: int, correction: str, by: User, themes: str = "") -> Frozen:
    """The sheets of a closed meeting as its rows stand now. `by` is named as minute taker where nobody has that seat.

    `themes`: what the day showed across requests, which no row holds.
    """
    items = list(meeting.items.select_related("case", "deputy_chair__user").order_by("position", "pk"))
    facts = _facts(meeting, items)
    sheets = tuple((item, _item_sheet(item, facts, version, correction)) for item in items)
    return Frozen(
        replace(
            _meeting_sheet(meeting, facts, [sheet for _, sheet in sheets], version, correction, by),
            notes=themes,
        ),
        sheets,
    )


def _facts(meeting: Meeting, items: Sequence[AgendaItem]) -> _Facts:
    keys = [item.pk for item in items]
    papers: dict[int, list[PaperConsidered]] = defaultdict(list)
    for row in (
        PaperConsidered.objects.filter(item__in=keys)
        .select_related("paper", "document")
        .order_by("paper__kind", "pk")
    ):
        papers[row.item_id].append(row)
    advised = (
        advice_with_words(Recommendation.objects.filter(item__in=keys, superseded_by__isnull=True))
        .select_related("by")
        .prefetch_related(with_standing_dissents(), "next_steps")
    )
    advice = {row.item_id: as_it_reads(row) for row in advised}
    # What was decided on an item stays its decision when a refusal is looked at again later, without the panel.
    decided = list(decisions_with_words(decisions_made().filter(item__in=keys)).select_related("by", "case"))
    room = load_room(meeting)
    return _Facts(
        room=room,
        recommendations=advice,
        decisions={row.item_id: as_it_reads(row) for row in decided if row.item_id is not None},
        deferrals={row.item_id: row for row in Deferral.objects.standing().filter(item__in=keys)},
        withdrawn=dict(ItemWithdrawal.objects.filter(item__in=keys).values_list("item", "because")),
        papers=papers,
        left_out=_left_out(advice.values()),
        words=latest_words(Revision.objects.filter(item__in=keys)),
        next_on=_next_on(meeting, items),
        events=live_events([item.case for item in items]),
        # The last judgement made at each item: what was said of the place later belongs to later minutes.
        risks={
            row.item_id: row
            for row in Risk.objects.filter(item__in=keys).select_related("lead").order_by("pk")
        },
        late={row.item_id: row for row in entries_that_count().filter(meeting=meeting)},
        family=_family_there(keys),
        titles=_titles(decided),
        corrected=corrections_at(meeting),
        gone={one.item.pk: one for one in lost_quorums(room)},
        heard=_heard(items),
        told=told_of(decided),
        chair=_chair(room, items),
    )


def _chair(room: Room, items: Sequence[AgendaItem]) -> str:
    """Who holds the chair; of one who came after the opening also since when, and who led in their place what was taken up before."""
    chair = room.chair
    if chair is None:
        return ""
    came = min((row.joined_at for row in chair.intervals.all()), default=None)
    if came is None or room.meeting.opened_at is None or came <= room.meeting.opened_at:
        return str(chair.user.name)
    led = [room.leader(item) for item in items if item.started_at and item.started_at < came]
    before = dict.fromkeys(seat.user.name for seat in led if seat and seat != chair)
    said = f"{chair.user.name}, from {timezone.localtime(came):%H:%M}"
    return f"{said}; before that {' and '.join(before)}, in the chair’s place" if before else said


def _heard(items: Sequence[AgendaItem]) -> dict[int, Heard]:
    """When each item was heard, with every time before the last."""
    rows: dict[int, list[HeardBefore]] = defaultdict(list)
    for row in HeardBefore.objects.filter(item__in=items).order_by("began_at", "pk"):
        rows[row.item_id].append(row)
    return {item.pk: heard_of(item, rows[item.pk]) for item in items}


def _titles(decided: Sequence[Decision]) -> dict[str, str]:
    """The titles of the papers that the answers of these decisions name."""
    named = {paper for row in decided for answer in row.answers for paper in answer["papers"]}
    rows = Paper.objects.filter(public_id__in=named).values_list("public_id", "title")
    return {str(public_id): title for public_id, title in rows}


def _left_out(advised: Iterable[Recommendation]) -> dict[str, Paper]:
    """The papers that were not considered, by public id. No query where there are none."""
    wanted = [row["paper"] for advice in advised for row in advice.papers_left_out]
    if not wanted:
        return {}
    papers = Paper.objects.filter(public_id__in=wanted).select_related("document")
    return {str(paper.public_id): paper for paper in papers}


def _family_there(keys: Sequence[int]) -> dict[int, list[records.FamilyLine]]:
    """Who of the family was at which item, in the order they came."""
    found: dict[int, list[records.FamilyLine]] = defaultdict(list)
    came = FamilyGuest.objects.filter(item__in=keys, joined_at__isnull=False).order_by("joined_at", "pk")
    for row in came:
        if row.joined_at is not None:
            line = records.FamilyLine(row.tie, row.get_mode_display(), row.joined_at, row.left_at)
            found[row.item_id].append(line)
    return found


def latest_words(revisions: QuerySet[Revision]) -> dict[tuple[int, str], Mapping[str, Any]]:
    """What was last saved of every item and group among `revisions`."""
    return {(row.item_id, row.group): row.data for row in revisions.order_by("n")}


def _next_on(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, date]:
    """The day of the next meeting that has the question of a deferred item on its list."""
    put_off = {(item.case_id, item.stage): item.pk for item in items if item.state == ItemState.DEFERRED}
    later = (
        AgendaItem.objects.filter(
            case__in=[case for case, _ in put_off], meeting__starts_at__gt=meeting.starts_at
        )
        .exclude(state=ItemState.WITHDRAWN)
        .select_related("meeting")
        .order_by("-meeting__starts_at")
    )
    return {
        put_off[row.case_id, row.stage]: timezone.localdate(row.meeting.starts_at)
        for row in later
        if (row.case_id, row.stage) in put_off
    }


def _meeting_sheet(
    meeting: Meeting,
    facts: _Facts,
    sheets: Sequence[records.ItemSheet],
    version: int,
    correction: str,
    by: User,
) -> records.MeetingSheet:
    if meeting.opened_at is None or meeting.closed_at is None:
        raise Refused("meeting_open", "The meeting is not closed yet. Close it first.")
    room, late, noted = facts.room, facts.late.get(None), noted_at(meeting)
    taker = next((entry.user for entry in room.entries if entry.seat == Seat.MINUTE_TAKER), by)
    return records.MeetingSheet(
        version=version,
        panel=meeting.panel_type.name,
        held_on=timezone.localdate(meeting.starts_at),
        place=meeting.venue,
        chair=facts.chair,
        minute_taker=taker.name,
        opened_at=meeting.opened_at,
        closed_at=meeting.closed_at,
        attendees=tuple(_attendee(entry, room, _times(entry)) for entry in room.entries),
        items=tuple(records.item_line(sheet) for sheet in sheets),
        quorum_rule=quorum_rule_in_words(meeting.config),
        noted=tuple(
            records.NotedLine(line.reference, line.stage, line.route, line.on) for line in noted.lines
        ),
        noted_others=noted.others,
        card=card_line(room),
        promises=promises(room),
        actions_before=actions_before(meeting),
        correction=correction,
        entered_later=entered_exactly(late) if late else "",
    )


def quorum_rule_in_words(config: PanelConfig) -> str:
    """What a panel's rules ask for, as a line of the minutes."""
    seats = [inside(str(Seat(seat).label)) for seat in config.required_seats]
    parts = [
        f"{config.minimum_total} voting members",
        f"{config.minimum_agencies} different agencies",
        *seats,
        *(f"somebody from {inside(kind)}" for kind in config.required_kinds),
    ]
    return ", ".join(parts)


def _item_sheet(item: AgendaItem, facts: _Facts, version: int, correction: str) -> records.ItemSheet:
    meeting, case = facts.room.meeting, item.case
    advice = facts.recommendations.get(item.pk) if item.state in ADVISED else None
    gone = facts.gone.get(item.pk)
    quorum, quorate = gone.minuted if gone else _quorum(item, advice, facts.room)
    owed = owed_of(case, facts.events.get(case.pk, ()))[STAGE_DUTY[Stage(item.stage)]]
    said, late = said_in(case, facts.words.get((item.pk, "views"), {})), facts.late.get(item.pk)
    heard, decision = facts.heard[item.pk], facts.decisions.get(item.pk)
    return records.ItemSheet(
        number=item.position,
        version=version,
        panel=meeting.panel_type.name,
        held_on=timezone.localdate(meeting.starts_at),
        reference=case.reference,
        stage=STAGE_LABELS[Stage(item.stage)],
        received_on=case.received_on,
        tell_family_by=owed.by,
        tell_family_because=BASIS_WORDS[owed.basis],
        outcome_of_item=ITEM.states[ItemState(item.state)].staff,
        quorum=quorum,
        quorate=quorate,
        quorum_answer=gone.answer.because if gone and gone.answer else "",
        opened_at=heard.began,
        closed_at=heard.ended,
        heard_before=heard.before,
        in_the_room=_in_the_room(item, heard, facts.room),
        family_there=tuple(facts.family.get(item.pk, ())),
        conflicts=tuple(
            conflict_line(row, heard, on_paper=late is not None, came=row.entry_id in facts.room.came(item))
            for row in facts.room.conflicts.get(item.pk, ())
        ),
        papers=paper_lines(facts.papers.get(item.pk, ()), advice, facts.left_out),
        family_views=said.family,
        child_views=said.child,
        discussion=str(facts.words.get((item.pk, "discussion"), {}).get("text", "")),
        limbs=limb_lines(advice, titles_considered(facts.papers.get(item.pk, ()))) if advice else (),
        recommendation=advised_line(advice, facts.corrected) if advice else None,
        decision=decided_line(decision, advice, facts.titles, facts.corrected),
        told=facts.told[decision.pk] if decision else (),
        deferral=deferral_line(facts.deferrals.get(item.pk), facts.next_on.get(item.pk)),
        withdrawn_because=facts.withdrawn.get(item.pk, "") if item.state == ItemState.WITHDRAWN else "",
        steps=tuple(step_line(row) for row in advice.next_steps.all()) if advice else (),
        risk=risk_line(facts.risks.get(item.pk)),
        correction=correction,
        entered_later=entered_exactly(late, advice.entered_at if advice else None) if late else "",
    )


def _quorum(item: AgendaItem, advice: Recommendation | None, room: Room) -> tuple[str, bool | None]:
    """The quorum as it stood when the panel advised; of an item put off, as it stood at its end; else not asked."""
    if advice is not None:
        return str(advice.quorum["sentence"]), bool(advice.quorum["quorate"])
    if item.started_at and item.ended_at and item.state == ItemState.DEFERRED:
        result = room.quorum(item, item.ended_at)
        return result.sentence, result.quorate
    return "Not asked: the item was not heard.", None


def _in_the_room(item: AgendaItem, heard: Heard, room: Room) -> tuple[records.Attendee, ...]:
    """Who was there when the item was taken up or left, each time it was, with their times at the meeting."""
    times = [(one.began, one.ended) for one in heard.before]
    if heard.began is not None and heard.ended is not None:
        times.append((heard.began, heard.ended))
    there = {
        entry.pk
        for began, ended in times
        for at in (began, _just_before(ended, began))
        for entry in room.in_the_room(item, at)
    }
    return tuple(_attendee(entry, room, _times(entry)) for entry in room.entries if entry.pk in there)


def _just_before(at: datetime, earliest: datetime) -> datetime:
    """Somebody who left with the end of the item was there until then."""
    return max(at - timedelta(microseconds=1), earliest)


def _times(entry: RosterEntry) -> tuple[tuple[datetime, datetime | None], ...]:
    return tuple((row.joined_at, row.left_at) for row in entry.intervals.all())


def _attendee(
    entry: RosterEntry, room: Room, times: tuple[tuple[datetime, datetime | None], ...]
) -> records.Attendee:
    said = attendance_of(entry)
    names = {other.pk: other.user.name for other in room.entries}
    return records.Attendee(
        name=entry.user.name,
        seat=Seat(entry.seat).label,
        agency=entry.agency.name if entry.agency else "",
        status=Attendance.Status(said.status).label if said else "",
        mode=Attendance.Mode(said.mode).label if said and times else "",
        times=times,
        substitute_for=names.get(said.substitute_for_id, "") if said and said.substitute_for_id else "",
        votes=entry.voting,
    )
