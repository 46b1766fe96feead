"""A draft of the minutes put before those who were there: how long they have, and what that asks of the chair who signs.

Pure. Practice gives the people of a meeting a set time to correct its record (practice.md A10: corrections within ten days);
how long is each panel's own rule, counted in working days. Letters never wait for any of this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from panel.law.problems import Problem
from panel.law.words import in_words
from panel.law.workdays import add_working_days

LONGEST_COMMENT_DAYS = 20
# What is proposed where a panel's rules set no time; the clerk may choose a shorter one.
USUAL_COMMENT_DAYS = 5
# Whoever signs has shown who they are within this time: by password, or by the second factor.
STEP_UP = timedelta(minutes=15)


@dataclass(frozen=True)
class Owing:
    """A deputy who led an item and has not signed off its sheet: the item's number, whose name, and whether they still can."""

    number: int
    name: str
    able: bool = True


@dataclass(frozen=True)
class Circulated:
    """A draft as it lies before its readers. `until_on`: the last day to comment. `asked`, `answered`: user keys.

    `unanswered` counts comments that nobody has answered. `taken_up_at`: when the last comment was promised a correction.
    `taken_back`: it was put before them by mistake. Nobody is asked any more, and what was said is answered all the same.
    """

    until_on: date
    asked: frozenset[int]
    answered: frozenset[int]
    unanswered: int = 0
    taken_up_at: datetime | None = None
    taken_back: bool = False

    @property
    def all_answered(self) -> bool:
        """Whether everybody who was asked has said something."""
        return self.asked <= self.answered

    def is_open(self, today: date) -> bool:
        """Whether comments are still awaited on `today`: the last day counts in full."""
        return not self.taken_back and today <= self.until_on and not self.all_answered


def first_last_day(today: date, comment_days: int) -> date:
    """The earliest day on which the time to comment may end: `comment_days` working days after `today`."""
    return add_working_days(today, comment_days)


def until_problems(until_on: date, *, today: date, comment_days: int) -> tuple[Problem, ...]:
    """What is wrong with the last day somebody chose."""
    earliest = first_last_day(today, comment_days)
    latest = add_working_days(today, LONGEST_COMMENT_DAYS)
    if earliest <= until_on <= latest:
        return ()
    return (
        Problem(
            "until_on",
            "until_on",
            f"Choose a day between {in_words(earliest)} and {in_words(latest)}.",
        ),
    )


def signing_problems(
    circulated: Circulated | None,
    *,
    comment_days: int,
    prepared_at: datetime,
    today: date,
    amends: bool,
    letters_to_ask: Sequence[int] = (),
    dissents_changed: Sequence[int] = (),
    words_changed: Sequence[int] = (),
    words_to_confirm: Sequence[int] = (),
    items_changed: Sequence[int] = (),
    meeting_changed: bool = False,
    deputies: Sequence[Owing] = (),
) -> tuple[Problem, ...]:
    """What still stands between a rendered version and its signature.

    `letters_to_ask`: the numbers of corrected items about which letters had gone, and nobody has said yet whether the family gets
    a corrected one. `dissents_changed`: the numbers of items with a dissent this version does not give as it stands;
    `words_changed`: of those whose words were corrected since; `words_to_confirm`: of those a clerk has finished the words of, which
    nobody has confirmed; `items_changed`, `meeting_changed`: what else was written, or
    recorded of who was there, since it was made. `deputies`: who led an item the chair took no part in, and has not vouched for
    it. What is about one item has `items.<number>` as its field.
    `circulated` is the last time a version not yet signed was put before its readers. An amendment of signed minutes says why it was
    made and need not be read by everybody again; it may be.
    """
    return (
        *_signing_problems(circulated, comment_days, prepared_at, today, amends=amends),
        *_of_items("letters_to_ask", letters_to_ask),
        *_of_items("dissent_changed", dissents_changed),
        *_of_items("words_changed", words_changed),
        *_of_items("words_to_confirm", words_to_confirm),
        *_changed_since(items_changed, meeting_changed=meeting_changed),
        *(Problem("deputy_to_sign", f"items.{one.number}", _owed_words(one)) for one in deputies),
    )


