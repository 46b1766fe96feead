"""Pages about the service itself, open to everybody, and the health checks a monitor asks."""

import dataclasses
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from health_check.views import HealthCheckView

from panel.platform import outbox, triggers
from panel.platform.policy import Verb
from panel.views.base import public

# reliability.md 4.1, rule 6: a promise older than this is worth a look.
OUTBOX_AMBER = timedelta(minutes=10)


@public(Verb.ACCESSIBILITY_VIEW)
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that SI 2018/952 asks for."""
    return render(request, "panel/accessibility.html")


@public(Verb.HELP_VIEW)
def help_page(request: HttpRequest) -> HttpResponse:
    """How to get in and whom to ask."""
    return render(request, "panel/help.html")


@dataclasses.dataclass
class OutboxAge(HealthCheck):
    """Amber when a promise has waited for more than ten minutes."""

    def run(self) -> None:
        oldest = outbox.oldest_waiting()
        if oldest is not None and timezone.now() - oldest.created_at > OUTBOX_AMBER:
            raise ServiceWarning(
                "a promise has waited for more than ten minutes: is the outbox process running?"
            )


@dataclasses.dataclass
class InsertOnlyTriggers(HealthCheck):
    """The database still refuses to change what is kept."""

    def run(self) -> None:
        if triggers.missing():
            raise ServiceUnavailable("triggers are missing: run manage.py migrate")


@dataclasses.dataclass
class MediaWritable(HealthCheck):
    """Files can be stored."""

    def run(self) -> None:
        Path(settings.MEDIA_ROOT).mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT) as probe:
                probe.write(b"probe")
                probe.flush()
        except OSError as fault:
            raise ServiceUnavailable("files cannot be stored: is the disk full?") from fault


class _Health(HealthCheckView):
    """Answers in JSON when nothing else is asked for; the package's own page would need a style of its own."""

    def render_to_response(self, context: Any, **response_kwargs: Any) -> HttpResponse:
        return self.render_to_response_json(response_kwargs["status"])


_READY = ["health_check.Database", "health_check.Cache", OutboxAge, InsertOnlyTriggers, MediaWritable]
alive = public(Verb.HEALTH_VIEW)(_Health.as_view(checks=["health_check.Database"]))
ready = public(Verb.HEALTH_VIEW)(_Health.as_view(checks=_READY))
