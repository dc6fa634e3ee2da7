"""The report of a check in a real Chromium, opened from disk as an information officer opens it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from area.settings import load_settings
from returns.kinds import SEN2
from returns.report.report import write_report
from returns.rules.cases import baseline, load_tables
from returns.sen2.check import check_sen2
from returns.sen2.xml.writer import write_sen2
from tests.support.browser import browser, opened

pytestmark = pytest.mark.browser
PERSONS = 260
SPITE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report with names of a return in which 260 persons have two faults each or more."""
    folder = tmp_path_factory.mktemp("check")
    con = duckdb.connect()
    tables = baseline(SEN2, 2025)
    person, request = tables["sen2_person"]["P1"], tables["sen2_requests"]["R1"]
    for number in range(2, PERSONS + 1):
        own = {"persontableid": f"P{number}", "personorder": number, "surname": f"Surname{number}"}
        wrong = {"sex": "K", "ethnicity": SPITE if number == 2 else "XXXX"}
        tables["sen2_person"][f"P{number}"] = person | own | wrong | {"upn": None, "uniquelearnernumber": None}
        tables["sen2_requests"][f"R{number}"] = request | {
            "requeststableid": f"R{number}",
            "persontableid": f"P{number}",
        }
    load_tables(con, SEN2, tables, year=2025)
    settings = load_settings("931", collection=2025)
    file = write_sen2(con, folder / "many.xml", year=2025, settings=settings, validate=False).path
    page, *_ = write_report(check_sen2(file, names=True), folder / "report")
    return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as launched:
        yield launched


def test_opens_from_a_file_and_asks_nobody_for_anything(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        assert page.errors == []
        assert page.requests == [page_file.as_uri()]
        assert f"{PERSONS} persons" in page.page.locator("#status").inner_text()
        assert page.page.locator("#rows tr").count() == 200


def test_has_no_serious_barrier_in_either_view_wide_or_narrow(chromium: Browser, page_file: Path) -> None:
    for width in (1200, 320):
        with opened(chromium, page_file, width=width) as page:
            assert page.violations() == []
            assert page.overflow() == 0
            page.page.click("#view-record")
            assert page.violations() == []
            assert page.overflow() == 0


def test_search_and_filters_narrow_the_list_and_the_counts(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        status = page.page.locator("#status")
        page.page.fill("#search", "surname17;")
        page.page.wait_for_function("document.querySelector('#status').textContent.includes(' 1 persons')")
        assert page.page.locator("#rows tr").count() >= 3
        page.page.select_option("#f-rule", "SEN2-P12")
        assert status.inner_text().startswith("1 of ")
        assert "K" in page.page.locator("#rows tr").inner_text()
        page.page.select_option("#f-severity", "error")
        page.page.fill("#search", "no such thing")
        page.page.wait_for_function("document.querySelector('#status').textContent.startsWith('0 of ')")
        page.page.click("button[type=reset]")
        page.page.wait_for_function("!document.querySelector('#status').textContent.startsWith('0 of ')")
        assert page.page.input_value("#f-rule") == ""
        page.page.click("button[data-value='SEN2-P12']")
        assert status.inner_text().startswith(f"{PERSONS - 1} of ")
        assert page.page.input_value("#f-rule") == "SEN2-P12"


def test_pages_and_sorting_show_every_finding_once(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.page.select_option("#f-rule", "SEN2-P12")
        first = page.page.locator("#rows tr td:nth-child(3)").all_inner_texts()
        page.page.click("#next")
        second = page.page.locator("#rows tr td:nth-child(3)").all_inner_texts()
        assert len(first) == 200
        assert len({*first, *second}) == PERSONS - 1
        assert page.page.locator("#next").is_disabled()
        heading = page.page.locator("#columns th[data-field=source]")
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == "ascending"
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == "descending"
        lines = [int(text.split()[-1]) for text in page.page.locator("#rows tr td:nth-child(9)").all_inner_texts()]
        assert lines == sorted(lines, reverse=True)


def test_the_record_view_has_all_that_is_wrong_with_a_person_together(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.page.click("#view-record")
        assert page.page.locator(".person").count() == 50
        page.page.fill("#search", "surname17;")
        page.page.wait_for_function("document.querySelectorAll('.person').length === 1")
        said = page.page.locator(".person").inner_text()
        for rule in ("SEN2-P12", "SEN2-P07"):
            assert rule in said
        assert "EHC casework team" in said
        assert "line " in said


def test_a_nights_finding_shows_its_id_whole_in_both_views(chromium: Browser, page_file: Path, tmp_path: Path) -> None:
    report = check_sen2(page_file.parent.parent / "many.xml", names=True)
    shown, table, *_ = write_report(replace(report, from_warehouse=True), tmp_path)
    with table.open(encoding="utf-8") as lines:
        wanted = next(row["finding_id"] for row in csv.DictReader(lines) if row["rule"] == "SEN2-P12")
    with opened(chromium, shown, width=1400) as page:
        page.page.fill("#search", wanted)
        page.page.wait_for_function("document.querySelector('#status').textContent.startsWith('1 of ')")
        assert page.page.locator("#rows .id").inner_text() == wanted
        assert page.page.locator("#rows .id").evaluate("each => each.getClientRects().length") == 1
        page.page.click("#view-record")
        assert page.page.locator(".person .id").inner_text() == wanted
        assert page.violations() == []
    with opened(chromium, page_file) as page:
        assert page.page.locator("#rows .id").count() == 0


def test_what_stands_in_a_return_is_never_run(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.page.fill("#search", "onerror")
        page.page.wait_for_function("document.querySelector('#status').textContent.startsWith('1 of ')")
        assert SPITE in page.page.locator("#rows").inner_text()
        assert page.page.locator("img").count() == 0
        assert page.errors == []


def test_the_counts_by_rule_are_there_without_javascript(chromium: Browser, page_file: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert "SEN2-P12" in page.locator("main").inner_text()
    assert page.locator("button:visible").count() == 0
    assert "CSV file beside this page" in page.locator("noscript").inner_text()
    context.close()


def test_the_keyboard_reaches_search_filters_and_views(chromium: Browser, page_file: Path) -> None:
    with opened(chromium, page_file) as page:
        page.page.focus("#search")
        reached = []
        for _ in range(9):
            page.page.keyboard.press("Tab")
            reached.append(page.page.evaluate("document.activeElement.id"))
        assert reached[:5] == ["f-severity", "f-rule", "f-owner", "f-module", "f-state"]
        assert {"view-list", "view-record", "list"} <= set(reached)
