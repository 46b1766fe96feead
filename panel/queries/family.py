"""The people around a child as the family page says them: whom letters reach, whom they do not, and why."""

from dataclasses import dataclass
from datetime import date

from panel.law.rights import BASES_OF, Basis, Holder, holder_on
from panel.queries.case_file import CaseFile, FamilyMember


@dataclass(frozen=True)
class Reach:
    """One person and what their entry means for letters. `blocked`: something has to be settled first.

    `to_tell`: they have a right to be told today, whether or not a letter can reach them.
    """

    member: FamilyMember
    sentence: str
    blocked: bool = False
    to_tell: bool = False


def reach_of_family(file: CaseFile, today: date) -> tuple[Reach, ...]:
    """Everybody tied to the child of this case, those whose ties still hold first. Asks the database nothing."""
    holder = holder_on(file.case.child.born_on, today)
    rows = [_reach(member, holder, today) for member in file.family]
    return tuple(sorted(rows, key=lambda row: row.member.tie.until is not None))


def own_tie_owed(file: CaseFile, today: date) -> bool:
    """Whether the rights are the young person's own, who is not recorded as the one to write to. Asks the database nothing."""
    holder = holder_on(file.case.child.born_on, today)
    own = [one for one in file.family if one.tie.basis == Basis.SELF and one.tie.until is None]
    return holder is Holder.YOUNG_PERSON and not own


def _reach(member: FamilyMember, holder: Holder | None, today: date) -> Reach:
    tie = member.tie
    if tie.until is not None:
        return Reach(member, "Letters no longer go to this person.")
    if tie.since > today:
        return Reach(member, "No letters yet: this begins later.")
    if holder is None:
        return Reach(member, "No letters yet: the child’s date of birth is not recorded.", blocked=True)
    if Basis(tie.basis) not in BASES_OF[holder]:
        if tie.basis == Basis.NONE:
            return Reach(member, "No letters: no right to be told is recorded.")
        return Reach(
            member,
            "No letters: the rights are the young person’s own now."
            if holder is Holder.YOUNG_PERSON
            else "No letters yet: the rights are still the parents’.",
        )
    if member.warnings:
        return Reach(member, "No letters until this is settled.", blocked=True, to_tell=True)
    return Reach(member, "Letters go to this person.", to_tell=True)
