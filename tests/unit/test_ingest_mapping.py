"""A council's mapping of its supplier's export, and an area's own word on a feed."""

from __future__ import annotations

import copy
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from typer.testing import CliRunner, Result

from area.errors import ContractError, FileRefusedError, SettingsError
from area.paths import PROJECT_ROOT, AreaPaths
from cli.main import build_app
from ingest.contract.model import load_contract, load_contracts
from ingest.pull import HandedIn, take_in
from ingest.raw.schema import create_raw

EXAMPLE = (PROJECT_ROOT / "docs/mapping.md").read_text(encoding="utf-8")
NIGHT = dt.date(2025, 1, 31)
FEED = "ehc_casework"
NEUTRAL = {
    "ehc_person": [
        "person_ref,surname,forename,birth_date,sex,postcode",
        "C-1,Example,Ada,2014-03-02,F,OX1 1AA",
        "C-2,Sample,Bo,2016-12-11,M,OX2 2BB",
    ],
    "ehc_request": [
        "request_ref,person_ref,received_date,rya,outcome",
        "C-1/02/01/2024,C-1,2024-01-02,0,Y",
        "C-1/03/06/2024,C-1,2024-06-03,0,Y",
        "C-2/20/12/2024,C-2,2024-12-20,0,A",
    ],
    "ehc_plan": [
        "plan_ref,request_ref,start_date,personal_budget",
        "P-1,C-1/02/01/2024,2024-05-21,1",
        "P-2,C-1/03/06/2024,2024-09-30,0",
    ],
}


def block(kind: str) -> str:
    """A block of the documentation's example; the last of its kind."""
    found: list[str] = re.findall(rf"```{kind}\n(.*?)```", EXAMPLE, re.DOTALL)
    return found[-1]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder whose area 931 maps its casework as the documentation says."""
    folder = tmp_path / "config"
    (folder / "mappings/931").mkdir(parents=True)
    (folder / "areas").mkdir()
    shutil.copy(PROJECT_ROOT / "config/defaults.yml", folder)
    (folder / "mappings/931/ehc.yml").write_text(block("yaml"))
    override(folder, {FEED: {"mapping": "mappings/931/ehc.yml"}})
    monkeypatch.setenv("SEND_CONFIG", str(folder))
    return folder


def override(config: Path, said: dict[str, Any]) -> None:
    (config / "areas/931.yml").write_text(yaml.safe_dump({"feeds": {"overrides": said}}))


def delivered(root: Path, files: dict[str, str], *, area: str = "931") -> dict[str, list[tuple[Any, ...]]]:
    """Take files in and give back the raw rows of the three tables, by their own columns."""
    handed = [HandedIn(name, "a test", content.encode("cp1252")) for name, content in files.items()]
    received = dt.datetime.combine(NIGHT, dt.time(20), dt.UTC)
    take_in(area, FEED, handed, as_of=NIGHT, received_at=received, root=root)
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of(area, root), as_of=NIGHT)
        return {
            table: con.execute(
                f"select columns(c -> c not like '\\_%' escape '\\') from raw.{table} order by all"
            ).fetchall()
            for table in NEUTRAL
        }


def neutral_files() -> dict[str, str]:
    """The same records in the feed's own layout, every column of the contract there."""
    files = {}
    for table, (header, *lines) in NEUTRAL.items():
        columns = load_contract(FEED).table(table).columns
        rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
        body = [",".join(row.get(name, "") for name in columns) for row in rows]
        files[f"{table}_20250131.csv"] = "\n".join([",".join(columns), *body]) + "\n"
    return files


def test_a_suppliers_export_gives_the_same_rows_as_the_neutral_layout(config: Path, tmp_path: Path) -> None:
    mapped = delivered(tmp_path / "mapped", {"CaseExport_20250131.csv": block("csv")})
    assert mapped == delivered(tmp_path / "neutral", neutral_files(), area="932")
    assert [len(rows) for rows in mapped.values()] == [2, 3, 2]
    (landed,) = (tmp_path / "mapped/931/landing").rglob("*.csv")
    assert landed.read_text(encoding="cp1252") == block("csv")


def test_what_does_not_translate_is_loaded_or_held_back_as_it_came(config: Path, tmp_path: Path) -> None:
    changed = block("csv").replace("Male;", "Other;").replace("11/12/2016", "11.12.2016").replace(";team b", "")
    rows = delivered(tmp_path, {"CaseExport_20250131.csv": changed})
    assert [row[0] for row in rows["ehc_person"]] == ["C-1"]  # the last line is one field short: for the first table
    changed = block("csv").replace("Male;", "Other;").replace("11/12/2016", "11.12.2016")
    rows = delivered(tmp_path / "again", {"CaseExport_20250131.csv": changed.replace("Female", "FEMALE ")})
    assert [(row[0], row[4]) for row in rows["ehc_person"]] == [("C-1", "F")]
    (held,) = (tmp_path / "again/931/quarantine").rglob("*.parquet")
    (found,) = duckdb.sql(f"select reason, field, original_text from '{held}'").fetchall()
    assert found[:2] == ("BAD_DATE", "birth_date")
    assert found[2].startswith("C-2;Sample, Bo;11.12.2016;Other")


