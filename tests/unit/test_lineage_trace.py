"""Columns traced through models as dbt would have run them: over CTEs, joins, unions by name, views that are gone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.lineage.keep import keep_lineage
from warehouse.lineage.trace import Column, Tracer

MODELS = {
    "staging": {
        "stg_person": 'with source as (select * from "{db}"."raw"."person") select ref, trim(upn) as upn from source',
        "stg_plan": 'select ref, started, "_row" from "{db}"."raw"."plan"',
    },
    "facts": {
        "fct_plan": """
            with people as (select * from "{db}"."staging"."stg_person"),
            plans as (select * from "{db}"."staging"."stg_plan")
            select people.*, plans.started, count(*) over (partition by people.upn) as same
            from people left join plans on people.ref = plans.ref
        """
    },
    "returns": {
        "sen2_plan": """
            with held as (select ref as id, started from "{db}"."facts"."fct_plan"),
            made as (select started, 'H' as outcome, ref as id from "{db}"."staging"."stg_plan")
            select * from (select * from held union all by name select * from made) as both_of_them
        """
    },
}


@pytest.fixture
def tracer(tmp_path: Path) -> Tracer:
    """The SQL and columns of a night whose staging and raw are gone."""
    compiled = tmp_path / "target" / "compiled" / "send" / "models"
    with duckdb.connect(str(tmp_path / "night.duckdb")) as con:
        con.execute("create schema raw")
        con.execute("create table raw.person (ref varchar, upn varchar)")
        con.execute("create table raw.plan (ref varchar, started date, _row bigint)")
        for schema, models in MODELS.items():
            con.execute(f"create schema {schema}")
            (compiled / schema).mkdir(parents=True)
            for name, text in models.items():
                sql = text.format(db="night")
                con.execute(f"create view {schema}.{name} as {sql}")
                (compiled / schema / f"{name}.sql").write_text(sql)
        keep_lineage(con, tmp_path / "target", tmp_path / "lineage")
    return Tracer(tmp_path / "lineage")


def chain(tracer: Tracer, text: str) -> list[str]:
    return [str(step.column) for step in tracer.chain(Column(*text.split(".")))]


def test_a_column_is_followed_through_stars_and_ctes_to_the_file(tracer: Tracer) -> None:
    assert chain(tracer, "facts.fct_plan.upn") == ["facts.fct_plan.upn", "staging.stg_person.upn", "raw.person.upn"]


def test_both_sides_of_a_union_by_name_are_followed_whatever_their_order(tracer: Tracer) -> None:
    assert chain(tracer, "returns.sen2_plan.started") == [
        "returns.sen2_plan.started",
        "facts.fct_plan.started",
        "staging.stg_plan.started",
        "raw.plan.started",
    ]
    assert chain(tracer, "returns.sen2_plan.id")[1:3] == ["facts.fct_plan.ref", "staging.stg_person.ref"]
    assert "staging.stg_plan.ref" in chain(tracer, "returns.sen2_plan.id")


def test_a_constant_comes_from_nowhere(tracer: Tracer) -> None:
    (step,) = tracer.chain(Column("returns", "sen2_plan", "outcome"))
    assert (step.made_from, step.traced) == ((), True)


def test_what_cannot_be_read_is_said_not_to_be_traced(tracer: Tracer) -> None:
    (tracer.folder / "fct_plan.sql").write_text("select from where (")
    steps = {str(step.column): step.traced for step in tracer.chain(Column("returns", "sen2_plan", "started"))}
    assert steps["facts.fct_plan.started"] is False
    assert steps["raw.plan.started"] is True


def test_the_kept_sql_is_its_owners_alone(tracer: Tracer) -> None:
    assert tracer.folder.stat().st_mode & 0o077 == 0
