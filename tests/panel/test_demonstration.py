"""The demonstration authority: repeatable, believable, and good enough for the door every list comes through."""

import io
import random
from collections import Counter
from datetime import date, timedelta

import pikepdf
import pytest

from meetings.models import Seat
from panel.demonstration import Demonstration, generate
from panel.demonstration.figures import AGES, NEEDS, SEXES, SOURCES, apportion, weeks_open
from panel.importing import CaseRow, parse
from panel.importing.codes import Basis, Need, Outcome, PaperKind, RestrictionKind, Source, Stage
from panel.law.advice import ADULTHOOD_FROM_YEAR
from panel.law.rights import Holder, age_on, rights_holder
from panel.law.workdays import is_working_day
from panel.models.people import Agency
from panel.platform.policy import Role

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def made() -> Demonstration:
    return generate(7, DAY)


@pytest.fixture(scope="module")
def rows(made) -> dict[str, CaseRow]:
    parsed = parse(made.csv, "cases.csv", today=DAY)
    assert parsed.problems == ()
    return {row.reference: row for row in parsed.rows}


@pytest.fixture(scope="module")
def todays(made, rows) -> dict[str, CaseRow]:
    return {case.shows: rows[case.reference] for case in made.panel}


def test_generate_repeats_itself_for_a_seed_and_a_day(made):
    assert generate(7, DAY) == made
    assert generate(8, DAY).csv != made.csv
    assert generate(7, DAY + timedelta(days=1)).csv != made.csv


@pytest.mark.parametrize(
    "day", [date(2026, 2, 28), date(2028, 2, 29), date(2026, 8, 31), date(2027, 1, 1), date(2027, 5, 3)]
)
@pytest.mark.parametrize("cases", [120, 150])
def test_generate_makes_a_list_the_import_takes_on_any_day(day, cases):
    made = generate(1, day, cases)
    parsed = parse(made.csv, "cases.csv", today=day)
    assert (len(parsed.rows), parsed.problems) == (cases, ())
    assert {paper.file for row in parsed.rows for paper in row.papers} == set(made.papers)


def test_generate_refuses_an_authority_too_small_for_its_panel():
    with pytest.raises(ValueError, match="at least 120"):
        generate(7, DAY, 119)


def test_needs_sources_and_sexes_are_in_their_proportions(rows):
    cases = rows.values()
    assert Counter(case.primary_need for case in cases) == Counter(apportion(NEEDS, 400))
    assert Counter(case.source for case in cases) == Counter(apportion(SOURCES, 400))
    assert Counter(case.child.sex for case in cases) == Counter(apportion(SEXES, 400))


def test_ages_are_in_their_published_bands(rows):
    ages = [age_on(case.child.born_on, case.received_on) for case in rows.values()]
    bands = Counter(next(band for band in AGES if band[0] <= age <= band[1]) for age in ages)
    assert (
        bands
        == Counter(apportion(AGES, 400))
        == {(2, 4): 89, (5, 10): 186, (11, 15): 103, (16, 19): 20, (20, 24): 2}
    )


def test_speech_lies_with_younger_and_mental_health_with_older_children(rows):
    def mean_age(need: Need) -> float:
        born = [case.child.born_on for case in rows.values() if case.primary_need == need]
        return sum(age_on(day, DAY) for day in born) / len(born)

    assert mean_age(Need.SLCN) + 3 < mean_age(Need.ASD) + 1 < mean_age(Need.SEMH)


def test_the_authority_is_late_and_not_always(rows):
    def weeks(cases: list[CaseRow]) -> list[float]:
        return [(DAY - case.received_on).days / 7 for case in cases]

    waiting = weeks([case for case in rows.values() if not case.prior])
    assessing = weeks([case for case in rows.values() if len(case.prior) == 1])
    writing = weeks([case for case in rows.values() if len(case.prior) == 2])
    assert (len(waiting), len(assessing) + len(writing)) == (45, 355)
    assert 10 < sum(week > 6 for week in waiting) < 25
    assert 110 < sum(week <= 20 for week in assessing + writing) < 150
    assert 20 < sum(week > 52 for week in assessing + writing) < 60
    assert 60 < len(writing) < 110
    assert min(writing) > 16


