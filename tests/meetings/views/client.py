"""Somebody signed in at the tests' own moment, and the words of an answer."""

import datetime as dt
import html
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from panel.models import Installation, User
from tests.make import NOW


def demonstration() -> None:
    """A demonstration asks staff for no second factor."""
    if not Installation.objects.exists():
        Installation(
            demonstration=True, authority_name="Testshire", seeded_on=NOW.date(), created_at=NOW
        ).save()


def as_(user: User, *, page: bool = True) -> Client:
    """A client of somebody; `page=False` asks for fragments, as htmx does."""
    demonstration()
    client = Client(headers={} if page else {"HX-Request": "true"})
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    """What a reader would see, on one line."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    # What is kept on one line parts no words.
    text = re.sub(r'<span class="app-nowrap">(.*?)</span>', r"\1", text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def shown(answer: Any) -> dict[str, list[str]]:
    """The names a page shows and sends back with a tick that they name nobody."""
    found = re.findall(r'<input type="hidden" name="names_shown" value="([^"]*)"', answer.content.decode())
    return {"names_shown": [html.unescape(one) for one in found]}


def boxes(name: str, day: dt.date) -> dict[str, str]:
    """A date as its three boxes."""
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def this_morning() -> dt.datetime:
    """A meeting of today that began half an hour ago by the clock the views read, or at midnight where that was later."""
    now = timezone.localtime().replace(microsecond=0)
    return max(now - dt.timedelta(minutes=30), now.replace(hour=0, minute=0, second=0))


def summary(answer: Any) -> list[tuple[str, str]]:
    """The lines of the error summary: where each leads within the page, and what it says."""
    page = answer.content.decode()
    box = re.search(r'govuk-error-summary__list">(.*?)</ul>', page, flags=re.DOTALL)
    lines = re.findall(r'<li><a href="#?([^"]*)">(.*?)</a></li>', box[1], flags=re.DOTALL) if box else []
    return [(where, html.unescape(said)) for where, said in lines]


def leads_nowhere(answer: Any) -> list[str]:
    """Places the error summary names that the page does not have."""
    page = answer.content.decode()
    return [where for where, _ in summary(answer) if f'id="{where}"' not in page]
