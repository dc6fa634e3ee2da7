"""Personal budgets, direct payments, residential and work-based placements of the plans in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework.calendar import Ints, Period, age_on, day
from sandbox.casework.cases import Cases
from sandbox.casework.figures import Figures, Reals
from sandbox.casework.fitting import share

Words = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


@dataclass
class Extras:
    """One row a case; texts as the tables hold them, None where there is nothing."""

    personal_budget: Words
    organised: Words
    direct_payments: Words
    residential: Words
    work_based: Words


def make_extras(cases: Cases, placed: Ints, figures: Figures, period: Period, rng: np.random.Generator) -> Extras:
    """Exactly as many as published, by placement where that can be. `placed`: cases with a placement on census day."""
    count = len(cases)
    out = Extras(*(np.full(count, None, dtype=object) for _ in range(5)))
    in_place = cases["caseload"] == 1
    has_place = np.zeros(count, dtype=bool)
    has_place[placed] = True
    age = age_on(cases["birth"], np.full(count, day(period.collection - 1, 8, 31)))
    budgets = figures.total["personal_budgets"]
    chosen = _pick(cases, in_place, figures.extras["personal_budget"], budgets["personal_budget"], rng)
    plans = cases["start"] > 0
    out.personal_budget[plans], out.organised[plans] = "0", "0"
    out.personal_budget[chosen] = "1"
    kinds = np.repeat(
        np.array(["H", "E", "S", "I"], dtype=object),
        [budgets[name] for name in ("pb_health", "pb_education", "pb_social", "pb_integrated")],
    )
    order = rng.permutation(chosen)
    out.direct_payments[order[: len(kinds)]] = kinds
    out.organised[order[len(order) - budgets["org_arrangments"] :]] = "1"
    residential = figures.total["residential_settings"]
    free = in_place & has_place
    for column, code in (("Res_3851", "A"), ("Res_52", "B")):
        rows = _pick(cases, free, figures.extras[column], residential[column], rng)
        out.residential[rows] = code
        free = free.copy()
        free[rows] = False
    work = figures.total["work_based_placements"]
    free = in_place & has_place & (age >= 16)
    for column, code in (("open_supp_intern", "S"), ("open_apprentice", "A"), ("open_trainee", "T")):
        rows = _pick(cases, free, figures.extras[column], work[column], rng)
        out.work_based[rows] = code
        free = free.copy()
        free[rows] = False
    return out


def _pick(cases: Cases, free: Mask, by_place: Reals, total: int, rng: np.random.Generator) -> Ints:
    """`total` rows out of `free`, by placement as published as far as there are enough."""
    rows = rng.permutation(np.flatnonzero(free))
    place = cases["place"][rows]
    most = np.bincount(place, minlength=len(cat.PLACEMENTS))
    wanted = np.minimum(np.rint(by_place).astype(np.int64), most)
    wanted = share(min(total, int(wanted.sum())), wanted.astype(float), wanted)
    wanted += share(total - int(wanted.sum()), by_place + 1e-3 * most, most - wanted)
    parts = [rows[place == p][: wanted[p]] for p in np.flatnonzero(wanted)]
    return np.concatenate(parts) if parts else rows[:0]
