"""The panel app: people, cases, papers, and the platform under everything."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from panel.platform import triggers


class PanelConfig(AppConfig):
    name = "panel"
    verbose_name = "Panel"

    def ready(self) -> None:
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="panel.triggers")
