"""The two pages in a real Chromium, opened from disk as a reader opens them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from area.paths import RunPaths
from board.page import write_board_page
from expectations.gate import load_results, run_gate
from expectations.quality_page import write_quality_page
from tests.support.board_warehouse import build_board_warehouse
from tests.support.browser import browser, opened
from tests.support.gate_warehouse import VARIABLES, build_warehouse

pytestmark = pytest.mark.browser
PAGES = ("quality", "board")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both pages of one night, with warnings, a late feed, quarantine, breaches and hidden figures in them."""
    folder = tmp_path_factory.mktemp("pages")
    run = RunPaths(area="931", root=folder / "run")
    warehouse = build_board_warehouse(build_warehouse(folder / "w.duckdb"))
    with duckdb.connect(str(warehouse)) as con:
        con.execute("update raw.delivery set extract_date = date '2024-09-01' where feed = 'waiting_list'")
        con.execute("update facts.fct_plan set cease_date = date '2023-01-01' where plan_ref in ('k1', 'k2')")
        con.execute("update raw.quarantined set _file_name = repeat('a_very_long_file_name_', 6) || '.csv'")
    for gate in ("reading", "facts", "returns"):
        run_gate(gate, warehouse, run=run, variables=VARIABLES)
    with duckdb.connect(str(warehouse)) as con:
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
        write_board_page(con, run.board_page, area="931", as_of=dt.date(2025, 1, 31))
    return {"quality": run.quality_page, "board": run.board_page}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


@pytest.mark.parametrize("name", PAGES)
def test_opens_without_an_error_and_asks_nobody_for_anything(
    chromium: Browser, pages: dict[str, Path], name: str
) -> None:
    with opened(chromium, pages[name]) as page:
        assert page.errors == []
        assert [url for url in page.requests if not url.startswith("data:")] == [pages[name].as_uri()]
        for image in page.page.locator("img").all():
            assert image.evaluate("i => i.complete && i.naturalWidth > 100")
        assert page.page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_has_no_serious_barrier(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    with opened(chromium, pages[name]) as page:
        page.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.violations() == []


@pytest.mark.parametrize("name", PAGES)
def test_can_be_read_on_a_narrow_screen(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    with opened(chromium, pages[name], width=320) as page:
        page.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.overflow() == 0
        sizes = page.page.evaluate(
            "[...document.querySelectorAll('p, td, th, dd, li')].filter(e => e.textContent.trim())"
            ".map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 15
        assert page.violations() == []


@pytest.mark.parametrize("name", PAGES)
def test_prints_with_everything_unfolded(chromium: Browser, pages: dict[str, Path], name: str) -> None:
    with opened(chromium, pages[name]) as page:
        page.page.emulate_media(media="print")
        folded = page.page.locator("details table").first
        assert folded.is_visible()
        assert folded.bounding_box() is not None
        assert not page.page.locator(".skip").is_visible()
        assert page.page.pdf().startswith(b"%PDF")


def test_the_first_thing_said_is_whether_the_night_can_be_used(chromium: Browser, pages: dict[str, Path]) -> None:
    with opened(chromium, pages["quality"], height=600) as page:
        said = page.page.locator("p.answer")
        assert said.inner_text().startswith("Yes, with care")
        box = said.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 400


def test_the_keyboard_reaches_the_main_part_first(chromium: Browser, pages: dict[str, Path]) -> None:
    with opened(chromium, pages["board"]) as page:
        page.page.keyboard.press("Tab")
        skip = page.page.locator(".skip")
        assert skip.evaluate("e => e === document.activeElement")
        assert (skip.bounding_box() or {"x": -1})["x"] >= 0
        page.page.keyboard.press("Enter")
        assert page.page.url.endswith("#main")
