"""A step before what cannot be taken back: what will happen, said in words, and a button that does it. Works without script."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from meetings.models import Meeting
from panel.platform.policy import Refused
from panel.views.base import status_of


@dataclass(frozen=True)
class Step:
    """What the page says. `happens`: one line for each thing that follows; `stops`: what stands in the way, `mend` where it is mended."""

    heading: str
    happens: tuple[str, ...]
    send: str
    back: str
    back_label: str
    warns: bool = False
    key: str = ""
    stops: str = ""
    mend: tuple[str, str] = ("", "")


def confirmed(
    request: HttpRequest, meeting: Meeting, step: Step, act: Callable[[], object], there: str
) -> HttpResponse:
    """Show the step; on POST act and go `there`. A no of the rule is said on the same page, with the way to mend it."""
    status, refused, mend = 200, "", step.mend
    if request.method == "POST":
        try:
            act()
        except Refused as no:
            status, refused = status_of(no), no.sentence
            mend = mended_at(no, meeting)
        else:
            return redirect(there)
    context = {
        "meeting": meeting,
        "step": step,
        "refused": refused,
        "mend_url": mend[0],
        "mend_label": mend[1],
    }
    return render(request, "meetings/confirm.html", context, status=status)


def mended_at(no: Refused, meeting: Meeting) -> tuple[str, str]:
    """Where somebody mends what a rule found missing: address and words of the link, both empty where there is no such place."""
    key = [meeting.public_id]
    return {
        "gone": (reverse("agenda.edit", args=key), "Go to the agenda"),
        "no_chair": (reverse("attendance.record", args=key), "Open the attendance sheet"),
        "items_open": (reverse("meeting.view", args=key) + "#items", "Go to the items"),
        "attendance_recorded": (reverse("attendance.record", args=key), "Open the attendance sheet"),
    }.get(no.code, ("", ""))
