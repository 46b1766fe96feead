"""What happens when a letter goes: published to the family page or posted, the case told, the e-mail promised; and what a
person does where the machine cannot know.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from meetings.actions.following import family_told
from meetings.actions.setting_notices import tell_setting
from meetings.letters import checks, queries
from meetings.letters.queries import EMAIL, SEND
from meetings.models import Decision, Letter, Sent
from panel.actions.cases import lock_family, record_notified
from panel.actions.clocks import record_told_again
from panel.law.words import in_words
from panel.models import Dispatch, Document, User
from panel.platform import access, audit
from panel.platform.outbox import enqueue, try_again
from panel.platform.policy import Refused, Role, Verb

ARRIVED = "a person confirmed that it arrived"


def publish(letter: Letter, document: Document, now: dt.datetime) -> Sent | None:
    """Put the letter on its recipient's page and promise the e-mail; None where no account opens it and it must be posted.

    Runs under the child's lock, in the transaction that ends the promise to send. The letter's date is the day of the bytes.
    Done twice it has one effect.
    """
    earlier = Sent.objects.filter(letter=letter).first()
    if earlier is not None:
        return earlier
    user = letter.recipient.user
    if user is None or Role.PARENT not in user.roles_on(timezone.localdate(now)):
        return None
    sent = Sent(
        letter=letter,
        document=document,
        letter_on=timezone.localdate(document.created_at),
        channel=Sent.Channel.ONLINE,
        at=now,
    )
    sent.save()
    enqueue(kind=EMAIL, subject=letter.public_id, now=now)
    _gone(letter, sent, None, now)
    return sent


def record_posted(*, letter: Letter, by: User, now: dt.datetime, posted_on: dt.date) -> Sent:
    """Say that the printed letter went into the post on the day it is dated. Done twice it has one effect.

    The date in the letter starts the family's time to appeal, so a print of another day is not the letter that was sent
    (law.md 2.8): `Refused('other_day')` asks for a new print. Else `not_printed`, `facts_changed`, `wrong_state`.
    """
    access.require(by, Verb.LETTER_POST, letter.decision.case, now=now)
    with transaction.atomic():
        lock_family(letter.decision.case.child)
        earlier = Sent.objects.filter(letter=letter).first()
        if earlier is not None:
            return _same_posting(earlier, posted_on)
        document = _printed(letter)[1]
        dated = timezone.localdate(document.created_at)
        today = timezone.localdate(now)
        if posted_on > today:
            raise Refused(
                "in_future",
                f"The letter cannot have been posted on {in_words(posted_on)}: today is {in_words(today)}.",
                field="posted_on",
            )
        if posted_on != dated:
            raise Refused(
                "other_day",
                f"This print is dated {in_words(dated)}, and a letter must bear the day it is posted."
                " Print it again on the day you post it.",
                field="posted_on",
            )
        _require_unchanged(letter, today)
        sent = Sent(
            letter=letter, document=document, letter_on=dated, channel=Sent.Channel.POST, at=now, posted_by=by
        )
        sent.save()
        _gone(letter, sent, by, now)
        return sent


def print_again(*, letter: Letter, by: User, now: dt.datetime) -> Dispatch:
    """Promise a new print dated the day it is made, for a letter that waits to be posted. The print of today is kept."""
    access.require(by, Verb.LETTER_POST, letter.decision.case, now=now)
    with transaction.atomic():
        lock_family(letter.decision.case.child)
        if Sent.objects.filter(letter=letter).exists():
            raise Refused("wrong_state", "This letter was sent already.")
        dispatch, document = _printed(letter)
        today = timezone.localdate(now)
        if timezone.localdate(document.created_at) == today:
            return dispatch
        _require_unchanged(letter, today)
        _audit("letter.print", letter, by, now)
        return enqueue(
            kind=SEND,
            subject=letter.public_id,
            now=now,
            version=dispatch.version + 1,
            inputs=queries.send_inputs(letter),
        )


def send_again(*, letter: Letter, by: User, now: dt.datetime) -> None:
    """Try a stopped letter once more, now that the facts are as they were when it was released. Else `facts_changed`."""
    access.require(by, Verb.LETTER_RELEASE, letter.decision.case, now=now)
    with transaction.atomic():
        lock_family(letter.decision.case.child)
        dispatch = queries.last_dispatch(letter, SEND)
        if dispatch is None or dispatch.state not in queries.STUCK:
            raise Refused("wrong_state", "This letter is not waiting for another check. Reload the page.")
        _require_unchanged(letter, timezone.localdate(now))
        try_again(dispatch)
        _audit("letter.send_again", letter, by, now)


def resolve_unknown(*, dispatch: Dispatch, arrived: bool, by: User, now: dt.datetime) -> None:
    """A person says what the machine cannot know about one e-mail: it arrived, or it is to be sent again.

    Done twice it has one effect. `Refused('wrong_state')` when the question is no longer open.
    """
    letter = Letter.objects.select_related("decision__case").get(public_id=dispatch.subject)
    access.require(by, Verb.LETTER_POST, letter.decision.case, now=now)
    with transaction.atomic():
        change = (
            {"state": Dispatch.State.SENT, "receipt": ARRIVED, "finished_at": now}
            if arrived
            else {"state": Dispatch.State.QUEUED, "next_attempt_at": None, "finished_at": None, "error": ""}
        )
        changed = Dispatch.objects.filter(pk=dispatch.pk, state=Dispatch.State.UNKNOWN).update(**change)
        if not changed:
            raise Refused(
                "wrong_state", "Somebody has answered this already. Reload the page to see where it stands."
            )
        _audit("letter.email_arrived" if arrived else "letter.email_again", letter, by, now)


def _same_posting(earlier: Sent, posted_on: dt.date) -> Sent:
    if earlier.channel == Sent.Channel.POST and earlier.letter_on == posted_on:
        return earlier
    raise Refused("wrong_state", f"This letter was sent on {in_words(earlier.letter_on)} already.")


def _printed(letter: Letter) -> tuple[Dispatch, Document]:
    dispatch = queries.last_dispatch(letter, SEND)
    if dispatch is None or dispatch.state != Dispatch.State.SENT or dispatch.document is None:
        raise Refused(
            "not_printed", "This letter is not ready to post: it must be released and printed first."
        )
    return dispatch, dispatch.document


def _require_unchanged(letter: Letter, today: dt.date) -> None:
    changed = checks.stopped(letter, today)
    if changed:
        raise Refused("facts_changed", f"{changed} Draft the letter again; nothing was sent.")


def _gone(letter: Letter, sent: Sent, by: User | None, now: dt.datetime) -> None:
    audit.record(
        verb="letter.send",
        by=by,
        at=now,
        subject_kind="letter",
        subject=letter.public_id,
        case=letter.decision.case.public_id,
        values={
            "channel": str(sent.channel),
            "letter_on": sent.letter_on.isoformat(),
            "sha256": sent.document.sha256,
        },
    )
    tell_setting(letter.decision, now)
    tell_case(letter.decision, now)


def tell_case(decision: Decision, now: dt.datetime) -> None:
    """The duty to notify is met when the last of the letters has gone (regs 5(1) and 10(1)), not when the first has.

    Of an agreement in the place of a refusal the new answer goes on the case's clock; the day of the first one stays.
    Somebody with a right to a letter who has none, and no reason on record why not, has not been told.
    """
    letters = list(queries.current_letters(decision))
    gone = [letter.sent for letter in letters if getattr(letter, "sent", None) is not None]
    if not letters or len(gone) < len(letters):
        return
    if checks.unsettled(decision, queries.recipients_of(decision.case, timezone.localdate(now))):
        return
    released_by, on = letters[-1].release.by, max(sent.letter_on for sent in gone)
    if decision.route == Decision.Route.RECONSIDERED:
        record_told_again(case=decision.case, answer=decision.outcome, on=on, by=released_by, now=now)
    else:
        record_notified(case=decision.case, stage=decision.stage, on=on, by=released_by, now=now)
    family_told(decision.case, decision.stage, on, now)


def _audit(verb: str, letter: Letter, by: User, now: dt.datetime) -> None:
    audit.record(
        verb=verb,
        by=by,
        at=now,
        subject_kind="letter",
        subject=letter.public_id,
        case=letter.decision.case.public_id,
    )
