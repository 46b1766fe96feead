"""Names we know that words for others must not hold: of a case's own people, of those at its meeting, of children of other cases."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from meetings.letters.rules import Identity, given_away, leaks
from meetings.minutes.frozen import ItemSheet
from meetings.models import AgendaItem, Meeting, RosterEntry
from meetings.rules.spoken import is_role
from meetings.rules.tagging import Around
from panel.law.words import inside
from panel.models import Address, Case, Membership, Person, User
from panel.platform.policy import ROLE_LABELS, Role

# Words are pasted from papers and minutes somebody has just worked on: those of the weeks around (as with letters).
NEAR = dt.timedelta(weeks=13)


def names_of(persons: Iterable[Person]) -> tuple[str, ...]:
    """Every name of a child and of those tied to it."""
    return tuple(
        dict.fromkeys(name for one in persons for name in (one.full_name, one.forename, one.surname))
    )


def family_of(item: AgendaItem) -> tuple[str, ...]:
    """The full names of the child of an item and of those tied to it. One query."""
    child = item.case.child
    tied = Person.objects.filter(ties__child=child).distinct().order_by("pk")
    return (child.full_name, *(one.full_name for one in tied))


def children_near(item: AgendaItem) -> list[Identity]:
    """The children of other cases on agendas around this meeting."""
    near = _near(item.meeting).exclude(case__child=item.case.child)
    return [identity_of(one) for one in Person.objects.filter(pk__in=near.values("case__child"))]


def _near(meeting: Meeting) -> QuerySet[AgendaItem]:
    starts_at = meeting.starts_at
    return AgendaItem.objects.filter(
        meeting__starts_at__gte=starts_at - NEAR, meeting__starts_at__lte=starts_at + NEAR
    )


def identity_of(person: Person) -> Identity:
    """What would give a person away."""
    return Identity(person.full_name, person.born_on, person.upn)


@dataclass(frozen=True)
class Known:
    """Names around one item: of the child and its family, and of the staff at the meeting and on the case."""

    family: tuple[str, ...]
    staff: tuple[str, ...]
    own: tuple[Identity, ...]
    near: tuple[Identity, ...]


def known_names(item: AgendaItem) -> Known:
    """The names that somebody writing about an item may have in mind. Four queries."""
    child = item.case.child
    tied = list(Person.objects.filter(ties__child=child))
    seated = RosterEntry.objects.filter(meeting=item.meeting_id).values("user")
    on_case = [key for key in (item.case.coordinator_id, item.case.submitted_by_id) if key]
    staff = User.objects.filter(pk__in=seated) | User.objects.filter(pk__in=on_case)
    return Known(
        family=names_of([child, *tied]),
        staff=tuple(staff.order_by("pk").values_list("name", flat=True)),
        own=(identity_of(child), *(Identity(one.full_name) for one in tied)),
        near=tuple(children_near(item)),
    )


@dataclass(frozen=True)
class Staff:
    """Who works on a case or at its meeting: how each is spoken of by name of the account, and every name we know of them."""

    roles: dict[str, str]
    names: tuple[str, ...]


# Words by which an author of a paper is a body and no person.
_BODIES = frozenset(
    [
        "school",
        "college",
        "academy",
        "nursery",
        "trust",
        "nhs",
        "council",
        "hospital",
        "centre",
        "clinic",
        "service",
        "services",
        "team",
        "agency",
        "university",
    ]
)


def staff_of(item: AgendaItem, sheet: ItemSheet) -> Staff:
    """Those at the meeting, on the case, with something to do after it, and who wrote a paper. Two queries.

    A role is the one held on the day of the meeting, so that a version says the same whenever it is made.
    """
    named = {sheet.risk.lead if sheet.risk else "", *(step.who for step in sheet.steps)} - {""}
    known = (
        Q(pk__in=RosterEntry.objects.filter(meeting=item.meeting_id).values("user"))
        | Q(pk__in=[key for key in (item.case.coordinator_id, item.case.submitted_by_id) if key])
        | Q(pk__in=item.actions.values("owner"))
        | Q(name__in=named)
    )
    roles = _roles_of(known, item, sheet.held_on)
    authors = (name for paper in sheet.papers for name in _persons_in(paper.author))
    return Staff(roles, tuple(dict.fromkeys((*roles, *(one for one in named if not is_role(one)), *authors))))


def _roles_of(known: Q, item: AgendaItem, on: dt.date) -> dict[str, str]:
    """How each of the users `known` finds is spoken of by what they do, by their names. Two queries."""
    held = Membership.objects.live(on).select_related("agency", "setting").order_by("pk")
    users: Iterable[Any] = (
        User.objects.filter(known)
        .order_by("pk")
        .prefetch_related(Prefetch("memberships", held, to_attr="held"))
    )
    return {
        user.name: "the case coordinator" if user.pk == item.case.coordinator_id else _role_of(user.held)
        for user in users
    }


def _role_of(held: Sequence[Membership]) -> str:
    if not held:
        return "a professional"
    first = held[0]
    said, body = inside(ROLE_LABELS[Role(first.role)]), first.setting or first.agency
    article = "an" if said[0] in "aeiou" else "a"
    return f"{article} {said} ({body.name})" if body else f"{article} {said}"


def _persons_in(author: str) -> Iterator[str]:
    """The parts of what a paper says of its author that may be somebody's name."""
    for part in re.split(r"[,;/&(]|\band\b", author):
        words = part.split()
        is_body = any(word.casefold().strip(".)") in _BODIES for word in words)
        if len(words) > 1 and not is_body and not is_role(part) and all(word[0].isupper() for word in words):
            yield " ".join(words)


