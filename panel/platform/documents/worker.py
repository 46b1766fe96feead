"""Rendering and inspecting, each in a caged child of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from panel.platform.child.wire import Frame, Job, Trouble
from panel.platform.documents.assets import bundled
from panel.platform.documents.process import DEFAULT_LIMITS, Child, ChildFailed, Limits

__all__ = ["ChildFailed", "Limits", "Rendered", "Worker"]

HTML_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True)
class Rendered:
    """A finished PDF/A-2a and PDF/UA-1 and the number of its pages."""

    pdf: bytes
    pages: int


class Worker:
    """Two warm children, so that no uploaded file ever meets the process that writes letters. Use it from one thread.

    Cheap to make and to keep: each child starts with its first job.
    """

    def __init__(self, *, assets: Mapping[str, bytes] | None = None, limits: Limits = DEFAULT_LIMITS) -> None:
        """`assets`: what `asset:` addresses may name, the bundled files when None. `pdf.css` applies to every document."""
        self.renderer = Child(bundled() if assets is None else assets, limits)
        self.inspector = Child({}, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def render(self, html: str) -> Rendered:
        """The PDF of a whole HTML page: `<html lang>` and `<title>` required, `pdf.css` applied, only `asset:` addresses.

        The same HTML gives the same bytes in every process. Raises `ChildFailed`.
        """
        if len(html) > HTML_LIMIT:
            raise ChildFailed(Trouble.TOO_LARGE)
        answer = self.renderer.job(Frame({"job": Job.RENDER}, html.encode("utf-8", "replace")))
        return Rendered(answer.body, answer.header["pages"])

    def inspect(self, data: bytes, settings: Mapping[str, Any]) -> Frame:
        """The child's findings about an uploaded file (uploads.py gives them their sentences). Raises `ChildFailed`."""
        return self.inspector.job(Frame({"job": Job.INSPECT, **settings}, data))

    def facts(self) -> Mapping[str, Any]:
        """What the rendering child says about itself: its environment, whether Django is loaded, whether it has a network."""
        return self.renderer.job(Frame({"job": Job.FACTS})).header

    def close(self) -> None:
        """End both children and remove their folders. The worker can be used again."""
        self.renderer.close()
        self.inspector.close()
