"""The directory of support: as it is kept, and narrowed to what fits one child."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from panel.law.support import Child, Sought, age_on, district_of, fits, is_sought
from panel.models import Address, Case, Support

# So many of each part are shown at once; what is looked for is looked for among all of them.
MOST_SHOWN = 500


@dataclass(frozen=True)
class Directory:
    """What is offered today, what begins later, and what was ended lately. `areas`: those of the whole directory, to
    choose from.
    """

    now: tuple[Support, ...]
    coming: tuple[Support, ...]
    ended: tuple[Support, ...]
    areas: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """How many services there are in all three parts."""
        return len(self.now) + len(self.coming) + len(self.ended)


def directory(day: date) -> Directory:
    """Everything by name; of what has ended only what nothing took the place of. One query."""
    replaced = Q(ends_on__lt=day, superseded_by__isnull=False)
    return _parted(list(Support.objects.exclude(replaced).select_related("superseded_by")), day)


def narrowed(whole: Directory, sought: Sought) -> Directory:
    """What is looked for among what was read already."""

    def among(rows: tuple[Support, ...]) -> tuple[Support, ...]:
        return tuple(
            row
            for row in rows
            if is_sought(row.scope, row.text, row.where, sought, everywhere=row.everywhere)
        )

    return Directory(among(whole.now), among(whole.coming), among(whole.ended), whole.areas)


def first_of(found: Directory) -> Directory:
    """What of it is shown at once."""
    return Directory(found.now[:MOST_SHOWN], found.coming[:MOST_SHOWN], found.ended[:MOST_SHOWN], found.areas)


def _parted(rows: list[Support], day: date) -> Directory:
    return Directory(
        now=tuple(
            row for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)
        ),
        coming=tuple(row for row in rows if row.starts_on > day),
        ended=tuple(row for row in rows if row.ends_on and row.ends_on < day),
        areas=tuple(sorted({row.where for row in rows})),
    )


def fitting(case: Case, day: date) -> tuple[Support, ...]:
    """The services of `day` for a child of this need and age who lives where this one does. Two queries."""
    rows = list(Support.objects.live(day))
    if not rows:
        return ()
    child = Child(case.primary_need, age_on(case.child.born_on, day), _districts(case, day))
    return tuple(row for row in rows if fits(row.scope, child))


def _districts(case: Case, day: date) -> frozenset[str]:
    """Where the child or her family may live. A confidential address narrows nothing: what is offered would give it
    away.
    """
    family = Q(person__ties__child=case.child, person__ties__until=None)
    rows = Address.objects.filter(Q(person=case.child) | family, valid_from__lte=day)
    newest = {row.person_id: row for row in rows.order_by("valid_from", "pk")}
    if any(row.confidential for row in newest.values()):
        return frozenset()
    return frozenset(found for row in newest.values() if (found := district_of(row.postcode)))
