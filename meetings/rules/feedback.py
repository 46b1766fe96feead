"""What a panel saw of a setting's practice: strands of good practice and gaps, and what may be said across settings. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from panel.law.problems import Problem

GRADUATED_APPROACH = {
    "assess": "Assess: how the need is understood",
    "plan": "Plan: outcomes and help, written down with the family",
    "do": "Do: the help, as it was planned",
    "review": "Review: what it led to, and how the plan changed",
    "voice": "The child’s and the family’s voice",
}
OAIP = {
    "teaching": "High-quality teaching for every child",
    "communication": "Communication and interaction",
    "cognition": "Cognition and learning",
    "semh": "Social, emotional and mental health",
    "sensory": "Sensory and physical needs",
    "early_years": "Early years",
    "changes": "Moving between classes, schools and stages",
}
# What each strand is called where it is neither praised nor missed.
STRANDS: Mapping[str, str] = {**GRADUATED_APPROACH, **OAIP}
# Read under its own heading: the words of good practice would be praise under the heading of the gaps.
SEEN_AS_GOOD: Mapping[str, str] = {
    **STRANDS,
    "assess": "Assess: the need is understood, with a measure to start from",
    "plan": "Plan: outcomes and help are written down with the family",
    "do": "Do: the help was given as planned",
    "review": "Review: what it led to was looked at, and the plan changed",
}
SEEN_AS_GAP: Mapping[str, str] = {
    **STRANDS,
    "assess": "Assess: it was not clear how the need is understood, or what it is measured from",
    "plan": "Plan: it was not clear that outcomes and help are written down with the family",
    "do": "Do: it was not clear that the help was given as planned",
    "review": "Review: it was not clear that what it led to was looked at, and that the plan changed",
    "voice": "The child’s and the family’s voice: it was not clear what they say",
}

# practice.md E, M33: across settings no number below five is said, and none that rests on fewer than three of them.
LEAST = 5
LEAST_SETTINGS = 3
# One word for every reason not to say a number: “fewer than five” would be a number as well, and untrue of five at one setting.
UNSAID = "not enough to say"

# School terms as the calendar of an authority begins them, for counting only.
TERM_BEGINS = {"spring": 1, "summer": 4, "autumn": 9}


def feedback_problems(
    good: Collection[str], gaps: Collection[str], good_words: str, gaps_words: str
) -> Iterable[Problem]:
    """What is wrong or missing in feedback as entered."""
    if not (good or gaps or good_words.strip() or gaps_words.strip()):
        yield Problem("nothing", "good", "Tick what the panel saw, or say it in words.")
    if (set(good) | set(gaps)) - set(STRANDS):
        yield Problem("unknown", "good", "Choose from the list.")
    if set(good) & set(gaps):
        both = STRANDS[min(set(good) & set(gaps), key=list(STRANDS).index)]
        yield Problem("both", "gaps", f"“{both}” is ticked as good practice and as a gap. Choose one.")


@dataclass(frozen=True)
class Term:
    """A school term as feedback is counted by: from `begins` up to, not including, `ends`."""

    name: str
    year: int
    begins: date
    ends: date

    @property
    def label(self) -> str:
        """As people say it."""
        return f"{self.name} term {self.year}"


def term_of(day: date) -> Term:
    """The term of a day."""
    name = max((one for one, month in TERM_BEGINS.items() if month <= day.month), key=TERM_BEGINS.__getitem__)
    later = [month for month in TERM_BEGINS.values() if month > TERM_BEGINS[name]]
    ends = date(day.year, min(later), 1) if later else date(day.year + 1, 1, 1)
    return Term(name.capitalize(), day.year, date(day.year, TERM_BEGINS[name], 1), ends)


def term_before(term: Term) -> Term:
    """The term that ended when `term` began."""
    return term_of(date.fromordinal(term.begins.toordinal() - 1))


@dataclass(frozen=True)
class Seen:
    """The feedback on one request: whose it was and which strands were ticked."""

    setting: int
    good: frozenset[str]
    gaps: frozenset[str]


@dataclass(frozen=True)
class StrandLine:
    """One strand in a note: the setting's own counts, and those of all others as far as they may be said."""

    label: str
    good: int
    gaps: int
    others_good: str
    others_gaps: str


def note(setting: int, rows: Sequence[Seen]) -> tuple[StrandLine, ...]:
    """The strands of one setting's own feedback, counted in requests. It sees its own numbers; small ones of others are not said.

    The others are counted without the setting, so that nothing is learned by taking its own number away. Each number of theirs
    must rest on enough requests of enough settings itself: those of whom it says nothing do not hide whose it is.
    """
    own = [row for row in rows if row.setting == setting]
    others = [row for row in rows if row.setting != setting]
    return tuple(
        StrandLine(
            label=label,
            good=sum(strand in row.good for row in own),
            gaps=sum(strand in row.gaps for row in own),
            others_good=_said([row.setting for row in others if strand in row.good]),
            others_gaps=_said([row.setting for row in others if strand in row.gaps]),
        )
        for strand, label in STRANDS.items()
    )


def _said(settings: Sequence[int]) -> str:
    """How many requests there are, as far as it may be said. `settings`: whose each of them was."""
    enough = len(settings) >= LEAST and len(set(settings)) >= LEAST_SETTINGS
    return str(len(settings)) if enough else UNSAID
