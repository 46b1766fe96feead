"""The meetings app."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        """Make this app's objects known to the one question “may I”, and its section to the case page."""
        # Models exist only now; the first module registers itself as it is read.
        import meetings.access  # noqa: F401
        from meetings.views.case_section import section
        from panel.views.sections import add_section

        add_section(section)
