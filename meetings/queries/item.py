"""One item as its page and the meeting room show it to one user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from meetings.models import (
    AgendaItem,
    Decision,
    Deferral,
    LateEntry,
    NextStep,
    PaperConsidered,
    Recommendation,
    Revision,
    RosterEntry,
    Seat,
)
from meetings.queries.agenda import (
    ConflictNote,
    QuorumNote,
    advised_note,
    conflict_notes,
    quorum_note,
)
from meetings.queries.decisions import standing_decision
from meetings.queries.dissents import with_standing_dissents
from meetings.queries.late import entry_of_item
from meetings.queries.risk import RiskLine, risk_line, standing_risk
from meetings.queries.room import Room, load_room
from meetings.queries.ties import ToAsk, authors_to_ask_of, kin_to_ask, tied_since
from meetings.queries.words import advice_with_words, as_it_reads
from meetings.rules.states import ADVISED, FINISHED, ITEM, ItemState
from panel.law.clock import latest_safe_panel_for
from panel.law.legal import Factor, LegalTest, Stage, asked_at, factors_at, legal_test
from panel.law.rights import age_on
from panel.models import AdviceRequest, Case, Paper, PaperState, PriorOutcome, Support, User
from panel.platform import access
from panel.platform.policy import Verb
from panel.queries.clocks import stage_due_of
from panel.queries.support import fitting


@dataclass(frozen=True)
class Written:
    """What was last saved in one group of fields; the next save is number `n + 1`."""

    n: int
    by: str
    at: datetime | None
    data: Mapping[str, Any]
    by_key: int = 0
    edit: UUID | None = None


UNWRITTEN = Written(0, "", None, {})


@dataclass(frozen=True)
class History:
    """What was decided on this case before, here or before this system, newest first."""

    decisions: tuple[Decision, ...]
    before: tuple[PriorOutcome, ...]


@dataclass(frozen=True)
class ItemPage:
    """Everything about one item that this user may see. `decision` only for those who may see decisions."""

    item: AgendaItem
    case: Case
    test: LegalTest
    legal_due_on: date
    latest_panel_on: date
    papers: tuple[Paper, ...]
    considered: tuple[PaperConsidered, ...]
    advice: tuple[AdviceRequest, ...]
    written: Mapping[str, Written]
    room: Room
    present: tuple[RosterEntry, ...]
    leader: RosterEntry | None
    quorum: QuorumNote
    conflicts: tuple[ConflictNote, ...]
    recommendation: Recommendation | None
    decision: Decision | None
    deferral: Deferral | None
    late: LateEntry | None
    risk: RiskLine | None
    history: History
    verbs: tuple[str, ...]
    # Who may have written a paper, by the name on it, and has not been asked yet.
    to_ask: tuple[ToAsk, ...] = ()
    # Who may be of the family, by what the register of persons has, of whom nothing is recorded yet.
    kin: tuple[RosterEntry, ...] = ()
    # What the directory offers a child like this one, while the item is heard.
    supports: tuple[Support, ...] = ()


def factors_of(item: AgendaItem) -> tuple[Factor, ...]:
    """The factors the panel is asked to have regard to, by the age on the day of the meeting."""
    born_on = item.case.child.born_on
    return factors_at(age_on(born_on, timezone.localdate(item.meeting.starts_at)) if born_on else None)


def asked_test(case: Case, stage: Stage, day: date) -> LegalTest:
    """The legal test as it is asked about this child or young person on a day: of somebody over 18 with a further question."""
    born_on = case.child.born_on
    return asked_at(legal_test(stage, case.received_on), age_on(born_on, day) if born_on else None)


def find_item(user: User, public_id: UUID, now: datetime) -> AgendaItem | None:
    """An item by its public id, if this user may see it; one closed to her is not there, nor one that a change of the records
    closes to her and that nobody has looked at since.
    """
    return (
        AgendaItem.objects.visible_to(user, now)
        .filter(public_id=public_id)
        .exclude(tied_since(user, timezone.localdate(now)))
        .select_related(
            "case__child",
            "case__setting",
            "case__coordinator",
            "case__submitted_by",
            "meeting__config",
            "meeting__panel_type",
            "deputy_chair__user",
        )
        .first()
    )


def item_page(user: User, item: AgendaItem, now: datetime) -> ItemPage:
    """The page of an item that was loaded through `find_item`. About sixteen queries, flat in papers and people."""
    stage, case = Stage(item.stage), item.case
    room = load_room(item.meeting)
    advice, late = _advice(item), entry_of_item(item)
    papers, asked = papers_of(item), tuple(AdviceRequest.objects.filter(case=case))
    # Heard on paper, it is judged by who was there then.
    at = late.ended_at if late and late.ended_at else now
    seat = room.entry_of(user)
    looks_on = seat is not None and seat.seat == Seat.OBSERVER
    # An observer hears what the panel advises; what the authority decided is not hers to know before the family does.
    shows_decision = not looks_on and access.can(user, Verb.DECISION_VIEW, item, now=now).allowed
    return ItemPage(
        item=item,
        case=case,
        test=asked_test(case, stage, timezone.localdate(item.meeting.starts_at)),
        legal_due_on=stage_due_of(case, stage),
        latest_panel_on=latest_safe_panel_for(stage_due_of(case, stage)),
        papers=papers,
        considered=tuple(
            PaperConsidered.objects.filter(item=item).select_related("paper", "document").order_by("pk")
        ),
        advice=asked,
        written=written(item),
        room=room,
        present=room.in_the_room(item, at),
        leader=_leader(item, room, advice),
        quorum=advised_note(room, item, advice)
        if advice
        else quorum_note(room, item, at, on_paper=late is not None),
        conflicts=conflict_notes(room, item),
        recommendation=advice,
        decision=standing_decision(case, stage) if shows_decision else None,
        late=late,
        deferral=Deferral.objects.standing().filter(item=item).first()
        if item.state == ItemState.DEFERRED
        else None,
        risk=_risk(case, now),
        history=_history(case, item),
        verbs=ITEM.verbs(item.state),
        to_ask=authors_to_ask_of(room, item, papers, asked) if item.state not in FINISHED else (),
        kin=_kin(item, room, now),
        supports=_supports(item, now),
    )


def _leader(item: AgendaItem, room: Room, advice: Recommendation | None) -> RosterEntry | None:
    """Who leads the item; once the panel has advised on it, who led it, whoever holds the chair since."""
    if advice is not None and item.state in ADVISED:
        return room.entry_of(advice.by)
    return room.leader(item)


def _kin(item: AgendaItem, room: Room, now: datetime) -> tuple[RosterEntry, ...]:
    if item.state in FINISHED:
        return ()
    return tuple(entry for _, entry in kin_to_ask(room.entries, [item], timezone.localdate(now)))


def _supports(item: AgendaItem, now: datetime) -> tuple[Support, ...]:
    return fitting(item.case, timezone.localdate(now)) if item.state == ItemState.IN_DISCUSSION else ()


def _risk(case: Case, now: datetime) -> RiskLine | None:
    found = standing_risk(case, now)
    return risk_line(found, timezone.localdate(now)) if found else None


def papers_of(item: AgendaItem) -> tuple[Paper, ...]:
    """The papers of the item's case that can be opened: what the panel reads, through its item and no other way."""
    papers = Paper.objects.filter(case=item.case_id, state=PaperState.ACCEPTED).select_related("document")
    return tuple(papers.order_by("kind", "pk"))


