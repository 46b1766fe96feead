"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        """Make this app's objects known to the one question “may I”."""
        # Models exist only now; the module registers itself as it is read.
        import meetings.access  # noqa: F401
