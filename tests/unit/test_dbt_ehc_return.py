"""The EHC models from raw rows to the preview of the published tables, on a council worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from area.errors import SettingsError
from area.paths import PROJECT_ROOT
from area.settings import load_settings
from tests.support.dbt_build import run_dbt
from tests.support.ehc_cases import load_cases
from tests.support.raw_fixture import create_raw
from warehouse.dbt_variables import dbt_variables

FIGURES = PROJECT_ROOT / "sandbox" / "published" / "figures"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The council's warehouse, built with every data and unit test of the models it needs."""
    path = tmp_path_factory.mktemp("ehc") / "warehouse.duckdb"
    create_raw(path)
    load_cases(path)
    selected = ("+tag:returns", "+path:models/marts/ehc", "+path:models/marts/settings")
    built = run_dbt(path, "build", "--select", *selected)
    assert built.returncode == 0, built.stdout[-4000:]
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def all_row(warehouse: duckdb.DuckDBPyConnection, file: str) -> dict[str, Any]:
    return row_of(warehouse, file, "breakdown_topic like 'All%' or breakdown_topic = 'New EHC plans'")


def row_of(warehouse: duckdb.DuckDBPyConnection, file: str, condition: str) -> dict[str, Any]:
    cursor = warehouse.execute(f"select * from returns.preview_{file} where {condition}")
    names = [column[0] for column in cursor.description or []]
    rows = cursor.fetchall()
    assert len(rows) == 1
    return dict(zip(names, rows[0], strict=True))


def counts(row: dict[str, Any]) -> dict[str, str]:
    """The cells of a row that are neither nought nor x."""
    return {name: value for name, value in list(row.items())[12:] if value not in {"0", "x"}}


def test_requests_received_and_decided_in_the_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    # Received: day-42, day-43, refused-then-ordered, undecided, withdrawn, exported, both refused-on-day-11x,
    # assessment-withdrawn, plan-after-census-day. Decided: those but two, and no-received-date and the eve's.
    assert counts(all_row(warehouse, "requests")) == {
        "requests_received_in_year": "10",
        "requests_decided_to_assess": "7",
        "requests_decided_not_to_assess": "1",
        "requests_decision_not_made": "1",
        "requests_withdrawn": "1",
        "request_assess_pc": "70",
        "request_not_assess_pc": "10",
        "request_outstanding_pc": "10",
        "request_withdrawn_pc": "10",
        "request_outcome_six_weeks": "8",
        "request_outcome_over_6_weeks": "1",
        "request_outcome_six_weeks_pc": "80",
        "request_outcome_over_6_weeks_pc": "10",
        "mediation_related_request": "1",
        "tribunal_related_request": "1",
        "tribunal_after_mediation_request": "1",
    }


