"""The gates over real DuckDB files: what is met, what fails, what raises, what stops the night, what is kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from area.errors import GateBrokenError, GateFailedError
from area.paths import RunPaths
from expectations.gate import load_results, run_gate
from expectations.quality_page import write_quality_page
from expectations.results import GateResult, read_gate
from tests.support.gate_warehouse import VARIABLES, build_warehouse

GATES = ("reading", "facts", "returns")
NAME, UPN = "Quennellstone", "Z931200112345"

Spoil = Callable[[str], Path]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_warehouse(tmp_path_factory.mktemp("gates") / "clean.duckdb")


@pytest.fixture
def spoilt(clean: Path, tmp_path: Path) -> Spoil:
    """A copy of the clean warehouse with one statement run on it."""

    def spoil(statement: str) -> Path:
        copy = tmp_path / "spoilt.duckdb"
        shutil.copy(clean, copy)
        with duckdb.connect(str(copy)) as con:
            con.execute(statement)
        return copy

    return spoil


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    return RunPaths(area="931", root=tmp_path / "run")


def test_clean_records_meet_every_expectation_and_the_file_is_left_as_it_was(clean: Path, run: RunPaths) -> None:
    before = hashlib.sha256(clean.read_bytes()).hexdigest()
    for name in GATES:
        result = run_gate(name, clean, run=run, variables=VARIABLES)
        assert [r.id for r in result.results if r.outcome != "met"] == []
        assert len(result.results) > 30
    with duckdb.connect(str(clean)):  # free for a writer again
        pass
    assert hashlib.sha256(clean.read_bytes()).hexdigest() == before


CRITICAL = {
    "reading": {
        "delivery-balance": "update raw.delivery set loaded_rows = 3 where table_name = 'ehc_need'",
        "required-feeds-came": "update raw.delivery set is_latest = false where feed = 'gias'",
        "quarantine-share-within-limit": "update raw.delivery set quarantined_rows = 40, loaded_rows = 20"
        " where table_name = 'ehc_review'",
        "ehc-plan-key-unique": "update raw.ehc_plan set plan_ref = 'k1' where plan_ref = 'k2'",
        "ehc-person-has-rows": "delete from raw.ehc_person",
    },
    "facts": {
        "person-once": "insert into facts.dim_person select * from facts.dim_person limit 1",
        "ehc-match-rate-floor": "update matching.int_person_links set person_id = source_system || person_id",
        "review-clock-is-four-weeks": "update facts.fct_review set decision_due_date = decision_due_date + 1",
        "plans-lost-percent": "delete from facts.fct_plan where plan_ref in ('k1', 'k2')",
        "plan-versions-apart": "insert into facts.fct_plan_history values ('k1', date '2024-09-01', null)",
        "returned-plan-once": "update facts.fct_returned_plan set plan_key = 'n1' where plan_key = 'n2'",
        "published-figure-once": "update facts.fct_published_figure set la_code = '1' where la_code = '2'",
        "plans-have-persons": "update facts.fct_plan set person_id = null where plan_ref in ('k4', 'k5')",
    },
    "returns": {
        "return-request-has-person": "delete from returns.sen2_person where persontableid = 'k9'",
        "preview-caseload-agrees": "update returns.preview_caseload set ehcplans = '59'",
        "header-area": "update returns.sen2_header set lea = '831'",
        "bridge-closes": "update returns.sen2_bridge set plans = -1 where step = 'difference'",
    },
}
WARNINGS = {
    "reading": {
        "ehc-need-sen-type-known": "update raw.ehc_need set sen_type = 'XXX' where rowid < 5",
        "ehc-placement-belongs": "update raw.ehc_placement set plan_ref = 'gone' where rowid = 1",
        "other-feeds-came": "update raw.delivery set is_latest = false where feed = 'mis'",
    },
    "facts": {
        "plan-dates-in-order": "update facts.fct_plan set cease_date = date '2023-01-01' where rowid = 1",
        "attendance-within-possible": "update facts.fct_attendance set attended_sessions = 99 where rowid = 1",
    },
    "returns": {
        "return-placement-one-setting": "update returns.sen2_placement_detail set ukprn = '10000001' where rowid = 1",
        "bridge-nobody-missing": "update returns.sen2_bridge set counted = 1 where step = 'missing_now'",
        "rule-errors-few": "insert into returns.sen2_rule_breach"
        " select 'SEN2-P05', 'person', persontableid, persontableid, 'f', 1 from returns.sen2_person",
    },
}


def test_rows_that_somebody_dismissed_neither_stop_a_night_nor_warn(spoilt: Spoil, run: RunPaths) -> None:
    many = "update raw.delivery set quarantined_rows = 40, loaded_rows = 20, dismissed_rows = 40"
    dismissed = "update raw.quarantined set reason = 'DISMISSED'"
    changed = spoilt(f"{many} where table_name = 'ehc_review'; {dismissed}")
    result = run_gate("reading", changed, run=run, variables=VARIABLES)
    assert [r.id for r in result.results if r.outcome != "met"] == []


@pytest.mark.parametrize("gate", GATES)
def test_a_critical_expectation_stops_the_night_and_says_what_to_do(spoilt: Spoil, run: RunPaths, gate: str) -> None:
    with pytest.raises(GateFailedError) as caught:
        run_gate(gate, spoilt(";".join(CRITICAL[gate].values())), run=run, variables=VARIABLES)
    kept = read_gate(run, gate)
    assert kept is not None
    failed = {r.id: r for r in kept.of("failed", "critical")}
    assert set(CRITICAL[gate]) - set(failed) == set()
    for name in CRITICAL[gate]:
        assert f"[{name}]" in str(caught.value)
        assert failed[name].then in str(caught.value)
    assert len(kept.of("met")) > 20  # the rest was looked at all the same


@pytest.mark.parametrize("gate", GATES)
def test_a_warning_is_kept_and_the_night_goes_on(spoilt: Spoil, run: RunPaths, gate: str) -> None:
    result = run_gate(gate, spoilt(";".join(WARNINGS[gate].values())), run=run, variables=VARIABLES)
    assert {r.id for r in result.of("failed", "warning")} == set(WARNINGS[gate])
    assert result.counts["warnings"] == len(WARNINGS[gate])
    assert result.counts["critical"] == 0


def test_a_failing_row_is_named_by_file_and_row(spoilt: Spoil, run: RunPaths) -> None:
    warehouse = spoilt("update facts.fct_plan set cease_date = date '2023-01-01' where plan_ref = 'k7'")
    (failed,) = run_gate("facts", warehouse, run=run, variables=VARIABLES).of("failed")
    assert failed.unexpected == 1
    assert failed.places == ("ehc_plan_20250131.csv row 9",)


def test_persons_with_one_upn_are_named_by_the_rows_they_came_from(spoilt: Spoil, run: RunPaths) -> None:
    """A person_id is nowhere but in the warehouse: nobody who reads the page could look it up."""
    warehouse = spoilt(
        "update facts.dim_person set upn = 'U7' where person_id = 'p9';"
        "update matching.int_person_records set upn = 'U7' where source_key = 'k9'"
    )
    (failed,) = run_gate("facts", warehouse, run=run, variables=VARIABLES).of("failed")
    assert (failed.id, failed.unexpected) == ("upn-of-one-person", 2)
    assert failed.places == ("ehc_plan_20250131.csv row 9", "ehc_plan_20250131.csv row 11")


def test_an_expectation_that_raised_is_neither_a_pass_nor_bad_data(spoilt: Spoil, run: RunPaths) -> None:
    warehouse = spoilt("drop table facts.dim_setting; delete from facts.fct_plan where plan_ref = 'k1'")
    with pytest.raises(GateBrokenError) as caught:
        run_gate("facts", warehouse, run=run, variables=VARIABLES)
    kept = read_gate(run, "facts")
    assert kept is not None
    assert {r.id for r in kept.of("raised")} == {"setting-once", "setting-has-urn"}
    assert kept.of("failed", "critical") or kept.of("failed", "warning")
    assert "setting-once" in str(caught.value)
    assert "defect of the warehouse" in str(caught.value)


def test_no_value_of_a_record_gets_out(
    spoilt: Spoil, run: RunPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A name and a UPN stand in rows that fail every kind of expectation, and in errors that DuckDB quotes them in."""
    warehouse = spoilt(
        f"""
        update facts.dim_person set surname = '{NAME}', upn = '{UPN}', birth_date = date '1901-01-01';
        update facts.fct_request set outcome_date = date '2020-01-01', request_ref = '{UPN}';
        alter table facts.dim_person add column note varchar;
        """
    )
    suites = tmp_path / "suites" / "facts"
    shutil.copytree(Path("expectations/suites/facts").resolve(), suites)
    entry = "severity: critical, expects: e, why: w, then: t"
    (suites / "zz.yml").write_text(
        f"""
table: facts.dim_person
expectations:
  - {{id: in-set, type: expect_column_values_to_be_in_set, kwargs: {{column: surname, value_set: [A]}}, {entry}}}
  - {{id: distinct, type: expect_column_distinct_values_to_be_in_set, kwargs: {{column: upn, value_set: [A]}}, {entry}}}
  - {{id: longest, type: expect_column_max_to_be_between, kwargs: {{column: upn, max_value: A}}, {entry}}}
  - id: rows
    type: unexpected_rows_expectation
    kwargs: {{unexpected_rows_query: "select * from facts.dim_person"}}
    {entry.replace(", ", chr(10) + "    ")}
  - id: quoted
    type: unexpected_rows_expectation
    kwargs: {{unexpected_rows_query: "select 1 from facts.dim_person where cast(surname as integer) > 0"}}
    {entry.replace(", ", chr(10) + "    ")}
""",
        encoding="utf-8",
    )
    with pytest.raises(GateBrokenError) as caught:
        run_gate("facts", warehouse, run=run, variables=VARIABLES, suites=tmp_path / "suites")
    kept = read_gate(run, "facts")
    assert kept is not None
    outcomes = {r.id: r.outcome for r in kept.results}
    assert [outcomes[name] for name in ("in-set", "distinct", "rows", "quoted")] == ["failed"] * 3 + ["raised"]
    assert outcomes["longest"] != "met"
    failing = next(r for r in kept.results if r.id == "in-set")
    assert failing.unexpected == 60
    with duckdb.connect(str(warehouse)) as con:
        load_results(con, run)
        write_quality_page(con, run.quality_page, run=run)
        stored = str(con.execute("select * from quality.gate_result").fetchall())
    printed = capsys.readouterr()
    told = [str(caught.value), stored, printed.out, printed.err, caplog.text]
    told += [file.read_text(encoding="utf-8") for file in run.root.rglob("*") if file.is_file()]
    for text in told:
        assert NAME not in text
        assert UPN not in text
        assert "1901" not in text


