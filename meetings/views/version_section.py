"""What a professional finds on the page of a case: the outcome for her setting, once it was released."""

from datetime import datetime

from meetings.queries.versions import for_setting
from panel.models import Case, User
from panel.views.sections import Section


def section(user: User, case: Case, now: datetime) -> Section | None:
    """The released versions for her setting; none where there is nothing to read. One query."""
    rows = tuple(for_setting(user, now).filter(item__case=case))
    if not rows:
        return None
    return Section("Outcome for your setting", "meetings/_version_section.html", {"versions": rows})
