"""Contracts: the ones we have, and what is said of a wrong one."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from area.errors import ContractError, SettingsError
from ingest.contract.file import read_contract
from ingest.contract.model import CONTRACTS, load_contract, load_contracts
from ingest.neighbours import statistical_neighbours

GOOD: dict[str, Any] = {
    "feed": "pets",
    "title": "Pets",
    "sector": "education",
    "owner": "The owner",
    "transport": {"kind": "sftp", "connection": "send_{area}_pets", "folder": "pets", "pattern": "*.csv"},
    "format": {"kind": "csv", "encoding": "utf-8", "delimiter": ","},
    "arrives": "nightly",
    "allowed_age_days": 3,
    "required": True,
    "snapshot": "full",
    "tables": {
        "pet": {
            "file": "pet_*.csv",
            "key": ["ref"],
            "fields": {
                "ref": {"type": "text", "required": True, "max_length": 20},
                "born": {"type": "date", "format": "%Y-%m-%d"},
            },
        }
    },
}


def write(folder: Path, contract: dict[str, Any], name: str = "pets.yml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(contract, sort_keys=False))
    return path


def test_the_contracts_of_the_project() -> None:
    contracts = load_contracts()
    assert len(contracts) == len(list(CONTRACTS.rglob("*.yml")))
    assert len({table.name for contract in contracts for table in contract.tables}) >= 95
    assert {contract.sector for contract in contracts} == {"education", "health", "social_care", "reference"}
    assert [contract.feed for contract in load_contracts("health")] == [
        "community_services", "csds_lake", "mhsds", "waiting_list",
    ]  # fmt: skip
    for contract in contracts:
        found = list((CONTRACTS / contract.sector).glob(f"{contract.feed}.yml"))
        assert found, contract.feed


def test_what_a_contract_says() -> None:
    contract = load_contract("mis")
    assert contract.connection("931") == "send_931_mis_api"
    students = contract.table("mis_students")
    assert students.field("demographics_sen_category").source == "demographics.sen_category"
    assert contract.table("mis_sen_needs").within == "mis_students.sen_needs"
    with pytest.raises(dataclasses.FrozenInstanceError):
        contract.feed = "other"  # type: ignore[misc]
    with pytest.raises(ContractError, match="ehc_casework"):
        load_contract("no_such_feed")


def test_the_longest_pattern_a_file_name_fits_decides() -> None:
    contract = load_contract("ehc_casework")
    named = {table.name: table for table in contract.tables}
    for name in named:
        assert contract.table_of_file(f"{name}_20250131.csv") is named[name]
    assert contract.table_of_file("something_else.csv") is None


def test_the_period_of_a_file_name() -> None:
    contract = load_contract("school_census")
    assert contract.period_of_file("SchoolCensus_SPR2025_senneeds.csv") == "SPR2025"
    assert contract.period_of_file("schoolcensus_SPR2025_SENneeds.csv") == "SPR2025"
    assert contract.period_of_file("other.csv") is None
    assert load_contract("ehc_casework").period_of_file("ehc_plan_20250131.csv") is None


def test_the_fingerprint_changes_with_the_way_a_file_is_read(tmp_path: Path) -> None:
    before = read_contract(write(tmp_path, GOOD))
    other = copy.deepcopy(GOOD)
    other["tables"]["pet"]["fields"]["ref"]["max_length"] = 30
    later = copy.deepcopy(GOOD)
    later["allowed_age_days"] = 9
    assert before.fingerprint != read_contract(write(tmp_path, other)).fingerprint
    assert before.fingerprint == read_contract(write(tmp_path, later)).fingerprint


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["feed"], "Pets!", "'feed'"),
        (["owner"], "", "'owner'"),
        (["allowed_age_days"], -1, "a whole number"),
        (["allowed_age_days"], True, "a whole number"),
        (["required"], "yes please", "true or false"),
        (["snapshot"], "weekly", "per_period"),
        (["transport", "kind"], "pigeon", "whose kind is one of"),
        (["transport", "colour"], "red", "'colour'"),
        (["format", "kind"], "xlsx", "whose kind is one of"),
        (["tables", "pet", "key"], ["nothing"], "fields of the table"),
        (["tables", "pet", "fields", "ref", "type"], "number", "one of"),
        (["tables", "pet", "fields", "ref", "lenght"], 3, "'lenght'"),
        (["tables", "pet", "fields", "born", "format"], None, "a date format"),
        (["tables", "pet", "fields", "born", "format"], "d/m/y", "a date format"),
        (["tables", "pet", "fields", "born", "format"], "%d/%m/%y", "a date format"),
        (["tables", "pet", "fields", "ref", "personal"], "secret", "one of"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, path: list[str], value: Any, said: str) -> None:
    wrong = copy.deepcopy(GOOD)
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ContractError) as caught:
        read_contract(write(tmp_path, wrong))
    assert said in str(caught.value)
    assert "pets.yml" in str(caught.value)


def test_a_missing_key_a_repeated_key_and_a_repeated_feed(tmp_path: Path) -> None:
    short = {key: value for key, value in GOOD.items() if key != "owner"}
    with pytest.raises(ContractError, match="a key 'owner'"):
        read_contract(write(tmp_path, short))
    twice = tmp_path / "pets.yml"
    twice.write_text(yaml.safe_dump(GOOD) + "owner: Another\n")
    with pytest.raises(ContractError, match="twice"):
        read_contract(twice)
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "again.yml")
    with pytest.raises(ContractError, match="a name of its own"):
        load_contracts(folder=tmp_path)


def test_statistical_neighbours_of_every_area(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert statistical_neighbours("931")[:3] == ("873", "919", "825")
    from area.paths import PROJECT_ROOT

    lines = (PROJECT_ROOT / "config/statistical_neighbours.csv").read_text().splitlines()
    areas = {line.split(",")[0] for line in lines if line[:1].isdigit()}
    assert len(areas) == 153
    for area in areas:
        found = statistical_neighbours(area)
        assert len(set(found)) == 10
        assert area not in found
    with pytest.raises(SettingsError, match="999"):
        statistical_neighbours("999")
    monkeypatch.setenv("SEND_CONFIG", str(tmp_path))
    (tmp_path / "statistical_neighbours.csv").write_text("la_code,rank,neighbour_la_code\n931,1,302\n")
    assert statistical_neighbours("931") == ("302",)


@pytest.mark.parametrize(
    ("transport", "said"),
    [
        ({"kind": "sftp", "finished": "soon"}, "['marker', 'rename', 'settle']"),
        ({"kind": "folder", "checksum": "crc"}, "'transport.checksum'"),
        ({"kind": "http_file", "path": "/a", "paths": ["/b"]}, "either a 'path' or a list of 'paths'"),
        ({"kind": "http_file"}, "either a 'path' or a list of 'paths'"),
        ({"kind": "http_file", "paths": []}, "a list of paths"),
        ({"kind": "http_file", "path": "/{night}.csv"}, "{as_of:%Y%m%d}"),
        ({"kind": "http_file", "path": "/a", "etag_is_md5": "yes"}, "true or false"),
        ({"kind": "http_pages", "paging": {"kind": "guess"}}, "'transport.paging.kind'"),
        ({"kind": "http_pages", "paging": {"colour": "red"}}, "'colour'"),
    ],
)
def test_a_mistake_in_how_a_feed_comes_is_named(tmp_path: Path, transport: dict[str, Any], said: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_contract(write(tmp_path, GOOD | {"transport": transport | {"connection": "c"}}))
    assert said in str(caught.value)
