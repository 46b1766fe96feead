"""What is recorded of an item in discussion, as the chair's script asks for it: from the saved words of its page, no query more."""

from collections.abc import Mapping
from typing import Any

from meetings.models import PanelConfig
from meetings.queries.item import UNWRITTEN, ItemPage
from meetings.queries.said import said_in
from meetings.rules.script import Heard, LimbHeard, StepHeard
from panel.law.legal import Answer, LimbAnswer, Outcome, Stage, lawful_outcomes
from panel.law.reasons import printed_reasons


def heard_so_far(page: ItemPage) -> Heard:
    """The item as the last saved words have it."""
    said = {group: dict(page.written.get(group, UNWRITTEN).data) for group in _GROUPS}
    item, risk, views = page.item, page.risk, said_in(page.case, said["views"])
    return Heard(
        child=views.child,
        family=views.family,
        pre_views=item.pre_views_opened_at is not None if item.meeting.config.pre_views else None,
        limbs=tuple(
            LimbHeard(
                limb.code,
                limb.label,
                limb.in_words or bool(said["limbs"].get(f"{limb.code}_answer")),
                said["limbs"].get(f"{limb.code}_reasons", ""),
            )
            for limb in page.test.limbs
        ),
        factors=bool(said["factors"].get("regard_codes")),
        outcome=_chosen(said["recommendation"]),
        reasons=_printed(page, said),
        answered=str(said["recommendation"].get("family_views_answered", "")),
        help_meanwhile=str(said["recommendation"].get("support_meanwhile", "")),
        dissents=any(whole for whole in _dissents(said["dissent"])),
        half_a_dissent=not all(_dissents(said["dissent"])),
        nobody_dissents="none" in said["dissent"],
        read_back="read_back" in said["closing"],
        steps=steps_heard(said["steps"]),
        risk_recorded=risk is not None and risk.risk.item_id == item.pk,
        no_risk="no_risk" in said["closing"],
        main_reason=bool(said["recommendation"].get("primary_reason")),
        decided_here=item.meeting.config.decides == PanelConfig.Decides.CHAIR,
    )


def _printed(page: ItemPage, said: Mapping[str, Mapping[str, Any]]) -> str:
    """The reasons as the letter would print them: in a refusal with those of each answer of no."""
    chosen, limbs = _chosen(said["recommendation"]), said["limbs"]
    reasons = str(said["recommendation"].get("reasons", ""))
    answers = [
        LimbAnswer(one.code, Answer(given), str(limbs.get(f"{one.code}_reasons", "")))
        for one in page.test.limbs
        if (given := limbs.get(f"{one.code}_answer")) in set(Answer)
    ]
    return printed_reasons(chosen, reasons, answers) if chosen else reasons


def _chosen(recommendation: Mapping[str, Any]) -> Outcome | None:
    chosen = recommendation.get("outcome")
    return Outcome(chosen) if chosen in set(Outcome) else None


def _dissents(data: Mapping[str, Any]) -> list[bool]:
    """Of each line of the dissents that says something, whether it has both the member and their words."""
    numbers = sorted({name.split("_")[0] for name in data if name.split("_")[0].isdigit()})
    pairs = [(data.get(f"{n}_entry"), str(data.get(f"{n}_text", "")).strip()) for n in numbers]
    return [bool(entry and text) for entry, text in pairs if entry or text]


_GROUPS = ("views", "limbs", "factors", "recommendation", "dissent", "closing", "steps")


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
    chosen = _chosen(page.written.get("recommendation", UNWRITTEN).data)
    if chosen is not None:
        return chosen
    answers = page.written.get("limbs", UNWRITTEN).data
    given = {limb.code: answers.get(f"{limb.code}_answer") for limb in page.test.limbs}
    known = {code: Answer(said) if said in set(Answer) else None for code, said in given.items()}
    lawful = lawful_outcomes(Stage(page.item.stage), known, test=page.test)
    return next(iter(lawful)) if len(lawful) == 1 else None
