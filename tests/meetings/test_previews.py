"""A member's own view before the discussion: each alone, and nobody reads another's before the chair opens them all."""

import re
from typing import Any

import pytest
from django.urls import reverse

from meetings.actions.conflicts import declare_conflict
from meetings.actions.previews import give_pre_view, open_pre_views
from meetings.models import AgendaItem, PreView
from meetings.queries.item import asked_test
from meetings.rules.pre_views import PUT_OFF
from meetings.rules.quorum import ConflictKind
from panel.law.legal import Answer, Outcome, Stage
from panel.models import AuditEntry, AuditValue, User
from panel.platform.policy import Refused
from tests.make import TODAY
from tests.meetings.day import Day, advise, after, begin, make_day, refresh
from tests.meetings.views.client import as_, summary, this_morning, words

pytestmark = pytest.mark.django_db
BOTH_YES = {"a": Answer.YES, "b": Answer.YES}
ONE_NO = {"a": Answer.YES, "b": Answer.NO}


def give(day: Day, by: User, *, minutes: int = 1, item: AgendaItem | None = None, **fields: Any) -> PreView:
    said = {"answers": BOTH_YES, "outcome": Outcome.ASSESS, "confidence": 4, **fields}
    return give_pre_view(item=item or day.items[0], by=by, now=after(day, minutes), **said)


def code(call: Any, *args: Any, **fields: Any) -> str:
    before = PreView.objects.count()
    with pytest.raises(Refused) as refused:
        call(*args, **fields)
    assert PreView.objects.count() == before
    return refused.value.code


def test_a_later_view_takes_the_place_of_the_earlier_and_both_stay() -> None:
    day = make_day(pre_views=True)
    first = give(day, day.nurse)
    second = give(day, day.nurse, answers=ONE_NO, outcome=Outcome.NOT_ASSESS, confidence=2)
    assert (second.supersedes, PreView.objects.count()) == (first, 2)
    third = give(day, day.nurse)
    assert third.supersedes == second
    events = AuditEntry.objects.filter(verb="preview.give")
    assert events.count() == 3
    # The digest tells nothing of a view; a value kept beside it would.
    assert not AuditValue.objects.filter(entry__in=events).exists()


def test_it_follows_from_its_answers_or_it_is_refused() -> None:
    day = make_day(pre_views=True)
    for answers, outcome, sure, wrong in (
        (ONE_NO, Outcome.ASSESS, 3, "contradiction"),
        (BOTH_YES, Outcome.NOT_ASSESS, 3, "contradiction"),
        (BOTH_YES, Outcome.ISSUE, 3, "contradiction"),
        ({"a": Answer.YES}, Outcome.ASSESS, 3, "limb_unanswered"),
        (BOTH_YES, Outcome.ASSESS, 0, "confidence"),
        (BOTH_YES, Outcome.ASSESS, 6, "confidence"),
    ):
        assert code(give, day, day.nurse, answers=answers, outcome=outcome, confidence=sure) == wrong


def test_whoever_cannot_tell_proposes_to_put_it_off_and_never_to_refuse() -> None:
    day = make_day(at=this_morning(), pre_views=True)
    unsure = {"a": Answer.CANNOT_TELL, "b": Answer.YES}
    assert (
        code(give, day, day.nurse, minutes=-5, answers=unsure, outcome=Outcome.NOT_ASSESS) == "contradiction"
    )
    assert code(give, day, day.nurse, minutes=-5, outcome=PUT_OFF) == "contradiction"
    client, there = as_(day.nurse), reverse("preview.give", args=[day.items[0].public_id])
    typed = {"limb_a": "cannot_tell", "limb_b": "yes", "outcome": PUT_OFF, "confidence": "2"}
    assert client.post(there, typed).status_code == 302
    assert PreView.objects.get().outcome == PUT_OFF
    said = words(client.get(reverse("item.view", args=[day.items[0].public_id])))
    assert "Your view is kept: put it off until what is missing is here, 2 of 5 sure." in said


