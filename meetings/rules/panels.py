"""What the rules of a panel must be to work at all, as pure checks (design.md 4: a panel's rules are dated data)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from meetings.rules.circulation import LONGEST_COMMENT_DAYS
from panel.law.problems import Problem
from panel.law.words import in_words

MOST_MEMBERS = 40
LONGEST_ITEM_MINUTES = 120
LONGEST_DEADLINE_DAYS = 60


@dataclass(frozen=True)
class Rules:
    """The rules of a panel as entered. `seats` and kinds of `agencies`: which a quorum needs; days and minutes are whole numbers.

    `hold_agreements_percent`: of a hundred agreements, how many are looked at again before their letters go.
    """

    valid_from: date
    delegation_reference: str
    minimum_total: int
    minimum_agencies: int
    seats: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    minutes_per_item: int = 9
    paper_deadline_days: int = 7
    comment_days: int = 0
    hold_agreements_percent: int = 0


def rules_problems(
    rules: Rules,
    *,
    today: date,
    taken: Iterable[date],
    agency_kinds: Collection[str],
    never_vote: frozenset[str],
) -> tuple[Problem, ...]:
    """What is wrong with new rules. `taken`: the days from which this panel has rules already, none for a new panel.
    `agency_kinds`: those there are.

    A panel that has rules gets new ones from today or a later day: what was held under the old ones stays as it was.
    """
    begun = frozenset(taken)
    return (
        *_day_problems(rules.valid_from, today, begun),
        *_quorum_problems(rules, agency_kinds, never_vote),
        *_range_problems(rules),
    )


def _day_problems(valid_from: date, today: date, begun: frozenset[date]) -> Iterable[Problem]:
    if valid_from in begun:
        yield Problem(
            "same_day",
            "valid_from",
            f"Rules from {in_words(valid_from)} are recorded already and are never edited. Choose a later day.",
        )
    elif begun and valid_from < today:
        yield Problem(
            "in_the_past",
            "valid_from",
            "New rules count from today or a later day: meetings before then were held under the old ones.",
        )


def _quorum_problems(
    rules: Rules, agency_kinds: Collection[str], never_vote: frozenset[str]
) -> Iterable[Problem]:
    if not 1 <= rules.minimum_total <= MOST_MEMBERS:
        yield Problem(
            "minimum_total", "minimum_total", f"A quorum is between 1 and {MOST_MEMBERS} voting members."
        )
    elif rules.minimum_total < len(rules.seats):
        yield Problem(
            "fewer_than_seats",
            "minimum_total",
            f"{len(rules.seats)} seats must be filled, so a quorum cannot be fewer than {len(rules.seats)}.",
        )
    elif rules.minimum_total < len(rules.agencies):
        yield Problem(
            "fewer_than_agencies",
            "minimum_total",
            f"{len(rules.agencies)} kinds of agency must each be there, so a quorum cannot be fewer than {len(rules.agencies)}.",
        )
    if rules.seats & never_vote:
        yield Problem(
            "seat_never_votes", "required_seats", "Observers and minute takers never count for a quorum."
        )
    if rules.agencies - set(agency_kinds):
        yield Problem("unknown_agency", "required_agencies", "Choose from the kinds of agency there are.")
    most = min(rules.minimum_total, len(agency_kinds))
    if not 0 <= rules.minimum_agencies <= most:
        yield Problem(
            "minimum_agencies",
            "minimum_agencies",
            f"Enter 0 to {most}: members belong to {len(agency_kinds)} kinds of agency, and each member counts for one.",
        )
    elif rules.minimum_agencies < len(rules.agencies):
        yield Problem(
            "fewer_than_required",
            "minimum_agencies",
            f"{len(rules.agencies)} kinds of agency must each be there, so enter {len(rules.agencies)} or more.",
        )


def _range_problems(rules: Rules) -> Iterable[Problem]:
    if not 1 <= rules.minutes_per_item <= LONGEST_ITEM_MINUTES:
        yield Problem(
            "minutes_per_item", "minutes_per_item", f"Enter between 1 and {LONGEST_ITEM_MINUTES} minutes."
        )
    if not 0 <= rules.paper_deadline_days <= LONGEST_DEADLINE_DAYS:
        yield Problem(
            "paper_deadline_days",
            "paper_deadline_days",
            f"Enter between 0 and {LONGEST_DEADLINE_DAYS} days before the meeting.",
        )
    if not 0 <= rules.comment_days <= LONGEST_COMMENT_DAYS:
        yield Problem(
            "comment_days", "comment_days", f"Enter between 0 and {LONGEST_COMMENT_DAYS} working days."
        )
    if not 0 <= rules.hold_agreements_percent <= 100:
        yield Problem(
            "hold_agreements_percent", "hold_agreements_percent", "Enter between 0 and 100 in a hundred."
        )
    if not rules.delegation_reference.strip():
        yield Problem(
            "delegation",
            "delegation_reference",
            "Enter where the authority’s scheme of delegation says who decides: it is printed with every decision.",
        )
