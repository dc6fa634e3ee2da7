"""Whole-number tables and shares keep their totals whatever they are asked to fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from area.errors import FiguresUnmetError
from sandbox.casework.fitting import fit, share, spread_out, whole

counts = arrays.arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(table=counts, noise=st.floats(0.0, 3.0), seed=st.integers(0, 1000))
def test_a_whole_table_has_the_totals_it_was_given(table: np.ndarray, noise: float, seed: int) -> None:
    wanted = np.maximum(table + noise * np.random.default_rng(seed).normal(size=table.shape), 0.0)
    got = whole(wanted, table.sum(axis=1), table.sum(axis=0))
    assert (got >= 0).all()
    assert (got.sum(axis=1) == table.sum(axis=1)).all()
    assert (got.sum(axis=0) == table.sum(axis=0)).all()


@settings(max_examples=60, deadline=None)
@given(table=counts, seed=st.integers(0, 1000))
def test_a_whole_table_stays_under_the_most_a_cell_may_hold(table: np.ndarray, seed: int) -> None:
    room = table + np.random.default_rng(seed).integers(0, 3, size=table.shape)
    got = whole(np.zeros(table.shape), table.sum(axis=1), table.sum(axis=0), most=room)
    assert (got <= room).all()
    assert (got.sum(axis=1) == table.sum(axis=1)).all()


@given(table=counts)
def test_a_table_that_is_whole_already_is_left_as_it_is(table: np.ndarray) -> None:
    assert (whole(table.astype(float), table.sum(axis=1), table.sum(axis=0)) == table).all()


def test_totals_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(FiguresUnmetError, match="no whole-number table"):
        whole(np.ones((2, 2)), np.array([2, 2]), np.array([2, 2]), most=np.array([[2, 2], [0, 0]]))


@given(
    total=st.integers(0, 5000),
    weights=arrays.arrays(float, st.integers(1, 30), elements=st.floats(0, 1e6)),
    spare=st.integers(0, 50),
)
def test_shares_add_up_and_keep_under_their_limits(total: int, weights: np.ndarray, spare: int) -> None:
    most = np.full(len(weights), total // len(weights) + 1 + spare)
    out = share(total, weights, most)
    assert out.sum() == total
    assert (out <= most).all()
    assert (out >= 0).all()


def test_shares_follow_their_weights() -> None:
    assert share(10, np.array([3.0, 1.0, 1.0])).tolist() == [6, 2, 2]
    assert share(3, np.array([0.0, 1.0])).tolist() == [0, 3]
    with pytest.raises(FiguresUnmetError, match="cannot hold"):
        share(5, np.ones(2), np.array([2, 2]))


def test_proportional_fitting_reaches_both_totals() -> None:
    table = fit(np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([10.0, 20.0]), np.array([12.0, 18.0]))
    assert table.sum(axis=1) == pytest.approx([10, 20], abs=1e-6)
    assert table.sum(axis=0) == pytest.approx([12, 18], abs=1e-6)


def test_positions_are_spread_out_by_their_counts() -> None:
    assert spread_out(np.array([2, 0, 1])).tolist() == [0, 0, 2]
