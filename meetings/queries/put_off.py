"""What may be told to a family of a question that was put off, before anybody has read the minutes for them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from meetings.minutes.passages import one_line
from meetings.minutes.redaction import Ground, Reader, is_hidden, words_digest
from meetings.models import AgendaItem, PanelConfig, ParagraphTag
from meetings.queries.late_answers import put_off_waiting
from meetings.queries.names import around_of, known_names, roles_of_users, told_of_others
from meetings.rules.deferring import DeferralReason
from meetings.rules.naming import names_said
from meetings.rules.put_off import PutOff
from meetings.rules.spoken import by_what_they_do
from meetings.rules.tagging import proposal_of
from panel.law.legal import Stage
from panel.models import Case


def put_off_of(cases: Sequence[Case]) -> dict[tuple[int, Stage], PutOff]:
    """Of cases (keys) and questions that were put off and wait: what a family reads of it, from the moment it is put off.

    No letter carries a deferral that could come first: a person gives the word a family is owed, with the same facts, and notes it
    (`DeferralNotice`); the page has always spoken of a late answer at once. Typed words are told as the family's version of the
    minutes would have them (`_may_be_read`). One query, and about ten more for each question that lacks information.
    """
    rows = put_off_waiting(cases).select_related(
        "item__case__child", "item__meeting__config", "item__meeting__panel_type"
    )
    return {(row.item.case_id, Stage(row.item.stage)): _told(row) for row in rows}


def _told(row: Any) -> PutOff:
    item: AgendaItem = row.item
    by_name = item.meeting.config.staff_names == PanelConfig.StaffNames.NAMES
    missing = one_line(row.missing)
    return PutOff(
        panel=item.meeting.panel_type.name,
        on=timezone.localdate(item.meeting.starts_at),
        reason=DeferralReason(row.reason),
        missing=missing if missing and _may_be_read(row.missing, item, by_name=by_name) else "",
        owner=_owner(row.owner, item, by_name=by_name),
        by_when=row.by_when,
        again_on=timezone.localdate(row.again_at) if row.again_at else None,
    )


def _may_be_read(words: str, item: AgendaItem, *, by_name: bool) -> bool:
    """Whether the family may read these words. What was said of them as a paragraph of the minutes decides; until somebody has said
    it, words that seem to be about another child, another family or an address are kept back, and so are names of staff where the
    panel's rules let the family read none.
    """
    tag = ParagraphTag.objects.filter(item=item, superseded_by=None, words_sha256=words_digest(words)).first()
    if tag is not None:
        return not is_hidden(Ground(tag.ground), Reader.FAMILY)
    known = known_names(item)
    return not (
        proposal_of(words, around_of(item))
        or told_of_others(words, item, known)
        or (not by_name and names_said(words, known.staff))
    )


def _owner(words: str, item: AgendaItem, *, by_name: bool) -> str:
    """Who gets it: as written where the panel's rules name staff, else by what they do; empty where that is not known."""
    if by_name or not words:
        return words
    on_case = [key for key in (item.case.coordinator_id,) if key]
    roles = roles_of_users(
        Q(pk__in=on_case) | Q(name__iexact=words), item, timezone.localdate(item.meeting.starts_at)
    )
    return by_what_they_do(words, roles, otherwise="")
