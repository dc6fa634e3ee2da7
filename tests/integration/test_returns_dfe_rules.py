"""`send sen2 dfe-rules` from the outside: workbooks of two layouts, what people settled, workbooks that are refused."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from cli.sen2 import app
from returns.kinds import SEN2
from returns.report.report import write_report
from returns.rules.dfe_map import dfe_numbers
from returns.rules.dfe_workbook import holds_in
from returns.sen2.check import check_sen2
from tests.integration.test_returns_check import good

__all__ = ["good"]

PLAIN = (
    ("Validation rules for SEN2", None, None, None, None),
    (None, None, None, None, None),
    ("Rule No.", "Error/Query", "Description", "Data items", "Applicable years"),
    (1010.0, "Error", "Sex is missing or invalid", "1.4 Sex", "2023 onwards"),
    (1020, "Query", "The UPN is invalid: the check letter is wrong", "UPN (1.7a)", None),
    (1030, "Error", "EHC plan cease date is before the start date", "4.1, 4.5", "All"),
    (1040, "Error", "This rule is of an earlier year", "Surname", "2023"),
    (1050, "Query", "The moon is not made of cheese", "", ""),
    (None, None, "A line between", None, None),
)
OTHER = (
    ("Ref", "Module", "XML tag", "Error message shown in COLLECT"),
    ("=CMD", "Person", "Sex", "=1+1 Sex code is not valid"),
    ("Q2", "Plan", "CeaseDate", "Plan ceased before it started"),
)


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path / "config"))


def workbook(file: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = Workbook()
    book.worksheets[0].title = "Read me"
    book.worksheets[0].append(["These are not the rules."])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(file)
    return file


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def lines(tmp_path: Path) -> dict[str, dict[str, str]]:
    with (tmp_path / "config" / "dfe_rules" / "sen2_2025.csv").open(encoding="utf-8", newline="") as file:
        return {line["dfe_number"]: line for line in csv.DictReader(file)}


def settle(tmp_path: Path, number: str, **values: str) -> None:
    file = tmp_path / "config" / "dfe_rules" / "sen2_2025.csv"
    settled = lines(tmp_path)
    settled[number] |= values
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(settled[number]))
        writer.writeheader()
        writer.writerows(settled.values())


def test_rules_are_found_below_their_headings_and_ours_proposed(tmp_path: Path) -> None:
    file = workbook(tmp_path / "dfe.xlsx", {"Rules": PLAIN})
    code, printed = run("dfe-rules", "import", file, "--year", 2025)
    assert code == 0
    assert "4 rules in the workbook" in printed
    found = lines(tmp_path)
    assert set(found) == {"1010", "1020", "1030", "1050"}
    assert "SEN2-P17" in found["1010"]["our_rules"].split()
    assert found["1030"]["our_rules"].split()[0] == "SEN2-N02"
    assert found["1050"]["our_rules"] == ""
    assert [found[number]["dfe_severity"] for number in ("1010", "1020")] == ["error", "query"]
    assert {line["state"] for line in found.values()} == {"proposed"}
    assert int(found["1030"]["score"]) > 60


def test_another_layout_is_read_and_severity_taken_from_the_sheet(tmp_path: Path) -> None:
    file = workbook(tmp_path / "dfe.xlsx", {"2025 errors": OTHER})
    assert run("dfe-rules", "import", file, "--year", 2025)[0] == 0
    found = lines(tmp_path)
    assert found["Q2"]["dfe_severity"] == "error"
    assert found["Q2"]["our_rules"].split()[0] == "SEN2-N02"


def test_what_a_person_has_settled_survives_a_new_workbook(tmp_path: Path) -> None:
    file = workbook(tmp_path / "dfe.xlsx", {"Rules": PLAIN})
    run("dfe-rules", "import", file, "--year", 2025)
    settle(tmp_path, "1020", state="confirmed", our_rules="SEN2-P03 SEN2-P04", note="looked at")
    settle(tmp_path, "1050", state="not_covered")
    newer = workbook(
        tmp_path / "newer.xlsx", {"Rules": [*PLAIN[:3], *PLAIN[4:6], (1060, "Error", "Post code is blank", "1.6", "")]}
    )
    code, printed = run("dfe-rules", "import", newer, "--year", 2025)
    assert code == 0
    assert "2 settled" in printed
    found = lines(tmp_path)
    assert (found["1020"]["our_rules"], found["1020"]["note"]) == ("SEN2-P03 SEN2-P04", "looked at")
    assert found["1050"]["state"] == "not_covered"
    assert set(found) == {"1020", "1030", "1050", "1060"}
    code, printed = run("dfe-rules", "list", "--year", 2025)
    assert code == 0
    assert "Covered: 1" in printed
    assert "Not covered: 1" in printed
    assert dfe_numbers(SEN2, 2025) == {"SEN2-P03": "1020", "SEN2-P04": "1020"}


def test_reports_show_the_numbers_that_are_confirmed_and_no_others(good: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "dfe.xlsx", {"Rules": PLAIN})
    run("dfe-rules", "import", file, "--year", 2025)
    text = good.read_text(encoding="utf-8").replace("<Sex>M", "<Sex>K")
    good.write_text(text, encoding="utf-8")
    assert {finding.dfe for finding in check_sen2(good).findings} == {""}
    settle(tmp_path, "1010", state="confirmed", our_rules="SEN2-P12")
    page, table, *_ = write_report(check_sen2(good), tmp_path / "report")
    assert {row["dfe_number"] for row in csv.DictReader(table.open(encoding="utf-8")) if row["rule"] == "SEN2-P12"} == {
        "1010"
    }
    assert "DfE number" in page.read_text(encoding="utf-8")
    assert "1010" in run("check", good)[1]


def test_cells_that_a_spreadsheet_would_run_come_out_harmless_and_go_back_in_unchanged(tmp_path: Path) -> None:
    rows = (OTHER[0], ("+1", "Person", "Sex", "-Sex code is not valid"))
    file = workbook(tmp_path / "dfe.xlsx", {"Rules": rows})
    run("dfe-rules", "import", file, "--year", 2025)
    assert set(lines(tmp_path)) == {"'+1"}
    settle(tmp_path, "'+1", state="confirmed")
    run("dfe-rules", "import", file, "--year", 2025)
    found = lines(tmp_path)
    assert set(found) == {"'+1"}
    assert found["'+1"]["state"] == "confirmed"


def test_a_formula_is_not_evaluated(tmp_path: Path) -> None:
    run("dfe-rules", "import", workbook(tmp_path / "dfe.xlsx", {"Rules": OTHER}), "--year", 2025)
    assert set(lines(tmp_path)) == {"Q2"}  # the other row's number and message are formulas without a saved value


def test_a_workbook_without_rules_is_refused_in_plain_words(tmp_path: Path) -> None:
    file = workbook(tmp_path / "dfe.xlsx", {"Costs": [("Item", "Pounds"), ("Chairs", 12)]})
    code, printed = run("dfe-rules", "import", file, "--year", 2025)
    assert code == 2
    assert "a row of headings" in printed
    assert not (tmp_path / "config" / "dfe_rules").exists()


def bomb(file: Path, part: str, content: bytes) -> Path:
    whole = workbook(file.with_name("whole.xlsx"), {"Rules": PLAIN})
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in {*before.namelist(), part}:
            after.writestr(name, content if name == part else before.read(name))
    return file


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'.encode("utf-16")


@pytest.mark.parametrize("content", [ENTITIES, OUTSIDE], ids=["entities", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"])
def test_a_workbook_with_entities_is_refused(tmp_path: Path, part: str, content: bytes) -> None:
    code, printed = run("dfe-rules", "import", bomb(tmp_path / "b.xlsx", part, content), "--year", 2025)
    assert code == 2
    assert "document type declaration" in printed


def test_what_unfolds_beyond_measure_is_refused(tmp_path: Path) -> None:
    file = bomb(tmp_path / "b.xlsx", "xl/sharedStrings.xml", b" " * 210_000_000)
    code, printed = run("dfe-rules", "import", file, "--year", 2025)
    assert code == 2
    assert "bytes unpacked" in printed


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "b.xlsx"
    file.write_bytes(content)
    code, printed = run("dfe-rules", "import", file, "--year", 2025)
    assert code == 2
    assert "an Excel workbook" in printed


@pytest.mark.parametrize(
    ("years", "holds"),
    [("", True), ("All", True), ("2024, 2025", True), ("2023 to 2026", True), ("2024 onwards", True), ("2026", False),
     ("2023-2024", False), ("from 2026", False), ("until 2024", False)],
)  # fmt: skip
def test_the_column_of_years_is_understood(years: str, holds: bool) -> None:
    assert holds_in(years, 2025) is holds