def test_open_assessments_are_as_old_as_the_published_durations_let_them_be():
    chance = random.Random(1)  # noqa: S311 (repeatable on purpose)
    weeks = [weeks_open(chance) for _ in range(5_000)]
    # By hand, the areas under the published line: 14 x 0.943, 32 x 0.601 and 26 x 0.159, of 36.6 in all.
    assert sum(week < 20 for week in weeks) / 5_000 == pytest.approx(0.361, abs=0.02)
    assert sum(week >= 52 for week in weeks) / 5_000 == pytest.approx(0.113, abs=0.02)
    assert (min(weeks) >= 6, max(weeks) <= 78) == (True, True)


def test_everything_happens_on_working_days(rows):
    for case in rows.values():
        days = [case.received_on, *(row.notified_on for row in case.prior if row.notified_on)]
        assert all(is_working_day(day) or day == DAY - timedelta(days=1) for day in days)


def test_today_has_both_questions_in_time_and_late(made, rows):
    assert Counter(case.stage for case in made.panel) == {Stage.ASSESS: 11, Stage.ISSUE: 5}
    for case in made.panel:
        row = rows[case.reference]
        assert not row.restricted
        if case.stage == Stage.ASSESS:
            assert row.prior == ()
        else:
            (prior,) = row.prior
            assert (prior.stage, prior.outcome) == (Stage.ASSESS, Outcome.ASSESS)
            assert prior.notified_on
            older = (
                row.year_group is not None
                and row.year_group.isdigit()
                and int(row.year_group) >= ADULTHOOD_FROM_YEAR
            )
            assert [advice.item for advice in row.advice] == [*"abcde", *(["g"] if older else [])]
            assert all(advice.received_on for advice in row.advice)
    days = [
        (DAY - rows[case.reference].received_on).days for case in made.panel if case.stage == Stage.ASSESS
    ]
    assert sum(day <= 42 for day in days) == 8


def test_today_has_twins_with_one_family(todays):
    first, second = (row for shows, row in todays.items() if shows.startswith("twins"))
    assert first.child.forename != second.child.forename
    assert (first.child.surname, first.child.born_on) == (second.child.surname, second.child.born_on)
    assert (first.contacts, first.child.address, first.setting) == (
        second.contacts,
        second.child.address,
        second.setting,
    )


def test_today_has_the_homes_a_letter_must_get_right(todays):
    shown = {shows.split(",")[0].split(":")[0]: row for shows, row in todays.items()}
    two_homes = shown["parents in two homes"]
    assert len({contact.address for contact in two_homes.contacts}) == 2
    carer, mother = shown["foster carer"].contacts
    assert (carer.basis, mother.basis) == (Basis.CARE_OF_CHILD, Basis.PARENTAL_RESPONSIBILITY)
    safe = shown["a confidential address"]
    assert safe.child.address.confidential
    assert safe.contacts[0].address.confidential
    assert safe.contacts[1].restriction.kind == RestrictionKind.NO_CONTACT
    assert [contact.disputed for contact in shown["a parent’s right is disputed"].contacts] == [False, True]
    young = shown["a young person who holds the rights; the college member leaves"]
    assert rights_holder(young.child.born_on, DAY) == Holder.YOUNG_PERSON
    assert young.child.email


def test_today_has_names_that_are_hard_to_print(todays):
    names = " ".join(f"{row.child.forename} {row.child.surname}" for row in todays.values())
    assert any(len(f"{row.child.forename}{row.child.surname}") > 100 for row in todays.values())
    assert any("\u0600" <= letter <= "\u06ff" for letter in names)
    assert set(names) & set("ŵŷŴô")
    assert set(names) & set("żłśćęŻŁŚ")


