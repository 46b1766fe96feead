"""The panels of the authority as they are set up: rules now and to come, standing members, and who letters name."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from meetings.models import AuthorityContact, PanelConfig, PanelType, StandingMember
from panel.models import Agency


@dataclass(frozen=True)
class PanelLine:
    """`rules` is None where none has begun yet. `coming` and `past` in the order of their days, the newest first."""

    panel: PanelType
    rules: PanelConfig | None
    coming: tuple[PanelConfig, ...]
    past: tuple[PanelConfig, ...]
    members: tuple[StandingMember, ...]


@dataclass(frozen=True)
class ContactLine:
    """Who letters name for one purpose: today's row, None where there is none, and those that begin later."""

    kind: str
    label: str
    contact: AuthorityContact | None
    coming: tuple[AuthorityContact, ...]


@dataclass(frozen=True)
class SetUp:
    """What an authority needs before its first panel; `missing` says what it lacks, in the order to do it."""

    panels: tuple[PanelLine, ...]
    agencies: tuple[Agency, ...]
    contacts: tuple[ContactLine, ...]
    missing: tuple[str, ...]


def set_up(today: date) -> SetUp:
    """Everything on the page of panels. Five queries, however many there are."""
    configs: dict[int, list[PanelConfig]] = defaultdict(list)
    for config in PanelConfig.objects.order_by("-valid_from"):
        configs[config.panel_type_id].append(config)
    members: dict[int, list[StandingMember]] = defaultdict(list)
    for member in StandingMember.objects.exclude(ends_on__lt=today).select_related("user").order_by("pk"):
        members[member.panel_type_id].append(member)
    panels = tuple(
        _line(panel, configs[panel.pk], tuple(members[panel.pk]), today)
        for panel in PanelType.objects.order_by("name")
    )
    agencies, contacts = tuple(Agency.objects.order_by("kind", "name")), contact_lines(today)
    return SetUp(panels, agencies, contacts, tuple(_missing(panels, agencies, contacts)))


def _line(
    panel: PanelType, configs: list[PanelConfig], members: tuple[StandingMember, ...], today: date
) -> PanelLine:
    coming = tuple(one for one in configs if one.valid_from > today)
    begun = [one for one in configs if one.valid_from <= today]
    return PanelLine(panel, begun[0] if begun else None, coming, tuple(begun[1:]), members)


def contact_lines(today: date) -> tuple[ContactLine, ...]:
    """Who letters name for each purpose. One query."""
    rows = list(AuthorityContact.objects.order_by("-valid_from", "-pk"))
    return tuple(
        ContactLine(
            str(kind),
            str(kind.label),
            next((row for row in rows if row.kind == kind and row.valid_from <= today), None),
            tuple(row for row in rows if row.kind == kind and row.valid_from > today),
        )
        for kind in AuthorityContact.Kind
    )


def _missing(
    panels: tuple[PanelLine, ...], agencies: tuple[Agency, ...], contacts: tuple[ContactLine, ...]
) -> list[str]:
    found = []
    if not agencies:
        found.append("No agency is on the list: members are invited for one.")
    if not panels:
        found.append("No panel is set up: a meeting is planned for one.")
    found += [f"{line.panel.name} has no rules yet." for line in panels if line.rules is None]
    found += [f"{line.panel.name} has no standing member." for line in panels if not line.members]
    lacking = [line.label.lower() for line in contacts if line.contact is None]
    if lacking:
        found.append(f"Letters have nobody to name for: {', '.join(lacking)}.")
    return found
