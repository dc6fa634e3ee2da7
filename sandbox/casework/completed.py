"""The assessments completed in the reporting period: when each request came in, was decided, and ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.flows import Flows

IN_20, TO_52, OVER_52, NO_DATES, FLAGGED, REFUSED_16, REFUSED_OVER, REFUSED_NO_DATES, NOT_MADE, STOPPED = range(10)
ISSUED_KINDS = (IN_20, TO_52, OVER_52, NO_DATES, FLAGGED)
UNDATED_KINDS = (NO_DATES, REFUSED_NO_DATES)

CURRENT, CARRIED, OLD = range(
    3
)  # received in the year; received late in the year before, decided in it; decided before

# Days from request to the end of the assessment: shortest, usual, longest (a triangle).
_DURATION = {
    IN_20: (70, 135, 140),
    TO_52: (141, 160, 364),
    OVER_52: (365, 380, 640),
    NO_DATES: (100, 140, 300),
    FLAGGED: (170, 300, 560),
    REFUSED_16: (60, 108, 112),
    REFUSED_OVER: (113, 125, 260),
    REFUSED_NO_DATES: (80, 112, 200),
    NOT_MADE: (60, 120, 200),
    STOPPED: (50, 100, 250),
}


@dataclass
class Completed:
    """One row an assessment completed in the year (or, NOT_MADE, recorded without an outcome)."""

    kind: Ints
    state: Ints
    received: Days  # NONE where the case has no usable dates
    ended: Days  # outcome date of the assessment
    late_start: npt.NDArray[np.bool_]  # issued late in the year, plan starts in January

    def __len__(self) -> int:
        return len(self.kind)


def complete(flows: Flows, room_yes: int, period: Period, rng: np.random.Generator) -> Completed:
    """The rows of `flows`. At most `room_yes` of them are of requests received in the year.

    The number of CARRIED rows is `flows.carried_yes` where so many cases can be.
    """
    counts = (
        flows.in_20,
        flows.to_52,
        flows.over_52,
        flows.no_dates,
        flows.flagged,
        flows.refused_in_16,
        flows.refused_over_16,
        flows.refused_no_dates,
        flows.not_made,
        flows.stopped,
    )
    kind = np.repeat(np.arange(len(counts)), counts)
    shortest, usual, longest = (np.array([_DURATION[k][i] for k in range(len(counts))])[kind] for i in range(3))
    length = np.floor(rng.triangular(shortest, usual, longest + 1e-6)).astype(np.int64)
    length = np.clip(length, shortest, longest)
    late = np.zeros(len(kind), dtype=bool)
    issued = np.flatnonzero(np.isin(kind, ISSUED_KINDS))
    late[rng.choice(issued, flows.issued_late, replace=False)] = True
    ended = between(rng, np.where(late, period.last - 60, period.first), np.full(len(kind), period.last))
    received = ended - length
    window = period.first - 42  # from here on a request can be decided within six weeks in the year
    state = np.where(received >= period.first, CURRENT, np.where(received >= window, CARRIED, OLD))
    free = ~late & (kind != OVER_52)  # rows that may be moved in time
    # Cases without usable dates, longer ones and overturned refusals were decided before the year.
    old = np.isin(kind, (OVER_52, FLAGGED, *UNDATED_KINDS))
    _to_old(old & (state != OLD) & ~late, length, received, ended, state, period, rng)
    late_old = old & late
    received[late_old] = np.minimum(received[late_old], window - 1)
    state[old] = OLD
    surplus = int((state == CURRENT).sum()) - room_yes
    if surplus > 0:
        pool = np.flatnonzero((state == CURRENT) & free)
        fixed = np.flatnonzero((state == CURRENT) & ~free)
        chosen = np.zeros(len(kind), dtype=bool)
        chosen[rng.permutation(pool)[:surplus]] = True
        chosen[rng.permutation(fixed)[: max(0, surplus - len(pool))]] = True
        _to_old(chosen, length, received, ended, state, period, rng)
    _settle_carried(flows.carried_yes, free & ~old, length, received, ended, state, period, rng)
    received = np.where(np.isin(kind, UNDATED_KINDS), NONE, received)
    return Completed(kind=kind, state=state, received=received, ended=ended, late_start=late)


def _to_old(
    rows: npt.NDArray[np.bool_],
    length: Ints,
    received: Days,
    ended: Days,
    state: Ints,
    period: Period,
    rng: np.random.Generator,
) -> None:
    """Move `rows` back so that they came in too early to be decided within six weeks in the year."""
    last = period.first - 43
    received[rows] = between(rng, np.maximum(period.first - length[rows], last - 200), np.full(int(rows.sum()), last))
    # A short case near the year's start may have to be a little longer than drawn.
    ended[rows] = np.minimum(np.maximum(received[rows] + length[rows], period.first), period.last)
    received[rows] = np.minimum(received[rows], ended[rows] - length[rows])
    state[rows] = OLD


def _settle_carried(
    wanted: int,
    free: npt.NDArray[np.bool_],
    length: Ints,
    received: Days,
    ended: Days,
    state: Ints,
    period: Period,
    rng: np.random.Generator,
) -> None:
    """Bring the number of CARRIED rows to `wanted` by moving rows to or from OLD."""
    carried = np.flatnonzero(state == CARRIED)
    if len(carried) > wanted:
        out = np.zeros(len(state), dtype=bool)
        out[rng.permutation(carried)[wanted:]] = True
        _to_old(out, length, received, ended, state, period, rng)
        return
    pool = np.flatnonzero((state == OLD) & free & (length >= 60) & (length <= 330))
    chosen = rng.permutation(pool)[: wanted - len(carried)]
    received[chosen] = between(rng, np.full(len(chosen), period.first - 42), np.full(len(chosen), period.first - 1))
    ended[chosen] = received[chosen] + length[chosen]
    state[chosen] = CARRIED
