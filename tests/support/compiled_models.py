"""The SQL that dbt made of the models when it built the small area, to be run bare on other data."""

from __future__ import annotations

import functools

import duckdb

from tests.support.joined_area import built_area

STAGING = [
    "stg_ehc__person",
    "stg_census__pupil",
    "stg_census__leaver",
    "stg_census__return",
    "stg_mis__student",
    "stg_cin__child",
    "stg_s903__child",
    "stg_csds__patient",
    "stg_waiting__pathway",
    "stg_sen2_return__person",
]
MATCHING = [
    "int_match_keys",
    "int_twins",
    "int_match_pairs",
    "int_match_components",
    "int_match_opponents",
    "int_match_links",
    "int_match_groups",
    "int_person_links",
    "int_match_conflicts",
]


@functools.cache
def compiled(model: str) -> str:
    """The compiled SQL of `model`; it names its tables in a database called `warehouse`."""
    (path,) = (built_area().parent / "target" / "compiled" / "send" / "models").rglob(f"{model}.sql")
    return path.read_text(encoding="utf-8")


def build_bare(connection: duckdb.DuckDBPyConnection, schema: str, kind: str, models: list[str]) -> None:
    """`create KIND schema.model as …` for each of `models`, in this order."""
    for model in models:
        connection.execute(f"create {kind} warehouse.{schema}.{model} as {compiled(model)}")
