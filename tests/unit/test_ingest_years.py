"""Contracts whose layout differs by year: differences, the union that is loaded, and mistakes."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from area.errors import ContractError, FileRefusedError
from ingest.contract.file import read_contract
from ingest.contract.layouts import best_fit, year_said
from ingest.contract.model import Contract, Field, Table
from ingest.formats import SourceFile
from ingest.formats.csv_header import Header, bind_header
from tests.support.ingest_files import cells, csv_contract, read_bytes
from tests.unit.test_ingest_contracts import GOOD, write

YEARS: dict[str, Any] = copy.deepcopy(GOOD) | {
    "first_year": 2023,
    "years": {
        2024: {
            "why": "sex is written out; legs are counted; tails are not",
            "tables": {
                "pet": {
                    "codes": {"sex": {"add": ["M", "F"], "drop": ["1", "2"]}},
                    "add": {"legs": {"type": "integer", "required": True}},
                    "drop": ["tail"],
                    "rename": {"born": {"column": "date_of_birth"}},
                    "change": {"ref": {"max_length": 30}},
                }
            },
        },
        2026: {
            "why": "owners are asked for; visits are not",
            "add_tables": {"owner": {"file": "owner_*.csv", "key": ["id"], "fields": {"id": {"type": "text"}}}},
            "drop_tables": ["visit"],
        },
    },
}
YEARS["tables"]["pet"]["fields"] |= {
    "sex": {"type": "code", "codes": ["1", "2"]},
    "tail": {"type": "text", "required": True},
}
YEARS["tables"]["visit"] = {"file": "visit_*.csv", "key": ["on"], "fields": {"on": {"type": "text"}}}


def contract(folder: Path) -> Contract:
    return read_contract(write(folder, YEARS))


def test_each_year_is_the_one_before_with_its_differences(tmp_path: Path) -> None:
    found = contract(tmp_path)
    assert list(found.layouts) == [2023, 2024, 2026]
    assert [table.name for table in found.tables_of_year(2023)] == ["pet", "visit"]
    assert [table.name for table in found.tables_of_year(2026)] == ["pet", "owner"]
    newest, middle, oldest = found.layouts_of("pet")
    assert (newest.year, middle.year, oldest.year) == (2026, 2024, 2023)
    assert newest.fields == middle.fields
    assert middle.columns == ("ref", "born", "sex", "legs")
    assert oldest.columns == ("ref", "born", "sex", "tail")
    assert (oldest.field("sex").codes, middle.field("sex").codes) == (("1", "2"), ("M", "F"))
    assert (oldest.field("born").source, middle.field("born").source) == ("born", "date_of_birth")
    assert found.years_why[2026] == "owners are asked for; visits are not"


def test_a_year_between_two_layouts_has_the_earlier(tmp_path: Path) -> None:
    found = contract(tmp_path)
    assert found.tables_of_year(2025) == found.layouts[2024]
    assert found.tables_of_year(2019) == found.layouts[2023]
    assert found.tables_of_year(2031) == found.tables_of_year(None) == found.layouts[2026]


def test_what_is_loaded_has_the_columns_of_all_years(tmp_path: Path) -> None:
    found = contract(tmp_path)
    assert [table.name for table in found.tables] == ["pet", "visit", "owner"]
    assert [table.optional for table in found.tables] == [False, True, True]
    pet = found.table("pet")
    assert pet.year is None
    assert pet.columns == ("ref", "born", "sex", "tail", "legs")
    assert pet.field("sex").codes == ("1", "2", "M", "F")
    assert (pet.field("born").source, pet.field("born").also) == ("date_of_birth", ("born",))
    assert pet.field("ref").max_length == 30
    assert [name for name in pet.columns if pet.field(name).required] == ["ref"]
    assert [name for name in pet.columns if pet.field(name).optional] == ["tail", "legs"]


def test_a_contract_without_years_is_read_as_before(tmp_path: Path) -> None:
    found = read_contract(write(tmp_path, GOOD))
    assert not found.layouts
    assert found.layouts_of("pet") == (found.table("pet"),)
    assert found.tables_of_year(2024) == found.tables


def test_the_fingerprint_changes_with_a_layout_and_not_with_words(tmp_path: Path) -> None:
    before = contract(tmp_path).fingerprint
    words = copy.deepcopy(YEARS)
    words["years"][2024]["why"] = "another sentence"
    words["tables"]["pet"]["about"] = "One row a pet."
    words["tables"]["pet"]["expected_rows"] = {"change": "20%"}
    assert read_contract(write(tmp_path, words)).fingerprint == before
    other = copy.deepcopy(YEARS)
    other["years"][2024]["tables"]["pet"]["codes"]["sex"]["add"] = ["M", "F", "U"]
    assert read_contract(write(tmp_path, other)).fingerprint != before


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["first_year"], "2023", "a year such as 2024"),
        (["first_year"], None, "first_year and years together"),
        (["years", 2022], {"why": "back"}, "a year after 2026"),
        (["years", 2027], {"tables": {}}, "a key 'why'"),
        (["years", 2024, "tables", "cat"], {}, "'years.2024.tables': expected a table of the year before"),
        (["years", 2024, "tables", "pet", "drop"], ["wings"], "a field of the year before"),
        (["years", 2024, "tables", "pet", "add", "ref"], {"type": "text"}, "a field that the year before does not"),
        (["years", 2024, "tables", "pet", "add", "legs"], {"type": "count"}, "tables of 2024.pet.fields.legs.type"),
        (["years", 2024, "tables", "pet", "rename", "wings"], {"column": "w"}, "a field of the year before"),
        (["years", 2024, "tables", "pet", "rename", "born"], {"type": "text"}, "one of ['column']"),
        (["years", 2024, "tables", "pet", "codes", "sex", "add"], ["1"], "a code that the year before does not"),
        (["years", 2024, "tables", "pet", "codes", "sex", "drop"], ["9"], "a code of the year before"),
        (["years", 2024, "tables", "pet", "codes", "sex", "drop"], [1], "in quotes"),
        (["years", 2026, "tables"], {"pet": {"drop": ["ref"]}}, "fields of the table"),
        (["years", 2026, "drop_tables"], ["dog"], "a table of the year before"),
        (["years", 2026, "add_tables", "pet"], {}, "a table that the year before does not have"),
        (["tables", "pet", "expected_rows"], {"change": 0.3}, "a percentage such as 30%"),
        (["tables", "pet", "optional_table"], "yes", "true or false"),
        (["tables", "pet", "fields", "tail"], {"type": "code", "codes": [True]}, "in quotes"),
        (["arrives"], "now and then", "'when sent'"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, path: list[Any], value: Any, said: str) -> None:
    wrong = copy.deepcopy(YEARS)
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ContractError) as caught:
        read_contract(write(tmp_path, wrong))
    assert said in str(caught.value)
    assert "pets.yml" in str(caught.value)


def header_of(folder: Path, names: str, file_name: str, **options: str) -> Header:
    said = contract(folder)
    found = replace(said, format={**said.format, **options})
    return bind_header(SourceFile(folder / "x", file_name, found), names.split(","))


@pytest.mark.parametrize(
    ("names", "file_name", "year"),
    [
        ("ref,born,sex,tail", "pet_20250131.csv", 2023),
        ("ref,date_of_birth,sex,legs", "pet_x.csv", 2026),  # 2024 and 2026 are alike: the newest
        ("legs,sex,date_of_birth,ref", "pet_20250131.csv", 2024),
        ("ref,date_of_birth,sex,legs", "pet_2024-25.csv", 2024),
        ("ref,date_of_birth,sex,legs", "pet_202526.csv", 2026),
        ("ref,date_of_birth,sex,legs", "pet_SPR2026.csv", 2026),
        ("ref,date_of_birth,sex,legs", "pet_2019.csv", 2024),
    ],
)
@pytest.mark.parametrize("recognise", ["name", "columns"])
def test_a_file_is_of_the_year_whose_layout_it_has(
    tmp_path: Path, names: str, file_name: str, year: int, recognise: str
) -> None:
    header = header_of(tmp_path, names, file_name, recognise=recognise)
    assert (header.table.name, header.table.year) == ("pet", year)
    assert [header.places[at] for at in range(4)] == [names.split(",").index(f.source) for f in header.table.fields]


def test_a_mix_of_two_years_is_refused_and_the_nearest_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as caught:
        header_of(tmp_path, "ref,born,sex,legs", "pet_20250131.csv")
    said = str(caught.value)
    assert "the 4 columns of pet as in 2024, came one without date_of_birth; with unknown born" in said
    with pytest.raises(FileRefusedError, match=r"pet as in 2023, came one without sex\."):
        header_of(tmp_path, "ref,born,tail", "pet_20250131.csv")


def test_a_file_with_columns_of_no_field_is_of_the_year_it_has_most_of(tmp_path: Path) -> None:
    header = header_of(tmp_path, "ref,born,sex,tail,colour", "pet_2026.csv", extra_columns="ignore")
    assert (header.table.year, header.ignored_columns) == (2023, ("colour",))


def test_rows_are_held_against_their_year_and_loaded_under_its_columns(tmp_path: Path) -> None:
    said = contract(tmp_path)
    old = read_bytes(
        tmp_path, said, b"ref,born,sex,tail\na,2020-01-02,1,long\nb,,1,\n", name="pet_2023.csv", table="pet"
    )
    assert cells(old) == [("a", "2020-01-02", "1", "long")]
    assert old.reasons == [(3, "MISSING_REQUIRED", "tail")]
    new = read_bytes(tmp_path, said, b"ref,date_of_birth,sex,legs\na,,M,4\n", name="pet_2024.csv", table="pet")
    assert new.rows[0]["legs"] == "4"
    assert new.balance.quarantined == 0


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("SchoolCensus_SPR2025_x.csv", 2025), ("x_2023-24.csv", 2024), ("x_202324.csv", 2024), ("x_202506.csv", None),
        ("x_20250131.csv", 2025), ("x_2023_24_20250131.csv", 2024), ("x_1999.csv", None), ("x.csv", None),
    ],
)  # fmt: skip
def test_the_year_a_name_says(name: str, year: int | None) -> None:
    assert year_said(name) == year


def test_a_layout_that_fits_goes_before_a_newer_one_as_near_that_does_not() -> None:
    a, b = Field("a", "a", "text"), Field("b", "b", "text")
    older = Table("pet", ("a",), (a, b, Field("c", "c", "text", optional=True)), year=2023)
    newer = Table("pet", ("a",), (a, b, Field("d", "d", "text")), year=2024)
    found = best_fit(csv_contract(), [newer, older], ["a", "b"], file_name="pet_2024.csv")
    assert (found.table.year, found.good) == (2023, True)
