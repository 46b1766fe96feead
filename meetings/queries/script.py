"""What is recorded of an item in discussion, as the chair's script asks for it: from the saved words of its page, no query more."""

from collections.abc import Mapping
from typing import Any

from meetings.queries.item import UNWRITTEN, ItemPage
from meetings.rules.script import Heard, LimbHeard, StepHeard
from panel.law.legal import Answer, Outcome, Stage, lawful_outcomes


def heard_so_far(page: ItemPage) -> Heard:
    """The item as the last saved words have it."""
    said = {group: dict(page.written.get(group, UNWRITTEN).data) for group in _GROUPS}
    item, risk = page.item, page.risk
    return Heard(
        child=said["views"].get("child", page.case.child_views),
        family=said["views"].get("family", page.case.family_views),
        pre_views=item.pre_views_opened_at is not None if item.meeting.config.pre_views else None,
        limbs=tuple(
            LimbHeard(
                limb.code,
                limb.label,
                bool(said["limbs"].get(f"{limb.code}_answer")),
                said["limbs"].get(f"{limb.code}_reasons", ""),
            )
            for limb in page.test.limbs
        ),
        discussion=said["discussion"].get("text", ""),
        outcome=bool(said["recommendation"].get("outcome")),
        reasons=said["recommendation"].get("reasons", ""),
        dissents=any(name.endswith("_entry") for name in said["dissent"]),
        nobody_dissents="none" in said["dissent"],
        read_back="read_back" in said["closing"],
        steps=steps_heard(said["steps"]),
        risk_recorded=risk is not None and risk.risk.item_id == item.pk,
        no_risk="no_risk" in said["closing"],
    )


_GROUPS = ("views", "limbs", "discussion", "recommendation", "dissent", "closing", "steps")


def steps_heard(data: Mapping[str, Any]) -> tuple[StepHeard, ...]:
    """The lines of the next steps as they were saved, in order."""
    numbers = sorted({int(name.split("_")[0]) for name in data if name.split("_")[0].isdigit()})
    parts = ("owner", "agency", "due_0", "due_1", "due_2")
    return tuple(
        StepHeard(
            str(data.get(f"{n}_what", "")),
            bool(data.get(f"{n}_what")) and all(data.get(f"{n}_{part}") for part in parts),
        )
        for n in numbers
    )


def outcome_in_view(page: ItemPage) -> Outcome | None:
    """The outcome that was chosen, else the only one that the answers allow."""
    chosen = page.written.get("recommendation", UNWRITTEN).data.get("outcome")
    if chosen in set(Outcome):
        return Outcome(chosen)
    answers = page.written.get("limbs", UNWRITTEN).data
    given = {limb.code: answers.get(f"{limb.code}_answer") for limb in page.test.limbs}
    known = {code: Answer(said) if said in set(Answer) else None for code, said in given.items()}
    lawful = lawful_outcomes(Stage(page.item.stage), known, test=page.test)
    return next(iter(lawful)) if len(lawful) == 1 else None
