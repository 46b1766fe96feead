"""The answer to “did you write this paper?”. A yes is a conflict like any other; a no is kept by itself and binds
nobody.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from meetings.actions.locks import lock_item
from meetings.models import AgendaItem, NotAuthor, RosterEntry
from meetings.queries.ties import authors_to_ask
from meetings.rules.states import FINISHED, OVER
from panel.models import User
from panel.platform import access, audit
from panel.platform.policy import Refused, Verb


def say_not_author(
    *, item: AgendaItem, entry: RosterEntry, authors: Collection[str], by: User, now: datetime
) -> None:
    """Somebody was asked and did not write the papers by `authors`, the words on them that were asked about.

    The chair or the clerk records it, nobody for themselves. Said twice it is said once.
    Refused: `other_meeting`, `own_answer`, `not_asked`, `wrong_state` once the item is finished. Audits.
    """
    access.require(by, Verb.CONFLICT_IMPOSE, item, now=now)
    if entry.user_id == by.pk:
        raise Refused("own_answer", "Tell the chair or the clerk: somebody else must record your answer.")
    with transaction.atomic():
        locked = lock_item(item)
        if entry.meeting_id != locked.meeting_id:
            raise Refused("other_meeting", "This person is not on the roster of this item’s meeting.")
        if locked.state in FINISHED or locked.meeting.state in OVER:
            raise Refused("wrong_state", "This item is finished. Nobody is asked about its papers any more.")
        said = {"case": locked.case, "user": entry.user, "author__in": authors}
        asked = {words for one in authors_to_ask([entry], [locked]) for words in one.authors}
        # A paper that came after the page was read is not answered with it.
        new = sorted(asked & set(authors))
        if not new and not NotAuthor.objects.filter(**said).exists():
            raise Refused("not_asked", "There is no such question to them now. Reload the page.")
        for words in new:
            NotAuthor.objects.get_or_create(
                case=locked.case, user=entry.user, author=words, defaults={"by": by, "at": now}
            )
        if new:
            _audit(locked, entry, len(new), by, now)


def _audit(item: AgendaItem, entry: RosterEntry, papers: int, by: User, now: datetime) -> None:
    audit.record(
        verb="conflict.not_author",
        by=by,
        at=now,
        subject_kind="item",
        subject=item.public_id,
        case=item.case.public_id,
        values={"person": str(entry.user.public_id), "authors": papers},
    )
