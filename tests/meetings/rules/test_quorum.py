from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.quorum import (
    Ask,
    Conflict,
    ConflictKind,
    ConflictSource,
    Effect,
    FoundConflicts,
    ItemException,
    ItemTies,
    MemberTies,
    Presence,
    QuorumResult,
    QuorumRule,
    automatic_conflicts,
    barred_by,
    eligible,
    for_item,
    led_by,
    present_at,
    quorum,
    would_lead,
)

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHAIR, PSYCHOLOGIST, HEAD, HEALTH, CLERK = 1, 2, 3, 4, 5
RULE = QuorumRule(minimum_total=4, required_seats=frozenset({"educational_psychologist"}), minimum_agencies=3)


def minutes(n: float) -> datetime:
    return NINE + timedelta(minutes=n)


def someone(
    user_id: int, seat: str, agency: str, *, voting: bool = True, intervals=((NINE, None),)
) -> Presence:
    return Presence(user_id, seat, agency, voting, intervals)


def panel() -> tuple[Presence, ...]:
    return (
        someone(CHAIR, "chair", "education"),
        someone(PSYCHOLOGIST, "educational_psychologist", "education"),
        someone(HEAD, "headteacher", "school"),
        someone(HEALTH, "health", "health"),
        someone(CLERK, "clerk", "education", voting=False),
    )


def conflict(user_id: int, effect: Effect, since: datetime | None = None) -> Conflict:
    return Conflict(user_id, ConflictKind.OTHER, ConflictSource.DECLARED, effect, since)


def ids(people) -> list[int]:
    return [p.user_id for p in people]


def test_present_at_counts_arrival_and_not_departure():
    people = (
        someone(HEAD, "headteacher", "school", intervals=((minutes(10), minutes(20)), (minutes(30), None))),
    )
    moments = (9, 10, 19, 20, 29, 30, 999)
    assert [bool(present_at(people, minutes(n))) for n in moments] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
    ]


def test_quorum_with_a_full_panel_is_quorate():
    assert quorum(RULE, panel(), (), minutes(5)) == QuorumResult(
        quorate=True,
        needed=4,
        present=4,
        missing_seats=(),
        missing_agencies=0,
        could_restore=(),
        sentence="Quorum is 4, 4 eligible members present for this item.",
    )


def test_quorum_after_a_recusal_names_the_count_as_row_53_words_it():
    rule = QuorumRule(minimum_total=4)
    result = quorum(rule, panel(), (conflict(HEAD, Effect.NO_VOTE),), minutes(5))
    assert (result.quorate, result.sentence) == (
        False,
        "Quorum is 4, 3 eligible members present for this item.",
    )


def test_quorum_without_a_required_seat_names_seat_and_agencies_and_who_could_restore_it():
    people = tuple(
        someone(p.user_id, p.seat, p.agency_kind, intervals=((NINE, minutes(3)),))
        if p.user_id in (PSYCHOLOGIST, HEALTH)
        else p
        for p in panel()
    )
    assert quorum(RULE, people, (), minutes(5)) == QuorumResult(
        quorate=False,
        needed=4,
        present=2,
        missing_seats=("educational_psychologist",),
        missing_agencies=1,
        could_restore=(PSYCHOLOGIST, HEALTH),
        sentence=(
            "Quorum is 4, 2 eligible members present for this item. Not here: educational psychologist."
            " 3 different agencies are needed, 2 agencies present."
        ),
    )


def test_a_required_agency_that_is_not_there_is_named_with_who_could_restore_it():
    rule = QuorumRule(2, minimum_agencies=2, required_agencies=frozenset({"health", "social_care"}))
    people = (
        *panel()[:3],
        someone(HEALTH, "health", "health", intervals=((NINE, minutes(3)),)),
        # Who has no vote does not stand for their agency.
        someone(CLERK, "observer", "social_care", voting=False),
    )
    result = quorum(rule, people, (), minutes(5))
    assert (result.quorate, result.missing_kinds, result.missing_agencies) == (
        False,
        ("health", "social_care"),
        0,
    )
    assert (result.could_restore, result.sentence) == (
        (HEALTH,),
        "Quorum is 2, 3 eligible members present for this item. Nobody is here from: health, social care.",
    )
    both = (*panel(), someone(6, "early_years", "social_care"))
    assert quorum(rule, both, (), minutes(5)).quorate is True
    recused = quorum(rule, both, (conflict(HEALTH, Effect.NO_VOTE),), minutes(5))
    assert (recused.quorate, recused.missing_kinds, recused.could_restore) == (False, ("health",), ())
    expected = quorum(rule, both[:-1], (), minutes(5), foreseen=True)
    assert expected.sentence.endswith("Nobody is expected from: social care.")


