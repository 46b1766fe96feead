"""The record of a meeting as its minutes freeze it, read from the rows in a fixed number of queries.

What is written about one child stands on that item's sheet and nowhere else; the meeting sheet says only that an item was
heard, put off or withdrawn, never what was advised.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from meetings.minutes import frozen as records
from meetings.models import (
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Deferral,
    FamilyGuest,
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
from meetings.queries.dissents import dissents_from, with_standing_dissents
from meetings.queries.late import entered_exactly, entries_that_count
from meetings.queries.noting import noted_at
from meetings.queries.preliminaries import actions_before, card_line, promises
from meetings.queries.quorum import LostQuorum, lost_quorums
from meetings.queries.room import Room, attendance_of, load_room
from meetings.rules.risk import INDICATORS, LEVEL_LABELS, Level
from meetings.rules.states import ADVISED, ITEM, ItemState
from panel.law.clock.dates import STAGE_DUTY
from panel.law.legal import ANSWER_LABELS, OUTCOME_LABELS, STAGE_LABELS, Answer, Outcome, Stage, legal_test_of
from panel.law.words import inside
from panel.models import ClockEvent, PaperKind, User
from panel.platform.policy import ROLE_LABELS, Refused, Role
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
    words: Mapping[tuple[int, str], Mapping[str, Any]]
    next_on: Mapping[int, date]
    events: Mapping[int, Sequence[ClockEvent]]
    risks: Mapping[int, Risk]
    # By the item's key; None for the meeting itself.
    late: Mapping[int | None, LateEntry]
    family: Mapping[int, Sequence[records.FamilyLine]]
    gone: Mapping[int, LostQuorum]


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
        Recommendation.objects.filter(item__in=keys, superseded_by__isnull=True)
        .select_related("by")
        .prefetch_related(with_standing_dissents(), "next_steps")
    )
    # What was decided on an item stays its decision when a refusal is looked at again later, without the panel.
    decided = decisions_made().filter(item__in=keys).select_related("by")
    room = load_room(meeting)
    return _Facts(
        room=room,
        recommendations={row.item_id: row for row in advised},
        decisions={row.item_id: row for row in decided if row.item_id is not None},
        deferrals={row.item_id: row for row in Deferral.objects.filter(item__in=keys)},
        withdrawn=dict(ItemWithdrawal.objects.filter(item__in=keys).values_list("item", "because")),
        papers=papers,
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
        gone={one.item.pk: one for one in lost_quorums(room)},
    )


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
        chair=room.chair.user.name if room.chair else "",
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
    ]
    return ", ".join(parts)


def _item_sheet(item: AgendaItem, facts: _Facts, version: int, correction: str) -> records.ItemSheet:
    meeting, case = facts.room.meeting, item.case
    advice = facts.recommendations.get(item.pk) if item.state in ADVISED else None
    gone = facts.gone.get(item.pk)
    quorum, quorate = gone.minuted if gone else _quorum(item, advice, facts.room)
    owed = owed_of(case, facts.events.get(case.pk, ()))[STAGE_DUTY[Stage(item.stage)]]
    views, late = facts.words.get((item.pk, "views"), {}), facts.late.get(item.pk)
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
        opened_at=item.started_at,
        closed_at=item.ended_at,
        in_the_room=_in_the_room(item, facts.room),
        family_there=tuple(facts.family.get(item.pk, ())),
        conflicts=tuple(
            _conflict(row, item, on_paper=late is not None) for row in facts.room.conflicts.get(item.pk, ())
        ),
        papers=tuple(_paper(row) for row in facts.papers.get(item.pk, ())),
        family_views=str(views.get("family") or case.family_views),
        child_views=str(views.get("child") or case.child_views),
        discussion=str(facts.words.get((item.pk, "discussion"), {}).get("text", "")),
        limbs=_limbs(advice, facts.papers.get(item.pk, ())) if advice else (),
        recommendation=_advised(advice) if advice else None,
        decision=_decided(facts.decisions.get(item.pk)),
        deferral=_put_off(facts.deferrals.get(item.pk), facts.next_on.get(item.pk)),
        withdrawn_because=facts.withdrawn.get(item.pk, "") if item.state == ItemState.WITHDRAWN else "",
        steps=tuple(_step(row) for row in advice.next_steps.all()) if advice else (),
        risk=_risk(facts.risks.get(item.pk)),
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


def _in_the_room(item: AgendaItem, room: Room) -> tuple[records.Attendee, ...]:
    """Who was there when the item began or when it ended, with their times at the meeting."""
    if item.started_at is None or item.ended_at is None:
        return ()
    there = {
        entry.pk
        for at in (item.started_at, _just_before(item.ended_at, item.started_at))
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


def _conflict(row: Conflict, item: AgendaItem, *, on_paper: bool) -> records.ConflictLine:
    kind = Conflict.Kind(row.kind).label
    # What is entered from paper says nothing of the moment it came up.
    late = not on_paper and item.started_at is not None and row.recorded_at > item.started_at
    return records.ConflictLine(
        name=row.entry.user.name,
        seat=Seat(row.entry.seat).label,
        kind=f"{kind}: {row.detail}" if row.detail else kind,
        effect=Conflict.Effect(row.effect).label,
        source=Conflict.Source(row.source).label,
        declared_at=row.recorded_at if late else None,
    )


def _paper(row: PaperConsidered) -> records.PaperLine:
    paper = row.paper
    return records.PaperLine(
        title=paper.title,
        author=", ".join(part for part in (paper.author, paper.author_agency) if part),
        dated_on=paper.dated_on,
        received_on=timezone.localdate(paper.received_at),
        pages=row.document.pages,
        sha256=row.document.sha256,
        kind=PaperKind(paper.kind).label,
    )


def _limbs(advice: Recommendation, papers: Sequence[PaperConsidered]) -> tuple[records.LimbLine, ...]:
    questions = {limb.code: limb.question for limb in legal_test_of(advice.test_version).limbs}
    titles = {str(row.paper.public_id): row.paper.title for row in papers}
    return tuple(
        records.LimbLine(
            question=questions[answer["limb"]],
            answer=ANSWER_LABELS[Answer(answer["answer"])],
            reasons=answer["reasons"],
            evidence=tuple(titles[paper] for paper in answer["papers"] if paper in titles),
        )
        for answer in advice.answers
    )


def _advised(advice: Recommendation) -> records.RecommendationLine:
    return records.RecommendationLine(
        outcome=OUTCOME_LABELS[Outcome(advice.outcome)],
        reasons=advice.reasons,
        family_answered=advice.family_views_answered,
        help_meanwhile=advice.support_meanwhile,
        chair=advice.by.name,
        recorded_at=advice.at,
        codes=tuple(filter(None, (advice.primary_reason, *advice.other_reasons))),
        dissent=tuple(
            records.DissentLine(seat=Seat(row.entry.seat).label, reason=row.text)
            for row in dissents_from(advice)
        ),
    )


def _decided(decision: Decision | None) -> records.DecisionLine | None:
    if decision is None:
        return None
    return records.DecisionLine(
        outcome=OUTCOME_LABELS[Outcome(decision.outcome)],
        reasons=decision.reasons,
        officer=decision.by.name,
        role=ROLE_LABELS[Role(decision.by_role)],
        decided_on=timezone.localdate(decision.decided_at),
        delegation=decision.delegation_reference,
        departs_because=decision.departs_because,
    )


def _put_off(deferral: Deferral | None, next_on: date | None) -> records.DeferralLine | None:
    if deferral is None:
        return None
    return records.DeferralLine(
        reason=Deferral.Reason(deferral.reason).label,
        missing=deferral.missing,
        owner=deferral.owner,
        by=deferral.by_when,
        next_on=next_on,
        late_because=deferral.late_because if deferral.makes_late else "",
    )


def _risk(row: Risk | None) -> records.RiskLine | None:
    if row is None:
        return None
    return records.RiskLine(
        level=LEVEL_LABELS[Level(row.level)],
        shown_by=tuple(INDICATORS[one] for one in row.indicators),
        words=row.words,
        lead=row.lead.name if row.lead else "",
        contact_by=row.contact_by,
        review_on=row.review_on,
    )


def _step(row: Any) -> records.StepLine:
    return records.StepLine(what=row.what, who=row.owner, agency=row.agency, by=row.due_on)
