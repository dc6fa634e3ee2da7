"""The rules of the inspection's lists planted in a whole list, and the night they look from. Their cases are tried with
those of every return (test_returns_rules.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
import yaml

from returns.definition.load import load_definition
from returns.kinds import AREA_INSPECTION, RETURNS
from returns.rules.book import Rule, all_rules
from returns.rules.cases import baseline, load_tables
from returns.rules.run import run_rules

RULES = all_rules(AREA_INSPECTION)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def found(con: duckdb.DuckDBPyConnection, rule: str) -> set[str]:
    rows = con.execute(
        "select module, record_key from returns.inspection_rule_breach where rule_id = ?", [rule]
    ).fetchall()
    return {f"{module} {key}" for module, key in rows}


def columns(name: str) -> dict[str, str]:
    """Item -> column, of one list."""
    return {item.tag: item.column for item in load_definition(AREA_INSPECTION, 2025).module(name).items}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_looks_at_items_of_the_lists(rule: Rule) -> None:
    assert set(rule.items) <= set(columns("list_1"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_broken_in_a_clean_list_is_found_there(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    load_tables(con, AREA_INSPECTION, baseline(AREA_INSPECTION, 2025), year=2025)
    run_rules(con, AREA_INSPECTION, 2025, only=[rule.id])
    cases: dict[str, Any] = yaml.safe_load((AREA_INSPECTION.rules / f"{rule.id}.cases.yml").read_text(encoding="utf-8"))
    plant = cases["plant"]
    table, values = f"returns.{plant['table']}", plant.get("set") or plant["add"]
    con.execute(f"create or replace temp table planted as select t.* from {table} as t where {plant['where']}")
    replaced = ", ".join(f"({value}) as {column}" for column, value in values.items())
    con.execute(f"create or replace temp table broken as select t.* replace ({replaced}) from planted as t")
    if "set" in plant:
        con.execute(f"delete from {table} where persontableid in (select persontableid from planted)")
    con.execute(f"insert into {table} by name select * from broken")
    keys = con.execute("select persontableid from broken").fetchall()
    assert len(keys) == 1
    run_rules(con, AREA_INSPECTION, 2025, only=[rule.id])
    assert f"{plant['table'].removeprefix('inspection_')} {keys[0][0]}" in found(con, rule.id)


def test_ages_and_future_dates_are_of_the_night(con: duckdb.DuckDBPyConnection) -> None:
    tables = baseline(AREA_INSPECTION, 2025)
    tables["inspection_list_1"]["K1"] |= {"birth_date": dt.date(2000, 2, 1), "updated_plan_date": dt.date(2025, 2, 1)}
    load_tables(con, AREA_INSPECTION, tables, year=2025)
    rules = ["INSP-A06", "INSP-C01"]
    before = run_rules(con, AREA_INSPECTION, 2025, as_of=dt.date(2025, 1, 31), only=rules).by_rule
    # the day itself: the young person is 25, the plan's update and the review no longer lie ahead
    on_it = run_rules(con, AREA_INSPECTION, 2025, as_of=dt.date(2025, 2, 1), only=rules).by_rule
    assert (before, on_it) == ({"INSP-A06": 0, "INSP-C01": 1}, {"INSP-A06": 1, "INSP-C01": 0})


def test_a_breach_names_the_child_the_heading_and_where_the_record_came_from(con: duckdb.DuckDBPyConnection) -> None:
    tables = baseline(AREA_INSPECTION, 2025)
    tables["inspection_list_2"]["K2"]["gender"] = None
    load_tables(con, AREA_INSPECTION, tables, year=2025)
    con.execute("update returns.inspection_list_2 set _source_table = 'census_pupilonroll', _row = 41")
    run_rules(con, AREA_INSPECTION, 2025)
    breach = con.execute(
        "select rule_id, severity, module, record_key, persontableid, item, source_table, file_hash, row "
        "from returns.inspection_rule_breach"
    ).fetchall()
    assert breach == [("INSP-A02", "error", "list_2", "K2", "K2", "Gender", "census_pupilonroll", "0" * 64, 41)]


@pytest.mark.parametrize("kind", RETURNS.values(), ids=lambda kind: kind.name)
def test_the_returns_do_not_share_a_rule_table(con: duckdb.DuckDBPyConnection, kind: Any) -> None:
    year = 2025
    load_tables(con, kind, baseline(kind, year), year=year)
    run_rules(con, kind, year)
    ids = con.execute(f"select distinct split_part(rule_id, '-', 1) from returns.{kind.name}_rule").fetchall()
    assert ids == [(kind.rule_prefix,)]
