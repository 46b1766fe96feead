"""The papers of a demonstration case: what was sent in, by whom, as small PDFs of invented words."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from panel.demonstration.pdf import text_pdf
from panel.demonstration.settings_list import HEALTH, PSYCHOLOGY, SOCIAL_CARE
from panel.demonstration.staff import PANEL_PSYCHOLOGIST
from panel.demonstration.words import Phrases, phrases_for, some
from panel.importing.codes import Need, PaperKind
from panel.law.workdays import last_working_day_on_or_before


@dataclass(frozen=True, slots=True)
class Subject:
    """What the papers need to know of a case. `carer`: what the first contact is to the child, in words. `asked_on`: when
    advice was asked for, None before an assessment.
    """

    reference: str
    forename: str
    need: Need | None
    setting: str
    carer: str
    asked_by_family: bool
    received_on: date
    asked_on: date | None

    @property
    def name(self) -> str:
        """As a paper prints it: the built-in fonts of a PDF know Western European letters only."""
        try:
            self.forename.encode("cp1252")
        except UnicodeEncodeError:
            return "the child"
        return self.forename


@dataclass(frozen=True, slots=True)
class Paper:
    """A file and what the list says about it."""

    file: str
    kind: PaperKind
    title: str
    dated_on: date
    author: str
    agency: str
    content: bytes

    def columns(self, n: int) -> dict[str, str]:
        """The columns of one numbered paper."""
        return {
            f"paper{n}_file": self.file,
            f"paper{n}_kind": self.kind,
            f"paper{n}_title": self.title,
            f"paper{n}_dated_on": self.dated_on.isoformat(),
            f"paper{n}_author": self.author,
            f"paper{n}_agency": self.agency,
        }


@dataclass(frozen=True, slots=True)
class _Template:
    """A kind of paper: who writes it, how many days before the request (or after advice was asked for) it is dated."""

    kind: PaperKind
    title: str
    author: str
    agency: str
    days: int


ADVISORY_TEACHERS = "Marlshire Advisory Teachers"

# What comes with a request, in the order in which it tends to be there. The first always is; none is a condition.
REQUEST_PAPERS = (
    _Template(PaperKind.REQUEST, "Request form", "SENCO", "", 0),
    _Template(PaperKind.PARENT_VIEWS, "Parent or carer’s views", "", "Family", 3),
    _Template(PaperKind.INDIVIDUAL_PLAN, "Individual support plan", "SENCO", "", 24),
    _Template(PaperKind.CHILD_VIEWS, "My views", "Pupil, with a trusted adult", "", 5),
    _Template(PaperKind.CYCLE, "Assess, plan, do, review: two terms", "SENCO", "", 31),
)
# What an assessment brings in, for the second question.
ADVICE_PAPERS = (
    _Template(PaperKind.EP_ADVICE, "Educational psychologist’s advice", "Ruth Oakeshott", PSYCHOLOGY, 44),
    _Template(PaperKind.THERAPY, "Speech and language therapy advice", "Nadia Bellamy", HEALTH, 38),
    _Template(PaperKind.SOCIAL_CARE, "Social care advice", "Kevin Ashcombe", SOCIAL_CARE, 40),
    _Template(
        PaperKind.SPECIALIST_TEACHER, "Specialist teacher’s report", "Advisory teacher", ADVISORY_TEACHERS, 35
    ),
)


def request_papers(subject: Subject, count: int, chance: random.Random) -> list[Paper]:
    """The first `count` papers of a request."""
    return [
        _paper(
            subject,
            template,
            last_working_day_on_or_before(subject.received_on - timedelta(days=template.days)),
            chance,
        )
        for template in REQUEST_PAPERS[:count]
    ]


def advice_papers(
    subject: Subject, count: int, today: date, chance: random.Random, *, by_member: bool = False
) -> list[Paper]:
    """The first `count` papers of an assessment; `by_member`: the panel's own psychologist wrote the first of them."""
    papers = []
    for template in ADVICE_PAPERS[:count]:
        asked_on = subject.asked_on or subject.received_on
        dated_on = last_working_day_on_or_before(
            min(asked_on + timedelta(days=template.days), today - timedelta(days=3))
        )
        author = PANEL_PSYCHOLOGIST if by_member and template.kind == PaperKind.EP_ADVICE else template.author
        papers.append(_paper(subject, template, dated_on, chance, author))
    return papers


def _paper(
    subject: Subject, template: _Template, dated_on: date, chance: random.Random, author: str = ""
) -> Paper:
    by_family = not template.author or (template.kind == PaperKind.REQUEST and subject.asked_by_family)
    agency = "Family" if by_family else template.agency or subject.setting or "Family"
    writer = subject.carer if by_family else author or template.author
    facts = [
        ("Case", subject.reference),
        ("About", subject.name),
        ("Written by", f"{writer}, {agency}"),
        ("Date", f"{dated_on.day} {dated_on:%B %Y}"),
    ]
    sections = _sections(subject, template.kind, phrases_for(subject.need), chance)
    return Paper(
        file=f"{subject.reference}-{template.kind.replace('_', '-')}.pdf",
        kind=template.kind,
        title=template.title,
        dated_on=dated_on,
        author=writer,
        agency=agency,
        content=text_pdf(template.title, facts, sections),
    )


def _sections(
    subject: Subject, kind: PaperKind, phrases: Phrases, chance: random.Random
) -> Sequence[tuple[str, str]]:
    def say(sentences: tuple[str, ...], count: int) -> str:
        return some(sentences, count, subject.name, chance)

    match kind:
        case PaperKind.REQUEST:
            return [
                ("Why we are asking", say(phrases.needs, 3)),
                ("What has been done so far", say(phrases.tried, 2)),
                (
                    "What we hope for",
                    "A full picture of the needs, and advice on what should be in place every day.",
                ),
            ]
        case PaperKind.PARENT_VIEWS:
            return [("What life is like", say(phrases.family, 3)), ("What helps", say(phrases.tried, 1))]
        case PaperKind.CHILD_VIEWS:
            return [("What I want you to know", say(phrases.child, 3))]
        case PaperKind.INDIVIDUAL_PLAN | PaperKind.CYCLE:
            met = chance.randint(1, 4)
            review = f"Of five outcomes {met} {'was' if met == 1 else 'were'} met. The family took part in the review."
            return [
                ("Assess", say(phrases.needs, 2)),
                ("Plan and do", say(phrases.tried, 3)),
                ("Review", f"{review} The next review is in six weeks."),
            ]
        case _:
            return [
                ("Needs", say(phrases.needs, 2)),
                (
                    "Outcomes",
                    f"By the end of the key stage {subject.name} takes part in lessons with planned support.",
                ),
                ("Provision that may be required", say(phrases.advice, 3)),
            ]
