"""A believable authority on a given day: a case list as any authority would export it, its papers and its people.

Pure and repeatable: the same seed and day give the same bytes. Nothing in it is taken from a real person or place; where its
proportions come from is said in `figures`. It is brought in through `manage.py import_cases`, like any other list.
"""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from panel.demonstration import figures, names
from panel.demonstration.agenda import TODAY, Item
from panel.demonstration.families import ORDINARY
from panel.demonstration.papers import Paper, Subject, advice_papers, request_papers
from panel.demonstration.people import Drawn, Kid, columns, new_kid, school_age, twin_of
from panel.demonstration.progress import (
    Progress,
    assessed_since,
    assessing,
    ready_to_issue,
    received,
    waiting_since,
)
from panel.demonstration.settings_list import AGENCIES, AUTHORITY, SETTINGS, AgencyRow, Place
from panel.demonstration.staff import COORDINATORS, STAFF, StaffRow
from panel.importing.codes import Source, Stage

LEAST_CASES = 120
# One of so many cases that are not on today's agenda has its request form here; the rest would only make seeding slow.
ONE_PAPER_IN = 5
# By their place among the cases that are not on the agenda, oldest first: all of them assessments under way.
RESTRICTED = frozenset({40, 41})
# On the 31 August before the school year begins.
AGE_IN_YEAR_9 = 13
AWAY = frozenset({20, 21, 22})


@dataclass(frozen=True, slots=True)
class PanelCase:
    """A case of today's agenda and why it is there."""

    reference: str
    stage: Stage
    shows: str


