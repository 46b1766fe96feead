"""What ties the people of a meeting to the cases it hears, as the records show it: where conflicts of interest are read
from, and what members are to be asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import (
    NON_VOTING_SEATS,
    AgendaItem,
    Conflict,
    Decision,
    KeptConflict,
    Meeting,
    NotAuthor,
    PanelConfig,
    RosterEntry,
)
from meetings.queries.room import Room
from meetings.rules import quorum
from meetings.rules.states import FINISHED
from panel.models import (
    AdviceRequest,
    Case,
    Membership,
    Paper,
    PaperState,
    Person,
    Relationship,
    User,
    current_address,
)

# Papers nobody has before them.
NOT_READ = frozenset({PaperState.REFUSED, PaperState.WITHDRAWN})


def member_ties(entries: Collection[RosterEntry], day: date) -> tuple[quorum.MemberTies, ...]:
    """The settings everybody on a roster works at, and surname and postcode of those who are in the register of persons.

    Two queries, and one for addresses where there is such a person: staff are in it as somebody's family only.
    """
    settings: dict[int, set[int]] = defaultdict(set)
    users = [entry.user_id for entry in entries]
    memberships = Membership.objects.live(day).filter(user__in=users, setting__isnull=False)
    for user, setting in memberships.values_list("user_id", "setting_id"):
        settings[user].add(setting)
    people = Person.objects.filter(user__in=users).prefetch_related("addresses")
    homes = {person.user_id: _home(person, day) for person in people}
    return tuple(
        quorum.MemberTies(user, frozenset(settings[user]), *homes.get(user, ("", ""))) for user in users
    )


def ties_of(
    entries: Collection[RosterEntry], cases: Sequence[Case], day: date
) -> tuple[tuple[quorum.MemberTies, ...], dict[int, quorum.ItemTies]]:
    """Everything the records know that may tie these people to these cases. Five queries, and four where one of the people is
    in the register of persons: only there can they be of a family.
    """
    members, found = member_ties(entries, day), case_ties(cases)
    if not any(member.surname for member in members):
        return members, found
    kin: dict[int, list[Person]] = defaultdict(list)
    children = {case.child_id for case in cases}
    # Also a tie that has ended or is disputed makes a relative, and in both directions.
    rows = Relationship.objects.filter(Q(child__in=children) | Q(person__in=children))
    for row in rows.select_related("person", "child").prefetch_related(
        "person__addresses", "child__addresses"
    ):
        kin[row.child_id].append(row.person)
        kin[row.person_id].append(row.child)
    return members, {
        case.pk: replace(
            found[case.pk],
            relatives=frozenset(person.user_id for person in kin[case.child_id] if person.user_id),
            family=frozenset(_home(person, day) for person in kin[case.child_id]),
        )
        for case in cases
    }


def _home(person: Person, day: date) -> tuple[str, str]:
    """Surname and postcode of the day; no postcode where no address is known."""
    address = current_address(person, day)
    return person.surname, address.postcode if address else ""


def case_ties(cases: Sequence[Case]) -> dict[int, quorum.ItemTies]:
    """What ties people to each case: its setting, who wrote in it, who decided the request before this one. Three
    queries.
    """
    keys = [case.pk for case in cases]
    authors: dict[int, set[int]] = defaultdict(set)
    written: dict[int, set[str]] = defaultdict(set)
    for case, user, author, state in Paper.objects.filter(case__in=keys).values_list(
        "case_id", "uploaded_by_id", "author", "state"
    ):
        if user is not None:
            authors[case].add(user)
        if author and state not in NOT_READ:
            written[case].add(author)
    for case, user in AdviceRequest.objects.filter(case__in=keys, adviser__isnull=False).values_list(
        "case_id", "adviser_id"
    ):
        authors[case].add(user)
    deciders: dict[int, set[int]] = defaultdict(set)
    # The other question of the same request is no conflict: the chair who advised to assess may chair the second panel.
    for case, user in Decision.objects.filter(case__later__in=keys).values_list("case__later__pk", "by_id"):
        deciders[case].add(user)
    return {
        case.pk: quorum.ItemTies(
            setting=case.setting_id,
            paper_authors=frozenset(authors[case.pk]),
            earlier_deciders=frozenset(deciders[case.pk]),
            written_authors=frozenset(written[case.pk]),
        )
        for case in cases
    }


@dataclass(frozen=True)
class ToAsk:
    """Somebody at the meeting who may have written a paper of an item, by the name on it: to be asked, and barred from
    nothing.

    `authors`: the words on the papers that may be them, and that nobody has said are not.
    """

    item: AgendaItem
    entry: RosterEntry
    authors: tuple[str, ...]


def authors_to_ask(entries: Collection[RosterEntry], items: Sequence[AgendaItem]) -> tuple[ToAsk, ...]:
    """Of several items, those of whose authors nothing is recorded yet. Five queries."""
    ties = case_ties([item.case for item in items])
    known = Conflict.objects.filter(item__in=items, kind=Conflict.Kind.OWN_PAPER)
    conflicts = set(known.values_list("item_id", "entry_id"))
    ruled_out = _not_authors([item.case_id for item in items])
    return tuple(
        one
        for item in items
        for one in _by_name(item, entries, ties[item.case_id], ruled_out)
        if (item.pk, one.entry.pk) not in conflicts
    )


def authors_to_ask_of(
    room: Room, item: AgendaItem, papers: Iterable[Paper], advisers: Iterable[AdviceRequest]
) -> tuple[ToAsk, ...]:
    """The same of one item, from what is loaded already and one query."""
    read = list(papers)
    uploaders = {paper.uploaded_by_id for paper in read} | {one.adviser_id for one in advisers}
    ties = quorum.ItemTies(
        setting=None,
        paper_authors=frozenset(user for user in uploaders if user is not None),
        written_authors=frozenset(paper.author for paper in read if paper.author),
    )
    conflicts = {
        row.entry_id for row in room.conflicts.get(item.pk, ()) if row.kind == Conflict.Kind.OWN_PAPER
    }
    found = _by_name(item, room.entries, ties, _not_authors([item.case_id]))
    return tuple(one for one in found if one.entry.pk not in conflicts)


def _not_authors(cases: Collection[int]) -> set[tuple[int, int, str]]:
    """Case, person and author of every no that was said. One query."""
    rows = NotAuthor.objects.filter(case__in=cases)
    return set(rows.values_list("case_id", "user_id", "author"))


def _by_name(
    item: AgendaItem,
    entries: Collection[RosterEntry],
    ties: quorum.ItemTies,
    ruled_out: Collection[tuple[int, int, str]],
) -> list[ToAsk]:
    """Who is to be asked whether they wrote a paper; nobody who only looks on, whose own papers bar them from nothing
    either.
    """
    seats = {entry.user_id: entry for entry in entries if entry.seat not in NON_VOTING_SEATS}
    members = [quorum.MemberTies(user, name=entry.user.name) for user, entry in seats.items()]
    found: list[ToAsk] = []
    for one in quorum.automatic_conflicts(members, ties).ask:
        authors = tuple(name for name in one.about if (item.case_id, one.user_id, name) not in ruled_out)
        if authors:
            found.append(ToAsk(item, seats[one.user_id], authors))
    return found


def tied_since(user: User, day: date) -> Q:
    """A condition on items: `user` sits at the meeting and would leave by what the records show today, and no row says so yet.

    The same that `find_conflicts` records, of one person: until a change of the child's setting, of who works where or of the
    family is looked at again, the item is closed to whoever it concerns all the same. What somebody said of it, a lifted conflict
    too, goes before.
    """
    works_there = Membership.objects.live(day).filter(user=user, setting=OuterRef("case__setting"))
    family = Relationship.objects.filter(
        Q(child=OuterRef("case__child"), person__user=user)
        | Q(person=OuterRef("case__child"), child__user=user)
    )
    sits = RosterEntry.objects.filter(meeting=OuterRef("meeting"), user=user)
    wrote = Paper.objects.filter(case=OuterRef("case"), uploaded_by=user)
    advised = AdviceRequest.objects.filter(case=OuterRef("case"), adviser=user)
    leaves, kind = Conflict.Effect.LEAVES, Conflict.Kind
    own_setting = Q(meeting__config__own_setting_effect=leaves)
    own_paper = Q(meeting__config__own_paper_effect=leaves) & Exists(sits.exclude(seat__in=NON_VOTING_SEATS))
    return (
        Q(Exists(sits))
        & ~Q(state__in=FINISHED)
        & (
            (own_setting & Exists(works_there) & ~Exists(_said(user, kind.OWN_SETTING)))
            | (Q(Exists(family)) & ~Exists(_said(user, kind.RELATIVE)))
            | (own_paper & (Exists(wrote) | Exists(advised)) & ~Exists(_said(user, kind.OWN_PAPER)))
        )
    )


def _said(user: User, kind: Conflict.Kind) -> QuerySet[Conflict]:
    return Conflict.objects.filter(item=OuterRef("pk"), entry__user=user, kind=kind)


def kin_to_ask(
    entries: Collection[RosterEntry], items: Sequence[AgendaItem], day: date
) -> tuple[tuple[AgendaItem, RosterEntry], ...]:
    """Who is to be asked whether they are of the family an item is about: somebody of it has their surname and postcode.

    Whatever was recorded of it, a note that they are not among it, ends the question. As many queries as `ties_of`, and one.
    """
    seats = {entry.user_id: entry for entry in entries}
    members, ties = ties_of(entries, [item.case for item in items], day)
    asked = [
        (item, seats[one.user_id])
        for item in items
        for one in quorum.automatic_conflicts(members, ties[item.case_id]).ask
        if one.kind is quorum.ConflictKind.RELATIVE
    ]
    if not asked:
        return ()
    known = Conflict.objects.filter(item__in=items, kind=Conflict.Kind.RELATIVE)
    said = set(known.values_list("item_id", "entry_id"))
    return tuple((item, entry) for item, entry in asked if (item.pk, entry.pk) not in said)


def effects_of(config: PanelConfig) -> Mapping[quorum.ConflictKind, quorum.Effect]:
    """What each kind of conflict does under a panel's configuration."""
    return {
        **quorum.DEFAULT_EFFECTS,
        quorum.ConflictKind.OWN_SETTING: quorum.Effect(config.own_setting_effect),
        quorum.ConflictKind.OWN_PAPER: quorum.Effect(config.own_paper_effect),
    }


