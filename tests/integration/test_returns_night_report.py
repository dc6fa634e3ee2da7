"""`send sen2 report` from the outside: the report on a published night."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from cli.sen2 import app
from returns.kinds import SEN2
from returns.rules.cases import baseline, load_tables
from returns.rules.run import run_rules

KEY = "a key of the tests"
PERSONAL = ("Testing", "Invented", "2014-05-01", "P207000016049", "ZZ99 3WZ")


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of area 931 with a night in which one plan ceased before it began, and the census knows a pupil more."""
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEND_HMAC_KEY", KEY)
    tables = baseline(SEN2, 2025)
    tables["sen2_named_plan"]["L1"] |= {"ceasedate": dt.date(2000, 1, 2), "ceasereason": "5"}
    tables["fct_census_sen"]["K2"] = tables["fct_census_sen"]["K1"] | {"person_id": "K2"}
    current = tmp_path / "data" / "931" / "current"
    current.mkdir(parents=True)
    with duckdb.connect(str(current / "warehouse.duckdb")) as con:
        load_tables(con, SEN2, tables, year=2025)
        con.execute("create schema raw")
        con.execute(f"create table raw.delivery as select '{'0' * 64}' as file_hash, 'ehc_20250131.csv' as file_name")
        run_rules(con, SEN2, 2025)
        con.execute("drop schema raw cascade")
    return tmp_path / "data" / "931"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["report", "--area", "931", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def pseudonym(person: str) -> str:
    """As the dbt macro `pseudonym_keyed` writes it, done by DuckDB."""
    sql = "select left(sha256(? || sha256(? || '|pseudonym person|' || ?)), 32)"
    (made,) = duckdb.execute(sql, [KEY, KEY, person]).fetchone() or ("",)
    return str(made)


def test_persons_go_by_the_pseudonyms_of_the_pseudonymised_zone(published: Path, tmp_path: Path) -> None:
    code, printed = run("--out", tmp_path / "out")
    assert code == 1
    rows = {row["rule"]: row for row in csv.DictReader((tmp_path / "out" / "SEN2_931_2025.check.csv").open("r"))}
    assert (rows["SEN2-N02"]["person"], rows["SEN2-X02"]["person"]) == (pseudonym("K1"), pseudonym("K2"))
    assert rows["SEN2-N02"]["record"] not in ("", "L1")
    assert rows["SEN2-N02"]["value"] == "2000-01-02"
    assert rows["SEN2-N02"]["source"] == "ehc_20250131.csv"  # although schema raw is not published
    assert rows["SEN2-N02"]["row"] == "2"
    everything = printed + "".join(file.read_text("utf-8") for file in (tmp_path / "out").glob("*.[ch]*"))
    assert not [word for word in PERSONAL if word in everything]
    assert {file.name for file in (tmp_path / "out").glob("*.xlsx")} >= {"worklist_ehc_casework.xlsx"}


def test_with_names_it_goes_to_the_areas_own_folder_and_needs_no_key(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEND_HMAC_KEY")
    assert run("--names")[0] == 1
    folder = published / "reports" / "sen2" / "2025"
    assert folder.stat().st_mode & 0o077 == 0
    text = (folder / "SEN2_931_2025.check.csv").read_text(encoding="utf-8")
    assert "Invented Testing" in text
    assert ",L1," in text
    code, printed = run()
    assert code == 2
    assert "SEND_HMAC_KEY" in printed


def test_there_must_be_a_night_and_of_that_collection(published: Path) -> None:
    code, printed = run("--collection", 2024)
    assert code == 2
    assert "2025" in printed
    (published / "current" / "warehouse.duckdb").unlink()
    assert run()[0] == 2


def test_the_key_makes_other_pseudonyms(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    for key in ("one", "two"):
        monkeypatch.setenv("SEND_HMAC_KEY", key)
        run("--out", tmp_path / key)
        with (tmp_path / key / "SEN2_931_2025.check.csv").open("r") as file:
            seen |= {row["person"] for row in csv.DictReader(file) if row["person"]}
    assert len(seen) == 4
    assert hashlib.sha256(b"K1").hexdigest()[:32] not in seen