def test_assessments_of_the_year_and_their_16_weeks(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert counts(all_row(warehouse, "assessments")) == {
        "assess_in_year": "8",
        "assess_issued": "3",
        "assess_issued_pc": "37.5",
        "assess_not_issued": "3",
        "assess_not_issued_pc": "37.5",
        "assess_not_made": "1",
        "assess_not_made_pc": "12.5",
        "assess_withdrawn": "1",
        "assess_withdrawn_pc": "12.5",
        "outcome_decision_within_time": "1",
        "outcome_decision_over_time": "1",
        "outcome_decision_within_time_pc": "50",
        "outcome_decision_over_time_pc": "50",
        "number_assess_tribunal": "1",
        "number_other_mediation": "1",
        "number_other_tribunal": "1",
        "number_other_mediation_tribunal": "1",
    }


def test_20_weeks_leave_out_cases_of_mediation_and_tribunal(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert counts(all_row(warehouse, "timeliness_20_week")) == {
        "plans_issued_den": "2",
        "plans_issued_den_ex": "1",
        "plans_issued_within_20_weeks": "1",
        "plans_issued_20_weeks_ex": "1",
        "pc_plans_issued_within_20_weeks": "50",
        "PC_plans_issued_20_weeks_ex": "100",
        "plans_issued_gt20weeks_ltYear": "1",
        "pc_plans_issued_gt20weeks_ltYear": "50",
    }


def test_new_plans_are_counted_at_their_first_placement(warehouse: duckdb.DuckDBPyConnection) -> None:
    row = all_row(warehouse, "newplans")
    assert counts(row) == {
        "new_ehc_plans": "3",
        "mainstream_la_maintained": "1",
        "mainstream_total": "1",
        "mainstream_total_pc": "33.3",
        "elective_home_education": "1",
        "ed_elsewhere": "1",
        "ed_elsewhere_pc": "33.3",
        "placement_unknown": "1",
        "placement_unknown_pc": "33.3",
    }
    assert [row[name] for name in ("online_provider", "w_settings", "other_schools", "perm_ex_2022")] == ["x"] * 4


def test_the_caseload_is_counted_where_each_child_is_on_census_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert counts(all_row(warehouse, "caseload")) == {
        "ehcplans": "7",
        "mainstream_la_maintained": "1",
        "mainstream_academy_senunit": "1",
        "mainstream_total": "2",
        "mainstream_total_pc": "28.6",
        "special_la_maintained": "1",
        "special_total": "1",
        "special_total_pc": "14.3",
        "other_arrangements_la": "1",
        "neet_other": "1",
        "neet_other_csa": "1",
        "ed_elsewhere": "3",
        "ed_elsewhere_pc": "42.9",
        "placement_unknown": "1",
        "placement_unknown_pc": "14.3",
    }


@pytest.mark.parametrize(
    ("topic", "label", "plans"),
    [
        ("Sex", "Female", "1"),
        ("Sex", "Male", "6"),
        ("Ethnicity", "White - White British", "7"),
        ("Child or young persons age", "age 16", "1"),
        ("Child or young persons age", "age 15", "1"),
        ("Years EHC plan in place", "1", "4"),
        ("Years EHC plan in place", "6", "1"),
        ("Age when plan started", "age 11", "2"),
    ],
)
def test_breakdowns_of_the_caseload(warehouse: duckdb.DuckDBPyConnection, topic: str, label: str, plans: str) -> None:
    row = row_of(warehouse, "caseload", f"breakdown_topic = '{topic}' and breakdown = '{label}'")
    assert row["ehcplans"] == plans


def test_needs_reviews_ceased_plans_and_features_of_plans(warehouse: duckdb.DuckDBPyConnection) -> None:
    needs = {
        name: value
        for name, value in counts(all_row(warehouse, "sen_needs_all_plans")).items()
        if not name.endswith("_pc")
    }
    assert needs == {
        "ehc_plans": "7",
        "number_asd": "1",
        "number_slcn": "1",
        "number_semh": "3",
        "number_oth": "1",
        "number_need_unknown": "1",
    }
    assert counts(all_row(warehouse, "annual_reviews")) == {
        "total_ehc_plans": "7",
        "review_expected": "3",
        "review_not_expected": "4",
        "review_meeting_24": "2",
        "review_meeting_prior_24": "1",
        "review_meeting_prior_24_1": "1",
        "total_review_meeting": "3",
        "review_decision25": "1",
        "review_decision_prior24": "1",
        "review_decision_not_due": "1",
        "outcome_amend": "1",
        "outcome_cease": "1",
        "no_outcome": "1",
        "number_decsion_4weeks": "1",
        "number_decision_gt_4weeks": "1",
        "pc_decsion_4weeks": "50",
        "pc_decision_gt_4weeks": "50",
    }
    assert counts(all_row(warehouse, "ceased_plans")) == {"not_rec": "1", "other": "1", "total_ceased": "2"}
    assert counts(all_row(warehouse, "personal_budgets")) == {
        "personal_budget": "1",
        "org_arrangments": "1",
        "pb_education": "1",
    }
    assert counts(all_row(warehouse, "residential_settings")) == {"Res_52": "1", "Res_tot": "1"}
    assert counts(all_row(warehouse, "work_based_placements")) == {"open_supp_intern": "1", "open_wbp": "1"}


def test_the_return_holds_the_cases_in_scope_and_says_h_for_history(warehouse: duckdb.DuckDBPyConnection) -> None:
    outcomes = dict(warehouse.execute("select requeststableid, requestoutcome from returns.sen2_requests").fetchall())
    assert "ceased-before-the-year" not in outcomes
    assert len(outcomes) == 19
    assert {case for case, outcome in outcomes.items() if outcome == "H"} == {
        "moved-in",
        "ceases-on-census-day",
        "exactly-16",
        "still-15",
        "being-assessed",
    }
    assessments = warehouse.execute(
        "select assessmenttableid, assessmentoutcome, _source_table from returns.sen2_assessment"
        " where assessmentoutcome = 'H'"
    ).fetchall()
    assert set(assessments) == {
        ("moved-in", "H", "ehc_assessment"),
        ("ceases-on-census-day", "H", "ehc_assessment"),
        ("ceased-no-assessment", "H", "ehc_plan"),
        ("ceased-no-reason", "H", "ehc_plan"),
        ("exactly-16", "H", "ehc_plan"),
        ("still-15", "H", "ehc_plan"),
    }
    transfers = warehouse.execute(
        "select activeplanstableid, transferla from returns.sen2_active_plans where transferla is not null"
    ).fetchall()
    assert transfers == [("moved-in", "887")]
    header = warehouse.execute("select year, referencedate, lea, datetime from returns.sen2_header").fetchone()
    assert header == (2025, dt.date(2025, 1, 16), "931", dt.datetime(2025, 1, 31))


def test_every_module_hangs_from_its_parent(warehouse: duckdb.DuckDBPyConnection) -> None:
    for child, parent in (
        ("sen2_requests.persontableid", "sen2_person"),
        ("sen2_assessment.requeststableid", "sen2_requests"),
        ("sen2_named_plan.assessmenttableid", "sen2_assessment"),
        ("sen2_plan_detail.namedplantableid", "sen2_named_plan"),
        ("sen2_active_plans.requeststableid", "sen2_requests"),
        ("sen2_placement_detail.activeplanstableid", "sen2_active_plans"),
        ("sen2_sen_need.activeplanstableid", "sen2_active_plans"),
    ):
        table, key = child.split(".")
        orphans = warehouse.execute(
            f"select count(*) from returns.{table} anti join returns.{parent} using ({key})"
        ).fetchone()
        assert orphans == (0,), child


def test_the_preview_has_the_columns_and_only_labels_of_the_published_files(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    files = [
        row[0].removeprefix("preview_")
        for row in warehouse.execute(
            "select table_name from information_schema.tables where table_name like 'preview_%' order by 1"
        ).fetchall()
    ]
    assert len(files) == 13
    for file in files:
        published = f"'{FIGURES / file}.parquet'"
        ours = warehouse.execute(f"select * from returns.preview_{file} limit 0").description or []
        theirs = warehouse.execute(f"select * from {published} limit 0").description or []
        assert [column[0] for column in ours] == [column[0] for column in theirs]
        if file != "sen2_dmo_dco":
            unknown = warehouse.execute(
                f"select distinct time_period, time_identifier, breakdown_topic, breakdown from returns.preview_{file} "
                f"except select time_period, time_identifier, breakdown_topic, breakdown from {published}"
            ).fetchall()
            assert unknown == [], file


def test_a_plan_is_known_from_the_extract_its_values_first_came_in(warehouse: duckdb.DuckDBPyConnection) -> None:
    versions = warehouse.execute(
        "select version_number, personal_budget, known_from, known_to from facts.fct_plan_history "
        "where plan_ref = 'exactly-16' order by 1"
    ).fetchall()
    assert versions == [
        (1, 0, dt.date(2025, 1, 30), dt.date(2025, 1, 31)),
        (2, 1, dt.date(2025, 1, 31), None),
    ]
    current = warehouse.execute(
        "select plan_ref = 'exactly-16' as is_changed, known_from, count(*) from facts.fct_plan"
        " group by all order by all"
    ).fetchall()
    assert current == [(False, dt.date(2025, 1, 30), 10), (True, dt.date(2025, 1, 31), 1)]


def test_facts_name_the_person_and_the_row_they_came_from(warehouse: duckdb.DuckDBPyConnection) -> None:
    for fact in ("fct_request", "fct_assessment", "fct_plan", "fct_placement", "fct_need", "fct_review", "fct_dispute"):
        untraced = warehouse.execute(
            f"select count(*) from facts.{fact} where person_id is null or _file_hash is null or _row is null"
        ).fetchone()
        assert untraced == (0,), fact


def test_a_collection_that_is_not_defined_is_refused_in_words() -> None:
    settings = replace(load_settings("931"), collection=2031)
    with pytest.raises(SettingsError, match=r"expected a year that is defined .2023, 2024, .*, came 2031"):
        dbt_variables(settings, as_of=dt.date(2025, 1, 31))
