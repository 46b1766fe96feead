"""What stands between a version of the minutes and its signature, each with the way to where it is mended."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from meetings.models import AgendaItem, Minutes
from meetings.queries.circulation import promised, signing_stops
from meetings.views.load import may
from panel.platform.policy import Verb

Links = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class _Reader:
    """Who reads which version, and the cases closed to her: nobody is led to a page that is not there for them."""

    request: HttpRequest
    minutes: Minutes
    closed: frozenset[int]

    def opens(self, verb: Verb, of: object) -> bool:
        return may(self.request, verb, of, timezone.now())


@dataclass(frozen=True)
class Stop:
    """One reason why a version cannot be signed yet. `links`: (address, words) of the pages where it is mended, in this order.

    A page that mends several is among the links of the first of them. What a link says the sentence does not say as well.
    """

    sentence: str
    links: tuple[tuple[str, str], ...]


def stops_with_links(request: HttpRequest, minutes: Minutes, closed: frozenset[int]) -> tuple[Stop, ...]:
    """The stops of a version for one reader, to whom the cases in `closed` are closed."""
    found = signing_stops(minutes, minutes.meeting.config.comment_days, timezone.now())
    if not found:
        return ()
    items = {
        f"items.{item.position}": item
        for item in AgendaItem.objects.filter(meeting=minutes.meeting)
        .exclude(case__in=closed)
        .select_related("case", "meeting")
    }
    reader = _Reader(request, minutes, closed)
    shown: set[str] = set()
    stops = []
    for problem in found:
        links = WHERE[problem.code](reader, items.get(problem.field))
        new = tuple((address, words) for address, words in links if address not in shown)
        shown.update(address for address, _ in new)
        stops.append(Stop(_without(problem.sentence, [words for _, words in new]), new))
    return tuple(stops)


def _without(sentence: str, said: Iterable[str]) -> str:
    for words in said:
        sentence = sentence.removesuffix(f" {words}.")
    return sentence


def _circulate(reader: _Reader, _item: AgendaItem | None) -> Links:
    if reader.opens(Verb.MINUTES_CIRCULATE, reader.minutes):
        address = reverse("minutes.circulate", args=[reader.minutes.public_id])
        yield address, "Lock the draft and ask those who were there"


def _readers(reader: _Reader, _item: AgendaItem | None) -> Links:
    yield f"{reverse('minutes.view', args=[reader.minutes.public_id])}#readers", "Who has answered"


def _comments(reader: _Reader, _item: AgendaItem | None) -> Links:
    yield f"{reverse('minutes.view', args=[reader.minutes.public_id])}#readers", "Read and answer"


def _promised(reader: _Reader, _item: AgendaItem | None) -> Links:
    """The items a correction was promised of, each once, and then the new version."""
    seen = {one.item.pk: one.item for one in promised(reader.minutes) if one.item is not None}
    for item in seen.values():
        if item.case_id not in reader.closed and reader.opens(Verb.ITEM_VIEW, item):
            yield reverse("item.view", args=[item.public_id]), f"Open item {item.position}"
    yield from _prepare(reader, None)


def _prepare(reader: _Reader, _item: AgendaItem | None) -> Links:
    meeting = reader.minutes.meeting
    if reader.opens(Verb.MINUTES_PREPARE, meeting):
        yield reverse("minutes.prepare", args=[meeting.public_id]), "Prepare the minutes again"


def _words(reader: _Reader, item: AgendaItem | None) -> Links:
    if item is not None and reader.opens(Verb.ITEM_VIEW, item):
        yield f"{reverse('item.view', args=[item.public_id])}#advised", f"Open item {item.position}"


def _letters(reader: _Reader, item: AgendaItem | None) -> Links:
    if item is not None and reader.opens(Verb.MINUTES_ANSWER, reader.minutes):
        address = reverse("minutes.reissue", args=[reader.minutes.public_id, item.public_id])
        yield address, f"Answer for item {item.position}"


# One row for every code of `meetings.rules.circulation.signing_problems`.
def _sign_off(reader: _Reader, item: AgendaItem | None) -> Links:
    """For whoever may: the deputy's own page of that sheet."""
    record = reader.minutes.item_records.filter(item=item).first() if item else None
    if item and record and reader.opens(Verb.MINUTES_SIGN_OFF, record):
        yield (
            reverse("minutes.sign_off", args=[reader.minutes.public_id, item.public_id]),
            f"Sign off item {item.position}",
        )


WHERE: Mapping[str, Callable[[_Reader, AgendaItem | None], Links]] = {
    "not_circulated": _circulate,
    "comments_open": _readers,
    "comment_unanswered": _comments,
    "not_corrected": _promised,
    "letters_to_ask": _letters,
    "dissent_changed": _prepare,
    "words_changed": _prepare,
    "words_to_confirm": _words,
    "changed_since": _prepare,
    "deputy_to_sign": _sign_off,
}