def test_a_required_agency_that_is_back_too_late_is_told_apart():
    rule = QuorumRule(2, required_agencies=frozenset({"health"}))
    gap = ((NINE, minutes(1)), (minutes(8), None))
    people = (*panel()[:3], someone(HEALTH, "health", "health", intervals=gap))
    result = quorum(rule, people, (), minutes(9), since=NINE)
    assert (result.quorate, result.missing_kinds) == (False, ("health",))
    assert result.sentence.endswith("Here again, but missed part of this item, from: health.")


def test_whoever_leads_an_item_fills_the_chairs_seat_and_a_vice_chair_alone_does_not():
    rule = QuorumRule(2, required_seats=frozenset({"chair"}))
    people = (someone(CHAIR, "chair", "education"), someone(HEAD, "vice_chair", "school"), *panel()[3:])
    out = (conflict(CHAIR, Effect.LEAVES),)
    alone = quorum(rule, people, out, minutes(5))
    assert (alone.quorate, alone.missing_seats, alone.present) == (False, ("chair",), 2)
    assert quorum(rule, led_by(people, HEAD), out, minutes(5)).quorate is True
    both = QuorumRule(2, required_seats=frozenset({"chair", "vice_chair"}))
    assert quorum(both, led_by(people, HEAD), out, minutes(5)).quorate is True
    # A leader who is barred fills nothing.
    assert quorum(rule, led_by(people, CHAIR), out, minutes(5)).quorate is False


def test_before_anybody_is_named_the_chair_would_lead_and_else_the_vice_chair():
    people = (someone(HEAD, "vice_chair", "school"), someone(CHAIR, "chair", "education"))
    assert would_lead(people, (), minutes(1)) == CHAIR
    assert would_lead(people, {CHAIR}, minutes(1)) == HEAD
    assert would_lead(people, {CHAIR, HEAD}, minutes(1)) is None
    gone = (people[0], someone(CHAIR, "chair", "education", intervals=()))
    assert would_lead(gone, (), minutes(1)) == HEAD


def test_quorum_never_offers_a_recused_member_as_the_one_who_could_restore_it():
    result = quorum(RULE, panel(), (conflict(PSYCHOLOGIST, Effect.LEAVES),), minutes(5))
    assert (result.quorate, result.could_restore) == (False, ())


def test_quorum_of_one_is_said_in_the_singular():
    result = quorum(QuorumRule(2), (someone(CHAIR, "chair", "education"),), (), minutes(5))
    assert result.sentence == "Quorum is 2, 1 eligible member present for this item."


def test_quorum_with_nobody_there_is_not_quorate_even_when_the_rule_asks_for_agencies_only():
    assert quorum(QuorumRule(0, minimum_agencies=1), (), (), NINE).quorate is False


def test_a_noted_conflict_keeps_the_vote():
    assert ids(eligible(panel(), (conflict(HEAD, Effect.NOTE),), NINE, minutes(8))) == [
        CHAIR,
        PSYCHOLOGIST,
        HEAD,
        HEALTH,
    ]


def test_late_recusal_counts_from_the_moment_it_was_declared():
    late = (conflict(HEAD, Effect.LEAVES, since=minutes(6)),)
    assert barred_by(late, minutes(5)) == frozenset()
    assert barred_by(late, minutes(6)) == frozenset({HEAD})


def test_a_member_who_missed_half_the_discussion_is_not_eligible():
    people = (*panel()[:3], someone(HEALTH, "health", "health", intervals=((minutes(4), None),)))
    assert ids(eligible(people, (), NINE, minutes(8))) == [CHAIR, PSYCHOLOGIST, HEAD]
    assert ids(eligible(people, (), minutes(4), minutes(8))) == [CHAIR, PSYCHOLOGIST, HEAD, HEALTH]


def test_a_dropped_call_of_two_minutes_keeps_a_member_eligible_and_a_longer_one_does_not():
    def health(back: float) -> tuple[Presence, ...]:
        return (someone(HEALTH, "health", "health", intervals=((NINE, minutes(3)), (minutes(back), None))),)

    assert ids(eligible(health(5), (), NINE, minutes(8))) == [HEALTH]
    assert ids(eligible(health(5.1), (), NINE, minutes(8))) == []


def test_a_member_who_has_gone_when_the_chair_decides_is_not_eligible():
    people = (someone(HEALTH, "health", "health", intervals=((NINE, minutes(8)),)),)
    assert ids(eligible(people, (), NINE, minutes(8))) == []


def test_two_rows_of_one_person_count_once_and_vote_only_if_both_do():
    twice = (someone(HEAD, "headteacher", "school"), someone(HEAD, "observer", "school", voting=False))
    assert quorum(QuorumRule(1), twice, (), minutes(1)).present == 0
    assert quorum(QuorumRule(1), (twice[0], twice[0]), (), minutes(1)).present == 1


def test_item_exceptions_replace_the_meetings_times_for_that_item_only():
    people = for_item(panel(), (ItemException(HEAD), ItemException(HEALTH, ((minutes(5), None),))))
    assert ids(present_at(people, minutes(6))) == [CHAIR, PSYCHOLOGIST, HEALTH, CLERK]


