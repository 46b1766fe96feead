"""Today's panel: sixteen cases, each chosen to show something a panel must get right."""

from dataclasses import dataclass

from panel.demonstration.families import Home
from panel.demonstration.staff import MEMBERS_COLLEGE, MEMBERS_SCHOOL
from panel.importing.codes import Source, Stage


@dataclass(frozen=True, slots=True)
class Item:
    """One case of the agenda. `days` since the request: the first decision is due on day 42, a refusal of a plan on 112.

    `tongue` picks a stock of names by its number in `names.STOCKS`; `place` a setting by its URN.
    """

    stage: Stage
    days: int
    home: Home
    ages: tuple[int, int]
    papers: int
    shows: str
    tongue: int = 0
    place: str = ""
    long_name: bool = False
    twin: bool = False
    portal: bool = False
    by_member: bool = False

    def takes(self, age: int, source: Source) -> bool:
        """Whether a child of that age, asked for by that source, can be this case."""
        low, high = self.ages
        return low <= age <= high and source in {Source.FAMILY, Source.SETTING}


_ASSESS, _ISSUE = Stage.ASSESS, Stage.ISSUE
TODAY: tuple[Item, ...] = (
    Item(_ASSESS, 22, Home.TOGETHER, (5, 9), 3, "twins: two requests, two letters that must not be swapped"),
    Item(_ASSESS, 22, Home.TOGETHER, (5, 9), 3, "twins: the other", twin=True),
    Item(_ASSESS, 29, Home.TWO_HOMES, (5, 10), 4, "parents in two homes, each with a letter", portal=True),
    Item(_ASSESS, 31, Home.FOSTER, (5, 13), 3, "foster carer, and a mother who keeps parental responsibility"),
    Item(_ASSESS, 33, Home.SAFE, (6, 14), 3, "a confidential address, and a parent under an order: a letter waits"),
    Item(_ASSESS, 36, Home.DISPUTED, (5, 14), 2, "a parent’s right is disputed: a letter waits"),
    Item(_ASSESS, 38, Home.OWN, (17, 19), 4, "a young person who holds the rights; the college member leaves", place=MEMBERS_COLLEGE.urn),
    Item(_ASSESS, 40, Home.TOGETHER, (5, 10), 5, "very long names", long_name=True),
    Item(_ASSESS, 45, Home.ONE_PARENT, (3, 4), 3, "an early-years child with a Welsh name; past week 6", tongue=1),
    Item(_ASSESS, 52, Home.TOGETHER, (11, 14), 2, "a Polish name; no support cycles sent in, and none needed; past week 6", tongue=2),
    Item(_ASSESS, 61, Home.TOGETHER, (5, 9), 5, "the school member’s own school: she leaves; past week 6", place=MEMBERS_SCHOOL.urn, portal=True),
    Item(_ISSUE, 95, Home.TOGETHER, (5, 12), 4, "a name in Arabic letters", tongue=4),
    Item(_ISSUE, 101, Home.TOGETHER, (6, 14), 4, "advice by the panel’s own psychologist: no vote", portal=True, by_member=True),
    Item(_ISSUE, 108, Home.ONE_PARENT, (11, 14), 4, "the sixteen weeks end this week"),
    Item(_ISSUE, 150, Home.GUARDIAN, (5, 14), 5, "a special guardian; past week 20"),
    Item(_ISSUE, 208, Home.TWO_HOMES, (8, 14), 5, "long past every date, with two homes"),
)  # fmt: skip