def test_results_are_kept_in_the_warehouse_with_the_passes_and_can_be_loaded_twice(
    clean: Path, run: RunPaths, tmp_path: Path
) -> None:
    warehouse = tmp_path / "w.duckdb"
    shutil.copy(clean, warehouse)
    result = run_gate("returns", warehouse, run=run, variables=VARIABLES)
    with duckdb.connect(str(warehouse)) as con:
        counts = load_results(con, run)
        assert load_results(con, run) == counts
        rows = con.execute(
            "select gate, severity, outcome, count(*) from quality.gate_result group by all order by all"
        ).fetchall()
        assert sum(row[3] for row in rows) == len(result.results)
        assert {row[2] for row in rows} == {"met"}
        observed = con.execute(
            "select observed from quality.gate_result where expectation_id = 'preview-caseload-agrees'"
        ).fetchone()
        assert observed == (0.0,)
        late = con.execute("select feed, age_days, is_late from quality.feed where feed = 'ehc_casework'").fetchone()
        assert late == ("ehc_casework", 0, False)


def test_the_kept_file_is_the_same_for_the_same_data(clean: Path, run: RunPaths) -> None:
    run_gate("returns", clean, run=run, variables=VARIABLES)
    first = (run.gates / "returns.json").read_bytes()
    run_gate("returns", clean, run=run, variables=VARIABLES)
    assert (run.gates / "returns.json").read_bytes() == first
    assert json.loads(first)["gate"] == "returns"


def test_an_area_can_set_its_own_limit(spoilt: Spoil, run: RunPaths) -> None:
    warehouse = spoilt(
        "update matching.int_person_links set person_id = 'p1' || person_id"
        " where source_key < 'k3' and source_system = 'ehc';"
        "insert into facts.dim_person select distinct person_id, date '2012-03-04', 'F', null, 'x'"
        " from matching.int_person_links where person_id not in (select person_id from facts.dim_person)"
    )
    result: GateResult = run_gate("facts", warehouse, run=run, variables={**VARIABLES, "match_warning_percent": 10})
    share = next(r.observed for r in result.results if r.id == "ehc-match-rate-good")
    assert share is not None
    assert 10 < share < 100
    assert result.of("failed") == []
    with pytest.raises(GateFailedError, match="ehc-match-rate-floor"):
        run_gate("facts", warehouse, run=run, variables={**VARIABLES, "match_floor_percent": 99})