# What is said of one item, by the code of the problem.
_OF_AN_ITEM = {
    "letters_to_ask": "say whether the family gets a corrected letter.",
    "dissent_changed": "a dissent was put on record since this version was made. Prepare the minutes again.",
    "words_changed": "words were corrected since this version was made. Prepare the minutes again.",
    "words_to_confirm": "its words are not settled. The clerk writes them out, and whoever led it confirms them or leaves them out.",
}


def _of_items(code: str, numbers: Sequence[int]) -> Iterator[Problem]:
    for number in numbers:
        yield Problem(code, f"items.{number}", f"Item {number}: {_OF_AN_ITEM[code]}")


def _owed_words(one: Owing) -> str:
    led = f"Item {one.number}: {one.name} led it, because the chair has a conflict,"
    if one.able:
        return f"{led} and signs off its sheet first."
    return f"{led} and can sign no more. A voting member who was there for it signs off its sheet instead."


def _changed_since(items: Sequence[int], *, meeting_changed: bool) -> Iterator[Problem]:
    """A signature would vouch for words that are not the record's any more."""
    if items or meeting_changed:
        places = [
            *(f"item {number}" for number in items),
            *(["the meeting’s own sheet"] if meeting_changed else []),
        ]
        yield Problem(
            "changed_since",
            "",
            f"What was written has changed since this version: {', '.join(places)}. Prepare the minutes again.",
        )


def waits_for(
    circulated: Circulated | None, *, comment_days: int, prepared_at: datetime, today: date, amends: bool
) -> str:
    """The same in few words, for a list: what a version waits for as far as its readers are concerned. Empty when for nothing.

    Of several the one that has to be done next.
    """
    found = {
        problem.code
        for problem in _signing_problems(circulated, comment_days, prepared_at, today, amends=amends)
    }
    if circulated is not None and "comment_unanswered" in found:
        wait = "comment waits" if circulated.unanswered == 1 else "comments wait"
        return f"{circulated.unanswered} {wait} for an answer"
    if "not_circulated" in found:
        return "the clerk has to put it before those who were there first"
    if circulated is None or not found:
        return ""
    if "comments_open" in found:
        return f"open for comments until the end of {in_words(circulated.until_on)}"
    return "a correction was promised, and the minutes have to be prepared again"


def _signing_problems(
    circulated: Circulated | None, comment_days: int, prepared_at: datetime, today: date, *, amends: bool
) -> Iterator[Problem]:
    unread = circulated is None or circulated.taken_back
    if unread and comment_days and not amends:
        days = f"{comment_days} working day{'' if comment_days == 1 else 's'}"
        yield Problem(
            "not_circulated",
            "",
            f"This panel gives those who were there {days} to correct the draft. The clerk locks it for comments first.",
        )
    if circulated is None:
        return
    if circulated.is_open(today):
        said = len(circulated.asked & circulated.answered)
        yield Problem(
            "comments_open",
            "",
            f"Those who were there may comment until the end of {in_words(circulated.until_on)}. It can be signed sooner once"
            f" each has answered: {said} of {len(circulated.asked)} have.",
        )
    if circulated.unanswered:
        wait = "comment waits" if circulated.unanswered == 1 else "comments wait"
        yield Problem("comment_unanswered", "", f"{circulated.unanswered} {wait} for an answer.")
    if circulated.taken_up_at is not None and circulated.taken_up_at > prepared_at:
        yield Problem(
            "not_corrected",
            "",
            "A comment was taken up, and the minutes have not been prepared again since. Correct the record and prepare them.",
        )


def step_up_problems(confirmed_at: datetime | None, now: datetime) -> tuple[Problem, ...]:
    """Whether whoever signs has shown who they are just now. A moment in the future is no proof of anything."""
    if confirmed_at is not None and timedelta() <= now - confirmed_at <= STEP_UP:
        return ()
    minutes = int(STEP_UP.total_seconds() // 60)
    return (
        Problem(
            "step_up",
            "",
            f"Confirm that it is you, then sign within {minutes} minutes. Your sign-in is older than that.",
        ),
    )
