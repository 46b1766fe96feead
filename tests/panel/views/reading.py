"""What a page says, and the answers a form wants."""

import datetime as dt
import re
from typing import Any

from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The words of a page on one line, without its tags."""
    html = response.content.decode()
    html = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    # What is kept on one line parts no words.
    html = re.sub(r'<span class="app-nowrap">(.*?)</span>', r"\1", html)
    html = re.sub(r"<[^>]+>", " ", html)
    for entity, char in (("&#x27;", "'"), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"')):
        html = html.replace(entity, char)
    return " ".join(html.split())


def day(name: str, value: dt.date) -> dict[str, str]:
    """A date as the three boxes send it."""
    return {f"{name}_0": str(value.day), f"{name}_1": str(value.month), f"{name}_2": str(value.year)}


def errors_of(response: Any) -> dict[str, list[str]]:
    """What the page's form says beside each field."""
    return {
        name: [str(error) for error in errors] for name, errors in response.context["form"].errors.items()
    }
