"""What a page posts of one group of fields, as a revision keeps it, and the way back."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

# What the page itself needs beside the words: never part of what is written.
_NOT_WORDS = frozenset({"n", "edit", "theirs"})


def posted(group: str, data: QueryDict) -> dict[str, Any]:
    """What was posted of one group. A list of ticks stays a list, everything else is one text; empty ones are left out."""
    prefix = f"{group}-"
    found: dict[str, Any] = {}
    for key in data:
        name = key.removeprefix(prefix)
        if key.startswith(prefix) and name not in _NOT_WORDS:
            value: Any = data.getlist(key)
            if not name.endswith(("_papers", "_codes")):
                value = str(value[-1]).replace("\r\n", "\n").strip()
            if value:
                found[name] = value
    return found


def replace_posted(group: str, data: QueryDict, said: Mapping[str, Any], *, n: int) -> None:
    """Put what `said` holds of one group, as `posted` gives it, in the place of what was posted of it, under the number `n`."""
    prefix = f"{group}-"
    for key in [key for key in data if key.startswith(prefix) and key.removeprefix(prefix) not in _NOT_WORDS]:
        del data[key]
    for name, value in said.items():
        data.setlist(f"{prefix}{name}", value if isinstance(value, list) else [value])
    data[f"{prefix}n"] = str(n)
