"""The bundled files a PDF may show: the style sheet and the fonts."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "assets"


def bundled(folder: Path = FOLDER) -> Mapping[str, bytes]:
    """`pdf.css` and `fonts/<name>.ttf` with their bytes. Empty where the assets were never built (panel/assets/build.py)."""
    fonts = {
        f"fonts/{path.name}": path.read_bytes()
        for path in sorted((folder / "build" / "pdf-fonts").glob("*.ttf"))
    }
    return {"pdf.css": (folder / "pdf.css").read_bytes(), **fonts} if fonts else {}
