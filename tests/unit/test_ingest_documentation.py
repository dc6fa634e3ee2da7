"""What is generated from the contracts is what is committed, and says what the contracts say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import yaml

from ingest.contract.model import Field, Table, load_contract, load_contracts
from ingest.documentation.feed_page import feed_page
from ingest.documentation.files import differing, doc_files, source_files, write
from ingest.documentation.sources import sources_text
from tests.unit.test_ingest_years import contract


def test_the_committed_pages_and_sources_are_those_of_the_contracts() -> None:
    contracts = load_contracts()
    remedy = "send contracts docs --write; send contracts sources --write"
    assert differing(doc_files(contracts)) == [], remedy
    assert differing(source_files(contracts)) == [], remedy


def test_what_differs_is_written_and_then_differs_no_more(tmp_path: Path) -> None:
    files = doc_files(load_contracts(), tmp_path)
    assert sorted(write(files)) == sorted(files)
    one = tmp_path / "docs/feeds/gias.md"
    one.write_text("something else")
    assert write(files) == [one]
    assert write(files) == []


def test_every_table_of_every_contract_says_what_a_row_is() -> None:
    assert [table.name for contract in load_contracts() for table in contract.tables if not table.about] == []


def test_the_page_of_a_feed_with_years_says_what_each_year_changed(tmp_path: Path) -> None:
    page = feed_page(contract(tmp_path))
    assert "- **2024**: sex is written out; legs are counted; tails are not.\n" in page
    for said in (
        "`pet`: `legs` comes in",
        "`pet`: `tail` goes",
        "`pet`: `born` is headed date_of_birth (was born)",
        "`pet`: `sex` has M, F and no longer 1, 2",
        "`pet`: `ref` changes its length: 20 to 30",
        "`owner` comes in",
        "`visit` goes",
    ):
        assert f"  - {said}\n" in page
    assert "In the layouts of 2023, 2024." in page  # the table that went
    assert "| `born` | date_of_birth (also born) | date CCYY-MM-DD |" in page


def test_layouts_of_dates_are_in_words_people_know(tmp_path: Path) -> None:
    contracts = load_contracts()
    pages = {path.name: text for path, text in doc_files(contracts).items()}
    sources = {path.parent.name: text for path, text in source_files(contracts).items()}
    paths = re.compile(r"\{as_of:[^}]*\}")  # of a transport: as it has to be written
    shown = {name: paths.sub("", text) for name, text in (pages | sources).items()}
    assert [name for name, text in shown.items() if re.search(r"%[A-Za-z]", text)] == []
    before, after = (Table("pet", (), (Field("born", "born", "date", date_format=each),))
                     for each in ("%Y-%m-%d", "%d/%m/%Y"))  # fmt: skip
    changed = replace(contract(tmp_path), layouts={2023: (before,), 2024: (after,)})
    assert "`born` changes its date format: CCYY-MM-DD to DD/MM/CCYY" in feed_page(changed)


def test_a_page_names_personal_fields_codes_and_who_to_call() -> None:
    page = feed_page(load_contract("ehc_casework"))
    assert "| Owner | EHC casework team |" in page
    assert "| `birth_date` | birth_date | date CCYY-MM-DD, required |  | birth date |  |" in page
    assert "SPLD, MLD, SLD" in page
    assert "KEY_CONFLICT" in page


def test_dbt_sources_have_every_column_and_the_age_that_is_allowed() -> None:
    casework = load_contract("ehc_casework")
    optional = replace(casework, tables=(replace(casework.tables[0], optional=True), *casework.tables[1:]))
    (source,) = yaml.safe_load(sources_text("ehc", [optional]))["sources"]
    assert (source["name"], source["schema"]) == ("ehc", "raw")
    person, request = source["tables"][:2]
    assert [column["name"] for column in person["columns"]] == list(casework.table("ehc_person").columns)
    assert "config" not in person
    assert request["config"]["freshness"]["error_after"] == {"count": 3, "period": "day"}
    personal = {
        column["name"]: column["config"]["meta"]["personal"] for column in person["columns"] if "config" in column
    }
    assert personal["upn"] == "identifier"
