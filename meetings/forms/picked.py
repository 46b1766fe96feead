"""How the words of a service of the directory go into what is written about an item."""

from collections.abc import Mapping
from typing import Any

from meetings.forms.item import MOST_ROWS
from panel.models import Support
from panel.platform.policy import Refused


def with_support(data: Mapping[str, Any], service: Support) -> dict[str, Any]:
    """What was written of the recommendation, with a service under the help that goes on meanwhile."""
    said = str(data.get("support_meanwhile", ""))
    return {**data, "support_meanwhile": f"{said}\n\n{service.sentence}" if said else service.sentence}


def with_step(data: Mapping[str, Any], service: Support) -> dict[str, Any]:
    """What was written of the next steps, with a service in the first line of which nothing is written. Who and when stay open."""
    used = {int(name.split("_")[0]) for name in data if name.split("_")[0].isdigit()}
    number = next((n for n in range(MOST_ROWS) if n not in used), None)
    if number is None:
        raise Refused("too_many_steps", f"There are {MOST_ROWS} next steps already. Take one out first.")
    return {**data, f"{number}_what": service.step, f"{number}_agency": service.offered_by}