def newest_words(
    meeting: Meeting, cases: Collection[int], users: Collection[int]
) -> dict[tuple[int, int, str], Conflict | KeptConflict]:
    """By case, person and kind, the newest word on these people at other items of the cases than those of `meeting`.
    Two queries.

    What was declared or imposed, as it stands; of an item that is gone since what was kept of it. One that was lifted
    is among them, as a note, so that no older one is brought back by it.
    """
    kept = KeptConflict.objects.filter(case__in=cases, user__in=users)
    said = (
        Conflict.objects.filter(item__case__in=cases, entry__user__in=users)
        .exclude(item__meeting=meeting)
        .exclude(source=Conflict.Source.AUTOMATIC)
        .select_related("item", "entry")
        .order_by("pk")
    )
    # Of one item what was kept goes before what stands there, and so comes last: it alone may have been lifted since.
    words: list[tuple[int, tuple[int, int, str], Conflict | KeptConflict]] = [
        *((row.item_id, (row.item.case_id, row.entry.user_id, row.kind), row) for row in said),
        *((row.said_at_item, (row.case_id, row.user_id, row.kind), row) for row in kept),
    ]
    return {about: row for _, about, row in sorted(words, key=lambda word: word[0])}


def leaving(
    meeting: Meeting, seats: Collection[RosterEntry], cases: Sequence[Case], day: date
) -> dict[int, frozenset[int]]:
    """Who of a meeting's roster would leave for each case: as the records show, and as was said of them before. Two queries
    beside those of `ties_of`.
    """
    (members, shown), effects = ties_of(seats, cases, day), effects_of(meeting.config)
    found = {
        case: {
            one.user_id
            for one in quorum.automatic_conflicts(members, ties, effects=effects).conflicts
            if one.effect is quorum.Effect.LEAVES
        }
        for case, ties in shown.items()
    }
    words = newest_words(meeting, list(found), [seat.user_id for seat in seats])
    for (case, user, _), word in words.items():
        if word.effect == Conflict.Effect.LEAVES:
            found[case].add(user)
    return {case: frozenset(users) for case, users in found.items()}
