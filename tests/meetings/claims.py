"""The one message in the outbox, claimed by two workers at once and kept by both."""

import datetime as dt

from django.core import mail

from panel.models import Dispatch
from panel.platform import outbox
from tests.make import NOW


def sent_once_by_two_workers() -> None:
    """The first stands still until its lease has run out; a second takes the row over and keeps it: one message goes."""
    mail.outbox.clear()
    first, other = outbox.claim("one"), outbox.claim("other")
    assert (first is not None, other) == (True, None)
    assert first is not None
    Dispatch.objects.filter(pk=first.pk).update(lease_until=NOW - dt.timedelta(days=30))
    second = outbox.claim("second")
    assert second is not None
    assert [outbox.keep_promise(row, None, NOW) for row in (second, first)] == ["sent", "lease_lost"]
    assert len(mail.outbox) == 1
