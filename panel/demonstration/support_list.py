"""The directory of support of an authority that does not exist: every service here is invented."""

from dataclasses import dataclass

from panel.demonstration.settings_list import HEALTH, PARENT_CARERS, PSYCHOLOGY, SEN_TEAM, SOCIAL_CARE
from panel.law.support import OLDEST

COAST = ("Sandmouth and the coast", ("ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5", "ZZ6"))
HILLS = ("The hill villages", ("ZZ7", "ZZ8", "ZZ9", "ZZ10", "ZZ11"))
SENCO_ASKS = "The SENCO asks for a visit by e-mail, with the family’s agreement."
PARENTS_RING = "Parents ring to book. No referral is needed."


@dataclass(frozen=True, slots=True)
class Service:
    """One service. Without needs it is for every need, without an area for the whole county."""

    name: str
    offered_by: str
    what: str
    how: str
    contact: str
    needs: tuple[str, ...] = ()
    ages: tuple[int, int] = (0, OLDEST)
    area: tuple[str, tuple[str, ...]] = ("", ())


def _reached(number: int, box: str) -> str:
    return f"01632 960 {number}, {box}@support.example"


SERVICES: tuple[Service, ...] = (
    Service(
        "First words", HEALTH, "Weekly group for toddlers who do not talk yet", PARENTS_RING,
        _reached(201, "first.words"), ("SLCN", "ASD", "DS"), (1, 4),
    ),
    Service(
        "Talking partners", HEALTH, "A speech therapist plans ten weeks of small-group work with the school", SENCO_ASKS,
        _reached(202, "talking"), ("SLCN",), (4, 11),
    ),
    Service(
        "Voice and fluency clinic", HEALTH, "Help for young people who stammer", PARENTS_RING,
        _reached(203, "fluency"), ("SLCN",), (8, 19),
    ),
    Service(
        "Autism advisers", SEN_TEAM, "An adviser watches a lesson and plans changes with the teachers", SENCO_ASKS,
        _reached(204, "autism"), ("ASD",), (2, 19),
    ),
    Service(
        "Understanding autism", PARENT_CARERS, "Six evenings for parents, led by parents", PARENTS_RING,
        _reached(205, "evenings"), ("ASD",),
    ),
    Service(
        "Calm mornings", PSYCHOLOGY, "Help for children who find it hard to come to school", SENCO_ASKS,
        _reached(206, "mornings"), ("SEMH", "ASD"), (5, 16),
    ),
    Service(
        "Nurture outreach", SEN_TEAM, "A teacher helps the school set up a nurture group", SENCO_ASKS,
        _reached(207, "nurture"), ("SEMH",), (4, 11), COAST,
    ),
    Service(
        "The Boathouse", SOCIAL_CARE, "Afternoons of outdoor work for young people at risk of exclusion", SENCO_ASKS,
        _reached(208, "boathouse"), ("SEMH",), (11, 16), COAST,
    ),
    Service(
        "Hill farm days", SOCIAL_CARE, "A day a week on a farm with a youth worker", SENCO_ASKS,
        _reached(209, "farm"), ("SEMH", "MLD"), (9, 16), HILLS,
    ),
    Service(
        "Young minds drop-in", HEALTH, "Somebody to talk to, without an appointment", "Young people come on Thursdays after school.",
        _reached(210, "dropin"), ("SEMH",), (11, 18),
    ),
    Service(
        "Reading recovery", SEN_TEAM, "A specialist teacher trains the school in daily reading lessons", SENCO_ASKS,
        _reached(211, "reading"), ("SPLD", "MLD"), (5, 9),
    ),
    Service(
        "Typing and tools", SEN_TEAM, "Laptops and software on trial for a term", SENCO_ASKS,
        _reached(212, "tools"), ("SPLD", "PD", "VI"), (8, 19),
    ),
    Service(
        "Number steps", PSYCHOLOGY, "Training in small-group mathematics", SENCO_ASKS,
        _reached(213, "number"), ("SPLD", "MLD"), (6, 14),
    ),
    Service(
        "Hearing support", SEN_TEAM, "A teacher of the deaf visits nursery, school and home", PARENTS_RING,
        _reached(214, "hearing"), ("HI", "MSI"),
    ),
    Service(
        "Seeing well", SEN_TEAM, "A teacher for vision impairment, and help to get about", PARENTS_RING,
        _reached(215, "vision"), ("VI", "MSI"),
    ),
    Service(
        "Moving and handling", HEALTH, "A physiotherapist trains the school’s staff", SENCO_ASKS,
        _reached(216, "moving"), ("PD", "PMLD", "SLD"), (2, 19),
    ),
    Service(
        "Portage", SEN_TEAM, "Weekly play visits at home", PARENTS_RING,
        _reached(217, "portage"), ("SLD", "PMLD", "DS", "PD", "MSI"), (0, 4),
    ),
    Service(
        "Short breaks", SOCIAL_CARE, "Clubs and days out for disabled children", PARENTS_RING,
        _reached(218, "breaks"), ("SLD", "PMLD", "PD", "ASD", "DS"), (5, 17),
    ),
    Service(
        "Next steps to work", SEN_TEAM, "A careers adviser and a mentor from Year 9 on", "The school or the young person asks.",
        _reached(219, "work"), (), (13, 25),
    ),
    Service(
        "Family help", SOCIAL_CARE, "A worker who comes to the home and plans with the whole family", PARENTS_RING,
        _reached(220, "family.help"),
    ),
    Service(
        "Parent carer forum", PARENT_CARERS, "Other parents who have been through the same", PARENTS_RING,
        _reached(221, "forum"),
    ),
)  # fmt: skip
