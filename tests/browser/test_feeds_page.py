"""The feeds page in a real Chromium, opened from disk, with everything on it that can be wrong with a feed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from area.paths import AreaPaths
from ingest.status.last_pull import LastPull, note_last_pull
from ingest.status.page import write_feeds_page
from tests.support.browser import browser, opened
from tests.support.waiting_list import AREA, FEED, delivered

pytestmark = pytest.mark.browser
DAY = dt.date(2025, 1, 31)


def test_the_feeds_page_is_read_at_any_width_and_by_everyone(tmp_path: Path) -> None:
    for days, rows, bad in ((70, 20, 0), (63, 22, 1), (56, 21, 5), (49, 9, 2)):
        delivered(DAY - dt.timedelta(days=days), tmp_path, rows=rows, bad=bad, pathways=["FISH"])
    paths = AreaPaths.of(AREA, tmp_path)
    long = f"Feed '{FEED}', file '{'a_very_long_file_name_' * 6}.csv' is none. What to do: ask for another."
    note_last_pull(paths.deliveries, FEED, LastPull(dt.datetime(2025, 1, 31), long, "X"), root=paths.root)
    page = write_feeds_page(AREA, as_of=DAY, root=tmp_path)
    assert 'id="codes"' in page.read_text()
    with browser() as chromium:
        with opened(chromium, page) as wide:
            assert wide.errors == []
            assert [url for url in wide.requests if not url.startswith("data:")] == [page.as_uri()]
            assert wide.violations() == []
            said = wide.page.locator("p.answer")
            assert said.inner_text().startswith("No: ")
            assert (said.bounding_box() or {"y": 999})["y"] < 300
            assert wide.page.locator("svg.spark").first.bounding_box() is not None
        with opened(chromium, page, width=320) as narrow:
            narrow.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert narrow.overflow() == 0
            assert narrow.violations() == []
