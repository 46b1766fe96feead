"""Dates and names of things as people read them inside a sentence. Pure."""

from datetime import date


def in_words(day: date) -> str:
    """`3 June 2026`: no leading nought, the month as a word, so that nobody reads it in another order."""
    return f"{day.day} {day:%B} {day.year}"


def until_today(first: date, today: date) -> str:
    """What to type where a day from `first` up to today is asked for."""
    return "Enter today’s date." if first == today else f"Enter a day between {in_words(first)} and today."


def inside(label: str) -> str:
    """A label in the middle of a sentence: its first letter small, unless it begins with an abbreviation such as SEN."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def ended(words: str) -> str:
    """What somebody typed, as a sentence that others follow: with a full stop where it has no end of its own."""
    said = words.rstrip()
    return said if not said or said.endswith((".", "!", "?", "…")) else f"{said}."


def school_year(code: str) -> str:
    """A school year as recorded (DfE codes N1 to 14, X), as the end of "Oak School, ...": empty where no school year applies."""
    said = code.strip().upper()
    if said.isdigit():
        return f"year {int(said)}"
    return {"N1": "first nursery year", "N2": "second nursery year", "R": "reception"}.get(said, "")