def test_today_has_the_conflicts_a_panel_must_find(made, todays):
    places = {row.setting_urn for row in made.staff if row.seat and row.setting_urn and not row.stands_in}
    assert sum(row.setting is not None and row.setting.urn in places for row in todays.values()) == 2
    authors = {paper.author for row in todays.values() for paper in row.papers}
    assert len(authors & {row.name for row in made.staff if row.seat == "educational_psychologist"}) == 1


def test_each_of_todays_cases_has_its_papers(todays):
    for row in todays.values():
        assert 2 <= len(row.papers) <= 5
        assert row.papers[0].kind == PaperKind.REQUEST
        assert all(paper.dated_on <= DAY for paper in row.papers)


def test_three_parents_of_today_have_an_account(made, rows):
    assert len(made.portal) == 3
    for account in made.portal:
        contact = rows[account.reference].contacts[0]
        assert (f"{contact.forename} {contact.surname}", contact.email) == (account.name, account.email)
    assert {account.reference for account in made.portal} <= {case.reference for case in made.panel}


def test_the_staff_fill_every_chair_once(made):
    roles = Counter(row.role for row in made.staff)
    assert roles == {
        Role.CHAIR: 3,
        Role.CLERK: 2,
        Role.COORDINATOR: 3,
        Role.OFFICER: 2,
        Role.MEMBER: 9,
        Role.PARENT_REPRESENTATIVE: 1,
        Role.PROFESSIONAL: 4,
        Role.MODERATOR: 1,
        Role.ADMINISTRATOR: 1,
        Role.AUDITOR: 1,
    }
    assert len({row.email for row in made.staff}) == len(made.staff)
    assert {row.seat for row in made.staff} - {""} == set(Seat.values) - {Seat.OBSERVER}
    assert {row.agency for row in made.staff} == {agency.name for agency in made.agencies}
    assert {agency.kind for agency in made.agencies} <= set(Agency.Kind.values)
    assert {row.setting_urn for row in made.staff} - {""} <= {place.urn for place in made.settings}


def test_every_case_has_a_coordinator_and_a_listed_setting(made, rows):
    coordinators = {row.email for row in made.staff if row.role == Role.COORDINATOR}
    listed = {place.urn: (place.name, place.phase) for place in made.settings}
    assert {row.coordinator_email for row in rows.values()} == coordinators
    for row in rows.values():
        if row.setting:
            assert listed[row.setting.urn] == (row.setting.name, row.setting.phase)
        else:
            assert row.source != Source.SETTING


def test_nothing_could_belong_to_anybody_real(made, rows):
    emails = [row.email for row in made.staff] + [place.email for place in made.settings]
    for row in rows.values():
        emails += [row.child.email, *(contact.email for contact in row.contacts)]
        addresses = [row.child.address, *(contact.address for contact in row.contacts)]
        assert all(address.postcode.startswith("ZZ") for address in addresses if address)
        assert row.child.upn[1:4] in {"", "999"}
    assert all(email.endswith(".example") for email in emails if email)
    assert all(place.urn.startswith("9") for place in made.settings)


def test_papers_are_sound_pdfs_of_one_case_each(made):
    assert len(made.papers) == len(set(made.papers.values()))
    for file, content in made.papers.items():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert len(pdf.pages) == 1
            assert file[:11].encode() in pdf.pages[0].Contents.read_bytes()
            assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/Lang"}


def test_apportion_gives_every_case_to_somebody():
    assert apportion({"a": 1, "b": 1, "c": 1}, 10) == ["a"] * 4 + ["b"] * 3 + ["c"] * 3
    assert apportion({"a": 999, "b": 1}, 3) == ["a"] * 3


@pytest.mark.parametrize("day", [date(2026, 11, 26), date(2026, 11, 27), date(2027, 2, 1)])
def test_nobody_shares_name_and_birthday_however_many_there_are(day):
    """On 26 November 2026 two of three thousand did, and the import took them for one child with two homes."""
    parsed = parse(generate(1, day, 3000).csv, "cases.csv", today=day)
    people = {(row.child.forename, row.child.surname, row.child.born_on) for row in parsed.rows}
    assert (len(people), parsed.problems) == (3000, ())
