"""State machines as one frozen table each.

A table answers four questions from the same rows: may this verb be used now, which buttons show, what the diagram in
docs/states.md looks like, and which cells the parametrised test covers. Pure: knows no model and no database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from panel.platform.policy import Refused


@dataclass(frozen=True)
class Transition:
    """One legal move: `verb` takes the thing from any of `sources` to `target`; `needs` says in words what else must hold."""

    verb: str
    sources: frozenset[str]
    target: str
    needs: str = ""


@dataclass(frozen=True)
class Labels:
    """What a state is called on staff pages and on the family's page."""

    staff: str
    family: str


@dataclass(frozen=True)
class Machine:
    """A named machine: its states with labels, the first state and every legal transition."""

    name: str
    states: dict[str, Labels]
    initial: str
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        known = set(self.states)
        for transition in self.transitions:
            stray = ({transition.target} | set(transition.sources)) - known
            if stray:
                raise ValueError(f"{self.name}: {transition.verb} names unknown states {sorted(stray)}")

    def target(self, state: str, verb: str) -> str:
        """The state `verb` leads to from `state`; `Refused('wrong_state')` when the table has no such cell."""
        for transition in self.transitions:
            if transition.verb == verb and state in transition.sources:
                return transition.target
        raise Refused(
            "wrong_state",
            f"This cannot be done now: the {self.name} is “{self.states[state].staff.lower()}”."
            " Reload the page to see where it stands.",
        )

    def allows(self, state: str, verb: str) -> bool:
        """Whether the table has a cell for `verb` from `state`."""
        return any(t.verb == verb and state in t.sources for t in self.transitions)

    def verbs(self, state: str) -> tuple[str, ...]:
        """The verbs a button may be shown for in `state`, in table order."""
        return tuple(t.verb for t in self.transitions if state in t.sources)

    def cells(self) -> Iterator[tuple[str, str, str | None]]:
        """Every (state, verb, target or None) cell of the full table, for the parametrised test."""
        for state in self.states:
            for verb in dict.fromkeys(t.verb for t in self.transitions):
                yield state, verb, self.target(state, verb) if self.allows(state, verb) else None


def labels(states: type[StrEnum], pairs: Iterable[tuple[str, str]]) -> dict[str, Labels]:
    """Pair each member of `states`, in order, with its staff and family label."""
    return {
        str(state): Labels(staff=staff, family=family)
        for state, (staff, family) in zip(states, pairs, strict=True)
    }


def page(machines: Iterable[Machine]) -> str:
    """The text of docs/states.md: each machine as a diagram and a table, from the rows that drive the code."""
    parts = [
        "# States\n\nGenerated from the transition tables by `manage.py states > docs/states.md`; a test keeps it true.\n"
        "A verb that is not in a table cannot be used from that state, by screen, command or task.\n"
    ]
    for machine in machines:
        parts.append(
            f"\n## {machine.name.capitalize()}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {machine.initial}\n"
        )
        for t in machine.transitions:
            parts.extend(f"    {source} --> {t.target}: {t.verb}\n" for source in sorted(t.sources))
        parts.append("```\n\n| state | staff see | the family sees |\n| --- | --- | --- |\n")
        parts.extend(
            f"| {state} | {label.staff} | {label.family} |\n" for state, label in machine.states.items()
        )
        parts.append("\n| verb | from | to | needs |\n| --- | --- | --- | --- |\n")
        parts.extend(
            f"| {t.verb} | {', '.join(sorted(t.sources))} | {t.target} | {t.needs or 'nothing more'} |\n"
            for t in machine.transitions
        )
    return "".join(parts)
