"""A panel day in Chromium: the clerk takes attendance, the chair hears an item by keyboard, the officer decides, the chair signs."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.models import Decision, Meeting, Minutes, MinutesSignature, Recommendation
from meetings.rules.states import MeetingState
from panel.models import User
from tests.make import make_paper
from tests.meetings.day import REASONS, Day, make_day
from tests.meetings.views.client import this_morning
from tests.meetings.views.test_minutes import stand_in_sheets

pytestmark = pytest.mark.django_db(transaction=True)
TELEPHONE, DESK = {"width": 390, "height": 800}, {"width": 1366, "height": 900}


@pytest.fixture
def look(axe: Callable, shot: Callable) -> Callable[[Page, str], None]:
    """Axe at a desk and on a telephone, nothing wider than the screen, and a picture of each."""

    def check(page: Page, name: str) -> None:
        for width, size in (("telephone", TELEPHONE), ("desk", DESK)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (
                f"{name} on a {width}"
            )
            shot(page, f"{name}-{width}")

    return check


def at(page: Page, name: str, *keys: object) -> Page:
    """Go to a page by its name."""
    home = re.match(r"https?://[^/]+", page.url)
    assert home is not None
    page.goto(home[0] + reverse(name, args=keys))
    return page


def press(page: Page, key: str) -> None:
    """The keys of the meeting room: Alt, Shift and one more."""
    page.wait_for_load_state("load")
    with page.expect_navigation():
        page.keyboard.press(f"Alt+Shift+Key{key}")


def test_panel_day_from_attendance_to_signature(sign_in: Callable[[User], Page], look: Callable) -> None:
    day = make_day(2, at=this_morning())
    make_paper(day.items[0].case, "Advice of the educational psychologist")
    _clerk_takes_attendance(day, sign_in(day.clerk), look)
    _chair_hears_both(day, sign_in(day.chair), look)
    _officer_decides(day, sign_in(day.officer), look)
    _chair_signs(day, sign_in(day.clerk), sign_in, look)


def _clerk_takes_attendance(day: Day, page: Page, look: Callable) -> None:
    at(page, "meeting.list")
    look(page, "meetings")
    for name in ("meeting.roster", "agenda.edit"):
        look(at(page, name, day.meeting.public_id), name)
    look(at(page, "meeting.plan"), "meeting.plan")
    at(page, "meeting.view", day.meeting.public_id)
    press(page, "A")
    press(page, "P")
    page.get_by_label("Attendance of Hetty Head").select_option("Apologies")
    look(page, "attendance")
    press(page, "S")
    expect(page.get_by_text("The attendance sheet is saved.")).to_be_visible()
    look(page, "meeting-planned")


def _chair_hears_both(day: Day, page: Page, look: Callable) -> None:
    at(page, "meeting.view", day.meeting.public_id)
    press(page, "O")
    look(page, "card")
    page.get_by_label("I have read this card out to the panel.").focus()
    page.keyboard.press("Space")
    press(page, "O")
    assert Meeting.objects.get().state == MeetingState.OPEN
    look(page, "meeting-open")
    press(page, "N")
    press(page, "T")
    discussion = page.get_by_label("What was discussed")
    discussion.focus()
    page.keyboard.type("The panel read the advice.")
    expect(page.locator("#discussion-saved")).to_contain_text("by Charlie Chair")
    page.get_by_label("Yes", exact=True).first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Why, and what in the papers shows it").first.fill("She speaks in single words.")
    # What an answer rests on goes to the officer's page, whose hidden fields the browser sends as well.
    page.get_by_text("It rests on these papers").first.click()
    page.get_by_label("Advice of the educational psychologist", exact=True).first.check()
    page.get_by_label("Yes", exact=True).nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_label("Why, and what in the papers shows it").nth(1).fill(
        "Two terms of support were not enough."
    )
    expect(page.get_by_text("What follows from the answers: assess.")).to_be_visible()
    expect(page.locator("#limbs-saved")).to_contain_text("by Charlie Chair")
    look(page, "item")
    page.get_by_label("Assess", exact=True).focus()
    page.keyboard.press("Space")
    press(page, "R")
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser itself reports a 422 as an error
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say why, in words about this child.")
    look(page, "item-refused")
    page.get_by_label("Reasons, in words about this child").fill(REASONS)
    press(page, "R")
    expect(page.get_by_text("The panel recommends: assess.")).to_be_visible()
    assert Recommendation.objects.get().outcome == "assess"
    press(page, "N")
    press(page, "F")
    page.get_by_label("No time left").check()
    page.get_by_label("Why it is put off although no later meeting is planned").fill(
        "It is planned tomorrow."
    )
    look(page, "defer")
    page.get_by_role("button", name="Put this item off").click()
    expect(page.get_by_text("Item 2 is put off.")).to_be_visible()
    press(page, "C")
    expect(page.get_by_role("heading", name="Close the meeting")).to_be_visible()
    look(page, "close")
    press(page, "C")
    expect(page.get_by_text("The meeting is closed.")).to_be_visible()


def _officer_decides(day: Day, page: Page, look: Callable) -> None:
    at(page, "decision.list")
    look(page, "decisions")
    page.get_by_role("link", name=day.items[0].case.reference).click()
    page.get_by_label("I depart from it").check()
    expect(page.get_by_label("Why the authority decides otherwise")).to_be_visible()
    look(page, "decide")
    page.get_by_label("I agree").check()
    expect(page.get_by_label("Why the authority decides otherwise")).to_be_hidden()
    press(page, "R")
    look(page, "decision")
    assert Decision.objects.get().by == day.officer


def _chair_signs(day: Day, page: Page, sign_in: Callable, look: Callable) -> None:
    at(page, "minutes.prepare", day.meeting.public_id)
    look(page, "minutes-prepare")
    page.get_by_role("button", name="Prepare the minutes").click()
    expect(page.get_by_text("Preparing the minutes…")).to_be_visible()
    look(page, "minutes-preparing")
    stand_in_sheets(Minutes.objects.get())
    expect(page.get_by_role("heading", name="Documents")).to_be_visible()
    page = at(sign_in(day.chair), "minutes.view", Minutes.objects.get().public_id)
    press(page, "S")
    look(page, "minutes-confirm")
    page.get_by_role("link", name="Confirm that it is you").or_(
        page.get_by_role("button", name="Confirm that it is you")
    ).click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    look(page, "confirm")
    page.locator("input[name=code]").fill(_code(day.chair))
    with page.expect_navigation():
        page.get_by_role("button", name="Confirm").click()
    look(page, "minutes-sign")
    page.get_by_label("I have read these minutes").check()
    page.get_by_role("button", name="Sign the minutes").click()
    expect(page.get_by_text("Signed. The seal is put on within a moment.")).to_be_visible()
    look(page, "minutes-signed")
    assert MinutesSignature.objects.get().at <= timezone.now()


def _code(user: User) -> str:
    """What the chair's telephone would show now."""
    secret = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(decrypt(secret), counter))


def test_two_texts_are_shown_side_by_side_and_both_are_kept(sign_in: Callable, look: Callable) -> None:
    day = make_day(1, at=this_morning())
    page = at(sign_in(day.clerk), "item.view", day.items[0].public_id)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("What was discussed").fill("Written in another window.")
    expect(other.locator("#discussion-saved")).to_contain_text("by Cleo Clerk")
    page.get_by_label("What was discussed").fill("Written here.")
    expect(page.get_by_text("You saved this in another window at")).to_be_visible()
    page.complaints.clear()  # the browser itself reports a 409 as an error
    look(page, "two-texts")
    page.get_by_role("button", name="Keep both").click()
    expect(page.get_by_label("What was discussed")).to_have_value(
        "Written in another window.\n\nWritten here."
    )
