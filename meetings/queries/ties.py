"""What ties the people of a meeting to the cases it hears, as the records show it: where conflicts of interest are read
from, and what members are to be asked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
from panel.models import AdviceRequest, Case, Membership, Paper, PaperState

# Papers nobody has before them.
NOT_READ = frozenset({PaperState.REFUSED, PaperState.WITHDRAWN})


def member_ties(entries: Collection[RosterEntry], day: date) -> tuple[quorum.MemberTies, ...]:
    """The settings everybody on a roster works at. One query."""
    settings: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.live(day).filter(
        user__in=[entry.user_id for entry in entries], setting__isnull=False
    )
    for user, setting in memberships.values_list("user_id", "setting_id"):
        settings[user].add(setting)
    return tuple(
        quorum.MemberTies(entry.user_id, settings=frozenset(settings[entry.user_id])) for entry in entries
    )


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
    """Who of a meeting's roster would leave for each case: as the records show, and as was said of them before. Six
    queries.
    """
    members, effects = member_ties(seats, day), effects_of(meeting.config)
    found = {
        case: {
            one.user_id
            for one in quorum.automatic_conflicts(members, ties, effects=effects).conflicts
            if one.effect is quorum.Effect.LEAVES
        }
        for case, ties in case_ties(cases).items()
    }
    words = newest_words(meeting, list(found), [seat.user_id for seat in seats])
    for (case, user, _), word in words.items():
        if word.effect == Conflict.Effect.LEAVES:
            found[case].add(user)
    return {case: frozenset(users) for case, users in found.items()}
