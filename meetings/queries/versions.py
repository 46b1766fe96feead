"""Versions of minutes: what a record says and what is left out of it, what stands for each reader, and who may read it.

A released version is asked for through the reader's own gate each time: a family's as its letters are, a setting's by who works
there today.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from meetings.letters import family
from meetings.letters.rules import Identity, leaks
from meetings.minutes import versions as composed
from meetings.minutes.frozen import ItemSheet, MeetingSheet
from meetings.minutes.passages import passages, readers_of
from meetings.minutes.records import build
from meetings.minutes.redaction import (
    READER_LABELS,
    READER_NAMES,
    Ground,
    Reader,
    is_hidden,
)
from meetings.minutes.speaking import names_left, roles_of
from meetings.minutes.version_fields import Version
from meetings.models import (
    AgendaItem,
    Decision,
    ItemRecord,
    ItemVersion,
    Letter,
    Meeting,
    Minutes,
    PanelConfig,
    ParagraphTag,
    Release,
)
from meetings.queries.names import children_near, identity_of, names_of, staff_of
from panel.models import Address, Denial, Dispatch, Document, Membership, Person, User
from panel.models.cases import live_grants
from panel.platform.policy import Refused, Role

RENDER = "version.render"

# What waits for a second person after a meeting of thirty, for family and setting.
SHOWN = 60


def signed_record(item: AgendaItem) -> ItemRecord | None:
    """The item's record in the newest signed version of its meeting's minutes."""
    found: ItemRecord | None = (
        ItemRecord.objects.filter(item=item, minutes__signature__isnull=False)
        .select_related("minutes")
        .order_by("-minutes__version")
        .first()
    )
    return found


def require_signed_record(item: AgendaItem) -> ItemRecord:
    """The same, or `Refused('not_signed')`."""
    record = signed_record(item)
    if record is None:
        raise Refused(
            "not_signed", "Versions are made from signed minutes. The chair has not signed these yet."
        )
    return record


def newest_record(item: AgendaItem) -> ItemRecord | None:
    """The item's record in the newest version of its meeting's minutes, signed or a draft."""
    found: ItemRecord | None = (
        ItemRecord.objects.filter(item=item).select_related("minutes").order_by("-minutes__version").first()
    )
    return found


def sheet_of(record: ItemRecord) -> ItemSheet:
    """An item's record as it was frozen."""
    return build(ItemSheet, record.record)


def standing_tags(item: AgendaItem) -> dict[str, ParagraphTag]:
    """The last tag of each tagged paragraph of an item, by the digest of its words."""
    return {row.words_sha256: row for row in ParagraphTag.objects.filter(item=item, superseded_by=None)}


def grounds_of(item: AgendaItem) -> dict[str, Ground]:
    """What is said of each tagged paragraph, by the digest of its words."""
    return {words: Ground(row.ground) for words, row in standing_tags(item).items()}


def compose_now(item: AgendaItem, record: ItemRecord, reader: Reader) -> Version:
    """The version as record and tags say it now, with staff by role or by name as the meeting's rules have it.

    Refused: as `versions.compose`; `leak` when a child of another case is named; `whereabouts` when it holds a postcode of this
    family, for both homes may read it, and to moderators `recognised` when anything else tells who the child is.
    """
    sheet = sheet_of(record)
    child = item.case.child
    tied = list(Person.objects.filter(ties__child=child))
    version = composed.compose(
        sheet,
        reader,
        _grounds_in(item, record),
        people=build(MeetingSheet, record.minutes.record).attendees,
        names=names_of([child, *tied]) if reader is Reader.MODERATOR else (),
        staff=staff_of(item, sheet).roles,
        by_name=_by_name(item),
    )
    words = " ".join(composed.texts_of(version))
    own = [identity_of(child), *(Identity(one.full_name) for one in tied)]
    found = leaks(words, children_near(item), own=own)
    if found:
        _leave_out("leak", " ".join(problem.sentence for problem in found))
    if leaks(words, _homes(child), own=()):
        _leave_out("whereabouts", "The words hold a postcode where somebody of this family lives or lived.")
    if reader is Reader.MODERATOR and leaks(words, own, own=()):
        _leave_out("recognised", "The words tell a moderator who the child is.")
    return version


def _grounds_in(item: AgendaItem, record: ItemRecord) -> dict[str, Ground]:
    """What is said of the paragraphs of a signed record; of words that stand in a newer draft alone it says nothing yet."""
    grounds = grounds_of(item)
    newest = newest_record(item)
    if newest is None or newest.pk == record.pk:
        return grounds
    here, draft = ({one.sha256 for one in passages(sheet_of(each))} for each in (record, newest))
    return {words: ground for words, ground in grounds.items() if words in here or words not in draft}


def _by_name(item: AgendaItem) -> bool:
    """Whether the rules of its meeting let the family and the setting read names of staff."""
    return bool(item.meeting.config.staff_names == PanelConfig.StaffNames.NAMES)


