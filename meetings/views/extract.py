"""Statistical extracts of signed meetings, for the officer and the service leader: a list, and each as CSV or JSON."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from meetings.actions.extract import take_extract
from meetings.minutes.extract import as_data, as_table
from meetings.models import Meeting
from meetings.queries.extract import signed_meetings
from meetings.views.load import user_of
from panel.platform.policy import Verb
from panel.views.base import serves


@serves(Verb.EXTRACT_LIST)
def extracts(request: HttpRequest) -> HttpResponse:
    """The meetings with signed minutes, newest first."""
    return render(request, "meetings/extract_list.html", {"meetings": signed_meetings()})


@serves(Verb.EXTRACT_VIEW)
def download(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """The extract of one meeting to save: JSON with `?as=json`, else CSV. It names nobody, so every officer and leader may."""
    found = take_extract(
        meeting=get_object_or_404(Meeting, public_id=meeting), by=user_of(request), now=timezone.now()
    )
    answer: HttpResponse
    if request.GET.get("as") == "json":
        answer, ending = JsonResponse(as_data(found)), "json"
    else:
        answer, ending = HttpResponse(as_table(found), content_type="text/csv; charset=utf-8"), "csv"
    answer["Content-Disposition"] = f'attachment; filename="meeting-{found.held_on.isoformat()}.{ending}"'
    answer["Cache-Control"] = "no-store, private"
    return answer
