"""Who holds the rights, until when they may appeal, and who must have a letter of their own. Pure.

The rights pass from parent to young person at the end of compulsory school age (Children and Families Act 2014 s83(2);
Education Act 1996 s8), never at a birthday. A letter goes to everyone with a recorded right to it; only a dispute, an order, a
restriction, an unknown identity or an unknown address stands in the way, and then a person must settle it, not this code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from panel.law.problems import Problem
from panel.law.words import in_words
from panel.law.workdays import NO_DAYS, Days, add_months, add_working_days, first_working_day_on_or_after

FRIDAY = 4
ONE_DAY = timedelta(days=1)
APPEAL_MONTHS = 2  # HESC Rules r20: two months from the notice
CERTIFICATE_MONTHS = 1  # HESC Rules r20: or one month from the mediation certificate, if later
MEDIATION_CONTACT_MONTHS = 2  # reg 33: the adviser is contacted within two months of the notice
MEDIATION_ARRANGED_DAYS = 30  # reg 36: mediation is arranged within 30 days of being told
CERTIFICATE_WORKING_DAYS = 3  # s55(4), reg 34: the adviser issues the certificate within three working days
AGE_RIGHTS_END = 25  # s83(2): a young person is under 25


class Holder(StrEnum):
    """Whose rights they are."""

    PARENT = "parent"
    YOUNG_PERSON = "young_person"


def young_person_from(born_on: date) -> date:
    """The first day after compulsory school age: the day after the last Friday in June of the school year (1 September to
    31 August) in which the child turns 16. A summer-born pupil takes over while still 15 (Education Act 1996 s8).
    """
    sixteenth = _birthday(born_on, 16)
    year = sixteenth.year if sixteenth <= date(sixteenth.year, 8, 31) else sixteenth.year + 1
    last = date(year, 6, 30)
    while last.weekday() != FRIDAY:
        last -= ONE_DAY
    return last + ONE_DAY


def rights_holder(born_on: date, on: date) -> Holder:
    """Who requests, is told, mediates and appeals on the day `on`."""
    return Holder.YOUNG_PERSON if on >= young_person_from(born_on) else Holder.PARENT


def holder_on(born_on: date | None, on: date, *, acting: Holder | None = None) -> Holder | None:
    """Whose rights they are, as `recipients` asks it: by the date of birth, None while that is not recorded. Pages that say to whom a
    letter will go ask here too, so that they never say another.

    `acting` goes before it: who acts for a young person who lacks capacity (s80). Nothing records that yet, so no caller passes it.
    """
    return acting or (rights_holder(born_on, on) if born_on else None)


def age_on(born_on: date, on: date) -> int:
    """Completed years on the day `on`; someone born on 29 February has a birthday on 1 March in other years."""
    return on.year - born_on.year - (on < _birthday(born_on, on.year - born_on.year))


def _birthday(born_on: date, years: int) -> date:
    day = add_months(born_on, 12 * years)
    return day if day.day == born_on.day else day + ONE_DAY


def request_problems(*, born_on: date | None, received_on: date, today: date) -> list[Problem]:
    """What is wrong with the dates of a request: not yet received, before birth, or from someone of 25 or over (s83(2))."""
    found = []
    if received_on > today:
        found.append(
            Problem(
                "received_in_future",
                "received_on",
                f"The request cannot be received on {in_words(received_on)}: today is {in_words(today)}.",
            )
        )
    if born_on is None:
        return found
    if born_on >= today:
        found.append(Problem("born_in_future", "born_on", "Date of birth must be in the past."))
    if received_on < born_on:
        sentence = (
            f"The request is dated {in_words(received_on)}, before the date of birth, {in_words(born_on)}."
        )
        found.append(Problem("received_before_birth", "received_on", sentence))
    elif age_on(born_on, received_on) >= AGE_RIGHTS_END:
        sentence = (
            f"The person was {age_on(born_on, received_on)} when the request was received. "
            "A needs assessment can be asked for until the day before the 25th birthday."
        )
        found.append(Problem("too_old", "born_on", sentence))
    return found


def mediation_contact_by(letter_on: date) -> date:
    """The last day to contact a mediation adviser: two calendar months after the letter (reg 33)."""
    return add_months(letter_on, MEDIATION_CONTACT_MONTHS)


def mediation_arranged_by(told_on: date) -> date:
    """The last day for the authority to arrange mediation after the family says it wants it (reg 36)."""
    return told_on + timedelta(days=MEDIATION_ARRANGED_DAYS)


def certificate_by(declined_on: date, proclaimed: Days = NO_DAYS) -> date:
    """When the adviser's certificate is due once the family says it does not want mediation (s55(4), reg 34)."""
    return add_working_days(declined_on, CERTIFICATE_WORKING_DAYS, proclaimed)