def staff_names_left(item: AgendaItem, record: ItemRecord, reader: Reader) -> tuple[str, ...]:
    """Names of staff that would still stand in a version in which nobody is named: somebody is to look at each.

    None where the rules say names, but to moderators never.
    """
    if _by_name(item) and reader is not Reader.MODERATOR:
        return ()
    sheet = sheet_of(record)
    staff = staff_of(item, sheet)
    people = build(MeetingSheet, record.minutes.record).attendees
    child = item.case.child
    return names_left(
        sheet,
        reader,
        _grounds_in(item, record),
        roles=roles_of(sheet, people, staff.roles),
        staff=(*staff.names, *(one.name for one in people)),
        family=names_of([child, *Person.objects.filter(ties__child=child)]),
    )


def _leave_out(code: str, sentence: str) -> None:
    raise Refused(code, f"{sentence} Say on the page of paragraphs which of them is left out.")


def _homes(child: Person) -> list[Identity]:
    """The postcodes of a child and of those tied to it, past ones too."""
    homes = Address.objects.filter(Q(person__ties__child=child) | Q(person=child)).order_by()
    return [
        Identity("", postcode=code) for code in homes.values_list("postcode", flat=True).distinct() if code
    ]


def left_out_of(version: ItemVersion) -> tuple[ParagraphTag, ...]:
    """What is left out for the reader of a version, as it is said today, each with what that rests on. One query."""
    reader = Reader(version.reader)
    allowed = [str(ground) for ground in Ground if is_hidden(ground, reader)]
    rows = ParagraphTag.objects.filter(item=version.item_id, superseded_by=None, ground__in=allowed)
    return tuple(row for row in rows.order_by("pk") if reader in readers_of(row.field))


def decision_told(item: AgendaItem, record: ItemRecord) -> Decision | None:
    """The decision whose letter comes before any version of this record: the item's own that the record holds, whenever it was
    made; where it holds none, one made on the question since the item began. One made on looking again is of no item.

    Refused: `decision_unknown` when the record holds a decision that no row of the item is.
    """
    known = Decision.objects.filter(entered_at__lte=record.minutes.at).exclude(
        route=Decision.Route.RECONSIDERED
    )
    newest_first = known.order_by("-entered_at", "-pk")
    if record.record["decision"] is not None:
        found: Decision | None = newest_first.filter(item=item).first()
        if found is None:
            raise Refused(
                "decision_unknown",
                "These minutes hold a decision that is not among those of the item. Nobody can be told of it from here."
                " Start an amendment of the minutes, have it signed, and prepare this version then.",
            )
        return found
    if item.started_at is None:
        return None
    return newest_first.filter(case=item.case, stage=item.stage, entered_at__gte=item.started_at).first()


def latest_version(item: AgendaItem, reader: Reader) -> ItemVersion | None:
    """The newest version for a reader, whatever became of it."""
    found: ItemVersion | None = (
        ItemVersion.objects.filter(item=item, reader=reader)
        .select_related("release", "withdrawal")
        .order_by("-number")
        .first()
    )
    return found


def last_rendering(version: ItemVersion) -> Dispatch | None:
    """The promise to make its document."""
    return (
        Dispatch.objects.filter(subject=version.public_id, kind=RENDER)
        .select_related("document")
        .order_by("-version", "-pk")
        .first()
    )


def preview_of(version: ItemVersion) -> Document | None:
    """The bytes a second person looks at before releasing; None while they are being made."""
    dispatch = last_rendering(version)
    return dispatch.document if dispatch else None


# Where a version stands, in words.
def standing(version: ItemVersion, *, made: bool) -> str:
    """What a version's row says of it. `made`: its document is there."""
    if getattr(version, "withdrawal", None) is not None:
        return "Withdrawn"
    if getattr(version, "release", None) is not None:
        return "Released"
    return "To be released" if made else "Being made"


@dataclass(frozen=True)
class VersionLine:
    """The newest version for one reader, and where it stands; no version: nothing was prepared yet."""

    reader: Reader
    column: str
    label: str
    version: ItemVersion | None
    standing: str


@dataclass(frozen=True)
class ItemLine:
    """One item with a record and its versions."""

    item: AgendaItem
    versions: tuple[VersionLine, ...]
    left_out: int


