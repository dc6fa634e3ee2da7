"""`send inspection` over a published night."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from area.errors import NothingPublishedError, SettingsError
from area.paths import AreaPaths
from cli.main import build_app
from returns.kinds import AREA_INSPECTION
from returns.rules.cases import baseline, load_tables
from returns.rules.run import run_rules

AREA = "857"


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AreaPaths:
    """A published night of 31 January 2025 whose list 1 holds an unsound UPN, as few files as the commands read."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    paths = AreaPaths.of(AREA)
    run = paths.run("quiet")
    run.root.mkdir(parents=True)
    paths.current.symlink_to(run.root)
    run.manifest.write_text(json.dumps({"as_of": "2025-01-31"}))
    tables = baseline(AREA_INSPECTION, 2025)
    tables["inspection_list_1"]["K1"]["upn"] = "A207000016049"
    with duckdb.connect(str(run.warehouse)) as con:
        load_tables(con, AREA_INSPECTION, tables, year=2025)
        run_rules(con, AREA_INSPECTION, 2025)
    return paths


def send(*arguments: str) -> str:
    result = CliRunner().invoke(build_app(), ["inspection", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_findings_of_the_night_are_shown_by_rule_and_without_a_value(night: AreaPaths) -> None:
    shown = send("check", "--area", AREA)
    assert "31 January 2025" in shown
    assert "INSP-B03" in shown
    assert "1 errors, 0 queries from 31 rules" in shown
    assert "A207000016049" not in shown


def test_the_workbook_is_written_again_where_it_is_asked_for(night: AreaPaths, tmp_path: Path) -> None:
    shown = send("lists", "--area", AREA, "--out", str(tmp_path / "lists.xlsx"))
    assert "list_1 1, list_2 1" in shown
    assert "Pupil Premium" in shown
    assert openpyxl.load_workbook(tmp_path / "lists.xlsx")["Notes"]["B4"].value == "31/01/2025"


def test_without_a_file_it_says_where_the_nights_own_is(night: AreaPaths) -> None:
    assert "Area_SEND_lists_857_2025-01-31.xlsx" in send("lists", "--area", AREA)


def test_rules_and_items_are_listed() -> None:
    assert "INSP-D03" in send("rules")
    assert "Elective home education" in send("items", "--year", "2023")


@pytest.mark.parametrize(("area", "error"), [("858", NothingPublishedError), ("../857", SettingsError)])
def test_an_area_without_a_night_and_what_is_no_area_are_refused(
    night: AreaPaths, area: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        send("check", "--area", area)
