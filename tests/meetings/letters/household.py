"""A decision ready for its letters: a family with its homes, the authority's contacts, and a clerk, an officer, a second clerk."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from meetings.letters.actions import draft_letters, release_letter
from meetings.letters.queries import preview_of
from meetings.models import AuthorityContact, Decision, Letter, PanelConfig, PanelType, PlanningOffer, Release
from panel.models import Case, Person, Relationship, User
from panel.platform import outbox
from panel.platform.documents.worker import Rendered
from panel.platform.policy import Role
from tests.make import NOW, TODAY, make_address, make_case, make_person, make_setting, make_user

REASONS = (
    "Robin has had a reading lesson of his own each day since January, and his reading age has gone up by more than a year in"
    " two terms. His teacher says that he joins in at story time and puts his hand up. The lessons are in place at his school"
    " and will go on next year, and the specialist teacher comes each half term to look at how they are going and to change"
    " what does not help him."
)
MOTHERS_STREET, MOTHERS_POSTCODE = "7 Harbour View", "ZZ7 7AA"
FATHERS_STREET, FATHERS_POSTCODE = "41 Quarry Lane", "ZZ4 1BB"


@dataclass
class Household:
    """Two parents in two homes, one child, one decision."""

    case: Case
    decision: Decision
    mother: Person
    father: Person
    clerk: User
    second: User

    def tie(self, person: Person) -> Relationship:
        return Relationship.objects.get(person=person, child=self.case.child)

    def draft(self, now: dt.datetime = NOW) -> tuple[Letter, ...]:
        drafted = draft_letters(decision=self.decision, by=self.clerk, now=now)
        return drafted.letters

    def letter_to(self, person: Person) -> Letter:
        return Letter.objects.get(decision=self.decision, recipient=person, superseded_by__isnull=True)

    def release(self, letter: Letter, now: dt.datetime = NOW, **fields: Any) -> Release:
        shown = preview_of(letter)
        assert shown is not None
        values: dict[str, Any] = {
            "letter": letter,
            "content_sha256": letter.content_sha256,
            "shown_sha256": shown.sha256,
            "by": self.second,
            "now": now,
        }
        return release_letter(**{**values, **fields})

    def until_released(self, now: dt.datetime = NOW) -> tuple[Letter, ...]:
        letters = self.draft(now)
        drain(now)
        for letter in letters:
            self.release(letter, now)
        return letters


class Press:
    """A renderer for tests about rows: the page's own HTML as bytes. What a real PDF holds is tested with the real child."""

    @property
    def worker(self) -> "Press":
        return self

    def render(self, html: str) -> Rendered:
        return Rendered(html.encode(), 1)


def drain(now: dt.datetime = NOW, tools: Any = None, limit: int = 1000) -> dict[str, int]:
    """Let the outbox keep what was promised."""
    return outbox.drain(tools or Press(), lambda: now, "test", limit)


def make_contacts() -> None:
    """Everybody a letter names, once."""
    if AuthorityContact.objects.exists():
        return
    for kind in AuthorityContact.Kind:
        AuthorityContact(
            kind=kind,
            valid_from=dt.date(2020, 1, 1),
            name=f"The {kind.label.lower()}",
            lines="County Hall\nWealdham",
            phone="01000 555 010",
            email="send@wealdshire.example",
        ).save()


def make_decision(case: Case, outcome: str = "not_assess", **fields: Any) -> Decision:
    """The officer's decision on the first question, without a panel."""
    panel_type, _ = PanelType.objects.get_or_create(name="Inclusion panel")
    config = panel_type.configs.first()
    if config is None:
        config = PanelConfig(
            panel_type=panel_type,
            valid_from=dt.date(2020, 1, 1),
            delegation_reference="SEND 4.2",
            minimum_total=3,
            minimum_agencies=2,
        )
        config.save()
    refused = outcome == "not_assess"
    values: dict[str, Any] = {
        "case": case,
        "config": config,
        "stage": "assess",
        "route": "officer",
        "outcome": outcome,
        "test_version": "cfa2014-s36-8",
        "answers": [
            {"limb": "a", "answer": "yes", "reasons": "He reads far behind others.", "papers": []},
            {
                "limb": "b",
                "answer": "no" if refused else "yes",
                "reasons": "His reading grew in two terms.",
                "papers": [],
            },
        ],
        "reasons": REASONS,
        "no_panel_because": "No panel could sit in time.",
        "delegation_reference": "SEND 4.2",
        "by": make_user("Oli Officer", Role.OFFICER),
        "by_role": "officer",
        "decided_at": NOW,
        "entered_at": NOW,
    }
    decision = Decision(**{**values, **fields})
    decision.save()
    if refused:
        PlanningOffer.objects.create(decision=decision, created_at=NOW)
    return decision


def make_parent_of(child: Person, forename: str, street: str, postcode: str, **fields: Any) -> Person:
    """A parent with a right and a home."""
    person = make_person(forename, child.surname, **fields)
    make_address(person, f"{street}\nTestham", postcode)
    Relationship.objects.create(
        person=person,
        child=child,
        kind="parent",
        basis="natural_parent",
        since=dt.date(2018, 1, 1),
        how_known="request form",
    )
    return person


def make_household(outcome: str = "not_assess", **fields: Any) -> Household:
    """A split family: the mother has an e-mail address, the father is written to by post."""
    make_contacts()
    child = make_person("Robin", "Ashdown", born_on=dt.date(2018, 5, 4))
    mother = make_parent_of(child, "Grace", MOTHERS_STREET, MOTHERS_POSTCODE, email="grace@family.example")
    father = make_parent_of(child, "Tomas", FATHERS_STREET, FATHERS_POSTCODE)
    case = make_case(child=child, setting=make_setting(), received_on=TODAY - dt.timedelta(weeks=4), **fields)
    return Household(
        case=case,
        decision=make_decision(case, outcome),
        mother=mother,
        father=father,
        clerk=make_user("Cleo Clerk", Role.CLERK),
        second=make_user("Sandy Second", Role.CLERK),
    )
