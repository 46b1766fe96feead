"""What follows from a panel, the directory of support and feedback in Chromium: axe clean on desk and telephone."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.actions.defer import defer_item
from meetings.actions.following import close_by_record
from meetings.actions.live import start_item
from meetings.actions.recommend import Step
from meetings.models import Action
from meetings.rules.deferring import DeferralReason
from meetings.rules.states import ActionState
from panel.models import Support
from panel.platform.policy import Role
from tests.browser.test_set_up import fits
from tests.make import NOW, make_case, make_setting, make_user
from tests.meetings.day import advise, after, begin, list_cases, make_day, works_at
from tests.meetings.views.client import demonstration, this_morning
from tests.world import make_world

# The browser puts a space between the two parts of the button’s name.
FIRST = re.compile("Done ?: Ring number 1")


@pytest.fixture
def talking(db: None) -> Support:
    return Support.objects.create(
        name="Talking partners",
        offered_by="Community Health",
        what="Small-group work on speech",
        how="The SENCO asks",
        contact="01632 960 202",
        starts_on=dt.date(2020, 1, 1),
        recorded_at=NOW,
    )


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.CLERK, ("support.list", "support.record", "support.change", "support.end", "feedback.record")),
        (Role.PROFESSIONAL, ("feedback.list", "feedback.note")),
    ],
)
def test_pages_are_accessible(
    role: Role, names: tuple[str, ...], db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    world = make_world(role)
    works_at(world.users[role], make_setting())
    page = sign_in(world.users[role])
    home = page.url.rstrip("/")
    keys = {"support.change": "support", "support.end": "support", "feedback.record": "item"}
    for name in names:
        key = keys.get(name)
        url = reverse(name, kwargs={key: world.own[key]} if key else {})
        fits(page, home + url, axe, shot, f"{role}-{name}")


def test_owner_is_done_with_one_key_and_the_clerk_sees_it(
    db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    demonstration()
    day = begin(make_day(at=this_morning()))
    due = timezone.localdate(day.meeting.starts_at)
    steps = [Step(f"Ring number {n}", "Nia Nurse", "Health", due) for n in (1, 2)]
    advise(day, day.items[0], next_steps=steps, now=after(day, 5))
    page: Page = sign_in(day.nurse)
    home = page.url.rstrip("/")
    axe(page)
    page.get_by_role("button", name=FIRST).press("Enter")
    expect(page.get_by_text("Noted. Thank you.")).to_be_visible()
    expect(page.get_by_role("button", name=FIRST)).to_have_count(0)
    action = Action.objects.get(step__what="Ring number 2")
    fits(page, home + reverse("action.report", args=[action.public_id]), axe, shot, "action-report")
    page.get_by_label("Not done by the agency").check()
    page.get_by_role("button", name="Record this").click()
    expect(page.get_by_role("alert").get_by_text("Say why it was not done.")).to_be_visible()
    # Chromium itself complains of the 422 that the answer is meant to have.
    page.complaints.clear()  # type: ignore[attr-defined]
    axe(page)
    fits(page, home + reverse("action.list"), axe, shot, "action-list")


def test_service_is_picked_while_an_item_is_heard(
    talking: Support, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    demonstration()
    day = make_day(0, at=this_morning())
    list_cases(day, make_case(setting=make_setting(), submitted_by=make_user("Pat Professional")))
    begin(day)
    page: Page = sign_in(day.chair)
    page.goto(page.url.rstrip("/") + reverse("item.view", args=[day.items[0].public_id]))
    help_box = page.locator("#id_recommendation-support_meanwhile")
    help_box.fill("Speech therapy goes on.")
    page.get_by_label("Help from the directory").select_option(label="Talking partners, Community Health")
    page.get_by_role("button", name="Add its words to the help meanwhile").click()
    expect(help_box).to_have_value(
        "Speech therapy goes on.\n\nTalking partners (Community Health): Small-group work on speech. The SENCO asks."
        " Contact: 01632 960 202."
    )
    page.get_by_label("A service from the directory").select_option(
        label="Talking partners, Community Health"
    )
    page.get_by_role("button", name="Make it a next step").click()
    expect(page.locator("#id_steps-0_agency")).to_have_value("Community Health")
    axe(page)
    shot(page, "pick-support")


def test_deferrals_promise_and_a_name_in_feedback(
    db: None, sign_in: Callable, axe: Callable, shot: Callable
) -> None:
    demonstration()
    day = make_day(0, at=this_morning())
    list_cases(day, *(make_case(setting=make_setting()) for _ in range(3)))
    begin(day)
    today = timezone.localdate()
    for item, owner in zip(day.items[:2], ("Cleo Clerk", "The school"), strict=True):
        defer_item(
            item=item,
            reason=DeferralReason.INFORMATION,
            missing="The psychologist’s report of the spring term",
            owner=owner,
            by_when=today + dt.timedelta(days=5),
            late_because="The panel has planned no later meeting yet.",
            by=day.chair,
            now=after(day, 9),
        )
    first = Action.objects.order_by("pk")[0]
    with transaction.atomic():
        rows = Action.objects.filter(pk=first.pk)
        close_by_record(rows, ActionState.OVERTAKEN, "The request was withdrawn.", timezone.now())
    page: Page = sign_in(day.clerk)
    home = page.url.rstrip("/")
    expect(page.get_by_role("heading", name="Information a panel asked for")).to_be_visible()
    page.goto(home + reverse("action.list"))
    page.get_by_label("State").select_option(label="All")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("The request was withdrawn.")).to_be_visible()
    for width in (768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"action-list-deferrals-{width}")
    fits(page, home + reverse("action.list"), axe, shot, "action-list-deferrals-1280")
    fits(page, home + reverse("action.report", args=[first.public_id]), axe, shot, "action-closed-by-itself")
    heard = day.items[2]
    start_item(item=heard, by=day.chair, now=after(day, 10))
    page.goto(home + reverse("feedback.record", args=[heard.public_id]))
    page.get_by_label("In words, and what would help").fill(f"Ask {heard.case.child.forename} what helps.")
    page.get_by_role("button", name="Keep this feedback").click()
    expect(page.get_by_label("I have read the words again: they name nobody")).to_be_visible()
    # Chromium itself complains of the 422 that the answer is meant to have.
    page.complaints.clear()  # type: ignore[attr-defined]
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        shot(page, f"feedback-name-{width}")
    page.get_by_label("I have read the words again: they name nobody").check()
    page.get_by_role("button", name="Keep this feedback").click()
    expect(page.get_by_text("The feedback is kept.")).to_be_visible()
