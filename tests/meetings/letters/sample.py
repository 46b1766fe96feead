"""The facts of one invented family's letters, in every outcome and for both readers."""

from dataclasses import replace
from datetime import date

from meetings.letters.facts import (
    Advised,
    Contact,
    Dates,
    LetterFacts,
    LimbFound,
    LookedAgain,
    PaperRead,
    PlanningMeeting,
    Replaced,
    Step,
    dated,
)
from panel.law.legal import Answer, Outcome

LETTER_ON = date(2026, 11, 25)

NOT_ASSESS = LetterFacts(
    authority="Wealdshire County Council",
    authority_lines=("SEND Assessment Service", "County Hall", "Wealdham WE1 1AA"),
    contact=Contact(
        "Priya Nair", ("SEND Assessment Service",), "01000 555 010", "send@wealdshire.example", ""
    ),
    recipient="Grace Okafor",
    salutation="Grace Okafor",
    address=("12 Mill Lane", "Wealdham", "WE4 2ZZ"),
    to_young_person=False,
    child="Amara",
    reference="EHC-26-0417",
    outcome=Outcome.NOT_ASSESS,
    received_on=date(2026, 10, 20),
    decided_on=date(2026, 11, 24),
    letter_on=LETTER_ON,
    officer="Maria Lopez",
    officer_role="designated officer",
    test_version="cfa2014-s36-8",
    limbs=(
        LimbFound(
            "a",
            Answer.YES,
            "Amara finds it hard to read and spell. She is in Year 4 and reads like most children in Year 2.",
        ),
        LimbFound(
            "b",
            Answer.NO,
            "Since January Amara has had a reading lesson of her own each day. Her reading age has gone up by fourteen months in"
            " two terms. The school has said that the lessons go on and that it has the staff for them.",
        ),
    ),
    reasons=(
        "Amara has a need with reading and spelling. The help she gets now is working well. In January her reading age was five"
        " years and ten months. By July it was seven years. Her teacher says that she now joins in at story time and puts her"
        " hand up.\n\n"
        "The lessons she needs are in place at her school and will go on next year. The specialist teacher will come each half"
        " term to check them. We do not think that this help has to be written into a plan for it to carry on."
    ),
    dates=Dates(date(2026, 12, 1), date(2027, 2, 9), date(2027, 3, 9)),
    advised=Advised(
        "Inclusion Panel", date(2026, 11, 24), ("education", "health", "schools"), Outcome.NOT_ASSESS
    ),
    papers=(
        PaperRead("Your request", date(2026, 10, 19)),
        PaperRead("School report", date(2026, 10, 30)),
        PaperRead("What Amara told her teacher"),
    ),
    not_available="We did not have a report from a speech and language therapist. None has seen Amara yet.",
    family_views="You told us that Amara comes home tired and sad, and that you fear she will fall behind in Year 5.",
    child_views="Amara likes football and drawing. She does not like reading aloud to the class.",
    views_answered="The school will not ask Amara to read aloud unless she offers. Mrs Hale will meet you in December to plan Year 5.",
    strengths="Amara is kind, good at sums and a fast runner.",
    steps=(
        Step("Weekly check of reading with you", "Mrs Hale, SENCO", "Elm Primary School", date(2026, 12, 11)),
    ),
    setting="Elm Primary School",
    would_help="A report from the speech and language therapist, if one is written.",
    planning_meeting=PlanningMeeting("Tom Reed", date(2026, 12, 15)),
    sendiass=Contact(
        "Wealdshire SENDIASS", (), "01000 555 020", "help@sendiass.example", "https://sendiass.example"
    ),
    mediation=Contact("South Mediation", (), "01000 555 030", "ask@mediation.example", ""),
    disagreement=Contact("South Disagreement Resolution", (), "01000 555 040", "", ""),
    tribunal=Contact(
        "First-tier Tribunal (Special Educational Needs and Disability)",
        ("1st Floor, Example House", "Exampleton EX1 1EX"),
        "0300 555 050",
    ),
    complaints=Contact(
        "Wealdshire complaints team", (), "01000 555 060", "complaints@wealdshire.example", ""
    ),
    copied_to=("Elm Primary School", "The health service (integrated care board)", "Social care"),
    privacy_web="https://wealdshire.example/send-privacy",
)

