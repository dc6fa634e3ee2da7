"""Fitting whole-number tables to published totals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]
from scipy.optimize import linprog  # type: ignore[import-untyped]

from area.errors import FiguresUnmetError

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.floating[Any]]

_FAR = 50.0  # cost of a unit where the wanted table has (almost) none
_BREAK = 1000.0  # cost of a unit by which a soft total is missed


def fit(seed: Reals, rows: Reals, columns: Reals, rounds: int = 60) -> Reals:
    """`seed` scaled until its sums are `rows` and `columns` (iterative proportional fitting)."""
    table = seed.astype(float).copy()
    for _ in range(rounds):
        table *= _ratio(rows, table.sum(axis=1))[:, None]
        table *= _ratio(columns, table.sum(axis=0))[None, :]
    return table


def fit3(seed: Reals, a: Reals, b: Reals, c: Reals, rounds: int = 40) -> Reals:
    """The same for many three-way tables at once: `seed` [n, a, b, c]; `a`, `b`, `c` are their sums [n, ...]."""
    table = np.broadcast_to(seed, (len(a), *seed.shape[-3:])).astype(float).copy()
    for _ in range(rounds):
        table *= _ratio(c, table.sum(axis=(1, 2)))[:, None, None, :]
        table *= _ratio(b, table.sum(axis=(1, 3)))[:, None, :, None]
        table *= _ratio(a, table.sum(axis=(2, 3)))[:, :, None, None]
    return table


def _ratio(wanted: Reals, has: Reals) -> Reals:
    return np.divide(wanted, has, out=np.zeros_like(has), where=has > 0)


def whole(table: Reals, rows: Ints, columns: Ints, *, most: Ints | None = None, soft: bool = False) -> Ints:
    """The whole-number table nearest to `table` whose sums are exactly `rows` and `columns` (equal totals).

    `most`: the most each cell may hold. `soft`: row totals may be missed (at a high cost) rather than fail; column
    totals always hold. A transport problem, so the linear program's corner is whole. Raises FiguresUnmetError when
    there is no such table.
    """
    rows, columns = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    live_rows, live_columns = np.flatnonzero(rows > 0), np.flatnonzero(columns > 0)
    if soft:
        live_rows = np.arange(len(rows))
    out = np.zeros(table.shape, dtype=np.int64)
    if not len(live_columns):
        return out
    want = np.nan_to_num(table[np.ix_(live_rows, live_columns)])
    n, m = want.shape
    base = np.floor(want + 1e-9)
    part = np.clip(want - base, 0.0, 1.0)
    top = np.full((n, m), np.inf) if most is None else most[np.ix_(live_rows, live_columns)].astype(float)
    base = np.minimum(base, top)
    # x = base + near + far - less: the next unit is cheap where the fraction is high, others are dear
    cost = np.concatenate([(1.0 - 2.0 * part).ravel(), np.where(want > 1e-6, 2.5, _FAR).ravel(), np.full(n * m, 2.5)])
    near_top = np.minimum(1.0, top - base).ravel()
    far_top = (top - base).ravel() - near_top
    upper = np.concatenate([near_top, far_top, base.ravel()])
    row_sums = sparse.kron(sparse.eye(n), np.ones((1, m)))
    column_sums = sparse.kron(np.ones((1, n)), sparse.eye(m))
    sums = sparse.vstack([row_sums, column_sums])
    equal = sparse.hstack([sums, sums, -sums])
    if soft:
        slack = sparse.vstack([sparse.eye(n), sparse.csr_matrix((m, n))])
        equal = sparse.hstack([equal, slack, -slack])
        cost = np.concatenate([cost, np.full(2 * n, _BREAK)])
        upper = np.concatenate([upper, np.full(2 * n, np.inf)])
    wanted = np.concatenate([rows[live_rows] - base.sum(axis=1), columns[live_columns] - base.sum(axis=0)])
    bounds = np.column_stack([np.zeros_like(upper), upper])
    found = linprog(cost, A_eq=equal.tocsr(), b_eq=wanted, bounds=bounds, method="highs-ds")
    if found.x is None:
        raise FiguresUnmetError("no whole-number table has these totals")
    cells = n * m
    moved = found.x[:cells] + found.x[cells : 2 * cells] - found.x[2 * cells : 3 * cells]
    out[np.ix_(live_rows, live_columns)] = np.rint(base + moved.reshape(n, m)).astype(np.int64)
    return out


def share(total: int, weights: Reals, most: Ints | None = None) -> Ints:
    """`total` shared out in whole numbers by `weights` (largest remainder), no part above `most`.

    Raises FiguresUnmetError when `most` leaves no room.
    """
    limit = np.full(len(weights), total) if most is None else np.maximum(most, 0)
    if limit.sum() < total:
        raise FiguresUnmetError("the parts cannot hold the total")
    out = np.zeros(len(weights), dtype=np.int64)
    left = total
    live = limit > 0
    while left > 0:
        live = live & (out < limit)
        pull = np.where(live, np.maximum(weights, 1e-9), 0.0)
        exact = left * pull / pull.sum()
        step = np.minimum(np.floor(exact).astype(np.int64), limit - out)
        if step.sum() == 0:
            order = np.argsort(-np.where(live, exact, -1.0), kind="stable")
            step = np.zeros_like(out)
            step[order[: min(left, int(live.sum()))]] = 1
        out += step
        left -= int(step.sum())
    return out


def spread_out(counts: Ints) -> Ints:
    """Positions repeated by their counts: [2, 0, 1] -> [0, 0, 2]."""
    return np.repeat(np.arange(len(counts)), counts)
