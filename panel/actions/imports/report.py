"""What an import says about a list, row by row, without ever repeating what a cell held."""

from dataclasses import dataclass, field

from panel.importing import Problem


@dataclass(frozen=True)
class ImportReport:
    """`created` and `known` are references; known ones are left as they are. Where `problems` is not empty nothing was stored.

    `stored` is False for a dry run and for a list with problems.
    """

    created: tuple[str, ...]
    known: tuple[str, ...]
    papers: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    stored: bool


@dataclass(slots=True)
class Findings:
    """What has been found so far."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def bad(self, row: int, column: str, reason: str) -> None:
        """A fault: nothing of the list will be stored."""
        self.problems.append(Problem(row, column, reason))

    def warn(self, row: int, column: str, reason: str) -> None:
        """Something to look at that stops nothing."""
        self.warnings.append(Problem(row, column, reason))
