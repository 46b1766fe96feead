"""Next steps as the values of their form: the standard ones are written under those that are there already."""

from collections.abc import Iterable, Mapping
from typing import Any

from meetings.rules.standard_steps import StandardStep


def with_standard(data: Mapping[str, Any], steps: Iterable[StandardStep], most: int) -> dict[str, Any]:
    """What was saved of the next steps and those of `steps` that are not among it, on the lines after it; `most` lines at most."""
    kept = dict(data)
    used = [int(name.split("_")[0]) for name in kept if name.split("_")[0].isdigit()]
    line, there = max(used, default=-1) + 1, set(kept.values())
    for step in steps:
        if step.what in there or line >= most:
            continue
        due = step.due_on
        boxes = {f"{line}_due_0": due.day, f"{line}_due_1": due.month, f"{line}_due_2": due.year}
        kept |= {f"{line}_what": step.what, f"{line}_owner": step.owner, f"{line}_agency": step.agency}
        kept |= {name: str(number) for name, number in boxes.items()}
        line += 1
    return kept
