from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.law.rights import (
    Basis,
    Holder,
    Recipients,
    Tie,
    age_on,
    appeal_by,
    certificate_by,
    mediation_arranged_by,
    mediation_contact_by,
    recipients,
    request_problems,
    rights_holder,
    young_person_from,
)
from panel.law.workdays import add_months, is_working_day

BORN = date(2018, 5, 4)
TODAY = date(2026, 11, 23)
MOTHER = Tie(1, "mother", Basis.NATURAL_PARENT, date(2018, 5, 4))
FATHER = Tie(2, "father", Basis.PARENTAL_RESPONSIBILITY, date(2018, 5, 4))
AUNT = Tie(3, "aunt", Basis.NONE, date(2018, 5, 4))
SELF = Tie(4, "young person", Basis.SELF, date(2018, 5, 4))
DAYS = st.dates(date(2014, 9, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("born", "start"),
    [
        (
            date(2010, 10, 15),
            date(2027, 6, 26),
        ),  # autumn-born: turns 16 in October 2026, a child until next June
        (date(2010, 9, 1), date(2027, 6, 26)),  # first day of the school year
        (date(2010, 8, 31), date(2026, 6, 27)),  # last day of it: still 15 when the rights pass
        (date(2010, 1, 1), date(2026, 6, 27)),
        (date(2004, 2, 29), date(2020, 6, 27)),
    ],
)
def test_rights_pass_the_day_after_the_last_friday_in_june(born, start):
    assert young_person_from(born) == start
    assert rights_holder(born, start - timedelta(days=1)) == Holder.PARENT
    assert rights_holder(born, start) == Holder.YOUNG_PERSON


@given(st.dates(date(1995, 1, 1), date(2040, 12, 31)))
def test_rights_always_pass_on_a_saturday_late_in_june_or_on_the_first_of_july(born):
    start = young_person_from(born)
    assert start.weekday() == 5
    assert date(start.year, 6, 25) <= start <= date(start.year, 7, 1)
    assert 15 <= age_on(born, start) <= 16


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2025, 2, 28), 24), (date(2025, 3, 1), 25), (date(2024, 2, 29), 24), (date(2000, 2, 29), 0)],
)
def test_age_of_a_leap_day_child_changes_on_the_first_of_march(on, age):
    assert age_on(date(2000, 2, 29), on) == age


@pytest.mark.parametrize(
    ("born", "received", "codes"),
    [
        (date(2010, 1, 1), TODAY, []),
        (None, TODAY, []),
        (date(2001, 11, 24), TODAY, []),
        (date(2001, 11, 23), TODAY, ["too_old"]),
        (date(1999, 1, 1), TODAY, ["too_old"]),
        (date(2010, 1, 1), TODAY + timedelta(days=1), ["received_in_future"]),
        (date(2026, 11, 1), date(2026, 10, 1), ["received_before_birth"]),
        (date(2027, 1, 1), TODAY, ["born_in_future", "received_before_birth"]),
    ],
)
def test_request_dates_are_checked(born, received, codes):
    assert [p.code for p in request_problems(born_on=born, received_on=received, today=TODAY)] == codes


def test_request_from_a_person_of_27_names_age_and_rule():
    (problem,) = request_problems(born_on=date(1999, 1, 1), received_on=TODAY, today=TODAY)
    assert problem.sentence == (
        "The person was 27 when the request was received. "
        "A needs assessment can be asked for until the day before the 25th birthday."
    )


@pytest.mark.parametrize(
    ("letter", "certificate", "last"),
    [
        (
            date(2024, 10, 1),
            date(2024, 11, 29),
            date(2025, 1, 2),
        ),  # the IPSEA example: 29 December rolls into January
        (date(2025, 10, 1), None, date(2025, 12, 1)),
        (date(2025, 9, 16), None, date(2025, 11, 17)),  # 16 November 2025 is a Sunday
        (date(2026, 10, 25), None, date(2027, 1, 4)),  # Christmas Day; 2 January 2027 is a Saturday
        (date(2026, 11, 1), None, date(2027, 1, 4)),  # New Year's Day
        (date(2026, 10, 24), None, date(2026, 12, 24)),
        (date(2026, 6, 1), None, date(2026, 9, 1)),  # ends in August
        (date(2026, 6, 30), None, date(2026, 9, 1)),
        (date(2026, 7, 1), None, date(2026, 9, 1)),  # ends on 1 September by itself
        (date(2025, 12, 31), None, date(2026, 3, 2)),  # no 31 February; the 28th is a Saturday
        (date(2027, 12, 30), None, date(2028, 2, 29)),
        (date(2026, 2, 3), None, date(2026, 4, 7)),  # Good Friday, then Easter Monday
        (date(2026, 9, 1), date(2026, 9, 5), date(2026, 11, 2)),  # the certificate's month is over first
    ],
)
def test_appeal_date(letter, certificate, last):
    assert appeal_by(letter, certificate) == last