def test_only_who_votes_on_the_item_gives_one_and_only_where_the_rules_ask() -> None:
    day = make_day(pre_views=True)
    for by in (day.clerk, day.officer):
        assert code(give, day, by) == "not_allowed"
    conflicted(day, day.items[0])
    assert code(give, day, day.nurse, minutes=2) == "recused"
    give(day, day.head)


def test_rules_without_views_take_none() -> None:
    day = make_day()
    assert code(give, day, day.head) == "no_pre_views"
    page = reverse("item.view", args=[day.items[0].public_id])
    for who in (day.head, day.clerk, day.chair):
        assert "Views before the discussion" not in words(as_(who).get(page))


def conflicted(day: Day, item: AgendaItem) -> None:
    """The nurse is related to the family of an item."""
    declare_conflict(item=item, kind=ConflictKind.RELATIVE, by=day.nurse, now=after(day, 1))


def test_opened_by_whoever_leads_in_the_meeting_once_and_then_none_is_taken() -> None:
    day = make_day(pre_views=True)
    give(day, day.nurse)
    item = day.items[0]
    assert code(open_pre_views, item=item, by=day.chair, now=after(day, 0)) == "not_in_session"
    begin(day)
    refresh(day)
    assert code(open_pre_views, item=item, by=day.nurse, now=after(day, 2)) == "not_allowed"
    assert code(open_pre_views, item=item, by=day.vice, now=after(day, 2)) == "not_allowed"
    opened = open_pre_views(item=item, by=day.chair, now=after(day, 3))
    again = open_pre_views(item=item, by=day.chair, now=after(day, 4))
    assert again.pre_views_opened_at == opened.pre_views_opened_at == after(day, 3)
    assert AuditEntry.objects.filter(verb="preview.open").count() == 1
    assert code(give, day, day.head, minutes=5) == "views_are_open"


def test_after_the_recommendation_none_is_taken() -> None:
    day = make_day(pre_views=True)
    begin(day)
    advise(day, day.items[0], now=after(day, 5))
    assert code(give, day, day.head, minutes=6) == "wrong_state"
    assert code(open_pre_views, item=day.items[0], by=day.chair, now=after(day, 6)) == "wrong_state"


def test_a_finished_item_offers_none_and_keeps_what_was_not_opened_unread() -> None:
    day = make_day(at=this_morning(), pre_views=True)
    give(day, day.nurse, minutes=-5)
    begin(day)
    advise(day, day.items[0], now=after(day, 5))
    page = reverse("item.view", args=[day.items[0].public_id])
    for who in (day.head, day.chair, day.clerk):
        said = words(as_(who).get(page))
        assert "Views before the discussion" not in said
        assert "Give your own view" not in said
    own = words(as_(day.nurse).get(page))
    assert "Your view is kept: assess" in own
    assert "Give another" not in own


# What differs from one answer to the next by itself: the tokens of forms and of the content policy.
CHANCE = re.compile(
    rb'(csrfmiddlewaretoken" value="|name="once" value="|nonce="|-edit" value="|X-CSRFToken": ")[^"]+'
)


def seen(user: User, item: AgendaItem) -> bytes:
    """Every page of an item and of its meeting that this person can open, as bytes."""
    client = as_(user)
    pages = [
        client.get(reverse("item.view", args=[item.public_id])),
        client.get(reverse("preview.give", args=[item.public_id])),
        client.get(reverse("meeting.live", args=[item.meeting.public_id])),
        client.get(reverse("meeting.view", args=[item.meeting.public_id])),
    ]
    return b"".join(str(page.status_code).encode() + CHANCE.sub(rb"\1", page.content) for page in pages)


