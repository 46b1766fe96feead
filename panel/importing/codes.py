"""The codes a case list may use, with the words people write instead of them.

The values are those of the models' choices (a test compares them): the import is on the pure rung and cannot ask a model.
Need and request source are the codes of DfE's SEN2 return.
"""

from collections.abc import Mapping
from enum import StrEnum


class Source(StrEnum):
    """Who made the request, or first brought the child to the authority's notice."""

    FAMILY = "1"
    SETTING = "2"
    HEALTH = "3"
    SOCIAL_CARE = "4"
    OTHER = "5"


class Need(StrEnum):
    """Primary type of need."""

    SPLD = "SPLD"
    MLD = "MLD"
    SLD = "SLD"
    PMLD = "PMLD"
    SEMH = "SEMH"
    SLCN = "SLCN"
    HI = "HI"
    VI = "VI"
    MSI = "MSI"
    PD = "PD"
    ASD = "ASD"
    DS = "DS"
    OTH = "OTH"


class Sex(StrEnum):
    """As the pupil record has it."""

    FEMALE = "F"
    MALE = "M"


class Phase(StrEnum):
    """What kind of place a setting is."""

    EARLY_YEARS = "EY"
    PRIMARY = "P"
    SECONDARY = "S"
    POST_16 = "P16"
    ALL_THROUGH = "AT"
    SPECIAL = "SP"
    OTHER = "O"


class YearGroup(StrEnum):
    """National Curriculum year actually followed; X where years do not apply."""

    N1 = "N1"
    N2 = "N2"
    R = "R"
    Y1 = "1"
    Y2 = "2"
    Y3 = "3"
    Y4 = "4"
    Y5 = "5"
    Y6 = "6"
    Y7 = "7"
    Y8 = "8"
    Y9 = "9"
    Y10 = "10"
    Y11 = "11"
    Y12 = "12"
    Y13 = "13"
    Y14 = "14"
    X = "X"


class Basis(StrEnum):
    """What a person's right to be told rests on (Education Act 1996 s576)."""

    NATURAL_PARENT = "natural_parent"
    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    CARE_OF_CHILD = "care_of_child"
    NONE = "none"


class RestrictionKind(StrEnum):
    """What stands between a person and a child's papers."""

    ORDER = "order"
    NO_CONTACT = "no_contact"
    SAFETY = "safety"
    OTHER = "other"


class LetterFormat(StrEnum):
    """How a person asks to be written to."""

    STANDARD = "standard"
    LARGE_PRINT = "large_print"


class Stage(StrEnum):
    """The two questions of the Children and Families Act 2014: s36(8) and s37(1)."""

    ASSESS = "assess"
    ISSUE = "issue"


class Outcome(StrEnum):
    """The authority's answers to them."""

    ASSESS = "assess"
    NOT_ASSESS = "not_assess"
    ISSUE = "issue"
    NOT_ISSUE = "not_issue"


class Duty(StrEnum):
    """The dated duties an exemption can excuse (SEND Regulations 2014: regs 5(1), 8(1), 10(1) and 13(2))."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C6 = "C6"


class Ground(StrEnum):
    """The letter of the ground in the regulation that excuses the duty: 5(4), 8(2) or 10(4)."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


class AdviceItem(StrEnum):
    """The letters of reg 6(1)."""

    FAMILY = "a"
    SETTING = "b"
    HEALTH = "c"
    PSYCHOLOGIST = "d"
    SOCIAL_CARE = "e"
    OTHER = "f"
    ADULTHOOD = "g"
    REQUESTED = "h"


class PaperKind(StrEnum):
    """What a paper is."""

    REQUEST = "request"
    PARENT_VIEWS = "parent_views"
    CHILD_VIEWS = "child_views"
    CYCLE = "cycle"
    INDIVIDUAL_PLAN = "individual_plan"
    PROVISION_MAP = "provision_map"
    ATTAINMENT = "attainment"
    ATTENDANCE = "attendance"
    BEHAVIOUR = "behaviour"
    EP_ADVICE = "ep_advice"
    THERAPY = "therapy"
    MEDICAL = "medical"
    SPECIALIST_TEACHER = "specialist_teacher"
    SOCIAL_CARE = "social_care"
    CHRONOLOGY = "chronology"
    PRIVATE_REPORT = "private_report"
    OTHER = "other"


# reg 8(2) has three grounds and no school-closure ground; regs 5(4), 10(4) and 13(3) share the same four.
GROUNDS: Mapping[Duty, frozenset[Ground]] = {
    Duty.C1: frozenset(Ground),
    Duty.C2: frozenset({Ground.A, Ground.B, Ground.C}),
    Duty.C3: frozenset(Ground),
    Duty.C6: frozenset(Ground),
}

# Words of A11's longer list of sources, folded into the five codes of the return.
SOURCE_WORDS: Mapping[str, Source] = {
    "parent": Source.FAMILY,
    "young_person": Source.FAMILY,
    "school": Source.SETTING,
    "setting": Source.SETTING,
    "early_years": Source.SETTING,
    "post_16": Source.SETTING,
    "health": Source.HEALTH,
    "social_care": Source.SOCIAL_CARE,
    "youth_justice": Source.OTHER,
    "la": Source.OTHER,
    "other": Source.OTHER,
}
SEX_WORDS: Mapping[str, Sex] = {"female": Sex.FEMALE, "girl": Sex.FEMALE, "male": Sex.MALE, "boy": Sex.MALE}
PHASE_WORDS: Mapping[str, Phase] = {
    "early_years": Phase.EARLY_YEARS,
    "nursery": Phase.EARLY_YEARS,
    "primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "post_16": Phase.POST_16,
    "all_through": Phase.ALL_THROUGH,
    "special": Phase.SPECIAL,
    "other": Phase.OTHER,
}
YEAR_WORDS: Mapping[str, YearGroup] = {
    "reception": YearGroup.R,
    **{f"year_{year.value}": year for year in YearGroup if year.value.isdigit()},
    **{f"y{year.value}": year for year in YearGroup if year.value.isdigit()},
}
ASSESS_WORDS: Mapping[str, Outcome] = {"y": Outcome.ASSESS, "n": Outcome.NOT_ASSESS}
ISSUE_WORDS: Mapping[str, Outcome] = {"y": Outcome.ISSUE, "n": Outcome.NOT_ISSUE}
