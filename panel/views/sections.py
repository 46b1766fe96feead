"""What other apps add to the case page.

The page belongs to this app, which knows nothing of meetings. An app that has something to say about a case adds a function
here when it is made ready (`AppConfig.ready`); the page calls each in the order added.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from panel.models import Case, User
from panel.queries import Event


@dataclass(frozen=True)
class Section:
    """A part of the case page: its heading, the fragment that shows it with `context`, and lines for the timeline."""

    heading: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


Maker = Callable[[User, Case, datetime], Section | None]
_makers: list[Maker] = []


def add_section(maker: Maker) -> None:
    """Have `maker` asked for its section on every case page; asked twice, it is added once.

    It is called for a user who may see the case, and answers None when it has nothing to show to this one.
    """
    if maker not in _makers:
        _makers.append(maker)


def sections_of(user: User, case: Case, now: datetime) -> list[Section]:
    """What the other apps have to say about this case to this user."""
    return [section for maker in _makers if (section := maker(user, case, now))]