def told_of_own(text: str, item: AgendaItem) -> tuple[str, ...]:
    """What in `text` tells of which child it speaks without a name: its date of birth, its number or its reference."""
    child, reference = item.case.child, item.case.reference
    found = given_away(text, [Identity("", child.born_on, child.upn)])
    return (*found, reference) if reference.upper() in _words_in(text) else found


def told_of_others(text: str, item: AgendaItem, known: Known) -> tuple[str, ...]:
    """A sentence for everything in `text` that belongs to another case: a child's name, date of birth or number, or its reference."""
    return (
        *(problem.sentence for problem in leaks(text, known.near, own=known.own)),
        *(
            f"“{reference}” is the reference of another case. Take it out."
            for reference in _references_in(text).exclude(pk=item.case_id).values_list("reference", flat=True)
        ),
    )


def _references_in(text: str) -> QuerySet[Case]:
    return Case.objects.filter(reference__in=_words_in(text)).order_by("reference")


def _words_in(text: str) -> set[str]:
    return {word.upper() for word in re.findall(r"[\w/-]+", text)}


def names_on_the_list(meeting: Meeting) -> tuple[str, ...]:
    """Every name of the children of a meeting's items and of their families. Two queries."""
    children = meeting.items.values("case__child")
    return names_of(Person.objects.filter(Q(pk__in=children) | Q(ties__child__in=children)).distinct())


def told_of_one_child(text: str, meeting: Meeting) -> tuple[str, ...]:
    """A sentence for everything in `text` that is about one child: a name, date of birth or number of one, or a reference."""
    near = Person.objects.filter(pk__in=_near(meeting).values("case__child"))
    found = (
        *given_away(text, [identity_of(one) for one in near]),
        *_references_in(text).values_list("reference", flat=True),
    )
    return tuple(
        f"“{one}” is about one child. Take it out: that stands on the child’s own sheet." for one in found
    )


def around_of(item: AgendaItem) -> Around:
    """Whom we know around one item, and where its family lives or lived. Four queries."""
    child = item.case.child
    own = [child, *Person.objects.filter(ties__child=child).distinct()]
    children = Person.objects.filter(pk__in=item.meeting.items.values("case__child")).exclude(pk=child.pk)
    families = Person.objects.filter(ties__child__in=children.values("pk")).distinct()
    ours = {one.pk for one in own}
    homes = list(Address.objects.filter(Q(person__ties__child=child) | Q(person=child)).distinct())
    return Around(
        own=names_of(own),
        children=tuple(one.full_name for one in children if one.pk not in ours),
        others=tuple(one.full_name for one in families if one.pk not in ours),
        addresses=tuple(mark for home in homes for mark in _marks(home)),
        protected=tuple(mark for home in homes if home.confidential for mark in _marks(home)),
    )


def _marks(home: Address) -> list[str]:
    """What tells where a home is: its postcode, and lines with a number in them."""
    lines = [
        line for line in home.lines.splitlines() if len(line.split()) > 1 and any(map(str.isdigit, line))
    ]
    return [mark for mark in (home.postcode, *lines) if mark.strip()]
