"""The board page, from board tables of a plausible area."""

from __future__ import annotations

import base64
import datetime as dt
import re
import time
from pathlib import Path

import duckdb
import pytest
from lxml import etree, html

from board.page import write_board_page
from board.tables import read_indicators
from tests.support.board_warehouse import build_board_warehouse
from tests.support.empty_warehouse import models

AS_OF = dt.date(2025, 1, 31)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_board_warehouse(tmp_path_factory.mktemp("board") / "w.duckdb")


def written(warehouse: Path, folder: Path, *statements: str) -> html.HtmlElement:
    copy = folder / "copy.duckdb"
    copy.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(copy)) as con:
        for statement in statements:
            con.execute(statement)
        write_board_page(con, folder / "index.html", area="931", as_of=AS_OF)
    return html.fromstring((folder / "index.html").read_text(encoding="utf-8"))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_every_indicator_is_in_the_summary_and_has_its_section(warehouse: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    page = written(warehouse, tmp_path)
    assert time.monotonic() - started < 20  # about 2 s alone; this machine may be shared
    with duckdb.connect(str(warehouse), read_only=True) as con:
        titles = [row[0] for row in con.execute("select title from board.board_indicator order by position").fetchall()]
    summary, *_ = page.xpath("//table[caption[starts-with(., 'Every indicator')]]")
    assert [text(link) for link in summary.xpath(".//tbody/tr/th/a")] == titles
    for link in summary.xpath(".//a/@href"):
        assert page.xpath(f"//section[.//h2[@id='{link[1:]}']]"), link
    assert [text(h) for h in page.xpath("//section/h2")][: len(titles)] == titles
    first = text(summary.xpath(".//tbody/tr")[0])
    assert first == (
        "EHC plans issued within 20 weeks12 months to January 2025 44.0%"
        " 20 weeks, every plan unless an exception applies 45.9%2024 42.3%2024"
        " Higher is better Up 7.2 points in a year: better"
    )


def test_hidden_figures_are_shown_as_hidden_and_explained(warehouse: Path, tmp_path: Path) -> None:
    page = written(warehouse, tmp_path)
    (needs,) = page.xpath("//section[.//h2[@id='caseload']]//table[caption[starts-with(., 'By primary need')]]")
    rows = {text(row.find("th")): [text(cell) for cell in row.findall("td")] for row in needs.xpath(".//tbody/tr")}
    assert rows["Vision impairment"][0] == "hidden"
    assert rows["Autistic spectrum disorder"] == ["2,900", "", "39.7%", "31.5%", "32.8%"]
    assert "hidden when it is fewer than 5, or when it would give such a number away" in text(page)
    (suspended,) = page.xpath(
        "//section[.//h2[@id='suspension-rate']]//table[caption[starts-with(., 'By primary need')]]"
    )
    rows = {text(row.find("th")): [text(cell) for cell in row.findall("td")] for row in suspended.xpath(".//tbody/tr")}
    assert rows["Multi-sensory impairment"] == ["hidden", "", "hidden", "hidden"]


def test_charts_are_pictures_with_words_for_those_who_cannot_see_them(warehouse: Path, tmp_path: Path) -> None:
    page = written(warehouse, tmp_path)
    images = page.xpath("//figure/img")
    assert len(images) == 16
    for image in images:
        kind, _, body = image.get("src").partition(",")
        assert kind == "data:image/svg+xml;base64"
        svg = etree.fromstring(base64.b64decode(body))
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert svg.xpath("//*[local-name()='script' or local-name()='foreignObject']") == []
        assert len(image.get("alt")) > 60
    first = images[0].get("alt")
    assert "from 38.0% to 44.0%" in first or "January 2024 to January 2025" in first
    assert "England: 45.9% (2024)" in first


def test_the_page_stands_alone(warehouse: Path, tmp_path: Path) -> None:
    page = written(warehouse, tmp_path)
    assert page.xpath("//script | //iframe | //link[@rel='stylesheet']") == []
    for address in page.xpath("//@src | //@href"):
        assert address.startswith(("#", "data:")), address
    raw = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"url\(|@import", raw) == []
    assert "Open Government Licence v3.0" in text(page)


def test_the_note_says_which_feeds_are_late_and_how_many_are_unmatched(warehouse: Path, tmp_path: Path) -> None:
    assert "Every feed came" not in text(written(warehouse, tmp_path))  # not known before the gates' results are loaded
    page = written(
        warehouse,
        tmp_path,
        "create schema quality; create table quality.feed as select 'School systems' as title, true as is_late",
        "create schema matching; create table matching.int_person_links as select * from (values"
        " ('ehc', 'a', 'p1'), ('census', 'b', 'p1'), ('ehc', 'c', 'p2'), ('s903', 'd', 'p3'))"
        " as v(source_system, source_key, person_id)",
    )
    note = text(page.xpath("//div[@class='note']")[0])
    assert "Late: School systems." in note
    assert "found in no other system: fewer than 5 of fewer than 5." in note


def test_an_indicator_without_figures_is_named_and_not_drawn(warehouse: Path, tmp_path: Path) -> None:
    page = written(
        warehouse,
        tmp_path,
        "delete from board.board_indicator_month where indicator_id = 'autism_over_13_weeks'",
        "delete from board.board_benchmark",
        "update board.board_indicator set title = 'Absence <i>&' where indicator_id = 'absence_rate'",
    )
    (section,) = page.xpath("//section[.//h2[@id='autism-over-13-weeks']]")
    assert section.xpath(".//img") == []
    assert page.xpath("//section//h2[@id='absence-rate']/i") == []
    assert text(page.xpath("//h2[@id='absence-rate']")[0]) == "Absence <i>&"


def test_months_that_are_all_hidden_leave_the_twelve_months_to_be_drawn(warehouse: Path, tmp_path: Path) -> None:
    page = written(
        warehouse,
        tmp_path,
        "update board.board_indicator_month set value = null, numerator = null, denominator = null, suppressed = true"
        " where indicator_id = 'plan_20_weeks' and period = 'month'",
    )
    (section,) = page.xpath("//section[.//h2[@id='plan-20-weeks']]")
    assert len(section.xpath(".//img")) == 1
    assert "hidden" in text(section.xpath(".//table[caption='Month']")[0])


def test_the_fixture_has_the_columns_the_models_promise(warehouse: Path) -> None:
    promised = models()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for table in ("board_indicator", "board_indicator_month", "board_benchmark", "board_feed_status"):
            columns = {row[0] for row in con.execute(f"describe board.{table}").fetchall()}
            assert columns == {column["name"] for column in promised[f"board.{table}"]}, table


def test_the_newest_published_value_stands_beside_the_figure(warehouse: Path, tmp_path: Path) -> None:
    copy = tmp_path / "w.duckdb"
    copy.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute(
            "insert into board.board_benchmark values"
            " ('plan_20_weeks', 'all', '2023', 'England', 'E92000001', 'England', 49.1)"
        )
        first = read_indicators(con)[0]
    assert first.england["all"].value == 45.9
