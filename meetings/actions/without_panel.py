"""Under whose rules a question is decided that no panel advised on."""

from datetime import date

from meetings.models import AgendaItem, PanelConfig, PanelType, config_on
from panel.law.legal import Stage
from panel.law.words import in_words
from panel.models import Case
from panel.platform.policy import Refused


def config_without_panel(case: Case, stage: Stage, day: date) -> PanelConfig:
    """The rules under which a decision without a panel is made: of the panel that last had it, else of the first panel."""
    last = (
        AgendaItem.objects.filter(case=case, stage=stage)
        .select_related("meeting__panel_type")
        .order_by("-pk")
        .first()
    )
    panel_type = last.meeting.panel_type if last else PanelType.objects.order_by("pk").first()
    config = config_on(panel_type, day) if panel_type else None
    if config is None:
        raise Refused("no_config", f"No rules are set for a panel on {in_words(day)}.")
    return config