def appeal_by(letter_on: date, certificate_on: date | None = None, proclaimed: Days = NO_DAYS) -> date:
    """The last day the tribunal may receive the appeal: the later of two months from the letter and one month from the
    certificate (HESC Rules r20), then rolled forward, never back (r12): from 25 December to 1 January to the first working
    day after 1 January, from August to the first after 31 August, else from a closed day to the next working day.

    `proclaimed`: bank holidays the calendar does not know yet. The authority's own closed days do not count here.
    """
    last = add_months(letter_on, APPEAL_MONTHS)
    if certificate_on is not None:
        last = max(last, add_months(certificate_on, CERTIFICATE_MONTHS))
    if (last.month, last.day) >= (12, 25):
        last = date(last.year + 1, 1, 2)
    elif (last.month, last.day) == (1, 1):
        last = date(last.year, 1, 2)
    elif last.month == 8:
        last = date(last.year, 9, 1)
    return first_working_day_on_or_after(last, proclaimed)


class Basis(StrEnum):
    """What a person's right to be told rests on (Education Act 1996 s576; CFA 2014 s83)."""

    NATURAL_PARENT = "natural_parent"
    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    CARE_OF_CHILD = "care_of_child"
    SELF = "self"
    NONE = "none"


BASES_OF = {
    Holder.PARENT: frozenset({Basis.NATURAL_PARENT, Basis.PARENTAL_RESPONSIBILITY, Basis.CARE_OF_CHILD}),
    Holder.YOUNG_PERSON: frozenset({Basis.SELF}),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """What is recorded about one person and one child. `until` is the last day it held, None while it holds."""

    person_id: int
    kind: str
    basis: Basis
    since: date
    until: date | None = None
    disputed: bool = False
    barred_by_order: bool = False
    restricted: bool = False
    identity_known: bool = True
    address_known: bool = True


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why no letter goes to this person yet, and what to do. `person_id` is None when nobody at all can be written to."""

    person_id: int | None
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Recipients:
    """`entitled`: persons to write to, in the order given. `blocked`: what must be settled first. `holder`: whose rights."""

    entitled: tuple[int, ...]
    blocked: tuple[Blocked, ...]
    holder: Holder | None


_STANDING_IN_THE_WAY = (
    (
        "disputed",
        "disputed",
        "The right of this {kind} is disputed. Have it settled, and record the outcome, before writing.",
    ),
    (
        "order",
        "barred_by_order",
        "A court order concerns this {kind}. Have the legal team say what may be sent, and record it.",
    ),
    (
        "restricted",
        "restricted",
        "A restriction is recorded for this {kind}. Lift it or record why this person is not written to.",
    ),
)
_MUST_BE_KNOWN = (
    (
        "identity_unknown",
        "identity_known",
        "Nobody has confirmed who this {kind} is. Confirm it, then write.",
    ),
    ("address_unknown", "address_known", "No current address is known for this {kind}. Find and record one."),
)


def recipients(
    ties: Iterable[Tie], child_born_on: date | None, on: date, *, acting: Holder | None = None
) -> Recipients:
    """Who must have a letter of their own on the day `on`, and what stands in the way of those who cannot have it yet.

    A person without a basis is not entitled and blocks nobody. From the end of compulsory school age only the young person's
    own tie (`Basis.SELF`) counts. `acting` is an officer's recorded override, as where a young person lacks capacity and a
    parent acts (s80).
    """
    holder = holder_on(child_born_on, on, acting=acting)
    if holder is None:
        sentence = "The date of birth is not recorded, so it is not known whose rights these are. Record it."
        return Recipients((), (Blocked(None, "born_unknown", sentence),), None)
    entitled: list[int] = []
    blocked: list[Blocked] = []
    for tie in ties:
        if tie.basis in BASES_OF[holder] and tie.since <= on and (tie.until is None or on <= tie.until):
            found = _in_the_way(tie)
            blocked.extend(found)
            if not found and tie.person_id not in entitled:
                entitled.append(tie.person_id)
    stopped = {block.person_id for block in blocked}
    entitled = [person for person in entitled if person not in stopped]
    if not entitled and not blocked:
        blocked.append(Blocked(None, "nobody_entitled", _NOBODY[holder]))
    return Recipients(tuple(entitled), tuple(blocked), holder)


_NOBODY = {
    Holder.PARENT: (
        "Nobody is recorded with a right to this letter. Record who is a natural parent, has parental responsibility or has "
        "care of the child, and how that is known."
    ),
    Holder.YOUNG_PERSON: (
        "The rights are the young person’s own now. Record the young person as the one to write to, with their address."
    ),
}


def _in_the_way(tie: Tie) -> Sequence[Blocked]:
    found = [(code, sentence) for code, field, sentence in _STANDING_IN_THE_WAY if getattr(tie, field)] + [
        (code, sentence) for code, field, sentence in _MUST_BE_KNOWN if not getattr(tie, field)
    ]
    kind = tie.kind or "person"
    return [Blocked(tie.person_id, code, sentence.format(kind=kind)) for code, sentence in found]
