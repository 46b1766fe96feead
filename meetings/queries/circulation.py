"""Who is asked to read a draft of the minutes, what they have said, and what of it somebody may see."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.utils import timezone

from meetings.minutes.changes import corrections
from meetings.models import (
    NON_VOTING_SEATS,
    AgendaItem,
    Circulation,
    CommentAnswer,
    ItemRecord,
    Letter,
    Meeting,
    Minutes,
    MinutesComment,
    MinutesSignature,
    RosterEntry,
    Seat,
)
from meetings.queries.changed import changed_since
from meetings.queries.dissents import dissents_unminuted
from meetings.queries.finishing import items_with_words_owed
from meetings.queries.sign_offs import deputy_sheets
from meetings.queries.words import words_unminuted
from meetings.rules.circulation import Circulated, Owing, signing_problems, waits_for
from panel.law.problems import Problem
from panel.law.words import in_words
from panel.models import Case, User

# The chair signs, the minute taker wrote it, observers have no say; a parent-carer representative reads no minutes.
NOT_ASKED = frozenset({Seat.CHAIR, Seat.PARENT_CARER_REPRESENTATIVE, *NON_VOTING_SEATS})
# Why somebody who was there is not asked, as the clerk reads it who might look for the name. Chair and minute taker need no reason.
WHY_NOT = {
    Seat.PARENT_CARER_REPRESENTATIVE: "reads the items and no minutes. Ask them yourself whether what they said is put down rightly",
    Seat.OBSERVER: "observed and reads no minutes",
}


def asked(entries: QuerySet[RosterEntry]) -> QuerySet[RosterEntry]:
    """The seats among `entries` whose people were there and are asked whether the record is true."""
    there = entries.exclude(seat__in=NOT_ASKED).filter(intervals__isnull=False)
    return there.exclude(attendance__substitute_for__seat=Seat.CHAIR).distinct()


def asked_of(meeting: Meeting) -> tuple[User, ...]:
    """Everybody who is asked about one meeting, by name."""
    there = asked(RosterEntry.objects.filter(meeting=meeting)).select_related("user")
    return tuple(sorted((entry.user for entry in there), key=lambda user: (user.name, user.pk)))


def not_asked_of(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    """Who was there, reads no draft and is not to be looked for: name and seat, and why. One query."""
    there = RosterEntry.objects.filter(meeting=meeting, seat__in=list(WHY_NOT), intervals__isnull=False)
    rows = there.select_related("user").distinct().order_by("user__name", "pk")
    return tuple(
        (f"{row.user.name}, {Seat(row.seat).label.lower()}", WHY_NOT[Seat(row.seat)]) for row in rows
    )


def _standing() -> QuerySet[Circulation]:
    """Of each meeting the last draft put before its readers, unless minutes were signed since: an amendment begins anew."""
    same = Circulation.objects.filter(minutes__meeting=OuterRef("minutes__meeting"))
    newer = same.filter(pk__gt=OuterRef("pk"))
    signed = MinutesSignature.objects.filter(
        minutes__meeting=OuterRef("minutes__meeting"), minutes__version__gte=OuterRef("minutes__version")
    )
    found: QuerySet[Circulation] = Circulation.objects.exclude(Exists(newer)).exclude(Exists(signed))
    return found


def standing_circulation(meeting: Meeting) -> Circulation | None:
    """The draft of this meeting's minutes that lies before its readers, or lay there last, taken back or not."""
    rows = _standing().filter(minutes__meeting=meeting)
    return rows.select_related("minutes", "by", "taken_back__by").first()


def circulation_of(minutes: Minutes) -> Circulation | None:
    """The last time this very version was put before its readers."""
    rows = Circulation.objects.filter(minutes=minutes, superseded_by=None)
    return rows.select_related("minutes", "by", "taken_back__by").first()


def circulated(circulation: Circulation) -> Circulated:
    """A circulation as the rule reads it. Three queries."""
    comments = MinutesComment.objects.filter(circulation=circulation)
    # Of the whole version: what was promised before it was taken back and put before them once more is promised still.
    taken_up = CommentAnswer.objects.filter(
        comment__circulation__minutes=circulation.minutes_id, taken_up=True, superseded_by=None
    ).order_by("-at")
    return Circulated(
        until_on=circulation.until_on,
        asked=frozenset(user.pk for user in asked_of(circulation.minutes.meeting)),
        answered=frozenset(comments.values_list("by", flat=True)),
        unanswered=comments.exclude(words="").filter(answers=None).count(),
        taken_up_at=taken_up.values_list("at", flat=True).first(),
        taken_back=hasattr(circulation, "taken_back"),
    )


def comments_for(circulation: Circulation, closed: frozenset[int]) -> tuple[MinutesComment, ...]:
    """The comments with words on a version, without those about an item of a case that is `closed` to whoever reads."""
    return tuple(
        MinutesComment.objects.filter(circulation__minutes=circulation.minutes_id)
        .exclude(words="")
        .exclude(item__case__in=closed)
        .select_related("by", "item__case")
        .prefetch_related(Prefetch("answers", CommentAnswer.objects.select_related("by").order_by("pk")))
    )