def versions_of_meeting(user: User, meeting: Meeting, now: dt.datetime) -> tuple[ItemLine, ...]:
    """The items with minutes this user may see, a draft's too, with the newest version for each reader. Four queries."""
    if not Minutes.objects.filter(meeting=meeting).exists():
        return ()
    newest = ItemVersion.objects.filter(superseded_by=None).select_related("release", "withdrawal")
    tags = ParagraphTag.objects.filter(superseded_by=None).exclude(ground=Ground.THIS_CHILD)
    items = list(
        AgendaItem.objects.visible_to(user, now)
        .filter(meeting=meeting)
        .select_related("case__child")
        .prefetch_related(
            Prefetch("versions", newest, to_attr="newest"), Prefetch("paragraph_tags", tags, to_attr="hiding")
        )
        .order_by("position", "pk")
    )
    subjects = [row.public_id for item in items for row in item.newest]
    made = set(
        Dispatch.objects.filter(subject__in=subjects, kind=RENDER, document__isnull=False).values_list(
            "subject", flat=True
        )
    )
    return tuple(ItemLine(item, _lines(item.newest, made), len(item.hiding)) for item in items)


def to_release(user: User, now: dt.datetime) -> tuple[ItemVersion, ...]:
    """Versions somebody else prepared that wait for a second person, the longest waiting first. One query."""
    made = Dispatch.objects.filter(subject=OuterRef("public_id"), kind=RENDER, document__isnull=False)
    rows = ItemVersion.objects.visible_to(user, now).filter(
        Exists(made), release=None, withdrawal=None, superseded_by=None
    )
    waiting = rows.exclude(by=user).select_related("item__case", "item__meeting").order_by("at", "pk")
    return tuple(waiting[:SHOWN])


def _lines(rows: Iterable[ItemVersion], made: set[uuid.UUID]) -> tuple[VersionLine, ...]:
    found = {row.reader: row for row in rows}
    return tuple(
        VersionLine(
            reader,
            READER_NAMES[reader],
            READER_LABELS[reader],
            row := found.get(reader),
            standing(row, made=row.public_id in made) if row else "Not prepared",
        )
        for reader in Reader
    )


def for_family(user: User, today: dt.date) -> tuple[ItemVersion, ...]:
    """The released versions this account may read today, newest meeting first.

    The gate is that of its letters: the right is looked at afresh, and a denial, a dispute or an order closes it. None opens
    before the reader's own letter about the decision it tells of has gone to them.
    """
    cases = [case.pk for case in family.cases_of(user, today)]
    return told_to(cases, tuple(family.letters_to(user, today))) if cases else ()


def on_page(page: family.FamilyPage) -> tuple[ItemVersion, ...]:
    """The same for a reader's own page, whose cases and letters have passed the gate already. One query."""
    letters = tuple(line.letter for row in page.cases for line in row.letters)
    return told_to([row.case.pk for row in page.cases], letters)


def told_to(cases: Collection[int], letters: Sequence[Letter]) -> tuple[ItemVersion, ...]:
    """The released family versions about `cases` that tell of nothing these letters have not told first. One query."""
    rows = (
        _newest_released()
        .filter(reader=Reader.FAMILY, item__case__in=cases)
        .order_by("-item__meeting__starts_at", "pk")
    )
    return tuple(row for row in rows if _told(row, letters))


def _told(version: ItemVersion, letters: Sequence[Letter]) -> bool:
    """Whether these letters have told of everything the version tells of."""
    if version.decision_id is not None:
        return any(letter.decision_id == version.decision_id for letter in letters)
    if version.content.get("decision") is not None:
        return False
    if version.content.get("recommendation") is None:
        return True
    item = version.item
    return any(
        letter.decision.case_id == item.case_id
        and letter.decision.stage == item.stage
        and item.started_at is not None
        and letter.decision.entered_at >= item.started_at
        for letter in letters
    )


def for_setting(user: User, now: dt.datetime) -> QuerySet[ItemVersion]:
    """The released versions for the settings where this user works as a professional today, newest meeting first.

    Only once a letter to the family about the decision was released; denials and restrictions come first, as everywhere.
    """
    works_at = Membership.objects.live(timezone.localdate(now)).filter(
        user=user, role=Role.PROFESSIONAL, setting__isnull=False
    )
    letter = Release.objects.filter(letter__decision=OuterRef("decision"), letter__withdrawal__isnull=True)
    shut_out = Denial.objects.live().filter(case=OuterRef("item__case"), user=user)
    return (
        _newest_released()
        .filter(reader=Reader.SETTING, setting__in=works_at.values("setting"))
        .filter(Q(decision__isnull=True, content__decision=None) | Q(Exists(letter)))
        .filter(Q(item__case__restricted=False) | Q(Exists(live_grants(user, now, OuterRef("item__case")))))
        .exclude(Exists(shut_out))
        .order_by("-item__meeting__starts_at", "pk")
    )


def _newest_released() -> QuerySet[ItemVersion]:
    """Of each item and reader the last version that was released, unless it was withdrawn."""
    later = ItemVersion.objects.filter(
        item=OuterRef("item"), reader=OuterRef("reader"), number__gt=OuterRef("number"), release__isnull=False
    )
    found: QuerySet[ItemVersion] = (
        ItemVersion.objects.released()
        .exclude(Exists(later))
        .select_related("item__case__child", "item__meeting__panel_type", "release__shown")
    )
    return found
