"""The chair's script beside the item: each step a link to its part of the page, the undone ones a key away."""

from dataclasses import dataclass

from meetings.queries.item import ItemPage
from meetings.queries.script import heard_so_far, outcome_in_view
from meetings.rules.script import Cue, CueLine, script
from panel.law.legal import OUTCOMES_OF, Stage

# The field in which a step is done. Of the others the place depends on what is written already.
PLACES = {
    Cue.CHILD: "id_views-child",
    Cue.FAMILY: "id_views-family",
    Cue.FACTORS: "id_factors-regard_codes_1",
    Cue.ANSWERED: "id_recommendation-family_views_answered",
    Cue.DISSENT: "id_dissent-none",
    Cue.READ_BACK: "id_closing-read_back",
    Cue.RISK: "id_closing-no_risk",
}


@dataclass(frozen=True)
class RailLine:
    """One line as it is shown: where it leads within the page, and whether the recommendation waits for it."""

    key: str
    label: str
    done: bool
    place: str
    needed: bool


def rail(page: ItemPage) -> tuple[RailLine, ...]:
    """The script of an item in discussion."""
    return tuple(
        RailLine(f"{line.cue}{line.limb}", line.label, line.done, _place(page, line), line.needed)
        for line in script(heard_so_far(page))
    )


def _place(page: ItemPage, line: CueLine) -> str:
    if line.cue is Cue.LIMB:
        in_words = any(limb.in_words for limb in page.test.limbs if limb.code == line.limb)
        answered = in_words or (
            page.written["limbs"].data.get(f"{line.limb}_answer") if "limbs" in page.written else ""
        )
        return f"id_limbs-{line.limb}_{'reasons' if answered else 'answer_1'}"
    if line.cue is Cue.PRE_VIEWS:
        return "views-before"
    if line.cue is Cue.RECOMMENDATION:
        return _outcome_place(page)
    if line.cue is Cue.HELP:
        # What the directory offers this child goes in from there; it is changed in the field above it.
        offered = page.supports and not line.done
        return "pick-recommendation" if offered else "id_recommendation-support_meanwhile"
    if line.cue in {Cue.STEPS, Cue.TOLD}:
        return "id_steps-0_what" if line.done else "standard-steps"
    return PLACES[line.cue]


def _outcome_place(page: ItemPage) -> str:
    """The outcome that follows, which can be chosen; the reasons once one is."""
    if "recommendation" in page.written and page.written["recommendation"].data.get("outcome"):
        return "id_recommendation-reasons"
    follows = outcome_in_view(page)
    choices = OUTCOMES_OF[Stage(page.item.stage)]
    return f"id_recommendation-outcome_{choices.index(follows) + 1 if follows else 1}"
