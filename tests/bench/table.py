"""What was measured beside its budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(frozen=True)
class Budget:
    """What a page may cost: milliseconds at the median, queries, kilobytes. None: no budget is set (docs/measured.md)."""

    milliseconds: int | None = None
    queries: int | None = None
    kilobytes: int | None = 60


@dataclass(frozen=True)
class Line:
    """One page as it was answered, many times. `busy`: seconds of this process alone, whatever else the machine did."""

    name: str
    budget: Budget
    seconds: Sequence[float]
    busy: Sequence[float]
    queries: int
    size: int

    @property
    def over(self) -> list[str]:
        """Which of its budgets the page exceeds."""
        return [
            word
            for word, value, limit in (
                ("time", median(self.seconds) * 1000, self.budget.milliseconds),
                ("queries", self.queries, self.budget.queries),
                ("size", self.size / 1024, self.budget.kilobytes),
            )
            if limit is not None and value > limit
        ]

    def cells(self) -> tuple[str, ...]:
        """The line's words for the table."""
        ordered = sorted(self.seconds)
        cuts = quantiles(ordered, n=100, method="inclusive")
        usual = cuts[49] * 1000
        return (
            self.name,
            _with(f"{usual:.0f}", self.budget.milliseconds),
            f"{cuts[94] * 1000:.0f}",
            f"{ordered[-1] * 1000:.0f}",
            f"{median(self.busy) * 1000:.0f}",
            _with(str(self.queries), self.budget.queries),
            _with(f"{self.size / 1024:.0f}", self.budget.kilobytes),
            f"OVER: {', '.join(self.over)}" if self.over else "ok",
        )


def _with(value: str, limit: int | None) -> str:
    return value if limit is None else f"{value} of {limit}"


@dataclass
class Table:
    """The lines so far, and what was left out with its reason."""

    lines: list[Line] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def print(self, say: Callable[[str], None]) -> None:
        """In columns as wide as they need to be."""
        head = ("page", "p50 ms", "p95", "max", "CPU", "queries", "KB", "")
        rows = [head, *(line.cells() for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        for row in rows:
            first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            say("  ".join((first, *others)).rstrip())
        for reason in self.skipped:
            say(f"SKIPPED {reason}")
