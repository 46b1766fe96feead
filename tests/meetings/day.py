"""A small panel day, set up through the actions themselves: a chair, a vice-chair, five members, a clerk, an officer, cases."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from meetings.actions.attendance import Line, record_attendance
from meetings.actions.listing import add_items
from meetings.actions.live import close_meeting, open_meeting, start_item
from meetings.actions.plan import plan_meeting
from meetings.actions.recommend import record_recommendation
from meetings.models import (
    AgendaItem,
    Meeting,
    PanelConfig,
    PanelType,
    Recommendation,
    RosterEntry,
    Seat,
    StandingMember,
)
from meetings.queries.waiting import Listing
from meetings.rules.attendance import Status
from panel.law.card import legal_card
from panel.law.legal import REFUSALS, Answer, LimbAnswer, Outcome, Stage
from panel.law.reasons import NOT_CODED, Coded
from panel.models import AdviceRequest, Case, CaseState, Membership, PriorOutcome, User
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_agency, make_case, make_user

YES = (
    LimbAnswer("a", Answer.YES, "She speaks in single words."),
    LimbAnswer("b", Answer.YES, "Two terms of support have not been enough."),
)
NO = (
    LimbAnswer("a", Answer.YES, "She speaks in single words."),
    LimbAnswer("b", Answer.NO, "Speech therapy in school is working well."),
)
NECESSARY = (LimbAnswer("necessary", Answer.YES, "Daily therapy is needed and not available otherwise."),)
# As many words as a letter needs.
REASONS = (
    "Her speech is far behind and what was tried so far has not helped. Her teacher and the speech therapist both write that she"
    " follows one step of an instruction and then waits for somebody to show her the next. In a small group she joined in for"
    " some weeks, and in class she does not. Her parents see the same at home and at her grandmother’s, and they worry about"
    " how she will manage when she changes school in the summer."
)

MET_BY_SUPPORT = Coded("R2")
# Why an item is put off to no meeting, where the panel plans none.
UNPLANNED = "The panel has planned no later meeting yet."
# The legal-test card that is read out at every meeting of the tests.
CARD = legal_card(TODAY).version


def card_on(at: dt.datetime) -> str:
    """The version of the legal-test card that a meeting is read on the day of `at`."""
    return legal_card(timezone.localdate(at)).version


@dataclass
class Day:
    """Everybody and everything of the day."""

    clerk: User
    officer: User
    chair: User
    vice: User
    psychologist: User
    nurse: User
    social: User
    head: User
    parent_carer: User
    panel_type: PanelType
    config: PanelConfig
    meeting: Meeting
    items: list[AgendaItem] = field(default_factory=list)

    def entry(self, user: User) -> RosterEntry:
        return RosterEntry.objects.get(meeting=self.meeting, user=user)

    @property
    def members(self) -> list[User]:
        return [
            self.chair,
            self.vice,
            self.psychologist,
            self.nurse,
            self.social,
            self.head,
            self.parent_carer,
        ]


def make_config(**fields: Any) -> PanelConfig:
    panel_type, _ = PanelType.objects.get_or_create(name="Inclusion panel")
    values: dict[str, Any] = {
        "panel_type": panel_type,
        "valid_from": dt.date(2020, 1, 1),
        "delegation_reference": "SEND 4.2",
        "minimum_total": 4,
        "required_seats": ["educational_psychologist"],
        "minimum_agencies": 3,
    }
    config = PanelConfig(**{**values, **fields})
    config.save()
    return config


def make_day(items: int = 1, *, at: dt.datetime = NOW, **config: Any) -> Day:
    """A planned meeting that starts at `at`, with `items` cases on whether to assess; nobody has come yet."""
    rules = make_config(**config)
    people = {
        "chair": (make_user("Charlie Chair", Role.CHAIR, agency=make_agency("education")), Seat.CHAIR),
        "vice": (
            make_user("Vic Vice", Role.CHAIR, Role.MEMBER, agency=make_agency("education")),
            Seat.SEN_LEAD,
        ),
        "psychologist": (
            make_user("Ed Psychologist", Role.MEMBER, agency=make_agency("education")),
            Seat.EDUCATIONAL_PSYCHOLOGIST,
        ),
        "nurse": (make_user("Nia Nurse", Role.MEMBER, agency=make_agency("health")), Seat.HEALTH),
        "social": (make_user("Sol Worker", Role.MEMBER, agency=make_agency("social_care")), Seat.SOCIAL_CARE),
        "head": (make_user("Hetty Head", Role.MEMBER, agency=make_agency("schools")), Seat.SCHOOL),
        "parent_carer": (
            make_user("Paz Forum", Role.PARENT_REPRESENTATIVE, agency=make_agency("parent_carers")),
            Seat.PARENT_CARER_REPRESENTATIVE,
        ),
    }
    for user, seat in people.values():
        StandingMember.objects.create(
            panel_type=rules.panel_type, user=user, seat=seat, starts_on=dt.date(2020, 1, 1)
        )
    clerk = make_user("Cleo Clerk", Role.CLERK)
    planned = plan_meeting(
        panel_type=rules.panel_type,
        starts_at=at,
        ends_at=at + dt.timedelta(hours=3),
        venue="Room 1",
        by=clerk,
        now=at - dt.timedelta(days=7),
    )
    day = Day(
        clerk=clerk,
        officer=make_user("Oli Officer", Role.OFFICER),
        panel_type=rules.panel_type,
        config=rules,
        meeting=planned.meeting,
        **{name: user for name, (user, _) in people.items()},
    )
    if items:
        list_cases(day, *[make_case() for _ in range(items)])
    return day


def list_cases(day: Day, *cases: Case, stage: Stage = Stage.ASSESS) -> list[AgendaItem]:
    listed = add_items(
        meeting=day.meeting,
        listings=[Listing(case, stage) for case in cases],
        by=day.clerk,
        now=day.meeting.starts_at - dt.timedelta(days=6),
    )
    day.items += listed.items
    return list(listed.items)


def sit_down(day: Day, *away: User) -> None:
    """Everybody but those `away` is in the room when the meeting begins."""
    lines = [
        Line(day.entry(user), Status.APOLOGIES if user in away else Status.PRESENT) for user in day.members
    ]
    record_attendance(meeting=day.meeting, lines=lines, by=day.clerk, now=day.meeting.starts_at)


def begin(day: Day, *away: User) -> Day:
    """The meeting is open and the first item, if there is one, in discussion."""
    sit_down(day, *away)
    at = day.meeting.starts_at
    open_meeting(meeting=day.meeting, card=card_on(at), by=day.chair, now=at)
    if day.items:
        start_item(item=day.items[0], by=day.chair, now=after(day, 1))
    refresh(day)
    return day


def after(day: Day, minutes: int) -> dt.datetime:
    return day.meeting.starts_at + dt.timedelta(minutes=minutes)


def advise(
    day: Day,
    item: AgendaItem,
    outcome: Outcome = Outcome.ASSESS,
    *,
    now: dt.datetime | None = None,
    **fields: Any,
) -> Recommendation:
    answers = {
        Outcome.ASSESS: YES,
        Outcome.NOT_ASSESS: NO,
        Outcome.ISSUE: NECESSARY,
        Outcome.NOT_ISSUE: (LimbAnswer("necessary", Answer.NO, "School can give all of it, and does."),),
    }[outcome]
    values: dict[str, Any] = {
        "answers": answers,
        "reasons": REASONS,
        "coded": MET_BY_SUPPORT if outcome in REFUSALS else NOT_CODED,
        "by": day.chair,
        "now": now or after(day, 5),
    }
    return record_recommendation(item=item, outcome=outcome, **{**values, **fields})


def heard(day: Day, outcome: Outcome = Outcome.ASSESS) -> Recommendation:
    """The first item is heard and recommended on."""
    begin(day)
    return advise(day, day.items[0], outcome)


def closed(day: Day) -> Day:
    close_meeting(meeting=day.meeting, by=day.chair, now=after(day, 60))
    refresh(day)
    return day


def refresh(day: Day) -> None:
    day.meeting.refresh_from_db()
    day.items = list(day.meeting.items.order_by("position"))


def assessed_case(**fields: Any) -> Case:
    """A case whose assessment was agreed before this system was in use."""
    case = make_case(
        state=CaseState.ASSESSING,
        received_on=TODAY - dt.timedelta(weeks=12),
        assess_notified_on=TODAY - dt.timedelta(weeks=8),
        **fields,
    )
    PriorOutcome(
        case=case,
        stage="assess",
        outcome="assess",
        decided_on=TODAY - dt.timedelta(weeks=8),
        notified_on=TODAY - dt.timedelta(weeks=8),
        recorded_at=NOW,
        recorded_by=None,
    ).save()
    for item in "abcde":
        AdviceRequest.objects.create(
            case=case, item=item, body="Somebody", requested_on=TODAY - dt.timedelta(weeks=8)
        )
    return case


def works_at(user: User, setting: Any) -> None:
    """`user` works at a setting as well."""
    Membership.objects.create(
        user=user, role=Role.PROFESSIONAL, setting=setting, starts_on=dt.date(2020, 1, 1), agency=None
    )
