"""One row of the list, asked for by column: every answer is a clean value, every fault a `Problem` without the value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from panel.importing.rows import Problem
from panel.platform.policy import Refused
from panel.platform.text import LINE_LIMIT, clean_line, clean_text

Code = TypeVar("Code", bound=StrEnum)

PROSE_LIMIT = 10_000
EARLIEST_YEAR = 1990
LATEST_YEAR = 2100
MAX_SHOWN = 20

ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
UK_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,189}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][ABD-HJLNP-UW-Z]{2})")
UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
URN = re.compile(r"[0-9]{6}")
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,29}")
FILE_NAME = re.compile(r"[^/\\:\x00-\x1f\x7f]{1,200}\.(pdf|png|jpg|jpeg)", re.IGNORECASE)

# The letters of a UPN's check, by their value: the alphabet without I, O and S.
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


@dataclass(slots=True)
class Cells:
    """The cells of one row. Methods answer `None`, "" or `False` where nothing, or nothing usable, was given."""

    row: int
    values: Mapping[str, str]
    problems: list[Problem]

    def bad(self, column: str, reason: str) -> None:
        """Note a fault of one cell."""
        self.problems.append(Problem(self.row, column, reason))

    def given(self, column: str) -> bool:
        """Whether the cell holds anything but spaces."""
        return bool(self.values.get(column, "").strip())

    def line(self, column: str, *, limit: int = LINE_LIMIT, required: bool = False) -> str:
        """One clean line of text."""
        written = self.values.get(column, "")
        try:
            # Most cells of a wide list are empty: they are not worth a look at each character.
            text = clean_line(written, limit=limit, label="This") if written else ""
        except Refused as refusal:
            self.bad(column, refusal.sentence)
            return ""
        if required and not text:
            self.bad(column, "This is needed and was left empty.")
        return text

    def prose(self, column: str) -> str:
        """Clean text that may run over several lines."""
        try:
            return clean_text(self.values.get(column, ""), PROSE_LIMIT, label="This")
        except Refused as refusal:
            self.bad(column, refusal.sentence)
            return ""

    def matching(self, column: str, pattern: re.Pattern[str], reason: str) -> str:
        """A line that must have a certain shape."""
        text = self.line(column)
        if text and not pattern.fullmatch(text):
            self.bad(column, reason)
            return ""
        return text

    def day(self, column: str, *, required: bool = False) -> date | None:
        """YYYY-MM-DD or DD/MM/YYYY, and no other way of writing a date: 03/04/26 could be three different days."""
        text = self.line(column, required=required)
        if not text:
            return None
        iso, uk = ISO_DATE.fullmatch(text), UK_DATE.fullmatch(text)
        if not (iso or uk):
            short = "Write the year with four digits. " if SHORT_YEAR.fullmatch(text) else ""
            self.bad(column, f"{short}Write the date as YYYY-MM-DD or DD/MM/YYYY.")
            return None
        parts = iso.groups() if iso else uk.groups()[::-1] if uk else ()
        year, month, day = (int(part) for part in parts)
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            self.bad(column, f"Enter a year between {EARLIEST_YEAR} and {LATEST_YEAR}.")
            return None
        try:
            return date(year, month, day)
        except ValueError:
            self.bad(column, "Enter a real date: the calendar has no such day.")
            return None

    def code(
        self,
        column: str,
        codes: type[Code],
        words: Mapping[str, Code] | None = None,
        *,
        required: bool = False,
    ) -> Code | None:
        """One of a list of codes, in either case, or a word that stands for one of them."""
        text = self.line(column, required=required)
        if not text:
            return None
        asked = re.sub(r"[ -]+", "_", text.casefold())
        known = {code.value.casefold(): code for code in codes} | dict(words or {})
        if asked not in known:
            self.bad(column, f"Use one of: {', '.join([*codes, *(words or {})][:MAX_SHOWN])}.")
            return None
        return known[asked]

    def flag(self, column: str, *, default: bool = False) -> bool:
        """Yes or no; an empty cell is `default`."""
        text = self.line(column).casefold()
        if text and text not in YES | NO:
            self.bad(column, "Write yes or no.")
        return text in YES if text else default

    def email(self, column: str) -> str:
        """One plain address, in lower case. Look-alike letters of other alphabets are refused with everything else."""
        return self.matching(
            column,
            EMAIL,
            "Enter one e-mail address, like name@example.org, in plain letters and without spaces.",
        ).lower()

    def postcode(self, column: str) -> str:
        """A full UK postcode, as Royal Mail writes it."""
        text = self.line(column).upper()
        if not text:
            return ""
        found = POSTCODE.fullmatch(text)
        if not found:
            self.bad(
                column,
                "Enter a full UK postcode, like ZZ1 1AA. Leave an address abroad out and add it on the case.",
            )
            return ""
        return f"{found[1]} {found[2]}"

    def upn(self, column: str) -> str:
        """A unique pupil number whose check letter agrees."""
        text = self.matching(
            column,
            UPN,
            "A UPN is a capital letter and twelve digits (the last may be a letter in a temporary one).",
        )
        if text and text[0] != upn_check_letter(text[1:]):
            self.bad(column, "Check the UPN: the check letter does not match.")
            return ""
        return text


def upn_check_letter(rest: str) -> str:
    """The first letter that belongs to the other twelve characters: their weights are their places, modulo 23."""
    values = [UPN_LETTERS.index(char) if char in UPN_LETTERS else int(char) for char in rest]
    return UPN_LETTERS[sum(place * value for place, value in enumerate(values, start=2)) % 23]
