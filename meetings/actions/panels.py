"""Setting up: the panels of an authority, the rules each works under from a day on, its standing members, and who letters name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from meetings.models import (
    NON_VOTING_SEATS,
    AuthorityContact,
    Conflict,
    Meeting,
    PanelConfig,
    PanelType,
    Seat,
    StandingMember,
)
from meetings.queries.seats import fitting_membership
from meetings.rules.decisions import refuse
from meetings.rules.panels import Rules, rules_problems
from meetings.rules.states import MeetingState
from panel.actions.cases import one_at_a_time
from panel.law.words import in_words
from panel.models import Agency, User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line, clean_text

ADDRESS_LIMIT = 500


@dataclass(frozen=True)
class RuleSet:
    """Everything a new set of rules says; `rules` is the part that pure checks read."""

    rules: Rules
    decides: PanelConfig.Decides
    own_setting_effect: Conflict.Effect
    own_paper_effect: Conflict.Effect
    pre_views: bool
    purpose: str = ""
    duty_lead: User | None = None
    hold_refusals: bool = False
    staff_names: PanelConfig.StaffNames = PanelConfig.StaffNames.ROLES


def create_panel(*, name: str, said: RuleSet, by: User, now: datetime) -> PanelType:
    """A new kind of panel with its first rules. Refused: `name`, `name_taken` and everything of `rules_problems`. Audits."""
    access.require(by, Verb.PANEL_CONFIGURE, now=now)
    called = clean_line(name, label="The name")
    if not called:
        raise Refused("name", "Enter the name of the panel.", field="name")
    with transaction.atomic():
        one_at_a_time()
        if PanelType.objects.filter(name__iexact=called).exists():
            raise Refused("name_taken", f"There is a panel called {called} already.", field="name")
        panel_type = PanelType.objects.create(name=called)
        _keep(panel_type, said, now)
        _audit(Verb.PANEL_CONFIGURE, "panel", panel_type, by, now, {"name": called, **_in_short(said)})
    return panel_type


def set_rules(*, panel_type: PanelType, said: RuleSet, by: User, now: datetime) -> int:
    """New rules from a day on; how many meetings planned for that day or later keep the rules they were planned under.

    Refused: everything of `rules_problems`. Audits.
    """
    access.require(by, Verb.PANEL_CONFIGURE, now=now)
    with transaction.atomic():
        locked = PanelType.objects.select_for_update().get(pk=panel_type.pk)
        config = _keep(locked, said, now)
        _audit(Verb.PANEL_CONFIGURE, "panel", locked, by, now, _in_short(said))
        return (
            Meeting.objects.filter(
                panel_type=locked, state=MeetingState.PLANNED, starts_at__date__gte=config.valid_from
            )
            .exclude(config=config)
            .count()
        )


def _keep(panel_type: PanelType, said: RuleSet, now: datetime) -> PanelConfig:
    rules = said.rules
    refuse(
        rules_problems(
            rules,
            today=timezone.localdate(now),
            taken=panel_type.configs.values_list("valid_from", flat=True),
            agency_kinds=Agency.Kind.values,
            never_vote=frozenset(NON_VOTING_SEATS),
        )
    )
    config = PanelConfig(
        panel_type=panel_type,
        valid_from=rules.valid_from,
        purpose=clean_line(said.purpose, limit=300, label="The purpose"),
        decides=said.decides,
        delegation_reference=clean_line(
            rules.delegation_reference, limit=100, label="The scheme of delegation"
        ),
        minimum_total=rules.minimum_total,
        required_seats=sorted(rules.seats),
        minimum_agencies=rules.minimum_agencies,
        required_agencies=[kind for kind in Agency.Kind.values if kind in rules.agencies],
        paper_deadline_days=rules.paper_deadline_days,
        minutes_per_item=rules.minutes_per_item,
        comment_days=rules.comment_days,
        own_setting_effect=said.own_setting_effect,
        own_paper_effect=said.own_paper_effect,
        pre_views=said.pre_views,
        duty_lead=said.duty_lead,
        hold_refusals=said.hold_refusals,
        hold_agreements_percent=rules.hold_agreements_percent,
        staff_names=said.staff_names,
    )
    config.save()
    return config


def _in_short(said: RuleSet) -> dict[str, Any]:
    rules = said.rules
    return {
        "valid_from": str(rules.valid_from),
        "purpose": said.purpose,
        "decides": str(said.decides),
        "minimum_total": rules.minimum_total,
        "required_seats": sorted(rules.seats),
        "minimum_agencies": rules.minimum_agencies,
        "required_agencies": sorted(rules.agencies),
        "hold_refusals": said.hold_refusals,
        "hold_agreements_percent": rules.hold_agreements_percent,
        "staff_names": str(said.staff_names),
    }


def seat_standing(
    *,
    panel_type: PanelType,
    user: User,
    seat: Seat,
    voting: bool,
    starts_on: date,
    by: User,
    now: datetime,
) -> StandingMember:
    """Somebody is invited to every meeting of the panel planned from now on for `starts_on` or later.

    Refused: `already_standing`, `not_a_member`, `seat_never_votes`. Audits.
    """
    access.require(by, Verb.PANEL_SEAT, now=now)
    if voting and seat in NON_VOTING_SEATS:
        raise Refused("seat_never_votes", f"{seat.label}s do not vote.", field="voting")
    if fitting_membership(user, seat, starts_on) is None:
        raise Refused(
            "not_a_member", f"{user.name} holds no role for this seat on {in_words(starts_on)}.", field="user"
        )
    with transaction.atomic():
        PanelType.objects.select_for_update().get(pk=panel_type.pk)
        there = StandingMember.objects.filter(panel_type=panel_type, user=user)
        if there.exclude(ends_on__lt=starts_on).exists():
            raise Refused(
                "already_standing", f"{user.name} is a standing member of this panel already.", field="user"
            )
        member = StandingMember.objects.create(
            panel_type=panel_type, user=user, seat=seat, voting=voting, starts_on=starts_on
        )
        values = {"person": str(user.public_id), "seat": str(seat), "starts_on": str(starts_on)}
        _audit(Verb.PANEL_SEAT, "panel", panel_type, by, now, values)
    return member


def end_standing(*, member: StandingMember, last_day: date, by: User, now: datetime) -> None:
    """The last day on which somebody is a standing member. Meetings they are on already keep them. The same twice is one.

    Refused: `ends_first`. Audits `panel.unseat`.
    """
    access.require(by, Verb.PANEL_SEAT, now=now)
    with transaction.atomic():
        locked = (
            StandingMember.objects.select_for_update(of=("self",))
            .select_related("panel_type", "user")
            .get(pk=member.pk)
        )
        if last_day < locked.starts_on:
            sentence = f"They became a standing member on {in_words(locked.starts_on)}. Enter that day or a later one."
            raise Refused("ends_first", sentence, field="last_day")
        if locked.ends_on == last_day:
            return
        locked.ends_on = last_day
        locked.save(update_fields=["ends_on"])
        values = {"person": str(locked.user.public_id), "ends_on": str(last_day)}
        _audit("panel.unseat", "panel", locked.panel_type, by, now, values)


def record_agency(*, name: str, kind: Agency.Kind, by: User, now: datetime) -> Agency:
    """A body that sends people to a panel. Refused: `name`, `name_taken`. Audits."""
    access.require(by, Verb.AGENCY_RECORD, now=now)
    called = clean_line(name, label="The name")
    if not called:
        raise Refused("name", "Enter the name of the agency.", field="name")
    with transaction.atomic():
        one_at_a_time()
        if Agency.objects.filter(name__iexact=called).exists():
            raise Refused("name_taken", f"{called} is on the list already.", field="name")
        agency = Agency.objects.create(name=called, kind=kind)
        _audit(Verb.AGENCY_RECORD, "agency", agency, by, now, {"name": called, "kind": str(kind)})
    return agency


def record_contact(
    *,
    kind: AuthorityContact.Kind,
    valid_from: date,
    name: str,
    lines: str = "",
    reached: Mapping[str, str],
    by: User,
    now: datetime,
) -> AuthorityContact:
    """Who letters dated `valid_from` or later name for `kind`; `reached`: phone, email and web. Letters made before keep theirs.

    Refused: `name`, `unreachable`, `same_day`. Audits.
    """
    access.require(by, Verb.CONTACT_RECORD, now=now)
    called = clean_line(name, label="The name")
    where = clean_text(lines, limit=ADDRESS_LIMIT, label="The address")
    ways = {way: clean_line(reached.get(way, ""), label=f"The {way}") for way in ("phone", "email", "web")}
    if not called:
        raise Refused("name", "Enter the name a letter is to print.", field="name")
    if not where and not any(ways.values()):
        raise Refused("unreachable", "Enter at least one way a family can reach them.", field="phone")
    with transaction.atomic():
        # One at a time: two contacts of one kind and day would be none.
        one_at_a_time()
        newest = AuthorityContact.objects.filter(kind=kind).order_by("-valid_from").first()
        if newest is not None and valid_from <= newest.valid_from:
            sentence = f"From {in_words(newest.valid_from)} {newest.name} is recorded, and that is never edited. Choose a later day."
            raise Refused("same_day", sentence, field="valid_from")
        contact = AuthorityContact(kind=kind, valid_from=valid_from, name=called, lines=where, **ways)
        contact.save()
        values = {"kind": str(kind), "valid_from": str(valid_from), "name": called}
        _audit(Verb.CONTACT_RECORD, "contact", contact, by, now, values)
    return contact


def _audit(
    verb: str,
    kind: str,
    subject: PanelType | Agency | AuthorityContact,
    by: User,
    now: datetime,
    values: dict[str, Any],
) -> None:
    audit.record(
        verb=verb, by=by, at=now, subject_kind=kind, subject=subject.public_id, case=None, values=values
    )
