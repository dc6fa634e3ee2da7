"""`send sen2 check` from the outside: exit codes, what it prints, its reports."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import html
from openpyxl import load_workbook
from typer.testing import CliRunner

from area.settings import load_settings
from cli.sen2.commands import app
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
from returns.sen2.files.collect_csv import write_collect_csv
from returns.sen2.xml.writer import write_sen2

SETTINGS = load_settings("931", collection=2025)
PERSONAL = ("Testing", "Invented", "2014-05-01", "P207000016049", "ZZ99 3WZ", "secret")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    con = duckdb.connect()
    load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    return write_sen2(con, tmp_path / "good.xml", year=2025, settings=SETTINGS).path


def changed(good: Path, old: str, new: str) -> Path:
    text = good.read_text(encoding="utf-8")
    assert old in text
    path = good.with_name("changed.xml")
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for word in PERSONAL:
        assert word not in result.output
    return result.exit_code, result.output


def test_a_clean_file_passes_and_says_which_rules_were_not_run(good: Path) -> None:
    code, printed = run("check", good, "--year", 2025)
    assert code == 0
    assert "0 errors, 0 queries" in printed
    assert "SEN2-X01" in printed
    assert "facts.dim_setting, which is not here" in printed


def test_a_query_alone_does_not_fail_the_check(good: Path) -> None:
    code, printed = run("check", changed(good, "<PostCode>ZZ99 3WZ</PostCode>\n", ""), "--year", 2025)
    assert code == 0
    assert "SEN2-P08" in printed


def test_an_error_of_a_rule_is_printed_reported_and_fails_the_check(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    file = changed(good, "<Sex>M</Sex>\n<Ethnicity>WBRI", "<Ethnicity>secret")
    code, printed = run("check", file, "--out", out)
    assert code == 1
    assert "SEN2-P17" in printed
    assert "SEN2-P07" in printed
    rows = list(csv.DictReader((out / "changed.check.csv").open(encoding="utf-8")))
    ours = [row for row in rows if row["rule"] != "schema"]
    assert [(row["rule"], row["severity"], row["item"], row["module"], row["row"]) for row in ours] == [
        ("SEN2-P07", "error", "Ethnicity", "person", "22"),
        ("SEN2-P17", "error", "Sex", "person", "22"),
    ]
    assert [(row["person"], row["record"], row["value"]) for row in ours] == [
        ("person 1", "1", "(hidden: 6 letters)"),
        ("person 1", "1", ""),
    ]
    assert {row["who"] for row in ours} == {"EHC casework team"}
    everything = (out / "changed.check.html").read_text("utf-8") + (out / "changed.check.csv").read_text("utf-8")
    for word in PERSONAL:
        assert word not in everything


def test_values_of_what_is_not_personal_are_shown(good: Path, tmp_path: Path) -> None:
    code, _ = run("check", changed(good, "<Sex>M", "<Sex>K"), "--out", tmp_path)
    assert code == 1
    rows = list(csv.DictReader((tmp_path / "changed.check.csv").open(encoding="utf-8")))
    assert {row["value"] for row in rows if row["item"] == "Sex"} == {"K"}


def test_what_the_tables_cannot_hold_is_shown_from_the_file(good: Path, tmp_path: Path) -> None:
    text = good.read_text(encoding="utf-8")
    entry = text.partition("<EntryDate>")[2].partition("<")[0]
    code, _ = run("check", changed(good, f"<EntryDate>{entry}", "<EntryDate>2024-02-30"), "--out", tmp_path)
    assert code == 1
    rows = list(csv.DictReader((tmp_path / "changed.check.csv").open(encoding="utf-8")))
    found = {row["rule"]: row for row in rows if row["item"] == "EntryDate"}
    assert set(found) == {"schema", "SEN2-C10"}
    assert {row["value"] for row in found.values()} == {"2024-02-30"}
    assert {row["person"] for row in found.values()} == {"person 1"}
    lines = text.splitlines()
    assert lines[int(found["schema"]["row"]) - 1].startswith("<EntryDate>")
    assert lines[int(found["SEN2-C10"]["row"]) - 1] == "<PlacementDetail>"
    assert found["schema"]["who"].startswith("Whoever makes the file")


def test_names_are_shown_only_with_the_switch_and_then_the_report_says_so(good: Path, tmp_path: Path) -> None:
    file = changed(good, "<Sex>M</Sex>\n<Ethnicity>WBRI", "<Ethnicity>secret")
    code, _ = run("check", file, "--out", tmp_path, "--names", "--worklists")
    assert code == 1
    for file in (tmp_path / "changed.check.csv", tmp_path / "changed.check.html"):
        text = file.read_text(encoding="utf-8")
        for word in ("Invented Testing", "2014-05-01", "P207000016049", "secret"):
            assert word in text
        assert file.stat().st_mode & 0o077 == 0
    assert "holds names" in (tmp_path / "changed.check.html").read_text(encoding="utf-8")
    sheet = load_workbook(tmp_path / "worklist_ehc_casework.xlsx")["Records"]
    assert [cell.value for cell in sheet[1]][1:4] == ["Name", "Date of birth", "Identifiers"]
    assert sheet["B2"].value == "Invented Testing"
    assert (tmp_path / "worklist_ehc_casework.xlsx").stat().st_mode & 0o077 == 0


def test_each_source_system_gets_a_worklist_that_a_spreadsheet_cannot_run(good: Path, tmp_path: Path) -> None:
    text = good.read_text(encoding="utf-8").replace("<LEA>931", "<LEA>=1+")
    text = text.replace("<Sex>M", "<Sex>=1").replace("2014-05-01", "=2014")
    good.write_text(text, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "worklist_gias.xlsx").touch()  # of an earlier check
    run("check", good, "--out", tmp_path / "out", "--worklists", "--names")
    found = {file.name for file in (tmp_path / "out").glob("*.xlsx")}
    assert found == {"worklist_ehc_casework.xlsx", "worklist_file.xlsx", "worklist_settings.xlsx"}
    book = load_workbook(tmp_path / "out" / "worklist_ehc_casework.xlsx")
    assert book.sheetnames == ["Records", "By rule"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "'=1" in [cell.value for cell in cells]
    assert [cell.value for cell in book["Records"][1]][-2:] == ["Note", "Finding"]
    counts = [(row[4].value, row[5].value) for row in book["By rule"].iter_rows(min_row=2)]
    assert sum(int(str(findings)) for findings, _ in counts) == book["Records"].max_row - 1
    assert book["Records"].freeze_panes == "A2"
    assert book["Records"].auto_filter.ref
    for other in found:
        names = {str(cell.value) for sheet in load_workbook(tmp_path / "out" / other) for row in sheet for cell in row}
        assert "Rule" in names


def test_a_collect_export_is_checked_by_the_same_rules(good: Path, tmp_path: Path) -> None:
    con = duckdb.connect()
    tables = baseline(SEN2, 2025)
    tables["sen2_person"]["P1"]["sex"] = "K"
    load_tables(con, SEN2, tables, year=2025)
    write_collect_csv(con, tmp_path / "export", year=2025, exported_on=dt.date(2025, 1, 31))
    code, printed = run("check", tmp_path / "export", "--out", tmp_path / "out")
    assert code == 1
    assert "SEN2-P12" in printed
    (row,) = csv.DictReader((tmp_path / "out" / "export.check.csv").open(encoding="utf-8"))
    assert (row["item"], row["value"]) == ("Sex", "K")


def test_a_file_that_says_no_year_needs_the_option(good: Path) -> None:
    file = changed(good, "<Year>2025</Year>\n", "")
    assert run("check", file)[0] == 2
    assert run("check", file, "--year", 2025)[0] == 1


def test_a_fault_of_the_schema_is_named_by_line_without_its_value(good: Path) -> None:
    code, printed = run("check", changed(good, "2014-05-01", "secret"), "--year", 2025)
    assert code == 1
    assert "line 25: PersonBirthDate does not hold a date" in printed


@pytest.mark.parametrize(
    ("before", "came", "said"),
    [
        (
            "<PersonBirthDate>",
            "<Nickname>secret</Nickname>",
            "Nickname is not an element of the return; it came in Person",
        ),
        ("<RequestOutcome>", "<Outcome/>", "Outcome is not an element of the return; it came in Requests of person 1"),
        ("<Persons>", "<Extra/>", "Extra is not an element of the return; it came in Message"),
        ("<Sex>", "<q:UPN xmlns:q='urn:secret'/>", "UPN (of another namespace) is not an element of the return"),
        ("<Sex>", "<Älter-é/>", "?lter-? is not an element of the return; it came in Person of person 1"),
        ("<Sex>", f"<{'A' * 60}/>", f"{'A' * 39}… is not an element of the return; it came in Person of person 1"),
        ("<Sex>", "<P207000016049/>", "(an element with a number in its name) is not an element of the return"),
        ("<Sex>", "<Born-2014-05-01/>", "(an element with a number in its name) is not an element of the return"),
    ],
)
def test_an_element_the_return_does_not_know_is_named_with_its_place(
    good: Path, tmp_path: Path, before: str, came: str, said: str
) -> None:
    file = changed(good, before, f"{came}\n{before}")
    line = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if came in text)
    code, printed = run("check", file, "--year", 2025, "--out", tmp_path)
    assert code == 1
    assert f"line {line}: {said}" in printed
    for report in ("changed.check.csv", "changed.check.html"):
        text = (tmp_path / report).read_text(encoding="utf-8")
        page: Any = html.fromstring(text)
        assert said in (page.text_content() if report.endswith("html") else text)
        assert not [word for word in PERSONAL if word in text]


def test_the_page_stands_alone_and_can_be_read_by_anyone(good: Path, tmp_path: Path) -> None:
    file = changed(
        good,
        "<LeavingDate>" if "<LeavingDate>" in good.read_text() else "</EntryDate>\n",
        "</EntryDate>\n<LeavingDate>2024-01-01</LeavingDate>\n",
    )
    run("check", file, "--year", 2025, "--out", tmp_path)
    text = (tmp_path / "changed.check.html").read_text(encoding="utf-8")
    page: Any = html.fromstring(text)
    assert page.get("lang") == "en-GB"
    assert "2025" in page.findtext(".//h1")
    assert page.xpath("string(//*[@class='hash'])")
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    assert page.xpath("//main[@id='main']")
    tables = page.xpath("//table")
    assert len(tables) >= 3
    for table in tables:
        assert table.findtext("caption")
        assert all(heading.get("scope") in ("col", "row") for heading in table.iter("th"))
    for link in page.xpath("//a/@href"):
        assert link.startswith("#")
        assert page.xpath(f"//*[@id='{link[1:]}']")
    assert not page.xpath("//link | //img | //@src")
    assert "Counts by rule" in " ".join(page.xpath("//caption/text()"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_other_order_of_active_plans_is_recognised(good: Path) -> None:
    text = good.read_text(encoding="utf-8")
    review = "<LastReview>2024-12-15</LastReview>\n"
    good.write_text(text.replace(review, "").replace("<ReviewOutcome>", f"{review}<ReviewOutcome>"), encoding="utf-8")
    code, printed = run("check", good, "--year", 2025)
    assert code == 0
    assert "Order of ActivePlans: sample" in printed


def test_last_years_file_is_an_error_not_a_surprise(good: Path) -> None:
    code, printed = run("check", changed(good, "<Year>2025</Year>", "<Year>2024</Year>"), "--year", 2025)
    assert code == 1
    assert "SEN2-H04" in printed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"Name,UPN\nsecret,1\n", "a file that is neither"),
        (b"<secret/>", "root element is 'Message'"),
        (b"<Message xmlns='urn:x'/>", "in a namespace"),
        (b"<Message><Persons><Person><Surname>secret", "ends before its last element is closed"),
        (b"<!DOCTYPE Message [<!ENTITY a 'secret'>]><Message>&a;</Message>", "document type declaration"),
        (b"<!DOCTYPE Message SYSTEM 'file:///etc/hostname'><Message/>", "document type declaration"),
        (b"<?xml version='1.0' encoding='utf-8'?><Message><Surname>secret\xe9</Surname></Message>", "encoding"),
        (b"<?xml version='1.0' encoding='klingon'?><Message/>", "an encoding that is not known"),
        (b"PK\x03\x04 a zip archive", "a file that is neither"),
    ],
)
def test_what_is_not_a_return_is_refused_in_plain_words(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "file.xml"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["check", str(file), "--year", "2025"])
    assert result.exit_code == 2
    assert said in result.output
    assert "What to do:" in result.output
    if said != "root element is 'Message'":
        assert "secret" not in result.output


def test_a_missing_file_a_folder_and_an_undefined_year_are_refused(good: Path, tmp_path: Path) -> None:
    assert run("check", tmp_path / "nowhere.xml", "--year", 2025)[0] == 2
    assert run("check", tmp_path, "--year", 2025)[0] == 2
    code, printed = run("check", good, "--year", 2019)
    assert code == 2
    assert "2025" in printed


def test_items_and_rules_are_printed() -> None:
    code, printed = run("items", "--year", 2025)
    assert code == 0
    assert "PhaseTransferFinalDate" in printed
    code, printed = run("rules", "--year", 2025)
    assert code == 0
    assert "cross_person" in printed
    assert "SEN2-X02" not in printed
    assert "SEN2-X02" in run("rules", "--catalogue")[1]
    assert run("rules", "--year", 2019)[0] == 2


def test_a_spreadsheet_cannot_be_made_to_run_a_cell() -> None:
    from returns.cells import plain_cell

    assert plain_cell("=1+1") == "'=1+1"
    assert plain_cell("SEN2-P01") == "SEN2-P01"


def test_write_needs_a_published_night(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    code, printed = run("write", "--area", "931", "--out", tmp_path / "x.xml")
    assert code == 1
    assert "no published night" in printed


def test_write_takes_the_published_night(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, good: Path) -> None:
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    (tmp_path / "931" / "current").mkdir(parents=True)
    with duckdb.connect(str(tmp_path / "931" / "current" / "warehouse.duckdb")) as con:
        load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    code, _ = run("write", "--area", "931", "--out", tmp_path / "x.xml")
    assert code == 0
    assert (tmp_path / "x.xml").read_bytes() == good.read_bytes()