def test_an_export_without_a_mapped_column_is_refused_and_the_column_named(config: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="without Decision"):
        delivered(tmp_path, {"CaseExport_20250131.csv": block("csv").replace("Decision", "Outcome")})


def test_a_file_the_mapping_does_not_name_is_in_the_feeds_own_layout(config: Path, tmp_path: Path) -> None:
    rows = delivered(tmp_path, {"ehc_plan_20250131.csv": neutral_files()["ehc_plan_20250131.csv"]})
    assert [len(each) for each in rows.values()] == [0, 0, 2]
    assert load_contract(FEED, area="931").table_of_file("caseexport_1.csv") == load_contract(FEED).table("ehc_person")


def test_another_mapping_reads_the_landed_files_again(config: Path, tmp_path: Path) -> None:
    before = load_contract(FEED, area="931").fingerprint
    assert before != load_contract(FEED).fingerprint
    path = config / "mappings/931/ehc.yml"
    path.write_text(path.read_text().replace('rya: "0"', 'rya: "1"'))
    assert load_contract(FEED, area="931").fingerprint != before


# --- mistakes in a mapping -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["feed"], "mis", "expected ehc_casework, came 'mis'"),
        (["files"], {}, "at least one of the supplier's files"),
        (["files", "case_export", "tables"], {}, "at least one table"),
        (["files", "case_export", "delimiter"], ";;", "one character"),
        (["files", "case_export", "encoding"], "klingon", "an encoding"),
        (["files", "case_export", "tables", "ehc_dog"], {}, "'ehc_dog'"),
        (["files", "case_export", "tables", "ehc_plan", "columns", "colour"], "Colour", "'colour'"),
        (["files", "case_export", "tables", "ehc_plan", "columns", "request_ref"], "Case Ref", "mapped twice"),
        (["files", "case_export", "tables", "ehc_plan", "join"], {}, "something mapped to 'request_ref'"),
        (["files", "case_export", "tables", "ehc_plan", "dates"], {"plan_ref": "%d"}, "'plan_ref'"),
        (["files", "case_export", "tables", "ehc_plan", "dates"], "d/m/y", "a date format such as %d/%m/%Y"),
        (["files", "case_export", "tables", "ehc_person", "codes", "sex", "Male"], "B", "one of M, F"),
        (["files", "case_export", "tables", "ehc_person", "codes", "sex", True], "M", "as texts (in quotes)"),
        (["files", "case_export", "tables", "ehc_person", "codes", "sex", " MALE"], "F", "there twice"),
        (["files", "case_export", "tables", "ehc_person", "split", "surname", "part"], 0, "1 or more"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(config: Path, path: list[Any], value: Any, said: str) -> None:
    wrong = copy.deepcopy(yaml.safe_load(block("yaml")))
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (config / "mappings/931/ehc.yml").write_text(yaml.safe_dump(wrong))
    with pytest.raises(ContractError) as caught:
        load_contract(FEED, area="931")
    assert said in str(caught.value)
    assert "ehc.yml" in str(caught.value)


# --- an area's own word ----------------------------------------------------------------------------------------------


def test_an_area_settles_owner_age_and_transport_for_itself(config: Path) -> None:
    said = {
        "owner": "The SEN team",
        "contact": "extension 1",
        "arrives": "weekly",
        "allowed_age_days": 10,
        "required": False,
        "transport": {"folder": "exports"},
        "expected_rows": {"ehc_plan": {"min": 5, "change": "20%"}},
    }
    override(config, {FEED: said, "gias": {"transport": {"kind": "folder", "folder": "gias"}}})
    ours, plain = load_contract(FEED, area="931"), load_contract(FEED)
    assert (ours.owner, ours.contact, ours.arrives, ours.allowed_age_days) == (
        "The SEN team",
        "extension 1",
        "weekly",
        10,
    )
    assert not ours.required
    assert ours.transport == {**plain.transport, "folder": "exports"}
    assert (ours.table("ehc_plan").min_rows, ours.table("ehc_plan").largest_change) == (5, 0.2)
    assert load_contract(FEED, area="932") == plain
    gias = load_contract("gias", area="931")
    assert gias.transport == {"kind": "folder", "connection": "send_gias", "folder": "gias"}
    assert len(load_contracts(area="931")) == len(load_contracts())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"no_such_feed": {}}, "'feeds.overrides'"),
        ({FEED: {"colour": "red"}}, "'colour'"),
        ({FEED: {"transport": {"kind": "pigeon"}}}, "whose kind is one of"),
        ({FEED: {"expected_rows": {"ehc_dog": {}}}}, "'ehc_dog'"),
        ({FEED: {"mapping": "mappings/931/none.yml"}}, "none at mappings/931/none.yml"),
        ({FEED: {"mapping": "../outside.yml"}}, "a path that leaves it"),
        ({FEED: {"allowed_age_days": "ten"}}, "a whole number"),
        ({FEED: {"pulled": False}}, "no night is built without the feed"),
    ],
)
def test_a_mistake_in_an_areas_word_is_named(config: Path, said: dict[str, Any], expected: str) -> None:
    override(config, said)
    with pytest.raises(SettingsError) as caught:
        load_contracts(area="931")
    said_of_it = str(caught.value)
    assert expected in said_of_it
    assert "feeds.overrides" in said_of_it
    assert str(config / "areas/931.yml") in said_of_it
    assert "Contract" not in said_of_it
    assert "correct 'feeds.overrides" in said_of_it