def test_until_the_opening_nobody_can_tell_one_view_from_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = make_day(at=this_morning(), pre_views=True)
    begin(day)
    refresh(day)
    now = after(day, 2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    item = day.items[0]
    before = {who: seen(who, item) for who in (day.head, day.social, day.parent_carer)}
    give(day, day.nurse)
    assert {who: seen(who, item) for who in before} == before
    runs_it = {who: seen(who, item) for who in (day.chair, day.clerk)}
    give(day, day.nurse, answers=ONE_NO, outcome=Outcome.NOT_ASSESS, confidence=1)
    assert {who: seen(who, item) for who in before} == before
    assert {who: seen(who, item) for who in runs_it} == runs_it
    assert all(page.startswith(b"200") for page in (*before.values(), *runs_it.values()))


def test_a_member_gives_hers_the_chair_sees_who_has_and_opens_them_all() -> None:
    day = make_day(at=this_morning(), pre_views=True)
    begin(day)
    refresh(day)
    item = day.items[0]
    page, give_at = (
        reverse("item.view", args=[item.public_id]),
        reverse("preview.give", args=[item.public_id]),
    )
    nurse = as_(day.nurse)
    assert "Give your own view" in words(nurse.get(page))
    typed = {"limb_a": "yes", "limb_b": "no", "outcome": "assess", "confidence": "4"}
    refused = nurse.post(give_at, typed)
    assert refused.status_code == 422
    assert "does not follow from your answers" in words(refused)
    assert refused.content.decode().count(" checked") == 4
    empty = nurse.post(give_at, {"send": ""})
    assert empty.status_code == 422
    said = [words for _, words in summary(empty)]
    test = asked_test(item.case, Stage.ASSESS, TODAY)
    assert [f"Answer the question “{limb.question}”" for limb in test.limbs] == said[:2]
    assert nurse.post(give_at, {**typed, "outcome": "not_assess"}).status_code == 302
    assert "Your view is kept" in words(nurse.get(page))
    chair = as_(day.chair)
    assert f"Given: {day.nurse.name}." in words(chair.get(page))
    assert chair.post(reverse("preview.open", args=[item.public_id])).status_code == 302
    head = words(as_(day.head).get(page))
    assert "Would recommend" in head
    assert day.nurse.name in head
    assert "Give your own view" not in head


def test_a_member_who_may_not_see_the_item_finds_no_view_of_it() -> None:
    day = make_day(2, at=this_morning(), pre_views=True)
    begin(day)
    conflicted(day, day.items[1])
    assert as_(day.nurse).get(reverse("preview.give", args=[day.items[1].public_id])).status_code == 404


@pytest.mark.parametrize("late", [1, 4])
def test_view_of_somebody_recused_since_is_withheld_from_all(late: int) -> None:
    """Before the opening and after it: it moves nobody any more."""
    day = make_day(at=this_morning(), pre_views=True)
    give(day, day.nurse, minutes=-5, answers=ONE_NO, outcome=Outcome.NOT_ASSESS)
    give(day, day.head, minutes=-5)
    begin(day)
    if late == 1:
        conflicted(day, day.items[0])
    open_pre_views(item=day.items[0], by=day.chair, now=after(day, 3))
    if late == 4:
        conflicted(day, day.items[0])
    for who in (day.head, day.chair, day.clerk):
        page = as_(who).get(reverse("item.view", args=[day.items[0].public_id]))
        assert [view.name for view in page.context["views"].views] == ["Hetty Head"]
        assert "One view withheld: its writer is recused." in words(page)


def test_nothing_but_withheld_views_is_not_called_no_view() -> None:
    day = make_day(at=this_morning(), pre_views=True)
    for who in (day.nurse, day.head):
        give(day, who, minutes=-5)
    begin(day)
    for who in (day.nurse, day.head):
        declare_conflict(item=day.items[0], kind=ConflictKind.RELATIVE, by=who, now=after(day, 1))
    open_pre_views(item=day.items[0], by=day.chair, now=after(day, 3))
    said = words(as_(day.chair).get(reverse("item.view", args=[day.items[0].public_id])))
    assert "2 views withheld: their writers are recused." in said
    assert "No member gave a view" not in said
