import datetime as dt
import uuid

import pytest

from meetings.actions.conflicts import declare_conflict, name_deputy
from meetings.actions.decide import record_decision
from meetings.actions.defer import defer_item
from meetings.actions.live import save_revision, start_item
from meetings.actions.minutes import prepare_minutes
from meetings.actions.set_aside import propose_set_aside
from meetings.models import AgendaItem, Meeting, MinutesSheet
from meetings.queries.agenda import agenda_for
from meetings.queries.item import find_item, item_page, paper_of
from meetings.queries.live import room_page
from meetings.queries.meeting_lines import meeting_list
from meetings.queries.tray import (
    chair_tray,
    clerk_meetings,
    member_tray,
    officer_tray,
    undecided,
)
from meetings.rules.deferring import DeferralReason
from meetings.rules.quorum import ConflictKind
from panel.actions.access import grant_restricted_case
from panel.law.legal import Outcome, Stage
from panel.models import Case, Paper, User
from panel.platform import access
from panel.platform.policy import Verb
from tests.make import NOW, make_case, make_document, make_paper, make_person, make_setting, make_user
from tests.meetings.day import (
    REASONS,
    UNPLANNED,
    Day,
    advise,
    after,
    assessed_case,
    begin,
    closed,
    heard,
    list_cases,
    make_day,
    refresh,
    works_at,
)

pytestmark = pytest.mark.django_db


def meeting_of(day: Day, user: User, minutes: int = 2) -> Meeting:
    return (
        Meeting.objects.visible_to(user, after(day, minutes))
        .select_related("config", "panel_type")
        .get(pk=day.meeting.pk)
    )


def recused_day() -> Day:
    """A day in session: the first item is in discussion, and the nurse has just declared that she is related."""
    day = make_day(0)
    child = make_person("Wilhelmina", "Quillfeather", born_on=dt.date(2018, 1, 1))
    case = make_case(child=child, family_views="Mother says words of her own")
    make_paper(case, "Report on Wilhelmina")
    list_cases(day, case, make_case())
    begin(day)
    save_revision(
        item=day.items[0],
        group="discussion",
        n=1,
        edit_id=uuid.uuid4(),
        data={"text": "Discussed at length"},
        by=day.clerk,
        now=after(day, 2),
    )
    declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 3))
    return day


SECRETS = ("Wilhelmina", "Quillfeather", "Discussed at length", "words of her own", REASONS)


def leaks(case: Case, *shown: object) -> list[str]:
    text = " ".join(repr(thing) for thing in shown)
    return [secret for secret in (*SECRETS, case.reference) if secret in text]


def test_member_sees_an_item_until_recused_and_then_nothing_of_it_by_any_query() -> None:
    day = recused_day()
    item, case = day.items[0], day.items[0].case
    paper = Paper.objects.get(case=case)
    advise(day, item, now=after(day, 5))
    now = after(day, 6)
    # There is something to leak: another member sees it all.
    other = room_page(day.head, meeting_of(day, day.head), now)
    page = item_page(day.head, find_item(day.head, item.public_id, now), now)
    assert leaks(case, other.agenda.lines) == ["Wilhelmina", "Quillfeather", case.reference]
    assert leaks(
        case, page.written, page.papers[0].title, page.recommendation.reasons, case.family_views
    ) == [
        "Wilhelmina",
        "Discussed at length",
        "words of her own",
        REASONS,
    ]
    mine = room_page(day.nurse, meeting_of(day, day.nurse), now)
    assert [(line.number, line.open is None, line.closed_because) for line in mine.agenda.lines] == [
        (1, True, "You are recused from this item."),
        (2, False, ""),
    ]
    assert leaks(case, mine, member_tray(day.nurse, now), meeting_list(day.nurse, now)) == []
    assert find_item(day.nurse, item.public_id, now) is None
    assert paper_of(day.nurse, item, paper.public_id, now) is None
    assert access.can(day.nurse, Verb.ITEM_VIEW, item, now=now).code == "recused"
    assert list(Paper.objects.visible_to(day.nurse, now)) == []
    assert list(Case.objects.visible_to(day.nurse, now)) == []
    assert undecided(day.nurse, now) == ()


def test_recused_member_sees_no_item_in_discussion() -> None:
    day = recused_day()
    mine = room_page(day.nurse, meeting_of(day, day.nurse), after(day, 4))
    assert (mine.current, mine.current_number, mine.current_closed) == (None, 1, True)
    assert leaks(day.items[0].case, mine) == []
    theirs = room_page(day.head, meeting_of(day, day.head), after(day, 4))
    assert theirs.current.item == day.items[0]


def test_author_keeps_her_own_paper_when_recused() -> None:
    day = make_day(0)
    case = make_case()
    works_at(day.nurse, make_setting("Another School"))
    paper = make_paper(case, by=day.nurse)
    (item,) = list_cases(day, case)
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, -5))
    assert list(Paper.objects.visible_to(day.nurse, after(day, 0))) == [paper]


