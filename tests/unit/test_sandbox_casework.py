"""The pretend casework against the published figures, counted by SQL that knows nothing of how it was made."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import yaml

from area.errors import SettingsError
from area.paths import PROJECT_ROOT
from sandbox import published
from sandbox.casework import Casework, make_casework
from sandbox.reconcile import Reconciliation, reconcile_rows
from tests.support.casework_cells import CENSUS, VIEWS, cells
from tests.support.casework_rules import broken

# The flagship and its neighbours in the suite; areas with odd figures: tiny (420, 201), withheld placements (873),
# needs (936) or reviews (919), contradictions (340, 810, 846, 881, 921), the largest (886), missing dates (872).
AREAS = ("931", "831", "887", "420", "201", "921", "340", "881", "886", "919", "846", "810", "873", "936", "872")


@cache
def casework(area: str) -> Casework:
    return make_casework(area, 1)


def compared(area: str, made: Casework, scale: int = 1) -> Reconciliation:
    rows = cells(made.tables, made.establishments)
    officers = published.officers(area)
    rows["sen2_dmo_dco"] = {
        "des_med_off": officers["dmo"],
        "des_clin_off": officers["dco"],
        "des_so_care_off": officers["dsco"],
    }
    return reconcile_rows(area, rows, scale=scale)


def assert_as_published(area: str, made: Casework, scale: int = 1) -> Reconciliation:
    result = compared(area, made, scale)
    assert result.unequal == (), str(result)
    assert result.compared == sum(len(published.measures(name)) for name in published.SEN2_FILES)
    return result


@pytest.mark.parametrize("area", AREAS)
def test_every_all_cell_of_an_area_is_as_published_or_explained(area: str) -> None:
    assert_as_published(area, casework(area))


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_every_all_cell_of_all_areas_is_as_published_or_explained() -> None:
    contradicted = set()
    for area in published.area_codes():
        result = assert_as_published(area, make_casework(area, 2))
        contradicted |= {(d.area, d.file) for d in result.explained if "not published" not in d.reason}
    assert len(published.area_codes()) == 153
    # Explanations stay what they are: a few areas whose published figures contradict themselves.
    assert {area for area, _ in contradicted} == {"308", "340", "810", "846", "867", "881", "896", "921", "936"}


@pytest.mark.parametrize("area", ["831", "887", "420"])
def test_an_area_without_contradictions_needs_no_explanation_but_withheld_cells(area: str) -> None:
    result = compared(area, casework(area))
    assert [d for d in result.explained if d.reason != "not published (unavailable)"] == []


@pytest.mark.parametrize("area", AREAS)
def test_casework_breaks_no_rule_but_where_published_figures_leave_gaps(area: str) -> None:
    made = casework(area)
    gaps = defaultdict(list)
    for gap in made.gaps.to_pylist():
        assert (gap["feed"], gap["expected"]) == ("ehc_casework", "breach")
        gaps[gap["expected_code"].removeprefix("SEN2-")].append(gap["record_key"])
    assert broken(made.tables, made.establishments) == {rule: sorted(keys) for rule, keys in gaps.items()}


def test_tables_have_the_contracts_columns_and_codes_and_nothing_personal_but_birth_date() -> None:
    contract = yaml.safe_load(
        (PROJECT_ROOT / "ingest/contracts/education/ehc_casework.yml").read_text(encoding="utf-8")
    )["tables"]
    made = casework("931")
    assert list(made.tables) == list(contract)
    for name, table in made.tables.items():
        fields = contract[name]["fields"]
        wanted = [
            f
            for f, rule in fields.items()
            if name != "ehc_person" or rule.get("personal", "birth_date") == "birth_date"
        ]
        assert table.column_names == [f for f in wanted if f not in ("upn_unknown_reason", "updated_at")]
        for column in table.column_names:
            rule = fields[column]
            assert table.schema.field(column).type == (pa.date32() if rule["type"] == "date" else pa.string())
            values = set(table[column].to_pylist())
            assert values - {None} <= set(rule.get("codes", values)), (name, column)
            assert not (rule.get("required") and None in values), (name, column)
            assert max((len(v) for v in values if isinstance(v, str)), default=0) <= rule.get("max_length", 20)
        keys = table.select(contract[name]["key"]).to_pylist()
        assert len({tuple(key.values()) for key in keys}) == len(keys), name


def test_every_reference_points_to_a_record() -> None:
    tables = casework("887").tables
    people = set(tables["ehc_person"]["person_ref"].to_pylist())
    requests = set(tables["ehc_request"]["request_ref"].to_pylist())
    plans = set(tables["ehc_plan"]["plan_ref"].to_pylist())
    assert set(tables["ehc_request"]["person_ref"].to_pylist()) == people
    for name, table in tables.items():
        for column, known in (("request_ref", requests), ("plan_ref", plans)):
            if column in table.column_names:
                assert set(table[column].to_pylist()) <= known, name


def test_the_same_seed_gives_the_same_tables_and_another_seed_others() -> None:
    first, again, other = make_casework("887", 5), make_casework("887", 5), make_casework("887", 6)
    assert first.establishments.equals(again.establishments)
    for name, table in first.tables.items():
        assert table.equals(again.tables[name]), name
    assert first.gaps.equals(again.gaps)
    assert not first.tables["ehc_person"].equals(other.tables["ehc_person"])


def test_an_area_made_three_times_as_large_has_three_times_the_counts() -> None:
    made = make_casework("921", 3, scale=3)
    assert_as_published("921", made, scale=3)
    refs = made.tables["ehc_person"]["person_ref"].to_pylist()
    assert len(set(refs)) == len(refs)


@pytest.mark.parametrize("area", ["999", "93", "", "931 "])
def test_an_unknown_area_is_refused(area: str) -> None:
    with pytest.raises(SettingsError, match="153 DfE area codes"):
        make_casework(area, 1)


def test_an_undefined_collection_is_refused_with_what_is_defined() -> None:
    with pytest.raises(SettingsError, match="2025"):
        make_casework("931", 1, collection=2024)


@pytest.mark.parametrize("area", ["931", "886", "873"])
def test_ages_of_placements_follow_the_published_rows(area: str) -> None:
    made = casework(area)
    with duckdb.connect() as con:
        for name, table in made.tables.items():
            con.register(name, table)
        con.register("establishment", made.establishments)
        con.execute(VIEWS)
        got = con.execute(
            """select greatest(2, date_diff('year', birth_date, date '2024-08-31')
                    - (strftime(birth_date, '%m%d') > '0831')::int) as age,
                coalesce(category, 'placement_unknown') as place, count(*)::int
            from plan left join now_at using (plan_ref) join ehc_person using (person_ref)
            where plan.active group by all"""
        ).fetchall()
    ours = {(age, place): count for age, place, count in got}
    difference = plans = 0
    for row in published.area_rows("caseload", area):
        if row["breakdown_topic"] != "Child or young persons age":
            continue
        age = 2 if row["breakdown"] == "under 3" else int(row["breakdown"].removeprefix("age "))
        places = {place for a, place in ours if a == age}
        if row["mainstream_academy"] == "x":  # withheld: the row's total alone
            difference += abs(sum(ours.get((age, place), 0) for place in places) - int(row["ehcplans"]))
        else:
            difference += sum(abs(ours.get((age, place), 0) - int(row[place])) for place in places)
        plans += int(row["ehcplans"])
    assert difference / plans < 0.005


def test_durations_and_advice_look_like_casework() -> None:
    made = casework("931")
    with duckdb.connect() as con:
        for name, table in made.tables.items():
            con.register(name, table)
        lengths = np.array(
            con.execute(
                """select a.outcome_date - r.received_date from ehc_assessment a join ehc_request r using (request_ref)
                where a.outcome = 'Y' and year(a.outcome_date) = 2024 and r.received_date is not null"""
            ).fetchall()
        )[:, 0]
        (late,) = con.execute(
            "select avg((received_date - requested_date > 42)::int) from ehc_advice where received_date is not null"
        ).fetchone() or (0,)
        (repeat,) = con.execute(
            "select count(*) from (select person_ref from ehc_request group by 1 having count(*) > 1)"
        ).fetchone() or (0,)
        (future,) = con.execute(f"select count(*) from ehc_review where meeting_date > {CENSUS}").fetchone() or (0,)
        months = con.execute(
            """select month(outcome_date), count(*) from ehc_assessment where year(outcome_date) = 2024
            group by 1 order by 1"""
        ).fetchall()
    assert len(set(lengths.tolist())) > 150
    assert 0.2 < late < 0.6
    assert repeat > 5
    assert future > 50
    assert len(months) == 12
    assert max(n for _, n in months) < 4 * min(n for _, n in months)


def test_appeals_reach_the_number_registered_with_the_tribunal() -> None:
    made = casework("931")
    appeals = [
        row["opened_date"].year
        for row in made.tables["ehc_dispute"].to_pylist()
        if row["kind"] == "TRIBUNAL" and row["opened_date"]
    ]
    (registered,) = [
        row["appeals"]
        for row in published.table("tribunal_appeals").to_pylist()
        if row["la_code"] == "931" and row["year"] == 2024
    ]
    assert registered == 396
    assert abs(len(appeals) - registered) <= 3
