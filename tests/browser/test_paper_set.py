"""On paper: each item has one page, and the front sheet stands before them."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from panel.law.legal import Stage
from tests.meetings.day import assessed_case, list_cases, make_day
from tests.meetings.views.client import this_morning

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_page_for_each_item(sign_in: Callable, axe: Callable) -> None:
    day = make_day(3, at=this_morning())
    list_cases(day, assessed_case(), stage=Stage.ISSUE)
    page: Page = sign_in(day.clerk)
    page.goto(f"{page.url}meetings/{day.meeting.public_id}/paper-set/")
    axe(page)
    printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    texts = [sheet.extract_text() for sheet in printed.pages]
    assert len(texts) == 1 + len(day.items)
    for number, (item, text) in enumerate(zip(day.items, texts[1:], strict=True), start=1):
        assert f"Item {number}, {item.case.reference}" in " ".join(text.split())
        assert "signature" in text
