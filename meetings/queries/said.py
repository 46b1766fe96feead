"""What the child and the family said of a question: at its item, where that was written down, else with the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from meetings.models import AgendaItem, Revision
from panel.models import Case


@dataclass(frozen=True)
class Said:
    """Their words as every page, the minutes and the letters give them; empty where nobody wrote any down."""

    child: str
    family: str

    def __bool__(self) -> bool:
        """Whether either of them said anything."""
        return bool(self.child.strip() or self.family.strip())


def said_in(case: Case, words: Mapping[str, Any]) -> Said:
    """`words`: what was last saved under “views” of the item. Whoever says nothing there is quoted from the request."""
    return Said(
        child=str(words.get("child") or case.child_views),
        family=str(words.get("family") or case.family_views),
    )


def with_views(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with `views_saved`, what `said_in` asks for, read along with them; None where nothing was saved."""
    last = Revision.objects.filter(item=OuterRef("pk"), group="views").order_by("-n")
    return items.annotate(views_saved=Subquery(last.values("data")[:1]))


def said_at(case: Case, item: AgendaItem | None) -> Said:
    """The same of an item as it was last saved; of none, the request's. One query, or none."""
    if item is None:
        return said_in(case, {})
    last = Revision.objects.filter(item=item, group="views").order_by("-n").first()
    return said_in(case, last.data if last else {})
