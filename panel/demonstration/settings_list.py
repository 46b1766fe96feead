"""The places of an authority that does not exist. Marlshire, its towns, schools and services are invented.

URNs begin with 9: the register of schools has none of that range. Postcodes lie in ZZ, which is no postcode area; e-mail
addresses end in `.example`, which never resolves (RFC 2606).
"""

from dataclasses import dataclass

from panel.importing.codes import Phase

AUTHORITY = "Marlshire County Council"
DOMAIN = "marlshire.example"
FAMILY_DOMAIN = "family.example"

TOWNS = (
    "Saltmere",
    "Quillbridge",
    "Fernwhistle",
    "Pebblewick",
    "Lanternhill",
    "Wrenmoor",
    "Gullsend",
    "Osierfield",
    "Drovewick",
    "Mistlebourne",
)
STREETS = (
    "Harbour Row",
    "Quay Street",
    "Larch Avenue",
    "Mill Rise",
    "Old Ferry Road",
    "Chantry Lane",
    "Station Parade",
    "Hollow Way",
    "Beacon Close",
    "Rope Walk",
    "Tanyard Court",
    "Sheepfold Drive",
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of learning. `ages`: in whole years on 31 August before the school year, from and to."""

    urn: str
    name: str
    phase: Phase
    ages: tuple[int, int]
    email: str


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A body that sends people to the panel; `kind` is one of the kinds a quorum rule counts."""

    name: str
    kind: str


AGENCIES = (
    AgencyRow("Marlshire SEN Assessment Team", "education"),
    AgencyRow("Marlshire Educational Psychology Service", "education"),
    AgencyRow("Marlshire Early Years Inclusion Service", "education"),
    AgencyRow("Marlshire Children’s Social Care", "social_care"),
    AgencyRow("Marlshire Community Health", "health"),
    AgencyRow("Marlshire Schools and Settings", "schools"),
    AgencyRow("Marlshire Parent Carer Forum", "parent_carers"),
)
SEN_TEAM, PSYCHOLOGY, EARLY_YEARS, SOCIAL_CARE, HEALTH, SCHOOLS, PARENT_CARERS = (
    agency.name for agency in AGENCIES
)

_KINDS: tuple[tuple[str, Phase, tuple[int, int], int], ...] = (
    ("{} Nursery School", Phase.EARLY_YEARS, (0, 3), 4),
    ("{} Primary School", Phase.PRIMARY, (4, 10), 10),
    ("{} Junior and Infant Academy", Phase.PRIMARY, (4, 10), 6),
    ("{} Community School", Phase.SECONDARY, (11, 15), 6),
    ("{} All-through Academy", Phase.ALL_THROUGH, (4, 15), 2),
    ("{} Grange Special School", Phase.SPECIAL, (4, 18), 2),
    ("{} Sixth Form and Further Education College", Phase.POST_16, (16, 26), 2),
)


def _settings() -> tuple[Place, ...]:
    rows: list[Place] = []
    for pattern, phase, ages, count in _KINDS:
        for town in TOWNS[:count]:
            urn = f"9{len(rows) + 1:05d}"
            rows.append(Place(urn, pattern.format(town), phase, ages, f"office.{urn}@{DOMAIN}"))
    return tuple(rows)


SETTINGS = _settings()
