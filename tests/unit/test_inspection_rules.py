"""The rules of the inspection's lists, each against its own cases and planted in a whole list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest
import yaml

from returns.definition.load import defined_years, load_definition
from returns.kinds import AREA_INSPECTION, RETURNS
from returns.rules.book import Rule, all_rules, rules_of
from returns.rules.cases import Case, baseline, cases_of, load_tables
from returns.rules.run import run_rules

RULES = all_rules(AREA_INSPECTION)
CASES = [case for rule in RULES for case in cases_of(AREA_INSPECTION, rule)]


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


@pytest.mark.parametrize("year", defined_years(AREA_INSPECTION))
def test_the_baseline_breaks_no_rule_and_every_rule_runs_on_it(con: duckdb.DuckDBPyConnection, year: int) -> None:
    load_tables(con, AREA_INSPECTION, baseline(AREA_INSPECTION, year), year=year)
    results = run_rules(con, AREA_INSPECTION, year)
    assert {rule: count for rule, count in results.by_rule.items() if count} == {}
    assert results.skipped == {}
    assert set(results.by_rule) == {rule.id for rule in rules_of(AREA_INSPECTION, year)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.name}")
def test_a_rule_finds_the_records_of_its_case_and_no_others(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    load_tables(con, AREA_INSPECTION, case.tables(), year=case.year)
    run_rules(con, AREA_INSPECTION, case.year, only=[case.rule])
    assert found(con, case.rule) == set(case.at)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_cases_both_ways_and_looks_at_items_of_the_lists(rule: Rule) -> None:
    cases = cases_of(AREA_INSPECTION, rule)
    assert any(case.at for case in cases)
    assert any(not case.at for case in cases)
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
