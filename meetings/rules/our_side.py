"""Whether words that say who fetches something may mean somebody of the child's family: no family is sent for evidence. Pure."""

from collections.abc import Collection, Sequence

from meetings.rules.names import TITLES, plain_words

# Nobody but the family is called so.
_FAMILY = frozenset(
    {
        "mother",
        "mum",
        "mummy",
        "mam",
        "mom",
        "father",
        "dad",
        "daddy",
        "stepmother",
        "stepfather",
        "grandmother",
    }
    | {"grandfather", "grandma", "grandpa", "gran", "granny", "grandad", "nan", "grandparent", "grandparents"}
    | {"brother", "aunt", "uncle", "sibling", "siblings"}
)
# The family, or, with one of the words after it, a service for families: “family support worker”, “parent carer forum”.
_FAMILY_OR_SERVICE = frozenset(
    {"family", "families", "parent", "parents", "carer", "carers", "guardian", "guardians"}
)
_SERVICE = frozenset(
    {
        "support",
        "worker",
        "workers",
        "hub",
        "liaison",
        "service",
        "services",
        "team",
        "forum",
        "help",
        "centre",
        "group",
    }
    | {
        "adviser",
        "advisor",
        "advisory",
        "practitioner",
        "partnership",
        "coach",
        "representative",
        "court",
        "doctor",
    }
    | {
        "nurse",
        "therapist",
        "psychologist",
        "officer",
        "link",
        "links",
        "lead",
        "engagement",
        "learning",
        "trust",
        "action",
        "network",
    }
    | {
        "solutions",
        "intervention",
        "safeguarding",
        "unit",
        "organisation",
        "charity",
        "assessment",
        "placement",
    }
)


def on_the_family_side(words: str, family: Collection[str]) -> str:
    """What in `words` means somebody of the family, as it was typed; empty where nothing does.

    `family`: the full names of the child and of those tied to it. A full name counts wherever it stands, half of one only where
    nothing else is said: a professional may share a first name or a surname with the child.
    """
    said = plain_words(words)
    low = [word.casefold() for word in said]
    for at, word in enumerate(low):
        if word in _FAMILY or (word in _FAMILY_OR_SERVICE and not _of_a_service(low[at + 1 :])):
            return said[at]
    alone = [word for word in low if word not in TITLES]
    for name in family:
        parts = [word.casefold() for word in plain_words(name)]
        if parts and (_stands_in(parts, low) or (alone and set(alone) <= set(parts))):
            return name
    return ""


def _of_a_service(after: Sequence[str]) -> bool:
    """Whether what comes next makes a service of the word."""
    rest = [word for word in after if word not in _FAMILY_OR_SERVICE]
    return bool(rest) and rest[0] in _SERVICE


def _stands_in(parts: Sequence[str], words: Sequence[str]) -> bool:
    return any(list(words[at : at + len(parts)]) == list(parts) for at in range(len(words) - len(parts) + 1))
