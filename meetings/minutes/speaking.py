"""How a version of the minutes speaks of staff: by what they do, unless the panel's rules say names (practice.md D4). Pure.

Panel members, officers and others whose names we know are put by role wherever they are named in full. What is left, half of a
name or one that no account bears, is for a person to look at.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from meetings.minutes.frozen import Attendee, ItemSheet
from meetings.minutes.passages import passages, readers_of
from meetings.minutes.redaction import Reader, Tags, by_role, ground_of, is_hidden
from meetings.rules.naming import names_said
from meetings.rules.spoken import by_what_they_do, is_role
from panel.law.words import inside

Roles = Mapping[str, str]


def roles_of(sheet: ItemSheet, people: Sequence[Attendee], staff: Roles) -> dict[str, str]:
    """How everybody is spoken of, by their names: those of the record, and of `staff` whoever is not in it."""
    roles = {one.name: f"a panel member ({inside(one.seat)})" for one in (*people, *sheet.in_the_room)}
    for line in sheet.conflicts:
        roles.setdefault(line.name, f"a panel member ({inside(line.seat)})")
    if sheet.recommendation:
        roles[sheet.recommendation.chair] = "the chair"
    if sheet.decision:
        roles.setdefault(sheet.decision.officer, f"the {sheet.decision.role.lower()}")
    return {name: role for name, role in {**staff, **roles}.items() if name}


def without_staff_names(sheet: ItemSheet, roles: Roles) -> ItemSheet:
    """The record with everybody who stands in a field of their own put by what they do: owners, lead, room and conflicts.

    Whoever we know no role of is left out of a step that names a body, for the body does it.
    """
    risk = sheet.risk
    return dataclasses.replace(
        sheet,
        in_the_room=tuple(dataclasses.replace(one, name="") for one in sheet.in_the_room),
        conflicts=tuple(dataclasses.replace(one, name="") for one in sheet.conflicts),
        steps=tuple(
            dataclasses.replace(
                step,
                who=by_what_they_do(step.who, roles, otherwise="" if step.agency else "A professional"),
            )
            for step in sheet.steps
        ),
        risk=dataclasses.replace(
            risk, lead=by_what_they_do(risk.lead, roles, otherwise="named at the meeting")
        )
        if risk
        else None,
    )


def names_left(
    sheet: ItemSheet,
    reader: Reader,
    tags: Tags,
    *,
    roles: Roles,
    staff: Sequence[str],
    family: Sequence[str],
) -> tuple[str, ...]:
    """Names of `staff`, in full or by half, in the paragraphs `reader` gets, once full names have become roles.

    Not a name of the family, which its version may hold, nor a word that says what somebody does.
    """
    own = {name.casefold() for name in family}
    text = "\n\n".join(
        by_role(passage.text, dict.fromkeys(roles, ""))
        for passage in passages(sheet)
        if reader in readers_of(passage.field) and not is_hidden(ground_of(passage.text, tags), reader)
    )
    return tuple(name for name in names_said(text, staff) if name.casefold() not in own and not is_role(name))