@given(
    recused=st.sets(st.sampled_from([CHAIR, PSYCHOLOGIST, HEAD, HEALTH])),
    needed=st.integers(min_value=1, max_value=5),
)
def test_one_more_recusal_never_makes_a_panel_quorate(recused: set[int], needed: int):
    rule = QuorumRule(needed, minimum_agencies=2)
    conflicts = tuple(conflict(user_id, Effect.LEAVES) for user_id in recused)
    before = quorum(rule, panel(), conflicts, minutes(5))
    after = quorum(rule, panel(), (*conflicts, conflict(CHAIR, Effect.NO_VOTE)), minutes(5))
    assert after.present <= before.present
    assert before.quorate or not after.quorate


def test_automatic_conflicts_find_setting_papers_and_earlier_deciders_and_ask_about_a_shared_home():
    members = (
        MemberTies(HEAD, settings=frozenset({70, 71})),
        MemberTies(PSYCHOLOGIST, surname="Okafor", postcode="zz1 1aa"),
        MemberTies(HEALTH, surname="O’Brien", postcode="ZZ9 9ZZ"),
        MemberTies(CHAIR),
    )
    item = ItemTies(
        setting=71,
        paper_authors=frozenset({PSYCHOLOGIST, HEAD}),
        earlier_deciders=frozenset({CHAIR}),
        family=frozenset({("OKAFOR", "ZZ11AA"), ("", "")}),
    )
    automatic = ConflictSource.AUTOMATIC
    assert automatic_conflicts(members, item) == FoundConflicts(
        conflicts=(
            Conflict(HEAD, ConflictKind.OWN_SETTING, automatic, Effect.LEAVES),
            Conflict(HEAD, ConflictKind.OWN_PAPER, automatic, Effect.NO_VOTE),
            Conflict(PSYCHOLOGIST, ConflictKind.OWN_PAPER, automatic, Effect.NO_VOTE),
            Conflict(CHAIR, ConflictKind.PRIOR_DECISION, automatic, Effect.NO_VOTE),
        ),
        ask=(Ask(PSYCHOLOGIST, ConflictKind.RELATIVE),),
    )


def test_a_child_without_a_setting_makes_no_setting_conflict():
    assert automatic_conflicts((MemberTies(HEAD),), ItemTies(setting=None)) == FoundConflicts((), ())


def test_a_paper_by_somebody_of_a_members_name_is_asked_about_and_bars_nobody():
    members = (
        MemberTies(PSYCHOLOGIST, name="Anna Marsh"),
        MemberTies(HEALTH, name="Bob Field"),
        MemberTies(HEAD, name="Hetty Head"),
    )
    item = ItemTies(
        setting=None,
        paper_authors=frozenset({HEALTH}),
        written_authors=frozenset({"Dr Anna J Marsh, EP", "Bob Field", "J Head"}),
    )
    found = automatic_conflicts(members, item)
    assert found.ask == (Ask(PSYCHOLOGIST, ConflictKind.OWN_PAPER, ("Dr Anna J Marsh, EP",)),)
    assert [(one.user_id, one.kind) for one in found.conflicts] == [(HEALTH, ConflictKind.OWN_PAPER)]


def came_and_went(user_id: int, seat: str, name: str, *intervals) -> Presence:
    return Presence(user_id, seat, "education", True, intervals, name)


def test_who_is_here_again_but_missed_part_is_told_apart_from_who_is_not_here():
    back = came_and_went(
        PSYCHOLOGIST, "educational_psychologist", "Ed", (NINE, minutes(3)), (minutes(10), None)
    )
    result = quorum(RULE, (*panel()[:1], back, *panel()[2:]), (), minutes(13), since=NINE)
    assert (result.quorate, result.could_restore) == (False, ())
    assert result.sentence == (
        "Quorum is 4, 3 eligible members present for this item."
        " Here again, but missed part of this item: educational psychologist."
    )
    assert result.way_out == (
        "Ed is here again, but missed part of this item. To count them, set the item back and take it up again."
    )
    assert quorum(RULE, (*panel()[:1], back, *panel()[2:]), (), minutes(13), since=minutes(11)).quorate


def test_coming_back_helps_only_whoever_was_away_for_a_moment():
    def gone(at: float) -> QuorumResult:
        away = came_and_went(PSYCHOLOGIST, "educational_psychologist", "Ed", (NINE, minutes(3)))
        return quorum(RULE, (*panel()[:1], away, *panel()[2:]), (), minutes(at), since=NINE)

    assert (gone(4).could_restore, gone(4).way_out) == ((PSYCHOLOGIST,), "")
    assert gone(6).could_restore == ()
    assert gone(6).way_out == (
        "Ed has missed part of it: to come back is not enough."
        " To count them, once they are here, set the item back and take it up again."
    )