@dataclass(frozen=True, slots=True)
class PortalRow:
    """A parent with an account: the contact of that e-mail address in the case of that reference."""

    reference: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Everything needed to fill an empty installation. `papers` holds a file for every name in `csv`."""

    authority: str
    day: date
    csv: bytes
    papers: Mapping[str, bytes]
    settings: tuple[Place, ...]
    agencies: tuple[AgencyRow, ...]
    staff: tuple[StaffRow, ...]
    portal: tuple[PortalRow, ...]
    panel: tuple[PanelCase, ...]


@dataclass(slots=True)
class _Case:
    """A case while it is being made."""

    kid: Kid
    item: Item | None
    progress: Progress
    reference: str = ""
    cells: dict[str, str] = field(default_factory=dict)


def generate(seed: int, day: date, cases: int = 400) -> Demonstration:
    """An authority with so many open cases, sixteen of them on the agenda of a panel on `day`.

    Raises `ValueError` below `LEAST_CASES`: the agenda could not find children of the ages it shows.
    """
    if cases < LEAST_CASES:
        raise ValueError(f"a demonstration has at least {LEAST_CASES} cases")
    chance = random.Random(f"{seed} {day.isoformat()} {cases}")  # noqa: S311 (repeatable on purpose)
    drawn = _drawn(cases, chance)
    made = [*_todays(drawn, day, chance), *_others(drawn, day, cases, chance)]
    made.sort(key=lambda case: (case.progress.received_on, case.kid.number))
    _no_two_alike(made, chance)
    _number(made, chance)
    papers = _fill(made, day, chance)
    return Demonstration(
        authority=AUTHORITY,
        day=day,
        csv=_written([case.cells for case in made]),
        papers=papers,
        settings=SETTINGS,
        agencies=AGENCIES,
        staff=STAFF,
        portal=tuple(_portal(case) for case in made if case.item and case.item.portal),
        panel=tuple(
            PanelCase(case.reference, case.item.stage, case.item.shows) for case in made if case.item
        ),
    )


def _no_two_alike(made: list[_Case], chance: random.Random) -> None:
    """Another forename for whoever shares name and birthday with somebody before: a list takes the two for one person."""
    known: set[tuple[str, str, date]] = set()
    for case in made:
        kid = case.kid
        while (kid.forename, kid.surname, kid.born_on) in known:
            kid = replace(kid, forename=names.given_name(kid.stock, kid.drawn.sex, chance))
        known.add((kid.forename, kid.surname, kid.born_on))
        case.kid = kid


def _drawn(size: int, chance: random.Random) -> list[Drawn]:
    """What the proportions give, one for every case."""
    ages = figures.ages(size, chance)
    needs = figures.needs_for(ages, chance)
    sources, sexes = figures.apportion(figures.SOURCES, size), figures.apportion(figures.SEXES, size)
    chance.shuffle(sources)
    chance.shuffle(sexes)
    every = zip(ages, needs, sources, sexes, strict=True)
    return [Drawn(number, *one) for number, one in enumerate(every, start=1)]


def _todays(drawn: list[Drawn], day: date, chance: random.Random) -> Iterator[_Case]:
    """The cases of the agenda. Each takes away the first of `drawn` that fits it, so that the proportions stay."""
    last: Kid | None = None
    for item in TODAY:
        fits = [one for one in drawn if item.takes(one.age, one.source)]
        if item.twin and last:
            fits = [one for one in fits if one.age == last.drawn.age]
        drawn.remove(fits[0])
        received_on = received(day, item.days)
        if item.twin and last:
            kid = twin_of(last, fits[0], chance)
        else:
            kid = new_kid(fits[0], received_on, day, item.home, item, chance)
        progress = Progress(received_on)
        if item.stage == Stage.ISSUE:
            progress = ready_to_issue(received_on, day, kid.setting, chance, older=_older(kid, day))
        yield _Case(kid, item, progress)
        last = kid


def _others(drawn: Sequence[Drawn], day: date, size: int, chance: random.Random) -> Iterator[_Case]:
    """The requests that wait, then the assessments under way."""
    waiting = round(figures.WAITING_SHARE * size) - sum(item.stage == Stage.ASSESS for item in TODAY)
    homes = figures.apportion(ORDINARY, len(drawn))
    chance.shuffle(homes)
    for at, (one, home) in enumerate(zip(drawn, homes, strict=True)):
        if at < waiting:
            received_on = waiting_since(day, chance)
            yield _Case(new_kid(one, received_on, day, home, None, chance), None, Progress(received_on))
        else:
            received_on = assessed_since(day, chance)
            kid = new_kid(one, received_on, day, home, None, chance)
            progress = assessing(received_on, day, kid.setting, chance, older=_older(kid, day))
            yield _Case(kid, None, progress)


def _older(kid: Kid, day: date) -> bool:
    """In or beyond year 9, where advice on preparing for adulthood is asked for too."""
    return school_age(kid.born_on, day) >= AGE_IN_YEAR_9


def _number(made: Sequence[_Case], chance: random.Random) -> None:
    """References in the order in which requests came in, with gaps: most requests of a year are long closed."""
    serials: Counter[int] = Counter()
    for case in made:
        year = case.progress.received_on.year
        serials[year] += chance.randint(1, 4)
        case.reference = f"EHC-{year % 100:02d}-{serials[year]:04d}"


def _fill(made: Sequence[_Case], day: date, chance: random.Random) -> dict[str, bytes]:
    """Writes the columns of every case; answers with the files they name."""
    files: dict[str, bytes] = {}
    pupil_numbers: Counter[str] = Counter()
    others = 0
    for case in made:
        case.cells = {"reference": case.reference} | columns(case.kid, day, pupil_numbers, chance)
        case.cells |= case.progress.columns()
        case.cells["coordinator_email"] = chance.choice(COORDINATORS).email
        others += case.item is None
        if case.item is None:
            case.cells |= _unusual(others, case.progress)
        for n, paper in enumerate(_papers(case, others, day, chance), start=1):
            case.cells |= paper.columns(n)
            files[paper.file] = paper.content
    return files


def _papers(case: _Case, others: int, day: date, chance: random.Random) -> list[Paper]:
    subject = Subject(
        reference=case.reference,
        forename=case.kid.forename,
        need=case.kid.drawn.need,
        setting=case.kid.setting,
        carer=case.kid.home["contact1_relationship"],
        asked_by_family=case.kid.drawn.source == Source.FAMILY,
        received_on=case.progress.received_on,
        asked_on=case.progress.assess_notified_on,
    )
    if case.item is None:
        return request_papers(subject, 0 if others % ONE_PAPER_IN else 1, chance)
    if case.item.stage == Stage.ASSESS:
        return request_papers(subject, case.item.papers, chance)
    advice = advice_papers(subject, case.item.papers - 2, day, chance, by_member=case.item.by_member)
    return [*request_papers(subject, 2, chance), *advice]


def _unusual(others: int, progress: Progress) -> dict[str, str]:
    """A few cases that a list should not be without: restricted ones, and a family that was away for a month."""
    if others in RESTRICTED:
        return {"restricted": "yes"}
    if others not in AWAY:
        return {}
    left_on = progress.received_on + timedelta(days=4)
    return {
        "exemption1_duty": "C1",
        "exemption1_ground": "d",
        "exemption1_from": left_on.isoformat(),
        "exemption1_to": (left_on + timedelta(days=33)).isoformat(),
        "exemption1_because": "The family was abroad with an ill relative and could neither be reached nor be visited.",
        "exemption1_told_family_on": left_on.isoformat(),
    }


def _portal(case: _Case) -> PortalRow:
    name = f"{case.cells['contact1_forename']} {case.cells['contact1_surname']}"
    return PortalRow(case.reference, name, case.cells["contact1_email"])


def _written(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The list as a CSV file, with the columns in the order in which the rows bring them up."""
    names = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
