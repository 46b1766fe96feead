"""What a panel says about an invented case: answers to the legal test, reasons and next steps. Pure and repeatable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from panel.law.legal import Answer, LimbAnswer, Outcome
from panel.law.reasons import NOT_CODED, Coded, ReasonCode
from panel.law.workdays import add_working_days


@dataclass(frozen=True, slots=True)
class NextStep:
    """Who does what by when."""

    what: str
    owner: str
    agency: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Said:
    """Everything recorded about one item."""

    answers: tuple[LimbAnswer, ...]
    reasons: str
    views_answered: str
    steps: tuple[NextStep, ...]
    coded: Coded
    meanwhile: str


_LIMBS: Mapping[Outcome, tuple[tuple[str, Answer, str], ...]] = {
    Outcome.ASSESS: (
        (
            "a",
            Answer.YES,
            "{Name} {finds} {need} hard every day, at home and at {setting}. That may be a special educational need.",
        ),
        (
            "b",
            Answer.YES,
            "Help so far has made a difference in places, but not enough. A plan may be needed, so we should find out.",
        ),
    ),
    Outcome.NOT_ASSESS: (
        (
            "a",
            Answer.YES,
            "{Name} {has} difficulty with {need}. The panel agrees that this may be a special educational need.",
        ),
        (
            "b",
            Answer.NO,
            "The help that began this year is working: {name} {has} caught up by two terms in one, {takes} part in every lesson and"
            " {is} keeping friends. The setting gives this help to anybody who needs it and has said that it will go on.",
        ),
    ),
    Outcome.ISSUE: (
        (
            "necessary",
            Answer.YES,
            "The advice agrees that {name} {needs} daily help with {need} from people with training the setting does not have."
            " Without a plan that help would depend on goodwill.",
        ),
    ),
    Outcome.NOT_ISSUE: (
        (
            "necessary",
            Answer.NO,
            "The advice sets out what {name} {needs} with {need}. Each part of it is in place now, given by people who are trained"
            " for it, and the review in the autumn shows that it is working. The setting has planned it for the next two years.",
        ),
    ),
}

_REASONS: Mapping[Outcome, str] = {
    Outcome.ASSESS: (
        "We read what you and {setting} told us. {Name} {has} been given extra help for more than a year. It has helped with some"
        " things. It has not helped enough with {need}, and the gap to others of the same age has grown. Nobody has yet looked at all"
        " of this together. We do not have to be sure that a plan is needed. It is enough that one may be. That is why"
        " we will now ask people who know about these needs to look closely and to write down what they find."
    ),
    Outcome.NOT_ASSESS: (
        "We read everything you and {setting} sent us. We agree that {name} {finds} {need} hard. Since the spring the school has"
        " given extra help four times a week. The reviews show that {name} {has} moved on by two terms in that time. {Name} {is}"
        " joining in with lessons and told us that school feels better now. The school will keep this help going and has"
        " written down how. Because this help works and will stay, we do not think that a plan may be needed now. If things"
        " change, you can ask again at any time."
    ),
    Outcome.ISSUE: (
        "We put all the advice side by side. It shows that {name} {needs} help with {need} every day. The help has to come from"
        " people who are trained for it, and it has to fit together across the week. {setting} cannot give all of this from"
        " what it has. The advice also looks ahead to the next school, where {name} would need the same help from the first"
        " day. For these reasons we think that a plan is needed, so that everyone knows what must be done and who does it."
    ),
    Outcome.NOT_ISSUE: (
        "We put all the advice side by side with what we knew before. It tells us clearly what {name} {needs} with {need}. Each of"
        " those things is happening now. The teacher has been trained, the therapist visits each half term, and the notes show"
        " that {name} {is} making steady progress. {setting} has planned the same help for the next two years and has the people"
        " for it. Because all of this is in place and is working, a plan would not add anything that {name} {needs} today."
    ),
}

_VIEWS = (
    "You told us what mornings and evenings are like at home, and what you hope for. We talked about each point. What you said"
    " about the hard days is the reason why the next steps begin at home and at school together."
)

_CODED: Mapping[Outcome, Coded] = {
    Outcome.NOT_ASSESS: Coded(str(ReasonCode.PROVISION_WORKS), (str(ReasonCode.MET_BY_SUPPORT),)),
    Outcome.NOT_ISSUE: Coded(str(ReasonCode.ORDINARILY_AVAILABLE)),
}

_MEANWHILE = (
    "The help that {name} {has} at {setting} goes on. The SENCO can ask the advisory teachers to come at any time, and {family}"
    " can ring the information and advice service."
)

_STEPS: Mapping[Outcome, tuple[tuple[str, str, str, int], ...]] = {
    Outcome.ASSESS: (
        ("Ask for advice for the assessment", "The case coordinator", "SEN Assessment Team", 2),
        ("Keep the help that is in place going while we assess", "The SENCO", "The setting", 5),
    ),
    Outcome.NOT_ASSESS: (
        (
            "Invite the family to an Inclusion Planning Meeting",
            "The case coordinator",
            "SEN Assessment Team",
            5,
        ),
        ("Write down the help for the next two terms", "The SENCO", "The setting", 15),
    ),
    Outcome.ISSUE: (
        ("Write the draft plan and send it to the family", "The case coordinator", "SEN Assessment Team", 10),
        ("Keep the help that is in place going until the plan begins", "The SENCO", "The setting", 5),
    ),
    Outcome.NOT_ISSUE: (
        (
            "Send the family all the advice and written feedback",
            "The case coordinator",
            "SEN Assessment Team",
            5,
        ),
        (
            "Invite the family to an Inclusion Planning Meeting",
            "The case coordinator",
            "SEN Assessment Team",
            5,
        ),
    ),
}


_VERBS = ("find", "have", "take", "need", "are")
_OF_OTHERS = ("finds", "has", "takes", "needs", "is")


def spoken_of(name: str, *, to_them: bool) -> dict[str, str]:
    """How words for a letter speak of somebody: by name to a parent, as “you” `to_them`, with the verbs that go with it."""
    who = "you" if to_them else name
    verbs = dict(zip(_OF_OTHERS, _VERBS if to_them else _OF_OTHERS, strict=True))
    return {
        "name": who,
        "Name": f"{who[:1].upper()}{who[1:]}",
        "family": "you" if to_them else "the family",
        **verbs,
    }


def said(
    *,
    name: str,
    to_them: bool,
    need: str,
    setting: str,
    outcome: Outcome,
    day: date,
    papers: tuple[str, ...],
) -> Said:
    """What the panel recorded about one child. `to_them`: the letter goes to the young person, so the words do too; `papers` are
    the ids every answer rests on.
    """
    words = {
        **spoken_of(name, to_them=to_them),
        "need": need or "learning",
        "setting": setting or "the setting",
    }
    return Said(
        answers=tuple(
            LimbAnswer(limb, answer, reasons.format(**words), papers)
            for limb, answer, reasons in _LIMBS[outcome]
        ),
        reasons=_REASONS[outcome].format(**words),
        views_answered=_VIEWS,
        coded=_CODED.get(outcome, NOT_CODED),
        meanwhile=_MEANWHILE.format(**words),
        steps=tuple(
            NextStep(what, owner, agency, add_working_days(day, days))
            for what, owner, agency, days in _STEPS[outcome]
        ),
    )