def comments_to_answer(user: User, now: datetime) -> Subquery:
    """How many comments on the draft that lies before its readers wait for an answer, asked along with minutes: no query more.

    Of those about an item only where its case is open to `user`, as on the page of the minutes itself.
    """
    open_case = Case.objects.visible_to(user, now).filter(pk=OuterRef("item__case"))
    standing = _standing().filter(pk=OuterRef("circulation"))
    rows = (
        MinutesComment.objects.filter(circulation__minutes__meeting=OuterRef("meeting"), answers=None)
        .filter(Exists(standing))
        .filter(Q(item=None) | Exists(open_case))
        .exclude(words="")
        .order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(n=Count("pk"))
    )
    return Subquery(rows.values("n"), output_field=IntegerField())


def with_what_they_wait_for(rows: QuerySet[Minutes]) -> QuerySet[Minutes]:
    """Minutes with what `waits_in_words` reads, asked along with them: no query more, however many."""
    standing = _standing().filter(minutes__meeting=OuterRef("meeting"))
    of_standing = Q(Exists(_standing().filter(pk=OuterRef("circulation"))))
    unsaid = asked(RosterEntry.objects.filter(meeting=OuterRef("meeting"))).exclude(
        Exists(
            MinutesComment.objects.filter(
                of_standing, circulation__minutes__meeting=OuterRef("meeting"), by=OuterRef("user")
            )
        )
    )
    comments = MinutesComment.objects.filter(of_standing, circulation__minutes__meeting=OuterRef("meeting"))
    waiting = comments.exclude(words="").filter(answers=None).order_by().annotate(all=Value(1)).values("all")
    taken_up = CommentAnswer.objects.filter(
        Exists(_standing().filter(minutes=OuterRef("comment__circulation__minutes"))),
        comment__circulation__minutes__meeting=OuterRef("meeting"),
        taken_up=True,
        superseded_by=None,
    )
    before = MinutesSignature.objects.filter(
        minutes__meeting=OuterRef("meeting"), minutes__version__lt=OuterRef("version")
    )
    return rows.select_related("meeting__config").annotate(
        comments_until=Subquery(standing.values("until_on")[:1]),
        comments_taken_back=Exists(standing.exclude(taken_back=None)),
        some_have_not_said=Exists(unsaid),
        comments_waiting=Subquery(waiting.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        taken_up_at=Subquery(taken_up.order_by("-at").values("at")[:1]),
        amends=Exists(before),
    )


def waits_in_words(minutes: Any, now: datetime) -> str:
    """What a row of `with_what_they_wait_for` waits for before it can be signed; empty when for nothing."""
    until_on = minutes.comments_until
    read = None
    if until_on is not None:
        # Whether all have answered is known and not who: one who has not stands for all who have not.
        asked_keys = frozenset({0}) if minutes.some_have_not_said else frozenset()
        read = Circulated(
            until_on=until_on,
            asked=asked_keys,
            answered=frozenset(),
            unanswered=minutes.comments_waiting or 0,
            taken_up_at=minutes.taken_up_at,
            taken_back=minutes.comments_taken_back,
        )
    return waits_for(
        read,
        comment_days=minutes.meeting.config.comment_days,
        prepared_at=minutes.at,
        today=timezone.localdate(now),
        amends=minutes.amends,
    )


def comment_stop(circulation: Circulation, user: User, now: datetime) -> Problem | None:
    """Why somebody cannot comment on this draft, or cannot any more."""
    meeting = circulation.minutes.meeting
    if user not in asked_of(meeting):
        return Problem("not_asked", "", "Comments are asked of those who were at the meeting.")
    if taken_back := getattr(circulation, "taken_back", None):
        day = in_words(timezone.localdate(taken_back.at))
        return Problem(
            "taken_back",
            "",
            f"On {day} this draft was taken back, so nobody is asked about it any more. What was said of it is kept. Where it, or a"
            " newer version, is put before you, you are asked again.",
        )
    standing = standing_circulation(meeting)
    if standing is None or standing.pk != circulation.pk or timezone.localdate(now) > standing.until_on:
        return Problem("time_over", "", "The time to comment on this draft is over. Tell the clerk.")
    return None


def to_comment_on(user: User, today: date) -> tuple[Circulation, ...]:
    """The drafts somebody is asked to read and has said nothing about yet, the soonest to end first. One query."""
    seats = asked(RosterEntry.objects.filter(meeting=OuterRef("minutes__meeting"), user=user))
    said = MinutesComment.objects.filter(circulation=OuterRef("pk"), by=user)
    return tuple(
        _standing()
        .filter(Exists(seats), until_on__gte=today, taken_back=None)
        .exclude(Exists(said))
        .select_related("minutes__meeting__panel_type")
        .order_by("until_on", "pk")
    )


def amends_signed(minutes: Minutes) -> bool:
    """Whether an earlier version of these minutes was signed."""
    return _signed_before(minutes) is not None


def corrected_after_letters(minutes: Minutes) -> tuple[ItemRecord, ...]:
    """The item records about which letters had gone that say something else than the last signed version, or, where none was
    signed before, whose words were corrected since a letter went: letters never wait for minutes.

    At most three queries.
    """
    before = _signed_before(minutes)
    gone = Letter.objects.filter(
        decision__item=OuterRef("item"),
        decision__superseded_by=None,
        decision__set_aside=None,
        sent__isnull=False,
    )
    if before is None:
        # The letter of each person that went last: one that went after the correction has the words as they stand.
        last = gone.filter(superseded_by__sent=None)
        since = Q(decision__words__at__gt=F("sent__at"))
        since |= Q(decision__recommendation__words__at__gt=F("sent__at"))
        gone = last.filter(since)
    rows = ItemRecord.objects.filter(Exists(gone), minutes=minutes).select_related("item__case")
    now = list(rows.order_by("position", "pk"))
    if before is None:
        return tuple(now)
    then = dict(
        ItemRecord.objects.filter(minutes=before, item__in=[row.item_id for row in now]).values_list(
            "item", "record"
        )
    )
    # A record's digest is of its version too: what it says is compared word by word.
    return tuple(row for row in now if row.item_id not in then or corrections(then[row.item_id], row.record))


def items_to_ask(minutes: Minutes) -> tuple[AgendaItem, ...]:
    """The corrected items of which nobody has said yet whether the family gets new letters, as they stand in this version.

    What was said of an earlier draft counts while the item says the same. One query beside those of the corrections.
    """
    corrected = corrected_after_letters(minutes)
    if not corrected:
        return ()
    answered = defaultdict(list)
    drafts = ItemRecord.objects.filter(
        minutes__meeting=minutes.meeting_id,
        minutes__version__lte=minutes.version,
        minutes__reissues__item=F("item"),
    )
    for item, record in drafts.values_list("item", "record"):
        answered[item].append(record)
    return tuple(
        row.item
        for row in corrected
        if not any(not corrections(record, row.record) for record in answered[row.item_id])
    )


def taken_up_without_change(minutes: Minutes, closed: frozenset[int]) -> tuple[AgendaItem, ...]:
    """The items of which a comment was taken up, and of which this version says what the circulated one said.

    A decision that came since is no correction. Of items of cases `closed` to the reader nothing is said. It stops nobody: what
    was meant may stand elsewhere, but the chair is told before she signs. At most three queries.
    """
    circulation = standing_circulation(minutes.meeting)
    if circulation is None or circulation.minutes_id == minutes.pk:
        return ()
    taken = MinutesComment.objects.filter(
        circulation__minutes=circulation.minutes_id,
        answers__taken_up=True,
        answers__superseded_by=None,
        item__isnull=False,
    )
    items = set(taken.exclude(item__case__in=closed).values_list("item", flat=True))
    if not items:
        return ()
    said: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ItemRecord.objects.filter(minutes__in=[circulation.minutes_id, minutes.pk], item__in=items)
    found = list(rows.select_related("item").order_by("position", "pk"))
    for row in found:
        said[row.item_id].append(row.record)
    return tuple(
        row.item
        for row in found
        if row.minutes_id == minutes.pk
        and len(said[row.item_id]) > 1
        and not corrections(*said[row.item_id][:2])
    )


def promised(minutes: Minutes) -> tuple[MinutesComment, ...]:
    """The comments of which a correction was promised since this version was made. Two queries."""
    circulation = standing_circulation(minutes.meeting)
    if circulation is None:
        return ()
    taken = MinutesComment.objects.filter(
        circulation__minutes=circulation.minutes_id,
        answers__taken_up=True,
        answers__superseded_by=None,
        answers__at__gt=minutes.at,
    )
    return tuple(taken.select_related("item__case", "item__meeting").order_by("item__position", "pk"))


def _signed_before(minutes: Minutes) -> Minutes | None:
    signed = Minutes.objects.filter(
        meeting=minutes.meeting_id, version__lt=minutes.version, signature__isnull=False
    )
    return signed.order_by("-version").first()


def signing_stops(minutes: Minutes, comment_days: int, now: datetime) -> tuple[Problem, ...]:
    """What still stands between this version and the chair's signature: its readers, and what was written since it was made.

    The meeting is frozen once more to see the latter.
    """
    circulation = standing_circulation(minutes.meeting)
    dissents, words = dissents_unminuted(minutes), words_unminuted(minutes)
    since = changed_since(minutes)
    return signing_problems(
        circulated(circulation) if circulation else None,
        comment_days=comment_days,
        prepared_at=minutes.at,
        today=timezone.localdate(now),
        amends=amends_signed(minutes),
        letters_to_ask=[item.position for item in items_to_ask(minutes)],
        dissents_changed=dissents,
        words_changed=words,
        words_to_confirm=[item.position for item in items_with_words_owed(minutes.meeting)],
        items_changed=[number for number in since.items if number not in {*dissents, *words}],
        meeting_changed=since.meeting,
        deputies=[
            Owing(line.number, line.deputy.name, line.able)
            for line in deputy_sheets(minutes, now)
            if line.signed is None
        ],
    )
