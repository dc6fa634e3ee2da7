"""Debian's Chromium, driven by Playwright's Python client: opening a page from disk and listening to all it does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def chromium() -> str:
    """Where Chromium is: `SEND_CHROMIUM`, or `chromium` on the path. Raises FileNotFoundError when it is nowhere."""
    found = os.environ.get("SEND_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise FileNotFoundError(
            "The browser tests need Chromium: install the package 'chromium', or name the program in SEND_CHROMIUM."
        )
    return found


@dataclass
class Opened:
    """A page, and what it said and asked for while it was open."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def violations(self) -> list[str]:
        """What axe finds that is serious or critical: rule and the element it is at."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of our own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield launched
        finally:
            launched.close()


@contextmanager
def opened(launched: Browser, file: Path, *, width: int = 1200, height: int = 900) -> Iterator[Opened]:
    """`file` open in a window of that size."""
    page = launched.new_page(viewport={"width": width, "height": height})
    result = Opened(page)
    page.on("console", lambda m: result.errors.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: result.errors.append(str(e)))
    page.on("request", lambda r: result.requests.append(r.url))
    page.goto(file.as_uri())
    try:
        yield result
    finally:
        page.close()
