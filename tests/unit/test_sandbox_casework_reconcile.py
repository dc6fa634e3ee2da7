"""The comparison with the published figures: what is equal, what is explained and what is neither."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from area.errors import SettingsError
from sandbox import published
from sandbox.reconcile import Breakdowns, explanations, reconcile, reconcile_rows
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


def with_breakdowns(rows: Rows) -> dict[str, list[dict[str, object]]]:
    """The total rows as whole previews: with the published breakdown rows, the labels, and the tribunal's base."""
    (area,) = {str(row["old_la_code"]) for row in rows.values()}
    previews: dict[str, list[dict[str, object]]] = {"labels": []}
    for name, total in rows.items():
        below = [row for row in published.area_rows(name, area) if not published.is_total(row)]
        previews[name] = [dict[str, object]((column, row[column]) for column in total) for row in below] + [dict(total)]
        previews["labels"] += [
            {"file_name": name, "breakdown_topic": row["breakdown_topic"], "breakdown": row["breakdown"]}
            for row in below
        ]
    (decisions,) = [
        row["decisions"]
        for row in published.table("tribunal_appeals").to_pylist()
        if row["la_code"] == area and row["year"] == 2024
    ]
    previews["appealable_decisions"] = [{"old_la_code": area, "decisions": str(decisions)}]
    return previews


def write_parquet(rows: Rows, folder: Path) -> Path:
    return write_previews(with_breakdowns(rows), folder)


def write_previews(previews: dict[str, list[dict[str, object]]], folder: Path) -> Path:
    for name, table in previews.items():
        pq.write_table(pa.Table.from_pylist(table), folder / f"preview_{name}.parquet")
    return folder


def write_warehouse(rows: Rows, folder: Path) -> Path:
    file = folder / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema returns")
        for name, table in with_breakdowns(rows).items():
            con.register("row", pa.Table.from_pylist(table))
            con.execute(f"create table returns.preview_{name} as select * from row")
            con.unregister("row")
    return file


@pytest.mark.parametrize("write", [write_parquet, write_warehouse])
def test_published_rows_agree_with_themselves(write: Callable[[Rows, Path], Path], tmp_path: Path) -> None:
    result = reconcile("931", write(as_published("931"), tmp_path))
    assert result.agrees
    assert (result.compared, result.equal, result.explained) == (249, 249, ())
    assert result.breakdowns is not None
    assert len(result.breakdowns.compared) > 5000
    assert (result.breakdowns.different, result.breakdowns.missing) == ((), ())


def breakdowns_of(previews: dict[str, list[dict[str, object]]], folder: Path, area: str = "931") -> Breakdowns:
    found = reconcile(area, write_previews(previews, folder)).breakdowns
    assert found is not None
    return found


def the_row(previews: dict[str, list[dict[str, object]]], file: str, breakdown: str) -> dict[str, object]:
    (row,) = [row for row in previews[file] if row["breakdown"] == breakdown]
    return row


def test_a_breakdown_cell_that_differs_is_listed_and_no_failure(tmp_path: Path) -> None:
    previews = with_breakdowns(as_published("931"))
    row = the_row(previews, "caseload", "Female")
    before = int(str(row["ehcplans"]))
    row["ehcplans"] = str(before + 7)
    found = breakdowns_of(previews, tmp_path)
    assert [(c.file, c.topic, c.breakdown, c.measure, c.difference) for c in found.different] == [
        ("caseload", "Sex", "Female", "ehcplans", 7.0)
    ]
    assert reconcile("931", tmp_path).agrees
    topic = next(t for t in found.topics() if (t.file, t.topic) == ("caseload", "Sex"))
    assert topic.compared - topic.equal == 1
    assert 7 / topic.compared < topic.mean_of_counts < 7
    assert topic.mean_of_percentages == 0
    listed = list(csv.DictReader(found.write(tmp_path / "out").open(encoding="utf-8")))
    assert [(r["breakdown"], r["published"], r["ours"], r["difference"]) for r in listed] == [
        ("Female", str(before), str(before + 7), "7")
    ]


def test_a_group_without_anybody_counts_nought_and_a_row_the_preview_does_not_know_fails(tmp_path: Path) -> None:
    previews = with_breakdowns(as_published("931"))
    gone = the_row(previews, "ceased_plans", "Female")
    previews["ceased_plans"].remove(gone)
    found = breakdowns_of(previews, tmp_path)
    assert found.missing == ()
    counted = {c.measure: c.difference for c in found.different}
    assert counted["total_ceased"] == -int(str(gone["total_ceased"]))
    assert not any(gone[measure] == "0" for measure in counted)  # a published nought is met by no row
    previews["labels"] = [label for label in previews["labels"] if label["file_name"] != "ceased_plans"]
    result = reconcile("931", write_previews(previews, tmp_path))
    assert result.breakdowns is not None
    assert {(c.file, c.breakdown) for c in result.breakdowns.missing} == {("ceased_plans", "Female")}
    assert not result.agrees
    assert "NOT IN THE PREVIEW  ceased_plans: Sex, Female: total_ceased" in str(result)


def test_a_column_that_is_not_in_the_preview_fails_for_every_row(tmp_path: Path) -> None:
    previews = with_breakdowns(as_published("931"))
    for row in previews["annual_reviews"]:
        del row["outcome_cease"]
    found = breakdowns_of(previews, tmp_path)
    assert {(c.file, c.measure) for c in found.missing} == {("annual_reviews", "outcome_cease")}
    assert len(found.missing) == len(previews["annual_reviews"]) - 1


def test_the_base_of_the_appeal_rate_is_compared(tmp_path: Path) -> None:
    previews = with_breakdowns(as_published("931"))
    published_base = int(str(previews["appealable_decisions"][0]["decisions"]))
    previews["appealable_decisions"][0]["decisions"] = str(published_base - 3)
    found = breakdowns_of(previews, tmp_path)
    assert [(c.file, c.difference) for c in found.different] == [("tribunal_appeals", -3.0)]


def test_a_night_of_another_collection_is_not_compared(tmp_path: Path) -> None:
    rows = as_published("931")
    rows["sen2_dmo_dco"]["time_period"] = "2026"
    rows["caseload"]["ehcplans"] = "1"
    result = reconcile("931", write_parquet(rows, tmp_path))
    assert (result.compared, result.breakdowns, result.agrees) == (0, None, True)
    assert "nothing compared" in str(result)
    assert "collection of 2026" in str(result)


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
    agreeing = capsys.readouterr().out
    assert "249 published cells compared, 249 equal, 0 explained, 0 unequal" in agreeing
    assert "files were changed" not in agreeing
    rows["ceased_plans"]["deceased"] = "3"
    write_parquet(rows, tmp_path)
    assert main(["--area", "931", "--warehouse", str(folder)]) == 1
    differing = capsys.readouterr().out
    assert "UNEQUAL  ceased_plans.deceased  published 2, ours 3" in differing
    assert "A pretend area whose files were changed after they were made no longer adds up" in differing


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
