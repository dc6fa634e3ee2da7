"""The comparison with the published figures: what is equal, what is explained and what is neither."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from area.errors import SettingsError
from sandbox import published
from sandbox.reconcile import explanations, reconcile, reconcile_rows
from sandbox.reconcile.__main__ import main
from sandbox.reconcile.explain import percentage

Rows = dict[str, dict[str, object]]


def as_published(area: str) -> Rows:
    """The published total rows themselves, with the values followed wherever one is explained."""
    known = explanations(area)
    rows: Rows = {}
    for name in published.SEN2_FILES:
        (row,) = [row for row in published.area_rows(name, area) if published.is_total(row)]
        rows[name] = dict(row)
        for column in published.measures(name):
            explanation = known.get((name, column))
            if explanation is not None and explanation.followed is not None:
                rows[name][column] = explanation.followed
    return rows


def write_parquet(rows: Rows, folder: Path) -> Path:
    for name, row in rows.items():
        breakdown = {**row, "breakdown_topic": "Sex", "breakdown": "Female"}
        pq.write_table(pa.Table.from_pylist([breakdown, row]), folder / f"preview_{name}.parquet")
    return folder


def write_warehouse(rows: Rows, folder: Path) -> Path:
    file = folder / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema returns")
        for name, row in rows.items():
            con.register("row", pa.Table.from_pylist([row]))
            con.execute(f"create table returns.preview_{name} as select * from row")
            con.unregister("row")
    return file


@pytest.mark.parametrize("write", [write_parquet, write_warehouse])
def test_published_rows_agree_with_themselves(write: Callable[[Rows, Path], Path], tmp_path: Path) -> None:
    result = reconcile("931", write(as_published("931"), tmp_path))
    assert result.agrees
    assert (result.compared, result.equal, result.explained) == (249, 249, ())


@pytest.mark.parametrize("area", published.area_codes())
def test_a_single_count_that_is_off_by_one_is_unequal_in_every_area(area: str) -> None:
    rows = as_published(area)
    assert reconcile_rows(area, rows).agrees
    rows["caseload"]["ehcplans"] = int(str(rows["caseload"]["ehcplans"])) + 1
    rows["requests"]["requests_withdrawn"] = int(str(rows["requests"]["requests_withdrawn"])) - 1
    result = reconcile_rows(area, rows)
    assert {(d.file, d.column) for d in result.unequal} == {
        ("caseload", "ehcplans"),
        ("requests", "requests_withdrawn"),
    }


def test_an_explained_cell_must_have_the_value_that_was_followed() -> None:
    rows = as_published("881")
    result = reconcile_rows("881", rows)
    assert {(d.file, d.column, d.ours) for d in result.explained} == {
        ("ceased_plans", "total_ceased", "895"),
        ("annual_reviews", "number_decision_gt_4weeks", "5531"),
    }
    rows["ceased_plans"]["total_ceased"] = "894"
    assert [d.column for d in reconcile_rows("881", rows).unequal] == ["total_ceased"]


def test_explanations_are_few_and_only_where_published_figures_contradict() -> None:
    contradictions = {
        (e.area, e.file)
        for area in published.area_codes()
        for e in explanations(area).values()
        if e.reason != "not published (unavailable)"
    }
    assert contradictions == {
        *((area, "annual_reviews") for area in ("308", "340", "881", "810", "846", "867", "896")),
        *(
            ("881", "ceased_plans"),
            ("921", "ceased_plans"),
            ("921", "sen_need_newplans"),
            ("936", "sen_needs_all_plans"),
        ),
    }


def test_a_withheld_cell_is_explained_and_never_called_equal() -> None:
    rows = as_published("812")
    rows["caseload"]["mainstream_academy"] = 750
    result = reconcile_rows("812", rows)
    assert [(d.column, d.published, d.ours) for d in result.explained] == [("mainstream_academy", "x", "750")]
    rows["caseload"]["ehcplans"] = "x"
    assert [d.column for d in reconcile_rows("812", rows).unequal] == ["ehcplans"]


def test_missing_tables_and_columns_are_unequal_even_where_withheld(tmp_path: Path) -> None:
    rows = as_published("812")
    del rows["caseload"], rows["newplans"]["neet"]
    result = reconcile("812", write_parquet(rows, tmp_path))
    assert len(result.unequal) == len(published.measures("caseload")) + 1
    assert {d.ours for d in result.unequal} == {"(missing)"}


def test_numbers_are_compared_as_numbers_and_officers_by_their_codes() -> None:
    rows = as_published("931")
    rows["requests"]["request_assess_pc"] = "82.0"
    rows["caseload"]["ehcplans"] = 7307
    rows["sen2_dmo_dco"] = {"des_med_off": "Y", "des_clin_off": "Y", "des_so_care_off": "Y"}
    assert reconcile_rows("931", rows).equal == 249


def test_counts_of_a_larger_sandbox_are_compared_with_as_many_times_the_figures() -> None:
    rows = as_published("931")
    for name, row in rows.items():
        for column in published.measures(name):
            value = str(row[column])
            percent = column.lower().endswith("_pc") or column.lower().startswith("pc_")
            row[column] = value if percent or not value.lstrip("-").isdigit() else str(int(value) * 10)
    assert reconcile_rows("931", rows, scale=10).agrees
    assert not reconcile_rows("931", rows).agrees


def test_the_command_prints_the_counts_and_ends_with_1_on_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = as_published("931")
    folder = write_parquet(rows, tmp_path)
    assert main(["--area", "931", "--warehouse", str(folder)]) == 0
    assert "249 published cells compared, 249 equal, 0 explained, 0 unequal" in capsys.readouterr().out
    rows["ceased_plans"]["deceased"] = "3"
    write_parquet(rows, tmp_path)
    assert main(["--area", "931", "--warehouse", str(folder)]) == 1
    assert "UNEQUAL  ceased_plans.deceased  published 2, ours 3" in capsys.readouterr().out


def test_nothing_to_compare_is_refused_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError, match="What to do"):
        reconcile("931", tmp_path / "none.duckdb")
    assert main(["--area", "931", "--warehouse", str(tmp_path / "none.duckdb")]) == 2
    assert str(tmp_path) not in capsys.readouterr().err


def test_percentages_round_halves_up_and_say_x_without_a_base() -> None:
    assert percentage(1, 2000) == "0.1"
    assert percentage(1, 3) == "33.3"
    assert percentage(1, 1) == "100"
    assert percentage(0, 0) == "x"
