"""The paper set of a day: a front sheet and a sheet for each item, without a child's name, less what is closed to its reader."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from meetings.actions.consent import put_on_consent
from meetings.models import Meeting
from panel.law.legal import Stage
from panel.models import AuditEntry
from tests.make import make_case
from tests.meetings.day import REASONS, YES, after, assessed_case, list_cases, make_day
from tests.meetings.views.client import as_, this_morning, words

pytestmark = pytest.mark.django_db


def set_url(meeting: Meeting) -> str:
    return reverse("meeting.print", args=[meeting.public_id])


def test_front_sheet_and_an_item_sheet_in_the_words_of_the_law() -> None:
    day = make_day(1, at=this_morning())
    list_cases(day, assessed_case(), stage=Stage.ISSUE)
    link = as_(day.clerk).get(reverse("meeting.view", args=[day.meeting.public_id])).content.decode()
    assert set_url(day.meeting) in link
    page = as_(day.clerk).get(set_url(day.meeting))
    said = words(page)
    assert "Charlie Chair (chair)" in said
    assert "4 voting members, 3 different agencies, educational psychologist" in said
    assert "Children and Families Act 2014 s36(8)." in said
    assert f"Item 1, {day.items[0].case.reference}: whether to assess" in said
    assert "Does the child or young person have, or might they have, special educational needs?" in said
    assert "R1: No special educational needs" in said
    first, second = said.split("Item 2, ")
    assert ("Do not assess" in first, "Do not issue a plan" in first.split("Item 1, ")[1]) == (True, False)
    # Limb (a) is asked of an assessment only, and so is its code.
    assert ("Do not issue a plan" in second, "R1:" in second, "Do not assess" in second) == (
        True,
        False,
        False,
    )
    body = page.content.decode()
    for item in day.items:
        assert item.case.child.full_name not in body
        assert item.case.child.surname not in body


def test_each_item_on_it_counts_as_read_and_the_printing_is_kept() -> None:
    day = make_day(2, at=this_morning())
    as_(day.chair).get(set_url(day.meeting))
    read = AuditEntry.objects.filter(verb="item.view", by=day.chair.public_id)
    assert set(read.values_list("case", flat=True)) == {item.case.public_id for item in day.items}
    assert AuditEntry.objects.filter(verb="meeting.print", subject=day.meeting.public_id).count() == 1


def test_recused_chair_gets_the_number_and_nothing_else_while_the_clerk_reads_who_leaves() -> None:
    day = make_day(2, at=this_morning())
    closed = day.items[0]
    as_(day.clerk).post(
        reverse("conflict.impose", args=[closed.public_id]),
        {"entry": day.entry(day.chair).pk, "kind": "relative", "effect": "leaves", "detail": "Her nephew"},
    )
    page = as_(day.chair).get(set_url(day.meeting))
    body = page.content.decode()
    for secret in (closed.case.reference, str(closed.public_id), "Her nephew", "Item 1, "):
        assert secret not in body
    assert "You are recused from this item. Its sheet is in the set of whoever leads it." in words(page)
    assert day.items[1].case.reference in body
    assert not AuditEntry.objects.filter(verb="item.view", case=closed.case.public_id).exists()
    assert "Charlie Chair, leaves for the item" in words(as_(day.clerk).get(set_url(day.meeting)))


def test_day_without_items_prints_its_front_sheet_and_members_have_no_set() -> None:
    day = make_day(0, at=this_morning())
    assert "No case is on the list yet, so there are no item sheets." in words(
        as_(day.clerk).get(set_url(day.meeting))
    )
    assert as_(day.nurse).get(set_url(day.meeting)).status_code == 403


def test_set_costs_the_same_at_any_length(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    day = make_day(1, at=this_morning())
    client, counts = as_(day.clerk), []
    for _ in range(2):
        with django_assert_max_num_queries(24) as captured:
            client.get(set_url(day.meeting))
        counts.append(len(captured))
        list_cases(day, *[make_case(parents=0) for _ in range(4)])
    assert counts[0] == counts[1]


def test_front_sheet_has_the_consent_list_to_write_its_time_on() -> None:
    day = make_day(3, at=this_morning())
    assert "Consent list" not in words(as_(day.clerk).get(set_url(day.meeting)))
    for item in day.items[:2]:
        put_on_consent(
            item=item,
            answers=YES,
            reasons=REASONS,
            reasons_by=day.officer,
            by=day.clerk,
            now=after(day, -60),
        )
    said = words(as_(day.clerk).get(set_url(day.meeting)))
    assert "Consent list: item 1, item 2, noted together from to" in said
    assert f"{day.items[0].case.reference}: whether to assess, on the consent list" in said
