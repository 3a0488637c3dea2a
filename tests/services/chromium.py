"""A Chromium without a window, driven by Playwright: the system's browser and the system's Node."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")

FLAGS = (
    "--no-sandbox",  # root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """A running browser, with further flags. Raises RuntimeError where none is installed."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise RuntimeError("no Chromium: run `make setup-test`")
    # The Node inside Playwright's package needs libatomic1, which a minimal Debian lacks.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", shutil.which("node") or "")
    with sync_playwright() as playwright:
        # Films are drawn without the system's fonts (edges/gl.py); a viewer's browser has them.
        own = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
        running = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags], env=own)
        try:
            yield running
        finally:
            running.close()
