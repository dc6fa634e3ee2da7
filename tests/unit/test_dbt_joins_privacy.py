"""Nothing by which a child is known reaches the analysts' or the board's tables."""

from __future__ import annotations

import re

import duckdb
import pytest
import yaml

from area.paths import PROJECT_ROOT
from tests.support.joined_area import KEY, SENTINELS, built_area
from tests.support.raw_fixture import contract_tables

OPEN_SCHEMAS = ("pseudonymised", "board")


def tables() -> list[tuple[str, str]]:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        return connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('pseudonymised', 'board')"
        ).fetchall()


def texts(schema: str, table: str) -> set[str]:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        columns = [name for (name, *_) in connection.execute(f"describe {schema}.{table}").fetchall()]
        rows = connection.execute(
            f"select {', '.join(f'cast({column} as varchar)' for column in columns)} from {schema}.{table}"
        ).fetchall()
    return {str(value).upper() for row in rows for value in row if value is not None}


def test_both_zones_were_built_and_hold_the_small_area() -> None:
    names = {table for _, table in tables()}
    assert {"pseudo_person", "pseudo_plan", "board_indicator_month"} <= names
    assert texts("pseudonymised", "pseudo_person")
    assert texts("pseudonymised", "pseudo_plan")


def test_no_personal_value_of_any_source_is_in_an_open_table() -> None:
    """Names, identifiers, keys and postcodes of every child, looked for in every cell (also as a part of one)."""
    longer = [re.escape(value) for value in SENTINELS if len(value) >= 4]
    pattern = re.compile("|".join(longer))
    for schema, table in tables():
        found = texts(schema, table)
        assert not found & SENTINELS - {"OTH"}, f"{schema}.{table}"
        assert not [value for value in found if pattern.search(value)], f"{schema}.{table} holds a personal value"


def test_no_column_of_an_open_table_is_named_as_a_personal_field() -> None:
    personal = {field for _, _, fields in contract_tables().values() for field in fields}
    personal |= {"person_id", "person_ref", "social_care_id", "patient_id", "_file_hash", "_row"}
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        columns = connection.execute(
            "select concat(table_schema, '.', table_name), column_name from information_schema.columns "
            "where table_schema in ('pseudonymised', 'board')"
        ).fetchall()
    assert not [(table, column) for table, column in columns if column in personal]


def test_no_birth_date_is_in_an_open_table_and_a_postcode_is_its_district() -> None:
    people = texts("pseudonymised", "pseudo_person")
    assert not [value for value in people if re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", value)]
    assert {"OX1", "OX2"} <= people
    assert not [value for value in people if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", value)]


def test_a_pseudonym_is_neither_the_person_id_nor_without_the_key() -> None:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        ids = {
            row[0] for row in connection.execute("select person_id from facts.dim_person where is_known_now").fetchall()
        }
        pseudonyms = {
            row[0] for row in connection.execute("select pseudonym from pseudonymised.pseudo_person").fetchall()
        }
        bare = {
            row[0]
            for row in connection.execute(
                "select left(sha256('|pseudonym person|' || person_id), 32) from facts.dim_person "
                "union all select left(sha256(person_id), 32) from facts.dim_person"
            ).fetchall()
        }
        keyed = {
            row[0]
            for row in connection.execute(
                "select left(sha256($1 || sha256($1 || '|pseudonym person|' || person_id)), 32) from facts.dim_person "
                "where is_known_now",
                [KEY],
            ).fetchall()
        }
    assert len(pseudonyms) == len(ids)
    assert not pseudonyms & (ids | bare)
    assert pseudonyms == keyed


def test_who_is_in_earlier_returns_alone_is_in_no_table_of_the_analysts() -> None:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        gone = connection.execute("select person_id, surname from facts.dim_person where not is_known_now").fetchall()
        (listed,) = connection.execute(
            "select count(*) from pseudonymised.pseudo_person where pseudonym = "
            "left(sha256($1 || sha256($1 || '|pseudonym person|' || $2)), 32)",
            [KEY, gone[0][0]],
        ).fetchone() or (1,)
    assert [surname for _, surname in gone] == ["Goneaway"]
    assert listed == 0


def test_a_child_has_one_pseudonym_in_every_table() -> None:
    known = texts("pseudonymised", "pseudo_person")
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        for _, table in [t for t in tables() if t[0] == "pseudonymised"]:
            others = {
                row[0]
                for row in connection.execute(f"select pseudonym from pseudonymised.{table}").fetchall()
                if row[0]
            }
            assert {value.upper() for value in others} <= known, table


@pytest.mark.parametrize("folder", ["pseudonymised", "board"])
def test_no_model_of_an_open_zone_is_described_as_personal(folder: str) -> None:
    for path in (PROJECT_ROOT / "dbt_project" / "models" / folder).glob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            assert not [c["name"] for c in model["columns"] if c.get("config", {}).get("meta", {}).get("personal")], (
                path.name
            )