def test_restricted_item_is_closed_to_the_unnamed_and_open_to_the_named() -> None:
    day = make_day()
    Case.objects.update(restricted=True)
    lines = agenda_for(day.head, meeting_of(day, day.head), after(day, 0)).lines
    assert [(line.open, line.closed_because) for line in lines] == [
        (None, "This item is open only to named people.")
    ]
    grant_restricted_case(
        case=day.items[0].case,
        user=day.head,
        until=after(day, 60),
        reason="Sits on the panel",
        by=day.officer,
        now=after(day, -1),
    )
    assert agenda_for(day.head, meeting_of(day, day.head), after(day, 0)).lines[0].open is not None


def test_quorum_of_each_item_follows_recusals_and_arrivals() -> None:
    day = make_day(2, minimum_total=7)
    planned = agenda_for(day.clerk, meeting_of(day, day.clerk), after(day, -9))
    assert [line.open.quorum.quorate for line in planned.lines] == [True, True]
    begin(day)
    declare_conflict(item=day.items[0], kind=ConflictKind.PRIOR_DECISION, by=day.nurse, now=after(day, 3))
    lines = agenda_for(day.clerk, meeting_of(day, day.clerk), after(day, 4)).lines
    assert [(line.open.quorum.quorate, line.open.quorum.could_restore) for line in lines] == [
        (False, ()),
        (True, ()),
    ]
    assert lines[0].open.quorum.sentence == "Quorum is 7, 6 eligible members present for this item."


def test_agenda_says_where_a_deputy_is_needed() -> None:
    day = make_day(2)
    declare_conflict(item=day.items[0], kind=ConflictKind.PRIOR_DECISION, by=day.chair, now=after(day, -9))
    lines = agenda_for(day.clerk, meeting_of(day, day.clerk), after(day, -8)).lines
    assert [line.open.needs_deputy for line in lines] == [True, False]
    tray = chair_tray(day.chair, after(day, -8))
    assert [(needs.number, needs.item) for needs in tray.need_deputy] == [(1, day.items[0].public_id)]
    name_deputy(item=day.items[0], entry=day.entry(day.vice), by=day.clerk, now=after(day, -7))
    lines = agenda_for(day.clerk, meeting_of(day, day.clerk), after(day, -6)).lines
    assert [(line.open.needs_deputy, line.open.leader.user) for line in lines] == [
        (False, day.vice),
        (False, day.chair),
    ]
    assert chair_tray(day.chair, after(day, -6)).need_deputy == ()


def test_member_is_not_told_the_decision_before_the_family() -> None:
    day = make_day()
    heard(day)
    item = day.items[0]
    record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 9),
    )
    seen = {
        who: agenda_for(getattr(day, who), meeting_of(day, getattr(day, who)), after(day, 10))
        .lines[0]
        .open.decided
        for who in ("chair", "clerk", "officer", "head", "vice")
    }
    assert seen == {"chair": "Assess", "clerk": "Assess", "officer": "Assess", "head": "", "vice": ""}
    item.refresh_from_db()
    pages = {
        who: item_page(user, find_item(user, item.public_id, after(day, 10)), after(day, 10)).decision
        is not None
        for who, user in (("officer", day.officer), ("head", day.head))
    }
    assert pages == {"officer": True, "head": False}


def test_item_page_has_papers_words_and_who_is_here() -> None:
    day = make_day(0)
    case = make_case()
    paper = make_paper(case)
    make_paper(case, state="checking", document=None)
    list_cases(day, case)
    begin(day, day.nurse)
    page = item_page(day.chair, find_item(day.chair, day.items[0].public_id, after(day, 2)), after(day, 2))
    assert (page.papers, page.written, page.recommendation, page.decision) == ((paper,), {}, None, None)
    assert [entry.user for entry in page.present] == [user for user in day.members if user != day.nurse]
    assert page.verbs == ("item.pause", "recommendation.record", "item.defer", "item.withdraw")
    assert page.test.version == "cfa2014-s36-8"


def test_room_says_how_far_behind_the_meeting_is() -> None:
    day = begin(make_day(20))
    page = room_page(day.chair, meeting_of(day, day.chair), after(day, 8))
    assert (page.items_left, page.minutes_behind, page.minutes_on_item) == (20, 20 * 9 - 172, 7)


def test_officer_finds_the_most_pressing_recommendation_first() -> None:
    day = make_day(0)
    young = make_case(received_on=NOW.date() - dt.timedelta(days=10))
    old = make_case(received_on=NOW.date() - dt.timedelta(days=40))
    list_cases(day, young, old)
    list_cases(day, assessed_case(), stage=Stage.ISSUE)
    begin(day)
    advise(day, day.items[0])
    start_item(item=day.items[1], by=day.chair, now=after(day, 10))
    advise(day, day.items[1], Outcome.NOT_ASSESS, now=after(day, 15))
    lines = officer_tray(day.officer, after(day, 20)).undecided
    assert [(line.reference, line.recommended, line.refusal, line.days_left) for line in lines] == [
        (old.reference, "Do not assess", True, 1),
        (young.reference, "Assess", False, 31),
    ]
    record_decision(
        case=old,
        stage=Stage.ASSESS,
        item=day.items[1],
        outcome=Outcome.NOT_ASSESS,
        by=day.officer,
        now=after(day, 25),
    )
    assert [line.reference for line in undecided(day.officer, after(day, 26))] == [young.reference]


