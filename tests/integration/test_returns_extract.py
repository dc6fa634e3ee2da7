"""Earlier returns as extracts: landed once, read, history by year; from the command and from a drop folder."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from area.errors import FileRefusedError
from area.paths import AreaPaths
from area.settings import load_settings
from cli.sen2 import app
from ingest.contract.model import load_contract
from ingest.landing.delivery import deliveries
from ingest.pull import HandedIn, pull_feed, take_in
from ingest.raw.schema import create_raw
from ingest.status.freshness import check_sector, feed_ages
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from returns.definition.ingest_contract import contract_file, contract_text
from returns.definition.load import load_definition
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
from returns.sen2.files.collect_csv import write_collect_csv
from returns.sen2.xml.writer import write_sen2

AREA, FEED, NIGHT = "931", "sen2_return", dt.date(2025, 3, 1)


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def tables(year: int) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_tables(con, SEN2, baseline(SEN2, year), year=year)
    con.execute("update returns.sen2_header set year = $1, collection = 'SEN2'", [year])
    return con


def xml(folder: Path, year: int, *, surname: str = "Testing", name: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    con = tables(year)
    con.execute("update returns.sen2_person set surname = $1", [surname])
    path = folder / (name or f"SEN2_{AREA}_{year}.xml")
    write_sen2(con, path, year=year, settings=load_settings(AREA, collection=year))
    old = time.time() - 3600
    os.utime(path, (old, old))
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for word in ("Testing", "Invented", "P207000016049", "=cmd"):
        assert word not in result.output
    return result.exit_code, result.output


def raw(sql: str, *, as_of: dt.date = NIGHT) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(AREA), as_of=as_of)
        return con.execute(sql).fetchall()


def landed() -> list[Path]:
    return sorted(AreaPaths.of(AREA).landing.glob("education/sen2_return/2*/*"))


def test_the_contract_is_that_of_the_definitions() -> None:
    assert contract_file(SEN2).read_text(encoding="utf-8") == contract_text(SEN2)
    contract = load_contract(FEED)
    definition = load_definition(SEN2, 2027)
    assert [table.name for table in contract.tables] == [f"sen2r_{name}" for name in definition.modules]
    person = contract.table("sen2r_person")
    assert {"collection", "sex", "gendercurrent", "personorder"} <= set(person.columns)
    assert {field.name: field.personal for field in person.fields if field.personal} == {
        "surname": "name", "forename": "name", "personbirthdate": "birth_date", "postcode": "postcode",
        "upn": "identifier", "uniquelearnernumber": "identifier",
    }  # fmt: skip
    assert {field.kind for table in contract.tables for field in table.fields} == {"text"}
    assert not contract.required


def test_an_earlier_return_is_read_as_text_with_the_lines_it_came_from(tmp_path: Path) -> None:
    path = xml(tmp_path, 2024, name="from the supplier.xml")
    text = path.read_text(encoding="utf-8").replace("<PersonBirthDate>", "<PersonBirthDate>about ", 1)
    path.write_text(text, encoding="utf-8")
    code, said = run("read", path, "--area", AREA, "--received-on", NIGHT)
    assert (code, "SEN2_931_2024.xml" in said, "loaded" in said) == (0, True, True)
    (file,) = landed()
    assert file.read_bytes() == path.read_bytes()
    first = raw(
        "select collection, persontableid, personbirthdate, _row, _is_latest, _file_name from raw.sen2r_person"
        " order by personorder::int limit 1"
    )
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if "<Person>" in line)
    birth = next(line for line in text.splitlines() if "about" in line)
    birth = birth.removeprefix("<PersonBirthDate>").removesuffix("</PersonBirthDate>")
    assert first == [("2024", "00000001", birth, line, True, "SEN2_931_2024.xml")]
    linked = "select count(*) from raw.sen2r_requests join raw.sen2r_person using (persontableid, collection)"
    assert raw(linked) == [(len(baseline(SEN2, 2024)["sen2_requests"]),)]
    assert raw("select year, lea, collection, collection_name from raw.sen2r_header") == [
        ("2024", "931", "2024", "SEN2")
    ]


def test_years_are_history_and_a_corrected_file_replaces_its_year_only(tmp_path: Path) -> None:
    both = (xml(tmp_path, 2023), xml(tmp_path, 2024, surname="First"))
    run("read", *both, "--area", AREA, "--received-on", "2024-03-20")
    code, said = run("read", xml(tmp_path, 2024, surname="First"), "--area", AREA, "--received-on", "2024-04-01")
    assert (code, "was here already" in said) == (0, True)
    assert len(landed()) == 2
    run("read", xml(tmp_path, 2024, surname="Second"), "--area", AREA, "--received-on", "2024-05-01")
    found = "select distinct collection, surname, _is_latest from raw.sen2r_person order by all"
    assert raw(found) == [("2023", "Testing", True), ("2024", "First", False), ("2024", "Second", True)]
    assert raw(found, as_of=dt.date(2024, 4, 15)) == [("2023", "Testing", True), ("2024", "First", True)]
    periods = "select period, count(*) from raw.delivery where table_name = 'sen2r_person' and is_latest group by all"
    assert sorted(raw(periods)) == [("2023", 1), ("2024", 1)]


def test_an_export_is_one_delivery_whichever_way_it_is_given(tmp_path: Path) -> None:
    con = tables(2024)
    con.execute("update returns.sen2_person set surname = '=cmd'")
    files = write_collect_csv(con, tmp_path / "set", year=2024, exported_on=dt.date(2024, 3, 1))
    assert run("read", tmp_path / "set", "--area", AREA)[0] == 0
    code, said = run("read", files.paths["sen_need"], "--area", AREA)
    assert (code, "was here already" in said) == (0, True)
    (file,) = landed()
    assert file.suffix == ".zip"
    today = dt.datetime.now(dt.UTC).date()
    assert raw("select distinct collection, surname from raw.sen2r_person", as_of=today) == [("2024", "=cmd")]
    asked = "select distinct receiveddate from raw.sen2r_requests where receiveddate is not null limit 1"
    ((received,),) = raw(asked, as_of=today)
    assert received.endswith(" 00:00:00")


def test_an_export_without_header_needs_the_year(tmp_path: Path) -> None:
    files = write_collect_csv(tables(2024), tmp_path / "set", year=2024, exported_on=dt.date(2024, 3, 1))
    files.paths["header"].unlink()
    assert run("read", tmp_path / "set", "--area", AREA)[0] == 2
    assert run("read", tmp_path / "set", "--area", AREA, "--year", 2024, "--received-on", NIGHT)[0] == 0
    assert raw("select distinct collection from raw.sen2r_sen_need") == [("2024",)]


def test_rows_that_are_none_go_to_quarantine_and_the_rest_goes_on(tmp_path: Path) -> None:
    files = write_collect_csv(tables(2024), tmp_path / "set", year=2024, exported_on=dt.date(2024, 3, 1))
    needs = files.paths["sen_need"]
    row = needs.read_text(encoding="utf-8").splitlines()[1]
    with needs.open("a", encoding="utf-8") as out:
        out.write(f"too,short\r\n{row}\r\n,{row.partition(',')[2]}\r\n")
    before = len(baseline(SEN2, 2024)["sen2_sen_need"])
    run("read", tmp_path / "set", "--area", AREA, "--received-on", NIGHT)
    (record,) = deliveries(AreaPaths.of(AREA).deliveries, FEED)
    balance = record.tables["sen2r_sen_need"]
    assert (balance.read, balance.loaded) == (before + 3, before)
    assert balance.duplicate == 1
    assert balance.reasons == {"WRONG_FIELD_COUNT": 1, "MISSING_REQUIRED": 1}


def test_a_return_of_another_area_or_year_is_refused_and_not_kept(tmp_path: Path) -> None:
    path = xml(tmp_path, 2024)
    code, said = run("read", path, "--area", "857")
    assert (code, "came one of LA 931" in said, path.name in said) == (2, True, True)
    assert run("read", path, "--area", AREA, "--year", 2023)[0] == 2
    assert run("read", tmp_path / "nowhere.xml", "--area", AREA)[0] == 2
    assert landed() == []


def test_a_file_that_breaks_off_is_kept_and_not_loaded(tmp_path: Path) -> None:
    path = xml(tmp_path, 2024)
    path.write_bytes(path.read_bytes()[:-200])
    code, said = run("read", path, "--area", AREA)
    assert (code, "kept and was not loaded" in said) == (2, True)
    (record,) = deliveries(AreaPaths.of(AREA).deliveries, FEED)
    assert record.outcome == "refused"
    with pytest.raises(FileRefusedError, match=r"SEN2_857_2024\.xml.*a return of LA 857"):
        take_in(
            "857",
            FEED,
            [HandedIn("SEN2_857_2024.xml", "x", xml(tmp_path, 2024))],
            as_of=NIGHT,
            received_at=dt.datetime.now(dt.UTC),
        )


def test_the_drop_folder_is_pulled_like_any_other_and_is_never_late(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    assert pull(folder) == {}
    ages = [age for age in feed_ages(AREA, as_of=NIGHT, allowed={}) if age.feed == FEED]
    assert [(age.late, age.last) for age in ages] == [(False, None)]
    xml(folder, 2023)
    xml(folder, 2024)
    (folder / "notes.txt").write_text("x")
    assert pull(folder) == {"files_loaded": 2}
    assert pull(folder).get("files_loaded") is None
    later = NIGHT + dt.timedelta(days=2000)
    assert FEED not in " ".join(str(age) for age in feed_ages(AREA, as_of=later, allowed={}) if age.late)
    assert raw("select distinct collection from raw.sen2r_person order by 1") == [("2023",), ("2024",)]
    with pytest.raises(Exception, match="is late"):  # the needed feeds still are
        check_sector(AREA, "education", as_of=NIGHT, allowed={})


def pull(folder: Path) -> dict[str, Any]:
    endpoint = Endpoint("send_931_returns_drop", "fs", extra={"path": str(folder)})
    received = dt.datetime.combine(NIGHT, dt.time(3), dt.UTC)
    limits = Limits(attempts=2, first_wait=0.01, settle=0.01)
    counts = pull_feed(AREA, FEED, endpoint, as_of=NIGHT, received_at=received, limits=limits).counts()
    return {name: value for name, value in counts.items() if name.startswith("files_") and name != "files_same"}


def test_the_published_night_is_written_in_three_forms(tmp_path: Path, data: Path) -> None:
    current = data / AREA / "current"
    current.mkdir(parents=True)
    with duckdb.connect(str(current / "warehouse.duckdb")) as con:
        load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    for form, out in (("xml", "x.xml"), ("csv", "set"), ("xlsx", "x.xlsx")):
        code, said = run("write", "--area", AREA, "--format", form, "--out", tmp_path / out)
        assert (code, "person 1" in said or "person " in said) == (0, True), said
    assert len(list((tmp_path / "set").iterdir())) == 9
    assert (tmp_path / "x.xlsx").read_bytes()[:2] == b"PK"
