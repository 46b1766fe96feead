"""Versions of signed minutes: saying what is left out, composing, a second person's release of the very bytes, withdrawing."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_item
from meetings.minutes import versions as composed
from meetings.minutes.redaction import EXEMPTIONS, Ground, Passage, Reader, lapsed
from meetings.models import AgendaItem, ItemVersion, ParagraphTag, VersionRelease, VersionWithdrawal
from meetings.queries import versions as queries
from meetings.queries.tagging import proposals, written_of
from meetings.queries.versions import RENDER
from meetings.rules.naming import staff_named
from panel.models import Dispatch, Document, Setting, User
from panel.platform import access, audit
from panel.platform.outbox import enqueue
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line

BECAUSE_LIMIT = 300
# A promise in one of these states is with nobody: it may be cancelled.
IDLE = (Dispatch.State.QUEUED, Dispatch.State.FAILED, Dispatch.State.NEEDS_RECHECK, Dispatch.State.DEAD)


def tag_paragraphs(
    *, item: AgendaItem, grounds: Mapping[str, Ground], record_sha256: str, by: User, now: datetime
) -> int:
    """Say what paragraphs are about, by the digests of their words; how many tags are new. What was said before stays on record.

    Of a draft as of signed minutes: what is said holds for the words and goes with them into the signature. `record_sha256` names
    the newest record the page showed. A proposal that is turned down is a tag as well: somebody has decided. Tags whose words
    neither the newest record nor the signed one has any more end here. Refused: `not_prepared`, `stale`. Audits.
    """
    access.require(by, Verb.VERSION_TAG, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        written = written_of(locked)
        places = {passage.sha256: passage for passage in reversed(written.passages)}
        if written.record.record_sha256 != record_sha256 or set(grounds) - set(places):
            raise Refused(
                "stale", "The minutes were amended since you opened this page. Look at the paragraphs again."
            )
        before = queries.standing_tags(locked)
        proposed = proposals(locked, written.passages, before)
        new = [
            _tag(locked, passage, grounds[words], before.get(words), by, now)
            for words, passage in places.items()
            if words in grounds and (grounds[words] is not _ground(before.get(words)) or words in proposed)
        ]
        ended = lapsed(written.passages, {words: _ground(tag) for words, tag in before.items()})
        new += [_ended(before[words], by, now) for words in sorted(ended)]
        if new:
            values = {f"{tag.field} {tag.ordinal}": str(tag.ground) for tag in new}
            _audit(Verb.VERSION_TAG, locked, None, by, now, values)
        return len(new)


def _ground(tag: ParagraphTag | None) -> Ground:
    return Ground(tag.ground) if tag else Ground.THIS_CHILD


def _tag(
    item: AgendaItem, passage: Passage, ground: Ground, before: ParagraphTag | None, by: User, now: datetime
) -> ParagraphTag:
    tag = ParagraphTag(
        item=item,
        field=passage.field,
        ordinal=passage.ordinal,
        words_sha256=passage.sha256,
        ground=ground,
        exemption=EXEMPTIONS.get(ground, ""),
        supersedes=before,
        by=by,
        at=now,
    )
    tag.save()
    return tag


def _ended(before: ParagraphTag, by: User, now: datetime) -> ParagraphTag:
    """The end of a tag whose words are in the record no more."""
    tag = ParagraphTag(
        item=before.item,
        field=before.field,
        ordinal=before.ordinal,
        words_sha256=before.words_sha256,
        ground=Ground.THIS_CHILD,
        supersedes=before,
        by=by,
        at=now,
    )
    tag.save()
    return tag


def prepare_version(*, item: AgendaItem, reader: Reader, by: User, now: datetime) -> ItemVersion:
    """Compose the version of an item for a reader and have its document made. Nothing changed since the last one: that one.

    Refused: `not_signed`, `no_setting`, `decision_unknown`, and everything of `compose_now`. Audits and enqueues the rendering.
    """
    access.require(by, Verb.VERSION_PREPARE, item, now=now)
    with transaction.atomic():
        locked = lock_item(item)
        record = queries.require_signed_record(locked)
        setting = _setting_of(locked, reader)
        content = queries.compose_now(locked, record, reader)
        digest = composed.digest(content)
        before = queries.latest_version(locked, reader)
        if before is not None and _is_same(before, digest, record.pk, setting):
            return before
        version = ItemVersion(
            item=locked,
            item_record=record,
            reader=reader,
            number=before.number + 1 if before else 1,
            supersedes=before,
            decision=queries.decision_told(locked, record),
            setting=setting,
            content=composed.kept(content),
            content_sha256=digest,
            by=by,
            at=now,
        )
        version.save()
        if before is not None:
            _cancel_promises(before, now)
        enqueue(kind=RENDER, subject=version.public_id, now=now, inputs={"content_sha256": digest})
        _audit(Verb.VERSION_PREPARE, locked, version, by, now, {"reader": str(reader), "sha256": digest})
        return version


def _setting_of(item: AgendaItem, reader: Reader) -> Setting | None:
    if reader is not Reader.SETTING:
        return None
    if item.case.setting is None:
        raise Refused(
            "no_setting", "The child is at no setting, so there is nobody this version would be for."
        )
    return item.case.setting


def _is_same(before: ItemVersion, digest: str, record: int, setting: Setting | None) -> bool:
    """Whether the last version says this already, from this record, to this setting, and was not withdrawn."""
    there = (before.content_sha256, before.item_record_id, before.setting_id)
    return there == (digest, record, setting.pk if setting else None) and not hasattr(before, "withdrawal")


def _cancel_promises(version: ItemVersion, now: datetime) -> None:
    Dispatch.objects.filter(subject=version.public_id, kind=RENDER, state__in=IDLE).update(
        state=Dispatch.State.CANCELLED, finished_at=now
    )


def release_version(
    *,
    version: ItemVersion,
    content_sha256: str,
    shown_sha256: str,
    names_nobody: Collection[str] = (),
    by: User,
    now: datetime,
) -> VersionRelease:
    """A second person lets these very bytes go: `shown_sha256` is the digest of the document on her screen.

    Never who prepared it or said what is left out of it. The same release twice is one. Where staff are spoken of by role, words
    that may name one of them are let go once she was shown them and says that they may stand (`names_nobody`). Refused:
    `own_version`, `superseded`, `withdrawn`, `changed` when record, tags or names say something else by now, `not_rendered`,
    `stale`, `names`. Audits.
    """
    access.require(by, Verb.VERSION_RELEASE, version, now=now)
    with transaction.atomic():
        item = lock_item(version.item)
        earlier = VersionRelease.objects.filter(version=version).first()
        if earlier is not None:
            return _same_release(earlier, by, shown_sha256)
        _may_release(item, version, by)
        shown = queries.preview_of(version)
        if shown is None:
            raise Refused("not_rendered", "The document is still being made. Look again in a moment.")
        if (content_sha256, shown_sha256) != (version.content_sha256, shown.sha256):
            raise Refused(
                "stale",
                "This is not the document you were shown. Reload the page, read it again, then release it.",
            )
        confirmed = _look_at_names(item, version, names_nobody)
        release = VersionRelease(
            version=version,
            author=version.by,
            by=by,
            at=now,
            content_sha256=content_sha256,
            shown=shown,
            shown_sha256=shown_sha256,
        )
        release.save()
        values = {"shown_sha256": shown_sha256, "names_confirmed": confirmed}
        _audit(Verb.VERSION_RELEASE, item, version, by, now, values)
        return release


def _same_release(earlier: VersionRelease, by: User, shown_sha256: str) -> VersionRelease:
    if (earlier.by_id, earlier.shown_sha256) == (by.pk, shown_sha256):
        return earlier
    raise Refused("wrong_state", f"This version was released by {earlier.by.name} already.")


def _may_release(item: AgendaItem, version: ItemVersion, by: User) -> None:
    tagged = {tag.by_id for tag in queries.standing_tags(item).values()}
    if by.pk == version.by_id or by.pk in tagged:
        raise Refused(
            "own_version",
            "You prepared this version or said what is left out of it, so a second person must release it.",
        )
    if VersionWithdrawal.objects.filter(version=version).exists():
        raise Refused("withdrawn", "This version was withdrawn. Have a new one prepared.")
    if ItemVersion.objects.filter(supersedes=version).exists():
        raise Refused("superseded", "A newer version was prepared. Open that one, read it, then release it.")
    record = queries.require_signed_record(item)
    reader = Reader(version.reader)
    now_says = composed.digest(queries.compose_now(item, record, reader))
    if not _is_same(version, now_says, record.pk, _setting_of(item, reader)):
        raise Refused(
            "changed", "What it was made from has changed since. Have it prepared again, and read that one."
        )


def _look_at_names(item: AgendaItem, version: ItemVersion, names_nobody: Collection[str]) -> int:
    """How many words that may name staff she was shown and lets stand; `Refused('names')` while there are others."""
    found = queries.staff_names_left(item, queries.require_signed_record(item), Reader(version.reader))
    new = tuple(name for name in found if name not in names_nobody)
    if new:
        named = staff_named("names_nobody", new)
        raise Refused(named.code, named.sentence, parts=[named])
    return len(found)


def withdraw_version(*, version: ItemVersion, because: str, by: User, now: datetime) -> VersionWithdrawal:
    """Take a version off every page at once, released or not, and say why. Done twice it has one effect. Refused: `no_reason`."""
    access.require(by, Verb.VERSION_RELEASE, version, now=now)
    reason = clean_line(because, limit=BECAUSE_LIMIT, label="The reason")
    if not reason:
        raise Refused("no_reason", "Say why this version is withdrawn.", field="because")
    with transaction.atomic():
        item = lock_item(version.item)
        earlier: VersionWithdrawal | None = VersionWithdrawal.objects.filter(version=version).first()
        if earlier is not None:
            return earlier
        withdrawal = VersionWithdrawal(version=version, because=reason, by=by, at=now)
        withdrawal.save()
        _cancel_promises(version, now)
        _audit("version.withdraw", item, version, by, now, {"because": reason})
        return withdrawal


def open_version(*, version: ItemVersion, by: User, now: datetime) -> Document:
    """A clerk or officer reads the document of a version, which the trail notes. Refused: `not_found` while there is none."""
    access.require(by, Verb.VERSION_VIEW, version, now=now)
    release = getattr(version, "release", None)
    document = release.shown if release else queries.preview_of(version)
    if document is None:
        raise Refused("not_found", "There is no such document yet.")
    note_read(version=version, by=by, now=now, verb=Verb.VERSION_VIEW)
    return document


def note_read(*, version: ItemVersion, by: User, now: datetime, verb: Verb) -> None:
    """Write down that `by` read this version. The caller found it through the reader's own query, which is the may-I."""
    _audit(verb, version.item, version, by, now, {"reader": str(version.reader), "number": version.number})


def _audit(
    verb: Verb | str,
    item: AgendaItem,
    version: ItemVersion | None,
    by: User,
    now: datetime,
    values: Mapping[str, object],
) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="version" if version else "item",
        subject=version.public_id if version else item.public_id,
        case=item.case.public_id,
        values=values,
    )