def paper_of(user: User, item: AgendaItem, paper_id: UUID, now: datetime) -> Paper | None:
    """One of those papers by its public id, if the item is open to this user; None otherwise."""
    if not access.can(user, Verb.ITEM_VIEW, item, now=now).allowed:
        return None
    return next((paper for paper in papers_of(item) if paper.public_id == paper_id), None)


def written(item: AgendaItem) -> dict[str, Written]:
    """What was last saved of each group, with number, author and time. One query."""
    rows = Revision.objects.filter(item=item).select_related("by").order_by("n")
    return {row.group: Written(row.n, row.by.name, row.at, row.data, row.by_id, row.edit_id) for row in rows}


def _advice(item: AgendaItem) -> Recommendation | None:
    found = (
        advice_with_words(Recommendation.objects.filter(item=item, superseded_by__isnull=True))
        .select_related("by")
        .prefetch_related(
            with_standing_dissents(),
            Prefetch("next_steps", NextStep.objects.order_by("position")),
        )
        .first()
    )
    return as_it_reads(found) if found is not None else None


def _history(case: Case, item: AgendaItem) -> History:
    """Decisions on other questions of this case: the question of the item itself is shown apart."""
    decided = Decision.objects.filter(case=case, superseded_by__isnull=True, set_aside__isnull=True)
    return History(
        decisions=tuple(decided.exclude(stage=item.stage).select_related("by").order_by("-decided_at")),
        before=tuple(PriorOutcome.objects.filter(case=case).order_by("-decided_on")),
    )
