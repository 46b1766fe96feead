"""What two may be writing at once: saved under the next number, or both texts side by side for one of them to choose from."""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from meetings.actions.live import Collided, Saved, cleaned_parts
from meetings.queries.item import Written
from panel.models import User
from panel.platform.policy import Refused

# What is chosen, and what it is called: beside the text of somebody else, and beside one’s own from another window.
CHOICES = (
    ("mine", "Keep mine", "Keep this one"),
    ("theirs", "Keep theirs", "Keep the one from the other window"),
    ("merge", "Keep both, one under the other", "Keep both, one under the other"),
)
MERGED_IN = ("text", "child", "family", "reasons", "family_views_answered", "support_meanwhile")

# Saves one group of one item under a number, for this user and now.
Save = Callable[[int, uuid.UUID, Mapping[str, Any]], Saved | Collided]


@dataclass(frozen=True)
class Kept:
    """What became of one group: how it stands now, the other’s text where somebody was faster, a no where it was refused."""

    group: str
    now: Written
    theirs: Written | None = None
    mine: Mapping[str, Any] | None = None
    refused: Refused | None = None


def keep_group(group: str, data: Mapping[str, Any], before: Written, post: QueryDict, save: Save) -> Kept:
    """Save what was posted of one group, if it says anything else than what was saved last."""
    try:
        if cleaned_parts(data) == before.data or (not data and not before.n):
            return Kept(group, before)
        n, edit = _number(post, f"{group}-n"), edit_of(post, group)
        result = save(n, edit, data)
        # An answer that got lost was sent again with more words in it: keep those under the next number.
        if isinstance(result, Saved) and result.revision.data != cleaned_parts(data):
            result = save(result.revision.n + 1, edit_beyond(edit, data), data)
    except Refused as no:
        return Kept(group, before, refused=no)
    if isinstance(result, Collided) and result.theirs.data != result.mine:
        # The number stays the one this page saw: until its user has chosen, saving again meets the same two texts.
        return Kept(group, replace(before, n=n - 1), theirs=written_of(result.theirs), mine=result.mine)
    if isinstance(result, Collided):
        return Kept(group, written_of(result.theirs))
    return Kept(group, written_of(result.revision))


def choose(
    group: str,
    choice: str,
    mine: Mapping[str, Any],
    last: Written,
    post: QueryDict,
    save: Save,
    *,
    theirs: Mapping[str, Any] | None = None,
) -> Kept:
    """Keep mine, keep theirs, or both: whichever was chosen becomes the next revision, unless somebody was faster again.

    `theirs`: what is kept of theirs, where it is not to stand as it was saved.
    """
    if choice == "theirs" and theirs in (None, last.data):
        return Kept(group, last)
    chosen = {"theirs": theirs, "mine": mine}
    data = chosen.get(choice) or _merged(last.data, mine)
    seen = _number(post, f"{group}-theirs")
    result = save(seen + 1, edit_beyond(edit_of(post, group), data), data)
    if isinstance(result, Saved):
        return Kept(group, written_of(result.revision))
    return Kept(group, replace(last, n=seen - 1), written_of(result.theirs), mine)


def both_below(stopped: Iterable[Kept], reader: User) -> str:
    """Why a whole form is not saved while two texts wait for a choice."""
    own = all(one.theirs.by_key == reader.pk for one in stopped if one.theirs)
    who = "You saved this in another window" if own else "Somebody else saved this"
    return f"{who} while you were writing. Both texts are below: choose which to keep."


def pairs(kept: Kept, named: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """Field by field what each of the two wrote, where it differs."""
    theirs, mine = (kept.theirs.data if kept.theirs else {}), (kept.mine or {})
    names = sorted({*theirs, *mine})
    return [
        (named(name), _said(theirs.get(name)), _said(mine.get(name)))
        for name in names
        if theirs.get(name) != mine.get(name)
    ]


def written_of(revision: Any) -> Written:
    """A revision as a page shows it."""
    return Written(revision.n, revision.by.name, revision.at, revision.data, revision.by_id, revision.edit_id)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} ticked"
    return str(value or "").replace("cannot_tell", "cannot tell")


def _merged(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """Both texts one under the other; where it is no text, mine."""
    both = {**theirs, **mine}
    for name in theirs.keys() & mine.keys():
        words = name.endswith(MERGED_IN) and theirs[name] != mine[name]
        if words and isinstance(theirs[name], str) and isinstance(mine[name], str):
            both[name] = f"{theirs[name]}\n\n{mine[name]}"
    return both


def _number(data: QueryDict, name: str) -> int:
    words = data.get(name, "")
    if not (words.isascii() and words.isdigit() and len(words) < 8):
        raise Refused(
            "stale", "This page is out of step with the record. Copy your text, then reload the page."
        )
    return int(words)


def edit_beyond(edit: uuid.UUID, data: Mapping[str, Any]) -> uuid.UUID:
    """Under what a page that saves under `edit` saves what it sends beyond that: these words and no others, and known as its own."""
    return uuid.uuid5(edit, json.dumps(cleaned_parts(data), sort_keys=True))


def edit_of(data: QueryDict, group: str) -> uuid.UUID:
    """Under what a page saves a group; something that nothing was saved under where it does not say."""
    try:
        return uuid.UUID(data.get(f"{group}-edit", ""))
    except ValueError:
        return uuid.uuid4()
