"""Telling a setting what was decided about a request of its own, and its termly note (regs 5(2) and 10(2), law.md 1.5).

Whoever has an account there gets a message that names nobody; where nobody has, the clerk sends a sheet.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from meetings.models import Decision, NoticeSent, SettingNotice
from meetings.models.setting_notices import NOTICE
from meetings.queries.setting_notices import readers_of, settings_with_feedback
from meetings.rules.feedback import term_before, term_of
from panel.law.words import until_today
from panel.models import Setting, User
from panel.platform import access, audit, outbox
from panel.platform.policy import Refused, Verb
from panel.platform.text import clean_line


def tell_setting(decision: Decision, now: datetime) -> None:
    """Promise the child's setting the outcome, once a letter about it to the family has gone: within that transaction and lock.

    Once for each decision, however many letters go.
    """
    setting = decision.case.setting
    if setting is None or SettingNotice.objects.filter(decision=decision).exists():
        return
    _tell(SettingNotice(setting=setting, decision=decision, at=now), now)


def tell_notes_of_term(now: datetime) -> int:
    """Promise each setting the note of the term that is over. A round of the sweeper: once for each setting and term. How many."""
    term, made = term_before(term_of(timezone.localdate(now))), 0
    for setting in settings_with_feedback(term):
        # Two sweepers may ask at once; the second finds the row of the first.
        Setting.objects.select_for_update().get(pk=setting.pk)
        if not SettingNotice.objects.filter(setting=setting, term_begins=term.begins).exists():
            _tell(SettingNotice(setting=setting, term_begins=term.begins, at=now), now)
            made += 1
    return made


def _tell(notice: SettingNotice, now: datetime) -> None:
    notice.save()
    for user in readers_of(notice, now):
        person = str(user.public_id)
        outbox.enqueue(
            kind=NOTICE, subject=notice.public_id, recipient=person, inputs={"person": person}, now=now
        )


def record_notice_sent(*, notice: SettingNotice, on: date, how: str, by: User, now: datetime) -> NoticeSent:
    """Note that the sheet went to a setting without an account: on which day, in which way. The same twice is one.

    Refused: `how`, `on`. Audits `notice.send`.
    """
    access.require(by, Verb.NOTICE_SEND, notice, now=now)
    said = clean_line(how, limit=200, label="How it went")
    if not said:
        raise Refused("how", "Say how the sheet went to the setting.", field="how")
    with transaction.atomic():
        locked = SettingNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        before = NoticeSent.objects.filter(notice=locked).first()
        if before is not None:
            return before
        ready_on = timezone.localdate(locked.at)
        if not ready_on <= on <= timezone.localdate(now):
            raise Refused("on", until_today(ready_on, timezone.localdate(now)), field="on")
        sent = NoticeSent(notice=locked, on=on, how=said, by=by, at=now)
        sent.save()
        audit.record(
            verb=Verb.NOTICE_SEND,
            by=by,
            at=now,
            subject_kind="setting_notice",
            subject=notice.public_id,
            case=notice.decision.case.public_id if notice.decision else None,
            values={"on": str(on), "how": said},
        )
        return sent
