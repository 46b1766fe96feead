"""Who can be expected at a meeting: agencies and seats nobody has said yes for, and whether it would be enough."""

from typing import Any

from meetings.rules.coverage import Expected, Foreseen, Word, coverage, reachable
from meetings.rules.quorum import Conflict, ConflictKind, ConflictSource, Effect, QuorumRule
from tests.make import NOW

RULE = QuorumRule(3, frozenset({"educational_psychologist"}), 2)
LABELS = {"educational_psychologist": "Educational psychologist", "chair": "Chair"}
AGENCIES = {"health": "Health", "social_care": "Social care"}
YES, SILENT, NO = Word.YES, Word.SILENT, Word.NO


def person(number: int, name: str, seat: str, agency: str, word: Word, *, voting: bool = True) -> Expected:
    return Expected(number, name, seat, seat, agency, agency.capitalize(), voting, word)


def foreseen(*words: Word, recused: dict[int, Any] | None = None) -> Foreseen:
    """The chair, the psychologist, a nurse and a head, in this order, with these words."""
    seats = (
        ("Charlie", "chair", "education"),
        ("Ed", "educational_psychologist", "education"),
        ("Nia", "health", "health"),
        ("Hetty", "school", "schools"),
    )
    people = [person(n, *who, word) for n, (who, word) in enumerate(zip(seats, words, strict=True))]
    return coverage(RULE, people, recused or {}, NOW, seat_labels=LABELS, agency_labels=AGENCIES)


def test_enough_have_said_yes() -> None:
    found = foreseen(YES, YES, YES, SILENT)
    assert (found.sure.quorate, found.sentence) == (
        True,
        "If those come who said yes (3), the meeting has its quorum of 3.",
    )
    assert [cover.sentence for cover in found.unsaid] == ["Schools: nobody has said yes yet."]
    assert found.silent == ("Hetty",)


def test_nobody_has_answered_yet() -> None:
    found = foreseen(SILENT, SILENT, SILENT, SILENT)
    assert (found.sure.quorate, found.hoped.quorate) == (False, True)
    assert found.sentence == (
        "Nobody with a vote has said yes; a quorum is 3. Still wanted: Educational psychologist and 2 more agencies."
        " It can still be reached if the others come."
    )
    assert (found.lost, len(found.unsaid)) == ((), 4)


def test_a_required_seat_that_cannot_come_is_lost() -> None:
    found = foreseen(YES, NO, YES, YES)
    assert (found.sure.quorate, found.hoped.quorate) == (False, False)
    assert found.sentence.endswith(
        "It cannot be reached with those who could still come: give somebody else a seat."
    )
    assert [cover.sentence for cover in found.lost] == [
        "Educational psychologist: Ed cannot come, and nobody else has a seat for it."
    ]


def test_a_required_seat_without_anybody_is_said() -> None:
    found = coverage(RULE, (), {}, NOW, seat_labels=LABELS, agency_labels=AGENCIES)
    assert [cover.sentence for cover in found.covers] == [
        "Educational psychologist: nobody has a seat for it."
    ]


def test_items_lose_their_quorum_by_a_recusal() -> None:
    out = Conflict(2, ConflictKind.OWN_SETTING, ConflictSource.AUTOMATIC, Effect.LEAVES)
    noted = Conflict(2, ConflictKind.OTHER, ConflictSource.DECLARED, Effect.NOTE)
    found = foreseen(YES, YES, YES, NO, recused={1: (), 2: (out,), 3: (noted,)})
    assert found.short_items == (2,)
    assert found.sentence.endswith("Item 2 would lack it, because somebody is recused.")


def test_who_does_not_vote_is_not_counted() -> None:
    people = [person(1, "Olive", "observer", "health", YES, voting=False)]
    found = coverage(QuorumRule(1), people, {}, NOW, seat_labels={}, agency_labels=AGENCIES)
    assert (found.sure.quorate, found.covers) == (False, ())


def test_before_the_day_people_are_expected_and_not_present() -> None:
    found = foreseen(YES, NO, SILENT, NO)
    assert found.sure.sentence == (
        "Quorum is 3, 1 eligible member expected for this item. Nobody is expected as: educational psychologist."
        " 2 different agencies are needed, 1 agency expected."
    )
    assert found.hoped.sentence == (
        "Quorum is 3, 2 eligible members expected for this item. Nobody is expected as: educational psychologist."
    )


def test_a_required_agency_nobody_sits_for_is_said_and_wanted() -> None:
    rule = QuorumRule(2, minimum_agencies=3, required_agencies=frozenset({"health", "social_care"}))
    people = [
        person(1, "Charlie", "chair", "education", YES),
        person(2, "Hetty", "school", "education", YES),
        person(3, "Nia", "health", "health", SILENT),
    ]
    found = coverage(rule, people, {}, NOW, seat_labels=LABELS, agency_labels=AGENCIES)
    assert (found.sure.missing_kinds, found.hoped.missing_kinds) == (
        ("health", "social_care"),
        ("social_care",),
    )
    assert found.sentence == (
        "2 members with a vote have said yes; a quorum is 2. Still wanted: somebody from health and somebody from social care."
        " It cannot be reached with those who could still come: give somebody else a seat."
    )
    assert [cover.sentence for cover in found.lost] == ["Social care: nobody has a seat for it."]
    assert reachable(rule, people, (), NOW) is False
    there = [*people, person(4, "Sol", "social_care", "social_care", SILENT)]
    assert reachable(rule, there, (), NOW) is True


def test_a_required_chair_may_be_the_vice_chair_where_the_chair_cannot() -> None:
    rule = QuorumRule(1, frozenset({"chair"}))
    people = [
        person(1, "Charlie", "chair", "education", NO),
        person(2, "Vic", "vice_chair", "education", YES),
    ]
    found = coverage(rule, people, {}, NOW, seat_labels=LABELS, agency_labels=AGENCIES)
    assert found.sure.quorate is True
    out = Conflict(1, ConflictKind.OWN_SETTING, ConflictSource.AUTOMATIC, Effect.LEAVES)
    both = [person(1, "Charlie", "chair", "education", YES), people[1]]
    assert (
        coverage(rule, both, {1: (out,)}, NOW, seat_labels=LABELS, agency_labels=AGENCIES).short_items == ()
    )
    assert reachable(rule, both, (out,), NOW) is True
    assert reachable(rule, both[:1], (out,), NOW) is False