ASSESS = replace(
    NOT_ASSESS,
    outcome=Outcome.ASSESS,
    limbs=(
        NOT_ASSESS.limbs[0],
        LimbFound("b", Answer.CANNOT_TELL, "Nobody knows yet why Amara’s reading does not get better."),
    ),
    reasons=(
        "Amara has had a reading lesson of her own each day since January, and her reading has not got better. Nobody knows why"
        " yet. She hears well and sees well. It may be that she needs help that her school does not have, so we want to find"
        " out. That is why we will ask an educational psychologist and a therapist to see her."
    ),
    advised=replace(NOT_ASSESS.advised, outcome=Outcome.ASSESS),
    advice_from=(
        "you",
        "Elm Primary School",
        "an educational psychologist",
        "the health service",
        "social care",
    ),
    planning_meeting=None,
    would_help="",
    support_now="Elm Primary School will go on with the daily reading lesson.",
)

ISSUE = replace(
    ASSESS,
    outcome=Outcome.ISSUE,
    received_on=date(2026, 7, 20),
    test_version="cfa2014-s37-1",
    limbs=(
        LimbFound(
            "necessary",
            Answer.YES,
            "The advice agrees that Amara needs teaching her school cannot give alone.",
        ),
    ),
    reasons=(
        "All the advice says that Amara has a severe difficulty with reading and spelling. She needs a specialist teacher three"
        " times a week and a laptop that reads to her. Her school has no specialist teacher and cannot pay for one each week. So"
        " this help must be set out in a plan, and somebody must see that she gets it."
    ),
    dates=Dates(date(2026, 8, 31), date(2026, 11, 9), date(2026, 12, 7)),
    advised=replace(NOT_ASSESS.advised, outcome=Outcome.ISSUE),
    advice_from=(),
    draft_by=date(2026, 12, 1),
)

NOT_ISSUE = replace(
    NOT_ASSESS,
    outcome=Outcome.NOT_ISSUE,
    received_on=date(2026, 8, 10),
    test_version="cfa2014-s37-1",
    limbs=(
        LimbFound(
            "necessary",
            Answer.NO,
            "All the advice says the same: Amara needs a short reading lesson each day and checks by a specialist teacher. Her"
            " school does this now, and her reading has got better each month.",
        ),
    ),
    dates=Dates(date(2026, 9, 21), date(2026, 11, 30), date(2026, 12, 28)),
    advised=replace(NOT_ASSESS.advised, outcome=Outcome.NOT_ISSUE),
)


# Agreements in the place of a refusal the family was told of.
REPLACED = tuple(
    replace(facts, advised=None, steps=(), replaces=Replaced(date(2026, 10, 9), told_you=True, why=why))
    for facts, why in ((ASSESS, LookedAgain.EVIDENCE), (ISSUE, LookedAgain.TRIBUNAL))
)


def all_outcomes() -> tuple[LetterFacts, ...]:
    """The four letters to the parent, dated."""
    return tuple(dated(facts, LETTER_ON) for facts in (ASSESS, NOT_ASSESS, ISSUE, NOT_ISSUE))


def to_young_person(facts: LetterFacts) -> LetterFacts:
    """The same decision told to Amara herself, at 16; what people wrote is written to her."""
    own = {
        "recipient": "Amara Okafor",
        "salutation": "Amara Okafor",
        "to_young_person": True,
        "family_views": "Your mother told us that you come home tired and sad.",
        "child_views": "You told us that you like football and drawing, and do not like to read aloud.",
        "views_answered": "Nobody will ask you to read aloud unless you offer.",
        "strengths": "You are kind, good at sums and a fast runner.",
        "limbs": tuple(
            replace(limb, reasons="You told us, and your teachers agree, that reading is hard for you.")
            for limb in facts.limbs
        ),
        "reasons": (
            "You find reading and spelling hard, and you have worked at both with a teacher each day since January. We looked at"
            " what you told us, at your school’s report and at your marks. We talked about what helps you now, what you want to"
            " do after school and what could be missing. We also asked your teachers how the help you have will go on next year"
            " and who will check that it does."
        ),
        "not_available": "",
        "papers": (
            PaperRead("Your request", date(2026, 10, 19)),
            PaperRead("School report", date(2026, 10, 30)),
        ),
        "steps": (),
        "support_now": "",
        "would_help": "",
    }
    return replace(facts, **own)
