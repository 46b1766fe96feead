"""What a paragraph of the minutes seems to be about, proposed for a person to decide: another child, somebody else, an address. Pure.

A proposal costs a look and no more, so names are looked for generously, in small letters and by half (`meetings/rules/naming.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from meetings.minutes.redaction import Ground, squeezed
from meetings.rules.naming import names_said
from meetings.rules.spoken import is_role


@dataclass(frozen=True)
class Around:
    """Whom we know around one item. `own`: every name of the child and its family, which stand in its minutes by right.

    `children`: of the other items of the meeting. `others`: the families of those. `addresses`: lines and postcodes where
    somebody of this child's family lives or lived; `protected`: those of them that are confidential.
    """

    own: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What is proposed of a paragraph, and why, in a sentence for whoever decides."""

    ground: Ground
    because: str


def proposal_of(text: str, around: Around) -> Proposal | None:
    """What a paragraph seems to be about; None where nothing speaks against its being about this child.

    An address first, for it can put somebody in danger; then another child, then somebody else.
    """
    page = _plain(text)
    for known, kind in ((around.protected, "a protected address"), (around.addresses, "an address")):
        if any(_plain(one) in page for one in known):
            return Proposal(Ground.PROTECTED_ADDRESS, f"It holds {kind} of this child’s family.")
    found = _named(text, (*around.children, *around.others), around.own)
    if not found:
        return None
    if any(found[0] in (name, *name.split()) for name in around.children):
        return Proposal(
            Ground.ANOTHER_CHILD, f"“{found[0]}” is a name of a child with another item at this meeting."
        )
    return Proposal(Ground.THIRD_PARTY, f"“{found[0]}” is a name of somebody of another child’s family.")


def _named(text: str, names: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """The names said, the longest first, but those that one of this child's own family bears as well."""
    ours = {part.casefold() for name in own for part in (name, *name.split())}
    return tuple(
        name for name in names_said(text, names) if name.casefold() not in ours and not is_role(name)
    )


def _plain(text: str) -> str:
    """`text` as whole words on one line in small letters, a postcode the same with and without its space."""
    words = re.sub(r"[^\w]+", " ", squeezed(text)).casefold()
    joined = re.sub(r"(?<=[a-z0-9]) (?=[0-9][a-z]{2}\b)", "", words).strip()
    return f" {joined} "