def test_appeal_date_rolls_over_a_proclaimed_bank_holiday_but_mediation_contact_does_not_roll():
    assert appeal_by(date(2025, 10, 1), proclaimed={date(2025, 12, 1)}) == date(2025, 12, 2)
    assert mediation_contact_by(date(2025, 9, 16)) == date(2025, 11, 16)


def test_mediation_is_arranged_in_thirty_days_and_certified_in_three_working_days():
    assert mediation_arranged_by(date(2026, 11, 23)) == date(2026, 12, 23)
    assert certificate_by(date(2026, 12, 23)) == date(2026, 12, 30)


@given(DAYS, st.none() | DAYS)
def test_appeal_date_is_a_working_day_never_earlier_than_the_months(letter, certificate):
    last = appeal_by(letter, certificate)
    assert is_working_day(last)
    assert last >= mediation_contact_by(letter)
    # The months end over Christmas: then it is after New Year. What ends on a closed day before is only moved to the next working day.
    ends = max(add_months(letter, 2), add_months(certificate, 1) if certificate else letter)
    if (ends.month, ends.day) >= (12, 25) or (ends.month, ends.day) == (1, 1):
        assert (last.month, last.day) not in {(12, n) for n in range(25, 32)} | {(1, 1)}


def test_appeal_that_ends_on_the_saturday_before_christmas_is_in_time_on_the_next_working_day():
    """The rule about Christmas is of a time that ends within it (HESC Rules r12); the earlier day is the safe one to print."""
    assert appeal_by(date(2039, 10, 24)) == date(2039, 12, 28)


@given(DAYS, st.integers(0, 60))
def test_a_later_letter_never_ends_earlier(letter, days):
    assert appeal_by(letter) <= appeal_by(letter + timedelta(days=days))


def reasons(found: Recipients) -> list[tuple[int | None, str]]:
    return [(block.person_id, block.code) for block in found.blocked]


def test_everyone_with_a_basis_has_a_letter_and_nobody_else():
    assert recipients([MOTHER, FATHER, AUNT, SELF], BORN, TODAY) == Recipients((1, 2), (), Holder.PARENT)


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"disputed": True}, "disputed"),
        ({"barred_by_order": True}, "order"),
        ({"restricted": True}, "restricted"),
        ({"identity_known": False}, "identity_unknown"),
        ({"address_known": False}, "address_unknown"),
    ],
)
def test_each_obstacle_blocks_that_person_and_no_other(fact, code):
    found = recipients([MOTHER, replace(FATHER, **fact)], BORN, TODAY)
    assert found.entitled == (1,)
    assert reasons(found) == [(2, code)]
    assert "father" in found.blocked[0].sentence


def test_an_obstacle_to_someone_without_a_right_blocks_nothing():
    assert recipients([MOTHER, replace(AUNT, disputed=True)], BORN, TODAY).blocked == ()


def test_a_second_tie_of_a_blocked_person_does_not_open_the_way():
    carer = replace(FATHER, basis=Basis.CARE_OF_CHILD, disputed=True)
    found = recipients([MOTHER, FATHER, carer], BORN, TODAY)
    assert (found.entitled, reasons(found)) == ((1,), [(2, "disputed")])


def test_a_tie_counts_on_its_own_days_only():
    ended = replace(FATHER, until=TODAY - timedelta(days=1))
    begun_later = replace(MOTHER, since=TODAY + timedelta(days=1))
    assert reasons(recipients([ended, begun_later], BORN, TODAY)) == [(None, "nobody_entitled")]
    assert recipients([replace(FATHER, until=TODAY)], BORN, TODAY).entitled == (2,)


def test_the_young_person_alone_is_written_to_once_the_rights_have_passed():
    born = date(2010, 1, 1)
    assert recipients([MOTHER, SELF], born, TODAY) == Recipients((4,), (), Holder.YOUNG_PERSON)
    assert reasons(recipients([MOTHER], born, TODAY)) == [(None, "nobody_entitled")]


def test_an_officer_may_record_that_a_parent_acts_for_a_young_person():
    found = recipients([MOTHER, SELF], date(2010, 1, 1), TODAY, acting=Holder.PARENT)
    assert found == Recipients((1,), (), Holder.PARENT)


def test_nobody_is_written_to_while_the_date_of_birth_is_unknown():
    found = recipients([MOTHER], None, TODAY)
    assert (found.entitled, reasons(found), found.holder) == ((), [(None, "born_unknown")], None)
