"""Dates as people read them. Pure."""

from datetime import date


def in_words(day: date) -> str:
    """`3 June 2026`: no leading nought, the month as a word, so that nobody reads it in another order."""
    return f"{day.day} {day:%B} {day.year}"
