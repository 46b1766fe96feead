"""Who will be at a meeting, as far as they have said: by agency and seat, and whether it would be enough. Pure.

The quorum itself is counted by `meetings.rules.quorum`, on people who are not there yet: those who said yes stand in for those
present.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from meetings.rules import quorum
from panel.law.words import inside


class Word(StrEnum):
    """What somebody has said about coming."""

    YES = "yes"
    SILENT = "silent"
    NO = "no"


@dataclass(frozen=True)
class Expected:
    """Somebody with a seat. `agency` is their agency’s kind in words, `agency_kind` what a quorum counts."""

    user_id: int
    name: str
    seat: str
    seat_label: str
    agency_kind: str
    agency: str
    voting: bool
    word: Word


@dataclass(frozen=True)
class Cover:
    """One agency or one seat the rules ask for: who comes, who is silent, who cannot, and that in a sentence."""

    label: str
    coming: tuple[str, ...]
    silent: tuple[str, ...]
    cannot: tuple[str, ...]
    sentence: str

    @property
    def open(self) -> bool:
        """Whether nobody has said yes for it."""
        return not self.coming

    @property
    def lost(self) -> bool:
        """Whether nobody is left who could."""
        return not self.coming and not self.silent


@dataclass(frozen=True)
class Foreseen:
    """What may be expected of the day.

    `sure`: the quorum if those come who said yes. `hoped`: if those come who have not answered as well. `short_items`: items, by
    the number the room calls them, that would lack a quorum although the meeting has one, because of a recusal.
    """

    covers: tuple[Cover, ...]
    sure: quorum.QuorumResult
    hoped: quorum.QuorumResult
    silent: tuple[str, ...]
    sentence: str
    short_items: tuple[int, ...] = field(default=())

    @property
    def lost(self) -> tuple[Cover, ...]:
        """The agencies and required seats nobody is left for."""
        return tuple(cover for cover in self.covers if cover.lost)

    @property
    def unsaid(self) -> tuple[Cover, ...]:
        """The agencies and required seats nobody has said yes for, but somebody still could."""
        return tuple(cover for cover in self.covers if cover.open and not cover.lost)


def coverage(
    rule: quorum.QuorumRule,
    people: Iterable[Expected],
    recused: Mapping[int, Collection[quorum.Conflict]],
    at: datetime,
    *,
    seat_labels: Mapping[str, str],
    agency_labels: Mapping[str, str],
) -> Foreseen:
    """What those on the roster have said, held against the panel’s rule at the hour it begins.

    `recused`: the conflicts known of each item, by its number. `seat_labels`, `agency_labels`: the required seats and kinds of
    agency in words. Whoever would lead fills the chair’s seat.
    """
    members = tuple(person for person in people if person.voting)
    sure = quorum.quorum(rule, _there(members, {Word.YES}, at), (), at, foreseen=True)
    hoped = quorum.quorum(rule, _there(members, {Word.YES, Word.SILENT}, at), (), at, foreseen=True)
    short = tuple(
        number
        for number, conflicts in sorted(recused.items())
        if sure.quorate
        and not quorum.quorum(rule, _there(members, {Word.YES}, at, conflicts), conflicts, at).quorate
    )
    return Foreseen(
        covers=(*_by_agency(rule, members, agency_labels), *_by_seat(rule, members, seat_labels)),
        sure=sure,
        hoped=hoped,
        silent=tuple(person.name for person in members if person.word is Word.SILENT),
        sentence=_sentence(rule, members, sure, hoped, short, _missing(sure, seat_labels, agency_labels)),
        short_items=short,
    )


def reachable(
    rule: quorum.QuorumRule, people: Iterable[Expected], conflicts: Iterable[quorum.Conflict], at: datetime
) -> bool:
    """Whether a question could have its quorum if everybody came who has not said that they cannot. `conflicts`: those known of it."""
    known = tuple(conflicts)
    could = _there((person for person in people if person.voting), {Word.YES, Word.SILENT}, at, known)
    return quorum.quorum(rule, could, known, at, foreseen=True).quorate


def _there(
    members: Iterable[Expected],
    words: Collection[Word],
    at: datetime,
    conflicts: Iterable[quorum.Conflict] = (),
) -> tuple[quorum.Presence, ...]:
    there = tuple(
        quorum.Presence(
            person.user_id,
            person.seat,
            person.agency_kind,
            voting=person.voting,
            intervals=((at, None),) if person.word in words else (),
            name=person.name,
        )
        for person in members
    )
    return quorum.led_by(there, quorum.would_lead(there, quorum.barred_by(conflicts, at), at))


def _by_agency(
    rule: quorum.QuorumRule, members: Collection[Expected], labels: Mapping[str, str]
) -> Iterable[Cover]:
    """Each kind of agency that somebody sits for, and each the rules ask for."""
    kinds = {person.agency_kind: person.agency for person in members if person.agency_kind}
    kinds |= {kind: labels.get(kind, kind) for kind in sorted(rule.required_agencies - set(kinds))}
    for kind, label in kinds.items():
        yield _cover(label, [person for person in members if person.agency_kind == kind])


def _by_seat(
    rule: quorum.QuorumRule, members: Collection[Expected], labels: Mapping[str, str]
) -> Iterable[Cover]:
    for seat in sorted(rule.required_seats):
        yield _cover(labels.get(seat, seat), [person for person in members if person.seat == seat])


def _cover(label: str, people: Collection[Expected]) -> Cover:
    said = {word: tuple(person.name for person in people if person.word is word) for word in Word}
    coming, silent, cannot = said[Word.YES], said[Word.SILENT], said[Word.NO]
    if coming:
        sentence = f"{label}: {_names(coming)} will come."
    elif silent:
        sentence = f"{label}: nobody has said yes yet."
    elif cannot:
        sentence = f"{label}: {_names(cannot)} cannot come, and nobody else has a seat for it."
    else:
        sentence = f"{label}: nobody has a seat for it."
    return Cover(label, coming, silent, cannot, sentence)


def _names(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(
    rule: quorum.QuorumRule,
    members: Collection[Expected],
    sure: quorum.QuorumResult,
    hoped: quorum.QuorumResult,
    short: tuple[int, ...],
    missing: tuple[str, ...],
) -> str:
    yes = sum(person.word is Word.YES for person in members)
    if sure.quorate:
        words = f"If those come who said yes ({yes}), the meeting has its quorum of {rule.minimum_total}."
        if short:
            items = "Item" if len(short) == 1 else "Items"
            numbers = ", ".join(str(number) for number in short)
            words += f" {items} {numbers} would lack it, because somebody is recused."
        return words
    said = {0: "Nobody with a vote has", 1: "1 member with a vote has"}.get(
        yes, f"{yes} members with a vote have"
    )
    words = f"{said} said yes; a quorum is {rule.minimum_total}."
    if missing:
        words += f" Still wanted: {_names(missing)}."
    if hoped.quorate:
        return f"{words} It can still be reached if the others come."
    return f"{words} It cannot be reached with those who could still come: give somebody else a seat."


def _missing(
    sure: quorum.QuorumResult, seat_labels: Mapping[str, str], agency_labels: Mapping[str, str]
) -> tuple[str, ...]:
    """What is still wanted, in words: seats, kinds of agency, and how many agencies beside those."""
    missing = [seat_labels.get(seat, seat) for seat in sure.missing_seats]
    missing += [f"somebody from {inside(agency_labels.get(kind, kind))}" for kind in sure.missing_kinds]
    others = sure.missing_agencies - len(sure.missing_kinds)
    if others > 0:
        missing.append("another agency" if others == 1 else f"{others} more agencies")
    return tuple(missing)
