"""Suppression, from the reader's side: given all that is shown, no small number can be worked out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dbt_macros import render
from tests.support.joined_area import built_area

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 500))


class Cell(NamedTuple):
    series: str
    cell_set: str
    cell: str
    season: int | None
    numerator: int
    denominator: int | None
    people: int | None
    difference_count: int | None


class Shown(NamedTuple):
    cell: Cell
    hidden: bool


def suppress(cells: list[Cell], *, threshold: int = 5, secondary: bool = True) -> list[Shown]:
    sql = render(
        "suppress_cells.sql",
        "suppress_cells('cells')",
        suppression_threshold=threshold,
        secondary_suppression=secondary,
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(
            "create table cells (series varchar, cell_set varchar, cell varchar, season int, numerator bigint, "
            "denominator bigint, people bigint, difference_count bigint)"
        )
        connection.executemany("insert into cells values (?, ?, ?, ?, ?, ?, ?, ?)", cells)
        rows = connection.execute(
            "select series, cell_set, cell, season, numerator, denominator, people, difference_count, is_hidden "
            f"from ({sql})"
        ).fetchall()
    assert len(rows) == len(cells), "a row was lost or doubled"
    return [Shown(Cell(*row[:-1]), row[-1]) for row in rows]


def parts(numerators: list[int], denominators: list[int] | None = None) -> list[Cell]:
    """One set whose total the reader knows."""
    return [
        Cell(f"s{i}", "set", f"c{i}", None, n, denominators[i] if denominators else None, None, None)
        for i, n in enumerate(numerators)
    ]


def test_a_count_below_the_threshold_is_hidden_and_nought_is_not() -> None:
    by_count = {
        s.cell.numerator: s.hidden for n in range(8) for s in suppress([Cell("s", "t", "c", None, n, None, None, None)])
    }
    assert by_count == {0: False, 1: True, 2: True, 3: True, 4: True, 5: False, 6: False, 7: False}


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(Cell("s", "t", "c", None, 0, 3, None, None), id="denominator"),
        pytest.param(Cell("s", "t", "c", None, 40, 400, 4, None), id="children behind sessions"),
        pytest.param(Cell("s", "t", "c", None, 370, 961, None, 1), id="difference from another line"),
    ],
)
def test_every_count_behind_a_rate_can_hide_it(cell: Cell) -> None:
    assert suppress([cell])[0].hidden


def test_without_secondary_suppression_only_small_numbers_go() -> None:
    assert [s.hidden for s in suppress(parts([3, 40, 50]), secondary=False)] == [True, False, False]


def test_the_total_does_not_tell_the_one_hidden_cell() -> None:
    """100 in all, 70 and 27 shown: the third must be 3. So 27 goes too."""
    assert {s.cell.numerator: s.hidden for s in suppress(parts([70, 27, 3]))} == {70: False, 27: True, 3: True}


@settings(max_examples=80, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=8), st.integers(2, 10))
def test_what_is_hidden_in_a_set_is_two_cells_or_more_and_adds_up_to_the_threshold(
    counts: list[int], threshold: int
) -> None:
    """The reader takes what is shown from the total: never one cell, nor a small number unless all is hidden."""
    shown = suppress(parts(counts), threshold=threshold)
    hidden = [s.cell.numerator for s in shown if s.hidden]
    assert all(s.hidden for s in shown if 0 < s.cell.numerator < threshold)
    if hidden:
        assert len(hidden) >= 2
        assert sum(hidden) >= threshold or len(hidden) == len(shown)
    else:
        assert not any(0 < count < threshold for count in counts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=2, max_size=8))
def test_neither_numerators_nor_denominators_of_a_set_can_be_worked_out(rates: list[tuple[int, int]]) -> None:
    shown = suppress(parts([n for n, _ in rates], [d for _, d in rates]))
    hidden = [s.cell for s in shown if s.hidden]
    if hidden and len(hidden) < len(shown):
        assert len(hidden) >= 2
        assert sum(c.numerator for c in hidden) >= 5
        assert sum(c.denominator or 0 for c in hidden) >= 5


MONTHS = 24


def months_and_rolling(counts: list[int]) -> list[Cell]:
    """24 months of a series, and the twelve-month figures to the end of the last 13 of them."""
    months = [Cell("s", f"m{i}", "all", i % 12 + 1, n, None, None, None) for i, n in enumerate(counts)]
    rolling = [
        Cell("s", f"r{i}", "all", None, sum(counts[i - 11 : i + 1]), None, None, None) for i in range(11, MONTHS)
    ]  # fmt: skip
    return months + rolling


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=MONTHS, max_size=MONTHS))
def test_rolling_figures_do_not_tell_a_hidden_month(counts: list[int]) -> None:
    """Solve the reader's equations: each shown rolling figure is a sum of months. No hidden month may be determined."""
    shown = {s.cell.cell_set: s for s in suppress(months_and_rolling(counts))}
    unknown = [i for i in range(MONTHS) if shown[f"m{i}"].hidden]
    equations = [
        [1.0 if i - 11 <= month <= i else 0.0 for month in unknown]
        for i in range(11, MONTHS)
        if not shown[f"r{i}"].hidden
    ]
    if not unknown or not equations:
        return
    matrix = np.array(equations)
    rank = np.linalg.matrix_rank(matrix)
    for place, month in enumerate(unknown):
        alone = np.zeros(len(unknown))
        alone[place] = 1.0
        told = np.linalg.matrix_rank(np.vstack([matrix, alone])) == rank
        assert not told, f"month {month} ({counts[month]}) can be worked out"


def test_one_quiet_month_takes_its_calendar_month_of_both_years_and_another() -> None:
    counts = [20] * MONTHS
    counts[3] = 2
    counts[8] = counts[20] = 9  # the next smallest calendar month
    hidden = {int(s.cell.cell_set[1:]) for s in suppress(months_and_rolling(counts)) if s.hidden}
    assert hidden == {3, 15, 8, 20}


def board_cells() -> list[tuple[str, dt.date, str, str, str]]:
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        return connection.execute(
            "select indicator_id, month, period, breakdown_kind, breakdown from facts.fct_indicator_count"
        ).fetchall()


def test_rolling_figures_belong_to_sets_of_one_cell_only() -> None:
    """The two secondary steps of suppress_cells rely on it."""
    rolling = {indicator for indicator, _, period, _, _ in board_cells() if period == "rolling 12 months"}
    sets: dict[tuple[str, dt.date, str, str], int] = defaultdict(int)
    for indicator, month, period, kind, _ in board_cells():
        sets[indicator, month, period, kind] += 1
    assert rolling
    assert all(size == 1 for (indicator, *_), size in sets.items() if indicator in rolling)


def test_no_small_number_of_the_small_area_reaches_the_board() -> None:
    """Nearly every count of a twelve-child area is small, so nearly all must be hidden."""
    with duckdb.connect(str(built_area()), read_only=True) as connection:
        small, hidden, whole = connection.execute(
            """
            select
                count(*) filter (where numerator between 1 and 4 or denominator between 1 and 4),
                count(*) filter (where suppressed),
                count(*)
            from board.board_indicator_month
            """
        ).fetchone() or (None, None, None)
        left = connection.execute(
            "select count(*) from board.board_indicator_month where suppressed and (numerator is not null or "
            "denominator is not null or (value is not null and not is_rounded))"
        ).fetchone()
    assert small == 0
    assert hidden
    assert whole
    assert left == (0,)
