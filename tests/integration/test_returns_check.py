"""`send sen2 check` from the outside: exit codes, what it prints, its reports."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import html
from typer.testing import CliRunner

from area.settings import load_settings
from cli.sen2.commands import app
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
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
    code, printed = run("check", file, "--year", 2025, "--out", out)
    assert code == 1
    assert "SEN2-P17" in printed
    assert "SEN2-P07" in printed
    rows = list(csv.DictReader((out / "changed.check.csv").open(encoding="utf-8")))
    assert [(row["rule"], row["severity"], row["item"], row["module"], row["line"]) for row in rows] == [
        ("SEN2-P07", "error", "Ethnicity", "person", "22"),
        ("SEN2-P17", "error", "Sex", "person", "22"),
    ]
    everything = (out / "changed.check.html").read_text("utf-8") + (out / "changed.check.csv").read_text("utf-8")
    for word in PERSONAL:
        assert word not in everything


def test_a_fault_of_the_schema_is_named_by_line_without_its_value(good: Path) -> None:
    code, printed = run("check", changed(good, "2014-05-01", "secret"), "--year", 2025)
    assert code == 1
    assert "line 25: PersonBirthDate does not hold a date" in printed


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
    assert not page.xpath("//script | //link | //img | //@src")
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
        (b"Name,UPN\nsecret,1\n", "something that is not XML"),
        (b"<secret/>", "root element is 'Message'"),
        (b"<Message xmlns='urn:x'/>", "in a namespace"),
        (b"<Message><Persons><Person><Surname>secret", "ends before its last element is closed"),
        (b"<!DOCTYPE Message [<!ENTITY a 'secret'>]><Message>&a;</Message>", "document type declaration"),
        (b"<!DOCTYPE Message SYSTEM 'file:///etc/hostname'><Message/>", "document type declaration"),
        (b"<?xml version='1.0' encoding='utf-8'?><Message><Surname>secret\xe9</Surname></Message>", "encoding"),
        (b"<?xml version='1.0' encoding='klingon'?><Message/>", "an encoding that is not known"),
        (b"PK\x03\x04 a zip archive", "something that is not XML"),
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
    from returns.report.report import plain_cell

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
