"""The plans that ceased in the reporting period: reason, last placement, age, years held, sex, ethnicity, need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework.births import births_at, eldest
from sandbox.casework.calendar import Days, Ints, Period, between, day
from sandbox.casework.cases import Cases
from sandbox.casework.figures import Figures, Reals
from sandbox.casework.fitting import fit, share, spread_out, whole
from sandbox.casework.flows import NewPlans

_STARTS = np.array(cat.STARTS)
_NO_ENGAGE = cat.CEASE_REASONS.index("no_engage")
_MAX_AGE = cat.CEASE_REASONS.index("max_age")
# Reasons that mostly take effect at the end of the academic year.
_YEAR_END = [cat.CEASE_REASONS.index(reason) for reason in ("max_age", "needs_met", "he", "employ", "no_engage")]


@dataclass(frozen=True)
class Ceased:
    """One row a plan that ceased in the year. Rows of `new` were also started in it: their dates are still open."""

    cases: Cases
    new: npt.NDArray[np.bool_]
    age: Ints  # at the cease date, position in STARTS


def build_ceased(figures: Figures, new_plans: NewPlans, period: Period, rng: np.random.Generator) -> Ceased:
    """The ceased plans of the area: every reason's total holds, breakdowns by reason as near as new plans allow."""
    totals = np.rint(figures.ceased_placement.sum(axis=0)).astype(np.int64)
    totals[_NO_ENGAGE] += new_plans.extra_ceased
    parts = [_of_reason(figures, int(reason), int(totals[reason]), rng) for reason in np.flatnonzero(totals)]
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)] if parts else [np.zeros(0, dtype=np.int64)] * 6
    reason, place, age, held, sex, ethnicity = columns
    new = _choose_new(new_plans, reason, place, held, rng)
    cease = _cease_dates(reason, period, rng)
    birth = births_at(age, cease, period, rng)
    birth = np.where(
        reason == _MAX_AGE, between(rng, np.full(len(age), eldest(period)), day(period.collection - 26, 8, 31)), birth
    )
    start, cease = _start_dates(held, cease, birth, period, rng)
    cases = Cases(
        len(reason),
        outcome="Y",
        assessment="Y",
        start=start,
        cease=cease,
        reason=reason,
        place=place,
        first_place=place,
        need=_needs(figures, place, rng),
        birth=birth,
        sex=sex,
        ethnicity=ethnicity,
    )
    cases["need"][new] = rng.permutation(spread_out(new_plans.ceased_need))
    return Ceased(cases=cases, new=new, age=age)


def _of_reason(figures: Figures, reason: int, total: int, rng: np.random.Generator) -> tuple[Ints, ...]:
    """Rows of one reason: placement by age and age by years held, fitted to the published totals of each."""

    def counts(table: Reals) -> Ints:
        return share(total, table[:, reason] + 1e-6)

    places, ages, held = counts(figures.ceased_placement), counts(figures.ceased_age), counts(figures.ceased_years)
    mix = _ages_of_places(figures) + 1e-3
    by_place = whole(fit(mix, ages.astype(float), places.astype(float)), ages, places)
    by_years = whole(fit(_HELD_AT, ages.astype(float), held.astype(float)), ages, held)
    age = spread_out(ages)
    place, years = np.empty_like(age), np.empty_like(age)
    for a in np.flatnonzero(ages):
        place[age == a] = rng.permutation(spread_out(by_place[a]))
        years[age == a] = rng.permutation(spread_out(by_years[a]))
    sex = rng.permutation(spread_out(counts(figures.ceased_sex)))
    ethnicity = rng.permutation(spread_out(counts(figures.ceased_ethnicity)))
    return np.full(total, reason), place, age, years, sex, ethnicity


def _ages_of_places(figures: Figures) -> Reals:
    """[age at cease, placement] as the caseload has them, ages above 19 taken together."""
    ages = np.minimum(np.maximum(np.array(cat.AGES), 2), 20) - 2
    table = np.zeros((len(cat.STARTS), len(cat.PLACEMENTS)))
    np.add.at(table, ages, figures.age)
    return table


def _held_at() -> Reals:
    """[age at cease, years held]: small where a plan would be older than a two-year-old's."""
    age, held = _STARTS[:, None], np.arange(13)[None, :]
    age = np.where(age == 20, 22, age)
    return np.where(held <= age - 2, 1.0, np.where(held <= age, 0.05, 1e-6))


_HELD_AT = _held_at()


def _choose_new(
    new_plans: NewPlans, reason: Ints, place: Ints, held: Ints, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Mark the rows that are new plans too: those held least; as many as need be without a placement."""
    order = np.lexsort((rng.random(len(held)), reason == _MAX_AGE, held))
    chosen = np.zeros(len(held), dtype=bool)
    empty = [row for row in order if place[row] == cat.UNKNOWN][: new_plans.ceased_no_place]
    chosen[empty] = True
    rest = [row for row in order if not chosen[row] and place[row] != cat.UNKNOWN]
    rest += [row for row in order if not chosen[row] and place[row] == cat.UNKNOWN]
    chosen[rest[: new_plans.ceased - len(empty)]] = True
    # Too few ceased plans without a placement are published: some of the others lose theirs.
    short = new_plans.ceased_no_place - len(empty)
    place[[row for row in np.flatnonzero(chosen) if place[row] != cat.UNKNOWN][: max(0, short)]] = cat.UNKNOWN
    held[chosen] = 0
    return chosen


def _cease_dates(reason: Ints, period: Period, rng: np.random.Generator) -> Days:
    any_day = between(rng, np.full(len(reason), period.first + 8), period.last)
    year_end = day(period.collection - 1, 8, 31) - np.where(rng.random(len(reason)) < 0.4, 38, 0)
    at_end = np.isin(reason, _YEAR_END) & (rng.random(len(reason)) < 0.55)
    return np.where((reason == _MAX_AGE) | at_end, year_end, any_day)


def _start_dates(held: Ints, cease: Days, birth: Days, period: Period, rng: np.random.Generator) -> tuple[Days, Days]:
    """Start dates before the year, as many years before the cease date as the plan was held."""
    start = cease - np.floor((held + rng.random(len(held)) * 0.98) * 365.2425).astype(np.int64)
    fresh = held == 0  # started within a year of ceasing, yet in the year before
    cease = np.where(fresh, between(rng, np.full(len(held), period.first), period.first + 250), cease)
    start = np.where(fresh, between(rng, np.maximum(cease - 360, period.first - 300), period.first - 1), start)
    start = np.minimum(start, period.first - 1)
    return np.minimum(np.maximum(start, birth + 200), period.first - 1), cease


def _needs(figures: Figures, place: Ints, rng: np.random.Generator) -> Ints:
    """Needs as the caseload has them by placement; always known (a missing need is made only where published)."""
    odds = figures.need_by_placement[:, : cat.NEED_UNKNOWN] + 1e-3 * (figures.need[: cat.NEED_UNKNOWN] + 1)
    steps = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    drawn: Ints = (rng.random(len(place))[:, None] > steps[place]).sum(axis=1)
    return np.minimum(drawn, cat.NEED_UNKNOWN - 1)
