"""What the rules leave behind: value, lasting id, fingerprint, and what has become of notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from returns.definition.load import load_definition
from returns.definition.tables import fresh_tables
from returns.kinds import SEN2
from returns.report.masking import shown
from returns.rules.book import all_rules, rules_of
from returns.rules.cases import Tables, baseline, cases_of, load_tables
from returns.rules.run import RuleRun, run_rules

CEASED_EARLY = {"ceasedate": dt.date(2000, 1, 2), "ceasereason": "5"}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def with_plan(**values: Any) -> Tables:
    tables = baseline(SEN2, 2025)
    tables["sen2_named_plan"]["L1"] |= values
    return tables


def finding(con: duckdb.DuckDBPyConnection, tables: Tables, rule: str = "SEN2-N02") -> dict[str, Any]:
    load_tables(con, SEN2, tables, year=2025)
    run_rules(con, SEN2, 2025)
    rows = con.execute("select * from returns.sen2_rule_breach where rule_id = ?", [rule])
    names = [column[0] for column in rows.description or ()]
    (row,) = rows.fetchall()
    return dict(zip(names, row, strict=True))


def note(con: duckdb.DuckDBPyConnection, *rows: tuple[str, str, str, str | None]) -> None:
    con.execute("create schema if not exists overlay")
    con.execute(
        "create or replace table overlay.note (id varchar, rule_id varchar, finding_id varchar, fingerprint varchar, "
        "withdraws varchar, text varchar, made_at timestamp)"
    )
    for number, (id_, finding_id, fingerprint, withdraws) in enumerate(rows):
        made = dt.datetime(2025, 1, 1 + number)
        con.execute(
            "insert into overlay.note values (?, 'SEN2-N02', ?, ?, ?, 'x', ?)",
            [id_, finding_id, fingerprint, withdraws, made],
        )


def test_a_finding_has_the_value_as_the_return_writes_it_and_the_person(con: duckdb.DuckDBPyConnection) -> None:
    found = finding(con, with_plan(**CEASED_EARLY))
    assert (found["module"], found["record_key"], found["item"]) == ("named_plan", "L1", "CeaseDate")
    assert found["value"] == "2000-01-02"
    assert found["persontableid"] == "P1"
    assert found["state"] == "open"


def test_the_id_of_a_finding_outlives_the_night_and_other_records(con: duckdb.DuckDBPyConnection) -> None:
    first = finding(con, with_plan(**CEASED_EARLY))
    again = finding(con, with_plan(**CEASED_EARLY, pb=1))
    assert len(first["finding_id"]) == 16
    assert first["finding_id"] == again["finding_id"]
    assert first["fingerprint"] == again["fingerprint"]


@pytest.mark.parametrize("change", [{"ceasedate": dt.date(2000, 1, 3)}, {"startdate": dt.date(2019, 5, 5)}])
def test_the_fingerprint_changes_with_any_value_the_rule_looks_at(
    con: duckdb.DuckDBPyConnection, change: dict[str, Any]
) -> None:
    before = finding(con, with_plan(**CEASED_EARLY))
    after = finding(con, with_plan(**{**CEASED_EARLY, **change}))
    assert before["fingerprint"] != after["fingerprint"]
    assert before["finding_id"] == after["finding_id"]


def test_a_note_explains_until_a_value_changes(con: duckdb.DuckDBPyConnection) -> None:
    before = finding(con, with_plan(**CEASED_EARLY))
    note(con, ("N0001", before["finding_id"], before["fingerprint"], None))
    same = finding(con, with_plan(**CEASED_EARLY))
    assert (same["state"], same["note_id"]) == ("explained", "N0001")
    assert con.execute("from returns.sen2_note_state").fetchall() == [("N0001", before["finding_id"], "explained")]
    changed = finding(con, with_plan(**{**CEASED_EARLY, "ceasedate": dt.date(2000, 1, 3)}))
    assert (changed["state"], changed["note_id"]) == ("lapsed", "N0001")
    assert con.execute("select state from returns.sen2_note_state").fetchall() == [("lapsed",)]


def test_a_withdrawn_note_explains_nothing_and_a_later_note_stands(
    con: duckdb.DuckDBPyConnection,
) -> None:
    before = finding(con, with_plan(**CEASED_EARLY))
    this, now = before["finding_id"], before["fingerprint"]
    note(con, ("N0001", this, now, None), ("N0002", this, "", "N0001"))
    assert finding(con, with_plan(**CEASED_EARLY))["state"] == "open"
    note(con, ("N0001", this, "of old values", None), ("N0002", this, now, None), ("N0003", "0" * 16, now, None))
    found = finding(con, with_plan(**CEASED_EARLY))
    assert (found["state"], found["note_id"]) == ("explained", "N0002")
    states = dict(con.execute("select id, state from returns.sen2_note_state").fetchall())
    assert states == {"N0001": "lapsed", "N0002": "explained", "N0003": "no_longer_found"}


def test_notes_are_followed_up_even_when_nothing_is_found(con: duckdb.DuckDBPyConnection) -> None:
    note(con, ("N0001", "0" * 16, "x", None))
    load_tables(con, SEN2, baseline(SEN2, 2025), year=2025)
    run_rules(con, SEN2, 2025)
    assert con.execute("select id, state from returns.sen2_note_state").fetchall() == [("N0001", "no_longer_found")]


def test_a_finding_names_the_file_of_its_source_where_the_night_knows_it(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema raw")
    con.execute(f"create table raw.delivery as select '{'0' * 64}' as file_hash, 'ehc_plan_20250131.csv' as file_name")
    found = finding(con, with_plan(**CEASED_EARLY))
    assert found["file_name"] == "ehc_plan_20250131.csv"


def test_rules_planned_once_find_what_rules_planned_anew_find() -> None:
    """A plan made while the tables are empty must not be a plan for empty tables."""
    anew, once = duckdb.connect(), duckdb.connect()
    definition = load_definition(SEN2, 2025)
    load_tables(once, SEN2, baseline(SEN2, 2025), year=2025)
    fresh_tables(definition, once)
    run = RuleRun(once, SEN2, 2025, repeatable=True)
    tables = [*(module.table for module in definition.modules.values())]
    wanted = {rule.id for rule in rules_of(SEN2, 2025)}
    columns = "rule_id, module, record_key, item, value, persontableid, row"
    tried = 0
    rules = all_rules(SEN2)
    for rule in rules[:: len(rules) // 16]:
        case = next((case for case in cases_of(SEN2, rule) if case.at and case.year == 2025), None)
        if case is None or rule.id not in wanted:
            continue
        tried += 1
        load_tables(anew, SEN2, case.tables(), year=2025)
        run_rules(anew, SEN2, 2025)
        fresh_tables(definition, once)
        for table in tables:
            once.register("rows", anew.execute(f"from returns.{table}").arrow())
            once.execute(f"insert into returns.{table} from rows")
            once.unregister("rows")
        for table in ("facts.dim_setting", "facts.fct_census_sen", "matching.int_person_links"):
            once.register("rows", anew.execute(f"from {table}").arrow())
            once.execute(f"delete from {table}")
            once.execute(f"insert into {table} from rows")
            once.unregister("rows")
        run.run()
        found = [con.execute(f"select {columns} from returns.sen2_rule_breach order by all") for con in (anew, once)]
        assert found[0].fetchall() == found[1].fetchall(), rule.id
    assert tried > 8


SEX = next(item for _, item in load_definition(SEN2, 2025).walk() if item.tag == "Sex")
UPN = next(item for _, item in load_definition(SEN2, 2025).walk() if item.tag == "UPN")
URN = next(item for _, item in load_definition(SEN2, 2025).walk() if item.tag == "URN")
STARTED = next(item for _, item in load_definition(SEN2, 2025).walk() if item.tag == "StartDate")


@pytest.mark.parametrize(
    ("item", "value", "seen"),
    [
        (SEX, "MALE", "MALE"),
        (SEX, "Zebedee", "(hidden: 7 letters)"),
        (SEX, "9434765919", "(hidden: 10 digits)"),
        (UPN, "P207000016049", "(hidden)"),
        (URN, "123456", "123456"),
        (URN, "P207000016049", "(hidden: 13 characters)"),
        (STARTED, "2024-02-30", "2024-02-30"),
        (STARTED, "30/02/24", "30/02/24"),
        (STARTED, "ask Zebedee", "(hidden: 11 characters)"),
        (STARTED, None, ""),
        (None, "M", "(hidden)"),
    ],
)
def test_a_value_is_shown_only_where_it_cannot_tell_who_it_is(item: Any, value: str | None, seen: str) -> None:
    assert shown(item, value, names=False) == seen
    assert shown(item, value, names=True) == (value or "")
