"""What a setting is told: the clerk's list of sheets to send on paper, the sheet itself, and that it went."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from meetings.actions.setting_notices import record_notice_sent
from meetings.forms.feedback import NoticeSentForm
from meetings.models import SettingNotice
from meetings.queries.setting_notices import sheet_of, to_send_on_paper
from meetings.rules.feedback import LEAST
from meetings.views.load import may, user_of
from panel.models import Installation
from panel.platform import audit
from panel.platform.policy import Verb
from panel.views.base import serves
from panel.views.typed import typed


@serves(Verb.NOTICE_LIST)
def notices(request: HttpRequest) -> HttpResponse:
    """What settings are to be told that no account of theirs may read."""
    rows = to_send_on_paper(user_of(request), timezone.now())
    return render(request, "meetings/notice_list.html", {"notices": rows})


@serves(Verb.NOTICE_VIEW)
def notice_view(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """The sheet for a setting, to be read or printed; to whoever sends it on paper it names the child as well."""
    found, user, now = _load(request, notice, Verb.NOTICE_VIEW), user_of(request), timezone.now()
    audit.record(
        verb=Verb.NOTICE_VIEW,
        by=user,
        at=now,
        subject_kind="setting_notice",
        subject=found.public_id,
        case=found.decision.case.public_id if found.decision else None,
    )
    installation = Installation.objects.first()
    context = {
        "sheet": sheet_of(found, user, now),
        "authority": installation.authority_name if installation else "The authority",
        "sent": getattr(found, "sent_on", None),
        "may_send": may(request, Verb.NOTICE_SEND, found, now),
        "least": LEAST,
    }
    return render(request, "meetings/notice_view.html", context)


@serves(Verb.NOTICE_SEND, "GET", "HEAD", "POST")
def send(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Note that the sheet went to the setting."""
    found, user, now = _load(request, notice, Verb.NOTICE_SEND), user_of(request), timezone.now()
    form = NoticeSentForm(request.POST or None, initial={"on": timezone.localdate(now)})

    def act() -> str:
        record_notice_sent(notice=found, **form.cleaned_data, by=user, now=now)
        messages.success(request, "Recorded: the setting has been told.")
        return reverse("notice.list")

    return typed(request, form, act, "meetings/notice_send.html", {"notice": found})


def _load(request: HttpRequest, notice: uuid.UUID, verb: Verb) -> SettingNotice:
    now = timezone.now()
    rows = SettingNotice.objects.visible_to(user_of(request), now)
    found: SettingNotice = get_object_or_404(
        rows.select_related("setting", "decision__case__child", "decision__item", "sent_on"), public_id=notice
    )
    if not may(request, verb, found, now):
        raise Http404
    return found
