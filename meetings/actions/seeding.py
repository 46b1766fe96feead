"""Filling an empty installation with the demonstration authority: its people, its panel, its cases and today's meeting.

The cases come in through the same door as any authority's own list (`import_cases`); only accounts, the panel's rules and the
contacts printed in letters are written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from meetings.actions.listing import add_items
from meetings.actions.plan import plan_meeting
from meetings.models import AuthorityContact, Meeting, PanelConfig, PanelType, Seat, StandingMember
from meetings.queries.waiting import Listing
from panel.actions.imports import import_cases
from panel.actions.people import open_family_account
from panel.demonstration.generate import Demonstration
from panel.demonstration.support_list import SERVICES
from panel.importing import parse
from panel.law.legal import Stage
from panel.law.workdays import first_working_day_on_or_after
from panel.models import Agency, Case, Installation, Membership, Person, Setting, Support, User
from panel.platform import audit
from panel.platform.policy import Refused, Role

PANEL_STARTS = time(9, 30)
PANEL_LASTS = timedelta(hours=2, minutes=30)
FORTNIGHTS = (2, 4, 6)
# The authority's people have held their roles since long before any case in the list.
IN_POST_SINCE = date(2019, 9, 1)

CONTACTS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("authority", "", "County Hall\nMill Lane\nSandmouth\nZZ9 1AA", "", "", ""),
    ("contact", "SEN Assessment Team", "", "01632 960 100", "sen.assessment@marlshire.example", ""),
    ("sendiass", "Marlshire SENDIAS", "", "01632 960 111", "help@sendias.example", "sendias.example"),
    ("mediation", "Evenhand Mediation", "", "01632 960 122", "contact@evenhand.example", "evenhand.example"),
    (
        "disagreement",
        "Evenhand Mediation",
        "",
        "01632 960 122",
        "contact@evenhand.example",
        "evenhand.example",
    ),
    (
        "tribunal",
        "First-tier Tribunal (Special Educational Needs and Disability)",
        "",
        "",
        "",
        "gov.uk/appeal-ehc-plan-decision",
    ),
    (
        "complaints",
        "Customer Relations",
        "County Hall\nMill Lane\nSandmouth\nZZ9 1AA",
        "01632 960 133",
        "",
        "",
    ),
)


@dataclass(frozen=True)
class Seeded:
    """What a demonstration was filled with."""

    users: Mapping[str, User]
    panel_type: PanelType
    meeting: Meeting
    cases: int
    papers: int


def seed_authority(*, demonstration: Demonstration, now: datetime) -> Seeded:
    """Fill an empty database in one transaction and mark it as a demonstration for good.

    Refused `not_empty` when an installation is there already, and `bad_list` with the first problem of the list.
    """
    with transaction.atomic():
        if Installation.objects.exists():
            raise Refused("not_empty", "This database already belongs to an authority. Nothing was changed.")
        Installation(
            demonstration=True,
            authority_name=demonstration.authority,
            seeded_on=demonstration.day,
            created_at=now,
        ).save()
        users = _people(demonstration, now)
        panel_type = _panel(demonstration, users, now)
        parsed = parse(demonstration.csv, "cases.csv", today=demonstration.day, known_references=frozenset())
        report = import_cases(parsed=parsed, papers=demonstration.papers, by=None, now=now)
        if not report.stored:
            first = report.problems[0]
            raise Refused("bad_list", f"Row {first.row}, {first.column}: {first.reason}")
        _directory(now)
        _families(demonstration, now)
        _attach_submitters(users)
        meeting = _todays_panel(demonstration, users, panel_type, now)
    return Seeded(users, panel_type, meeting, len(report.created), report.papers)


def _people(demonstration: Demonstration, now: datetime) -> dict[str, User]:
    agencies = {
        row.name: Agency.objects.create(name=row.name, kind=row.kind) for row in demonstration.agencies
    }
    settings = {
        place.urn: Setting.objects.create(
            urn=place.urn, name=place.name, phase=place.phase, email=place.email
        )
        for place in demonstration.settings
    }
    users: dict[str, User] = {}
    for row in demonstration.staff:
        user = users.get(row.email) or User.objects.create_user(email=row.email, name=row.name)
        users[row.email] = user
        Membership.objects.create(
            user=user,
            role=row.role,
            agency=agencies[row.agency],
            setting=settings.get(row.setting_urn),
            starts_on=IN_POST_SINCE,
        )
        audit.record(verb="user.invite", by=None, at=now, subject_kind="user", subject=user.public_id)
    return users


def _panel(demonstration: Demonstration, users: Mapping[str, User], now: datetime) -> PanelType:
    panel_type = PanelType.objects.create(name="Inclusion panel")
    PanelConfig(
        panel_type=panel_type,
        valid_from=IN_POST_SINCE,
        purpose="Advises whether to assess, whether to issue, and what support comes next",
        delegation_reference="Scheme of delegation, SEND 4.2",
        minimum_total=5,
        required_seats=["educational_psychologist", "sen_lead"],
        minimum_agencies=3,
        required_agencies=[Agency.Kind.SOCIAL_CARE],
        pre_views=True,
        duty_lead=next(users[row.email] for row in demonstration.staff if row.seat == Seat.SEN_LEAD),
    ).save()
    for kind, name, lines, phone, email, web in CONTACTS:
        AuthorityContact(
            kind=kind,
            valid_from=IN_POST_SINCE,
            name=name or demonstration.authority,
            lines=lines,
            phone=phone,
            email=email,
            web=web,
        ).save()
    chair = next(row for row in demonstration.staff if row.seat == Seat.CHAIR)
    vice_chair = next(row for row in demonstration.staff if row.seat == Seat.VICE_CHAIR)
    clerk = next(row for row in demonstration.staff if row.seat == Seat.MINUTE_TAKER)
    members = [row for row in demonstration.staff if row.role in {Role.MEMBER, Role.PARENT_REPRESENTATIVE}]
    for row in (chair, vice_chair, clerk, *(row for row in members if row.seat and not row.stands_in)):
        StandingMember.objects.create(
            panel_type=panel_type,
            user=users[row.email],
            seat=row.seat,
            voting=row.seat != Seat.MINUTE_TAKER,
            starts_on=IN_POST_SINCE,
        )
    return panel_type


def _directory(now: datetime) -> None:
    """What helps without a plan, so that a panel has something to choose from."""
    for one in SERVICES:
        Support.objects.create(
            name=one.name,
            offered_by=one.offered_by,
            what=one.what,
            how=one.how,
            contact=one.contact,
            needs=list(one.needs),
            ages_from=one.ages[0],
            ages_to=one.ages[1],
            area=one.area[0],
            districts=list(one.area[1]),
            starts_on=IN_POST_SINCE,
            recorded_at=now,
            recorded_by=None,
        )


def _families(demonstration: Demonstration, now: datetime) -> None:
    """Open the family page to the parents who have an account from the start."""
    for row in demonstration.portal:
        person = Person.objects.get(email__iexact=row.email, ties__child__cases__reference=row.reference)
        open_family_account(person=person, by=None, now=now)


def _attach_submitters(users: Mapping[str, User]) -> None:
    """Professionals of a setting are the ones who sent in that setting's own requests."""
    for user in users.values():
        for membership in Membership.objects.filter(user=user, role=Role.PROFESSIONAL, setting__isnull=False):
            Case.objects.filter(setting=membership.setting, source="2").update(submitted_by=user)


def _todays_panel(
    demonstration: Demonstration, users: Mapping[str, User], panel_type: PanelType, now: datetime
) -> Meeting:
    clerk = next(users[row.email] for row in demonstration.staff if row.seat == Seat.MINUTE_TAKER)
    planned, *_ = [
        plan_meeting(
            panel_type=panel_type,
            starts_at=starts_at,
            ends_at=starts_at + PANEL_LASTS,
            venue="Committee Room 2, County Hall",
            by=clerk,
            now=now,
        )
        for starts_at in _panel_days(demonstration.day)
    ]
    cases = Case.objects.in_bulk([row.reference for row in demonstration.panel], field_name="reference")
    listings = [Listing(case=cases[row.reference], stage=Stage(row.stage)) for row in demonstration.panel]
    add_items(meeting=planned.meeting, listings=listings, by=clerk, now=now)
    return planned.meeting


def _panel_days(day: date) -> list[datetime]:
    """Today, whatever day it is, and every fortnight after it, moved past closed days."""
    later = (day + timedelta(weeks=weeks) for weeks in FORTNIGHTS)
    open_days = [first_working_day_on_or_after(one) for one in later]
    return [timezone.make_aware(datetime.combine(one, PANEL_STARTS)) for one in (day, *open_days)]
