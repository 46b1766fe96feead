"""The people who work for, or with, an authority that does not exist."""

from dataclasses import dataclass, replace

from panel.demonstration.settings_list import (
    DOMAIN,
    EARLY_YEARS,
    HEALTH,
    PARENT_CARERS,
    PSYCHOLOGY,
    SCHOOLS,
    SEN_TEAM,
    SETTINGS,
    SOCIAL_CARE,
    Place,
)
from panel.importing.codes import Phase
from panel.platform.policy import Role


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One user and one membership. `seat` is a seat of the inclusion panel, empty for somebody who has none.

    `stands_in`: named for the seat only when its holder sends apologies.
    """

    name: str
    email: str
    role: Role
    agency: str
    setting_urn: str = ""
    seat: str = ""
    job: str = ""
    stands_in: bool = False


def _first(phase: Phase) -> Place:
    return next(place for place in SETTINGS if place.phase == phase)


# The panel's head or SENCO works here: one of today's cases comes from her own school.
MEMBERS_SCHOOL = _first(Phase.PRIMARY)
MEMBERS_COLLEGE = _first(Phase.POST_16)
PANEL_PSYCHOLOGIST = "Dr Imelda Farrow"


def _staff(
    name: str, role: Role, agency: str, job: str, *, seat: str = "", setting_urn: str = ""
) -> StaffRow:
    plain = name.removeprefix("Dr ").lower().replace(" ", ".")
    return StaffRow(name, f"{plain}@{DOMAIN}", role, agency, setting_urn, seat, job)


CHAIRS = (
    _staff("Rosalind Achebe", Role.CHAIR, SEN_TEAM, "Head of Inclusion, panel chair", seat="chair"),
    _staff("Marcus Tilbury", Role.CHAIR, SEN_TEAM, "SEND Service Manager, panel chair", seat="chair"),
    _staff("Priya Ravenscroft", Role.CHAIR, SEN_TEAM, "Principal SEN Officer, vice-chair", seat="vice_chair"),
)
CLERKS = (
    _staff("Tom Ellery", Role.CLERK, SEN_TEAM, "Panel clerk", seat="minute_taker"),
    _staff("Sunita Marlow", Role.CLERK, SEN_TEAM, "Panel clerk", seat="minute_taker"),
)
COORDINATORS = (
    _staff("Grace Penhallow", Role.COORDINATOR, SEN_TEAM, "Planning coordinator, west"),
    _staff("Daniel Osei-Brand", Role.COORDINATOR, SEN_TEAM, "Planning coordinator, east"),
    _staff("Hannah Whitlock", Role.COORDINATOR, SEN_TEAM, "Planning coordinator, coast"),
)
OFFICERS = (
    _staff("Eleanor Strand", Role.OFFICER, SEN_TEAM, "Designated officer"),
    _staff("Joseph Kinsella", Role.OFFICER, SEN_TEAM, "Designated officer"),
)
MEMBERS = (
    _staff(
        PANEL_PSYCHOLOGIST,
        Role.MEMBER,
        PSYCHOLOGY,
        "Senior educational psychologist",
        seat="educational_psychologist",
    ),
    _staff("Bridget Oyelaran", Role.MEMBER, SEN_TEAM, "SEN lead", seat="sen_lead"),
    _staff(
        "Caroline Meads",
        Role.MEMBER,
        SCHOOLS,
        "SENCO",
        seat="school",
        setting_urn=MEMBERS_SCHOOL.urn,
    ),
    _staff("Leila Hartigan", Role.MEMBER, EARLY_YEARS, "Early years inclusion lead", seat="early_years"),
    _staff("Stephen Moorcroft", Role.MEMBER, HEALTH, "Designated clinical officer", seat="health"),
    _staff("Yvonne Adair", Role.MEMBER, SOCIAL_CARE, "Designated social care officer", seat="social_care"),
    _staff(
        "Patrick Lund",
        Role.MEMBER,
        SCHOOLS,
        "Head of learning support",
        seat="post16",
        setting_urn=MEMBERS_COLLEGE.urn,
    ),
    _staff(
        "Maria Castellan",
        Role.PARENT_REPRESENTATIVE,
        PARENT_CARERS,
        "Parent-carer representative",
        seat="parent_carer_representative",
    ),
)
SUBSTITUTES = tuple(
    replace(row, stands_in=True)
    for row in (
        _staff(
            "Owen Castlemaine",
            Role.MEMBER,
            PSYCHOLOGY,
            "Educational psychologist",
            seat="educational_psychologist",
        ),
        _staff(
            "Judith Fairlie",
            Role.MEMBER,
            SCHOOLS,
            "Headteacher",
            seat="school",
            setting_urn=_first(Phase.SECONDARY).urn,
        ),
    )
)
PROFESSIONALS = (
    _staff("Nadia Bellamy", Role.PROFESSIONAL, HEALTH, "Speech and language therapist"),
    _staff("Ruth Oakeshott", Role.PROFESSIONAL, PSYCHOLOGY, "Educational psychologist"),
    _staff("Kevin Ashcombe", Role.PROFESSIONAL, SOCIAL_CARE, "Social worker"),
    _staff(
        "Anneliese Wray",
        Role.PROFESSIONAL,
        SCHOOLS,
        "SENCO",
        setting_urn=_first(Phase.SECONDARY).urn,
    ),
)
OTHERS = (
    _staff("Frances Delamere", Role.MODERATOR, SEN_TEAM, "Moderator"),
    _staff("Colin Harbottle", Role.ADMINISTRATOR, SEN_TEAM, "Systems administrator"),
    _staff("Mina Rookwood", Role.AUDITOR, SEN_TEAM, "Data-protection auditor"),
)

STAFF = (
    *CHAIRS,
    *CLERKS,
    *COORDINATORS,
    *OFFICERS,
    *MEMBERS,
    *SUBSTITUTES,
    *PROFESSIONALS,
    *OTHERS,
)
