"""Keeping the directory of support: a service begins, changes from a day on, or ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from panel.actions.cases import one_at_a_time
from panel.law.support import Scope, scope_problems
from panel.law.words import in_words
from panel.models import Need, Support, User
from panel.models.support import day_before
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


@dataclass(frozen=True)
class Offer:
    """A service in the words of the directory."""

    name: str
    offered_by: str
    what: str
    contact: str
    how: str
    needs: Collection[str]
    ages_from: int
    ages_to: int
    area: str
    districts: frozenset[str]


ASKED = {
    "name": ("The name", 100),
    "offered_by": ("Who offers it", 100),
    "what": ("What it is", 300),
    "contact": ("The contact", 200),
    "how": ("How to get it", 300),
}


def record_support(
    *, offer: Offer, starts_on: date, replaces: Support | None = None, by: User, now: datetime
) -> Support:
    """A service from a day on; with `replaces`, that one as it is from that day, the row before ending the day before.

    Refused: what is missing by its field, `ages`, `districts`, `needs`, `name_taken`, `changed`, `too_early`. Audits.
    """
    access.require(by, Verb.SUPPORT_RECORD, now=now)
    words = {
        name: clean_line(getattr(offer, name), limit=limit, label=label)
        for name, (label, limit) in ASKED.items()
    }
    for name, said in words.items():
        if not said:
            raise Refused("missing", f"{ASKED[name][0]} is missing.", field=name)
    for problem in scope_problems(
        Scope(frozenset(offer.needs), offer.ages_from, offer.ages_to, offer.districts)
    ):
        raise Refused(problem.code, problem.sentence, field=problem.field)
    if set(offer.needs) - set(Need.values):
        raise Refused("needs", "Choose needs from the list.", field="needs")
    with transaction.atomic():
        one_at_a_time()
        before = _to_replace(replaces, starts_on) if replaces else None
        others = Support.objects.filter(name__iexact=words["name"], superseded_by=None)
        others = others.filter(ends_on=None) | others.filter(ends_on__gte=starts_on)
        if before is not None:
            others = others.exclude(pk=before.pk)
        if others.exists():
            raise Refused("name_taken", f"{words['name']} is in the directory already.", field="name")
        if before is not None:
            before.ends_on = day_before(starts_on)
            before.save(update_fields=["ends_on"])
        support = Support.objects.create(
            **words,
            needs=[need for need in Need.values if need in offer.needs],
            ages_from=offer.ages_from,
            ages_to=offer.ages_to,
            area=clean_line(offer.area, limit=100, label="The area"),
            districts=sorted(offer.districts),
            starts_on=starts_on,
            supersedes=before,
            recorded_at=now,
            recorded_by=by,
        )
        _audit(Verb.SUPPORT_RECORD, support, by, now, starts_on)
    return support


def end_support(*, support: Support, last_day: date, by: User, now: datetime) -> None:
    """The last day on which a service is offered. Letters and minutes that name it keep its words.

    Refused: `changed` where a newer row took its place, `ends_first`. Audits.
    """
    access.require(by, Verb.SUPPORT_RECORD, now=now)
    with transaction.atomic():
        one_at_a_time()
        locked = _current(support)
        if last_day < locked.starts_on:
            sentence = f"It is offered from {in_words(locked.starts_on)} on. Enter that day or a later one."
            raise Refused("ends_first", sentence, field="last_day")
        if locked.ends_on == last_day:
            return
        locked.ends_on = last_day
        locked.save(update_fields=["ends_on"])
        _audit("support.end", locked, by, now, last_day)


def _current(support: Support) -> Support:
    locked = Support.objects.select_for_update(of=("self",)).get(pk=support.pk)
    if Support.objects.filter(supersedes=locked).exists():
        raise Refused("changed", "Somebody has changed this entry since. Open the directory again.")
    return locked


def _to_replace(support: Support, starts_on: date) -> Support:
    locked = _current(support)
    if starts_on <= locked.starts_on:
        sentence = f"These words count from {in_words(locked.starts_on)} on. Choose a later day."
        raise Refused("too_early", sentence, field="starts_on")
    return locked


def _audit(verb: str, support: Support, by: User, now: datetime, day: date) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="support",
        subject=support.public_id,
        case=None,
        values={"name": support.name, "on": str(day)},
    )
