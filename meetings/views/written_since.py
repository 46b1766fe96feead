"""What others wrote in the parts of an item since somebody opened its page: the page says which versions it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict

from meetings.forms.item import GROUP_LABELS
from meetings.forms.posted import posted, replace_posted
from meetings.models import AgendaItem, Revision
from meetings.queries.item import Written
from meetings.views.kept import edit_beyond, edit_of
from panel.models import User

# What of an item those read who do not write it.
READ_BY_ALL = frozenset({"views", "discussion"})


@dataclass(frozen=True)
class WrittenSince:
    """A part that says something else than the page shows: who wrote it last, and when. `own`: from another window of the reader’s."""

    group: str
    label: str
    by: str
    at: datetime | None
    own: bool


def holds(request: HttpRequest) -> bool:
    """Whether a page says which versions it holds: one that shows nothing written does not ask."""
    return any(f"{group}-n" in request.GET for group in GROUP_LABELS)


def written_since(
    asked: QueryDict, written: Mapping[str, Written], reader: User, *, writes: bool
) -> tuple[WrittenSince, ...]:
    """The parts of which a page holds an earlier version than was saved last, in the order of the page. No query.

    A part that shows two texts already is not named again, nor is what the page itself saved while its answer is on the way.
    """
    return tuple(
        WrittenSince(group, label, last.by, last.at, last.by_key == reader.pk)
        for group, label in GROUP_LABELS.items()
        if (writes or group in READ_BY_ALL)
        and (last := written.get(group)) is not None
        and (held := _held(asked, group)) is not None
        and held < last.n
        and not (last.by_key == reader.pk and _saved_from(asked, last, group))
    )


def _held(asked: QueryDict, group: str) -> int | None:
    """The number of the version a page shows of a group; None where it shows none."""
    n, theirs = _number(asked, f"{group}-n"), _number(asked, f"{group}-theirs")
    return None if n is None else max(n - 1, theirs or 0)


def _saved_from(asked: QueryDict, last: Written, group: str) -> bool:
    """Whether something was saved by the very page that asks."""
    edit = edit_of(asked, group)
    return last.edit in (edit, edit_beyond(edit, last.data))


def _number(asked: QueryDict, name: str) -> int | None:
    words = asked.get(name, "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 8 else None


def take_theirs(request: HttpRequest, item: AgendaItem, last: Mapping[str, Written]) -> None:
    """Put what others saved meanwhile in the place of groups that say what this page was given."""
    behind = {
        group: n - 1
        for group, before in last.items()
        if (n := _number(request.POST, f"{group}-n")) is not None and n <= before.n
    }
    if not behind:
        return
    rows = Revision.objects.filter(item=item, group__in=behind, n__in=behind.values())
    given = {(row.group, row.n): row.data for row in rows}
    mine: QueryDict = request.POST.copy()
    for group, n in behind.items():
        saved = given.get((group, n), {})
        if posted(group, mine) in (saved, {**_came_with(item, group), **saved}):
            replace_posted(group, mine, last[group].data, n=last[group].n + 1)
    request.POST = mine  # type: ignore[assignment]


def _came_with(item: AgendaItem, group: str) -> dict[str, str]:
    """What a page shows of a group where nothing was written, as it would be posted: the views the case came with."""
    if group != "views":
        return {}
    came_with = {"child": item.case.child_views, "family": item.case.family_views}
    return {name: words for name, said in came_with.items() if (words := said.replace("\r\n", "\n").strip())}