# --- trying a mapping on a sample ------------------------------------------------------------------------------------


def tried(config: Path, content: str, *more: str, name: str = "CaseExport_20250131.csv") -> Result:
    sample = config / name
    sample.write_text(content, encoding="cp1252")
    words = ["contracts", "check-mapping", str(config / "mappings/931/ehc.yml"), "--sample", str(sample), *more]
    return CliRunner().invoke(build_app(), words)


def test_a_sample_that_fits_shows_where_each_field_comes_from(config: Path) -> None:
    result = tried(config, block("csv"))
    assert result.exit_code == 0, result.output
    assert "as case_export of Made-up Case Manager 7: 3 line(s)" in result.output
    assert re.search(r"request_ref\s+│ Case Ref \+ Request Made", result.output)
    assert re.search(r"surname\s+│ Name, part 1", result.output)
    assert "(nothing: stays empty)" in result.output
    assert "Left over, not read: Worker" in result.output
    for secret in ("Ada", "Example", "2014", "OX1", "C-1"):
        assert secret not in result.output


def test_a_sample_that_does_not_fit_shows_what_is_missing_and_unknown(config: Path) -> None:
    changed = block("csv").replace("Born", "DOB").replace("Male;", "Indeterm;").replace("21/05/2024", "May 2024")
    result = tried(config, changed + "short;line\n", "--as", "case_export", name="sample.csv")
    assert result.exit_code == 1
    assert "Missing, though the mapping uses it: Born" in result.output
    assert "Left over, not read: DOB, Worker" in result.output
    assert re.search(r"birth_date\s+│ Born\s+│ MISSING_REQUIRED 2", result.output)
    assert re.search(r"start_date\s+│ Issued\s+│ BAD_DATE 1", result.output)
    assert re.search(r"sex\s+│ Gender\s+│\s+│ Indeterm \(1\)", result.output)
    assert "1 line(s) are no records" in result.output


def test_a_sample_without_a_header_shows_nothing_of_its_first_record(config: Path) -> None:
    result = tried(config, block("csv").split("\n", 1)[1])
    assert result.exit_code == 1
    assert "is there a header?" in result.output
    assert "Example" not in result.output


def test_words_without_a_place_in_the_map_are_shown_when_asked_for(config: Path) -> None:
    changed = block("csv").replace(";Agreed;", ";With [the] panel, still;").replace("Male;", "Indeterm;")
    plain, named = tried(config, changed), tried(config, changed, "--names")
    assert "2 row(s) with words not shown" in plain.output
    assert "`--names` shows them" in plain.output
    assert "With [the] panel" not in plain.output
    assert (
        "Words of ehc_request.outcome that are no code, and their rows:\n  With [the] panel, still (2)" in named.output
    )
    assert "Words of ehc_person.sex that are no code, and their rows:\n  Indeterm (1)" in named.output
    assert "not shown" not in named.output
    assert plain.exit_code == named.exit_code == 0  # they are loaded as they came
    assert "`--names`" not in tried(config, block("csv").replace("Male;", "Indeterm;")).output


def test_a_name_the_file_would_not_be_recognised_by_is_said(config: Path) -> None:
    said = "of the name {} would not be recognised as case_export but read {}: its name has to fit CaseExport_*.csv."
    own = "in the feed's own layout"
    assert said.format("other.csv", own) in tried(config, block("csv"), name="other.csv").output
    assert said.format("a.csv", own) in tried(config, block("csv"), "--as", "case_export", name="a.csv").output
    assert "recognised" not in tried(config, block("csv"), name="caseexport_1.csv").output
    file = config / "mappings/931/ehc.yml"
    mapping = yaml.safe_load(file.read_text())
    mapping["files"]["old"] = mapping["files"]["case_export"] | {"file": "Old*.csv"}
    file.write_text(yaml.safe_dump(mapping))
    other = tried(config, block("csv"), "--as", "case_export", name="Old1.csv")
    assert said.format("Old1.csv", "as old (it fits Old*.csv)") in other.output