def test_second_person_is_asked_to_confirm_a_setting_aside() -> None:
    day = make_day()
    heard(day)
    item = day.items[0]
    decision = record_decision(
        case=item.case,
        stage=Stage.ASSESS,
        item=item,
        outcome=Outcome.ASSESS,
        by=day.officer,
        now=after(day, 9),
    )
    proposal = propose_set_aside(
        decision=decision, reason="Wrong button pressed", by=day.officer, now=after(day, 10)
    )
    assert officer_tray(day.officer, after(day, 11)).to_confirm == ()
    assert clerk_meetings(day.clerk, after(day, 11)).to_confirm == (proposal,)


def test_trays_follow_the_meeting_to_its_minutes() -> None:
    day = make_day(2)
    now = after(day, -60)
    assert [line.items for line in chair_tray(day.chair, now).meetings] == [2]
    assert [(m.seat, m.recused_from) for m in member_tray(day.nurse, now).meetings] == [("Health", ())]
    assert member_tray(make_user("Sasha Stranger"), now).meetings == ()
    heard(day)
    defer_item(
        item=day.items[1],
        reason=DeferralReason.INFORMATION,
        missing="Hearing test",
        owner="Cleo",
        by_when=NOW.date() + dt.timedelta(days=7),
        late_because=UNPLANNED,
        by=day.chair,
        now=after(day, 20),
    )
    closed(day)
    tray = clerk_meetings(day.clerk, after(day, 90))
    assert ([line.meeting for line in tray.without_minutes], [row.missing for row in tray.awaited]) == (
        [day.meeting],
        ["Hearing test"],
    )
    minutes = prepare_minutes(meeting=day.meeting, by=day.clerk, now=after(day, 95))
    assert chair_tray(day.chair, after(day, 96)).to_sign == ()
    MinutesSheet(minutes=minutes, part="joined", document=make_document()).save()
    assert chair_tray(day.chair, after(day, 97)).to_sign == (minutes,)
    assert [(line.state, line.minutes) for line in meeting_list(day.officer, after(day, 98))] == [
        ("Closed", "To be signed, version 1")
    ]


@pytest.mark.parametrize("who", ["chair", "clerk", "nurse"])
def test_agenda_costs_the_same_with_one_item_and_with_thirty(who: str, django_assert_max_num_queries) -> None:
    day = make_day(1)
    user = getattr(day, who)
    counts = []
    for _ in range(2):
        for entry in User.objects.all():
            entry.__dict__.pop("_memberships", None)
        meeting = meeting_of(day, user)
        with django_assert_max_num_queries(20) as captured:
            agenda_for(user, meeting, after(day, 0))
        counts.append(len(captured))
        if len(day.items) == 1:
            list_cases(day, *[make_case(parents=0) for _ in range(29)])
    assert (counts[0], AgendaItem.objects.count()) == (counts[1], 30)


@pytest.mark.parametrize(
    ("who", "tray", "limit"),
    [
        ("officer", officer_tray, 6),
        ("chair", chair_tray, 12),
        ("nurse", member_tray, 9),
        ("clerk", clerk_meetings, 14),
        ("clerk", meeting_list, 6),
    ],
)
def test_tray_costs_the_same_with_one_row_and_with_three(
    who, tray, limit, django_assert_max_num_queries
) -> None:
    day = begin(make_day(3))
    user = User.objects.get(pk=getattr(day, who).pk)
    counts = []
    for number, item in enumerate(day.items):
        if number:
            start_item(item=item, by=day.chair, now=after(day, 10 * number))
        advise(day, item, now=after(day, 10 * number + 5))
        if number in {0, 2}:
            fresh = User.objects.get(pk=user.pk)
            with django_assert_max_num_queries(limit) as captured:
                tray(fresh, after(day, 55))
            counts.append(len(captured))
    assert counts[0] == counts[1]


def test_room_page_is_flat_in_items_people_and_papers(django_assert_max_num_queries) -> None:
    day = make_day(1)
    make_paper(day.items[0].case)
    begin(day)
    counts = []
    for _ in range(2):
        meeting = meeting_of(day, day.chair)
        with django_assert_max_num_queries(40) as captured:
            room_page(User.objects.get(pk=day.chair.pk), meeting, after(day, 2))
        counts.append(len(captured))
        if len(day.items) == 1:
            list_cases(day, *[make_case(parents=0) for _ in range(5)])
            make_paper(day.items[0].case, "Another")
            refresh(day)
    assert counts[0] == counts[1]
