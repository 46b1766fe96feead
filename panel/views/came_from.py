"""Back to the page of ours that sent somebody here, once what it lacked is recorded."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# The name in the address under which a page says where it wants somebody back.
BACK = "back"


def came_from(request: HttpRequest) -> str:
    """The page that sent somebody here, as a path within this site; empty for anything else."""
    back = request.GET.get(BACK, "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def and_back(address: str, back: str) -> str:
    """An address of ours that leads back afterwards; as it is where nothing sent anybody there."""
    return f"{address}?{urlencode({BACK: back})}" if back else address
