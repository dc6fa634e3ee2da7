"""The plans in force on census day: placement, age, years in place, age at start, need, sex and ethnicity of each.

Every caseload breakdown by placement is met exactly but for ages that a placement code rules out; need by placement
and need of plans started since 1 January exactly; need by age and by sex as near as the rest allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from area.errors import FiguresUnmetError
from sandbox.casework import categories as cat
from sandbox.casework.figures import Figures
from sandbox.casework.fitting import Ints, Reals, fit, fit3, share, spread_out, whole

_AGES = np.array(cat.AGES)
_STARTS = np.array(cat.STARTS)
_YEARS = np.arange(13)


@dataclass(frozen=True)
class Caseload:
    """One row a plan in force on census day; every array holds positions in the lists of `categories`."""

    place: Ints
    age: Ints  # position in AGES (age at 31 August)
    years: Ints  # 0 .. 12 (12 and more)
    start_age: Ints  # position in STARTS
    need: Ints
    sex: Ints
    ethnicity: Ints

    def __len__(self) -> int:
        return len(self.place)


def build_caseload(figures: Figures, rng: np.random.Generator) -> Caseload:
    """The plans of `figures`, in random order."""
    place, age, years, start = _ages_and_years(figures)
    need = _needs(figures, place, age, years, rng)
    sex = _sexes(figures, place, need, rng)
    ethnicity = np.empty_like(place)
    for position, members in _by_place(place):
        ethnicity[members] = rng.permutation(_filled(figures.ethnicity[:, position], len(members), last=True))
    order = rng.permutation(len(place))
    return Caseload(*(part[order] for part in (place, age, years, start, need, sex, ethnicity)))


def _by_place(place: Ints) -> list[tuple[int, Ints]]:
    return [(p, np.flatnonzero(place == p)) for p in range(len(cat.PLACEMENTS)) if (place == p).any()]


def _filled(counts: Reals, total: int, *, last: bool) -> Ints:
    """Positions by whole counts; what they fall short of `total` goes to the last (or first) position."""
    whole_counts = np.rint(counts).astype(np.int64)
    whole_counts[-1 if last else 0] += total - whole_counts.sum()
    if whole_counts.min() < 0:
        whole_counts = share(total, counts)
    return spread_out(whole_counts)


def _allowed() -> npt.NDArray[np.bool_]:
    """[age, years, start]: can this age, this many years after a start at that age, be?"""
    age, years, start = _AGES[:, None, None], _YEARS[None, :, None], _STARTS[None, None, :]
    least, most = age - years, age - years + 2
    most = np.where(years == 0, age + 1, most)
    fits = (start >= least) & (start <= most)
    fits |= (years == 12) & (start <= most)
    fits |= (start == _STARTS[-1]) & (most >= start)
    fits |= (start == _STARTS[0]) & (least <= start) & (most >= 0)
    return fits & (most >= 0)


_ALLOWED = _allowed()
_ANY = 10**9  # no limit to a cell
# Hardly any plan is made before the second birthday.
_LIKELY = np.where(_AGES[:, None, None] - _YEARS[None, :, None] >= 1, 1.0, 0.02)


def valid_ages(figures: Figures) -> Reals:
    """The published ages by placement, with those a placement code rules out moved to the nearest it allows."""
    ages = figures.age.copy()

    def move(heading: str, wrong: npt.NDArray[np.bool_], to: int) -> None:
        column = ages[:, cat.PLACE[heading]]
        column[cat.AGES.index(to)] += column[wrong].sum()
        column[wrong] = 0.0

    school_age = (_AGES >= 5) & (_AGES <= 15)
    move("neet", _AGES < 16, 16)
    move("neet_other_csa", _AGES > 15, 15)
    move("neet_other_csa", _AGES < 5, 5)
    move("neet_other", school_age, 16)
    return ages


def _ages_and_years(figures: Figures) -> tuple[Ints, Ints, Ints, Ints]:
    """Age, years and age at start by placement: a three-way fit, then whole numbers that keep ages and years."""
    placements = np.flatnonzero(figures.placement > 0)
    ages = _whole_columns(valid_ages(figures), figures.placement)
    years = _whole_columns(figures.years, figures.placement, rows=figures.years_total)
    starts = figures.start_age
    cube = fit3(
        np.where(_ALLOWED, _LIKELY, 0.0),
        ages.T[placements].astype(float),
        years.T[placements].astype(float),
        starts.T[placements].astype(float),
    )
    out: list[tuple[Ints, Ints, Ints, Ints]] = []
    for number, place in enumerate(placements):
        both = _ages_by_years(cube[number].sum(axis=2), ages[:, place], years[:, place])
        age, year, start = _starts(both, cube[number])
        out.append((np.full(len(age), place), age, year, start))
    place_, age_, year_, start_ = (np.concatenate(parts) for parts in zip(*out, strict=True))
    return place_, age_, year_, start_


def _ages_by_years(wanted: Reals, ages: Ints, years: Ints) -> Ints:
    """Whole numbers without plans older than their holder, unless the published totals leave no other way."""
    try:
        return whole(wanted, ages, years, most=np.where(_ALLOWED.any(axis=2), _ANY, 0))
    except FiguresUnmetError:
        return whole(wanted, ages, years)


def _whole_columns(table: Reals, placement: Ints, rows: Ints | None = None) -> Ints:
    """A breakdown table in whole numbers with the placements' totals (it is whole unless it was estimated)."""
    rounded = np.rint(table).astype(np.int64)
    if (rounded.sum(axis=0) == placement).all() and np.allclose(table, rounded):
        return rounded
    if rows is None:
        rows = share(int(placement.sum()), table.sum(axis=1))
    return whole(table, rows, placement)


def _starts(both: Ints, cube: Reals) -> tuple[Ints, Ints, Ints]:
    """Ages at start for each (age, years) cell as fitted; what is over is carried to the next cell."""
    age, year = np.nonzero(both)
    counts = both[age, year]
    carry = np.zeros(len(_STARTS))
    starts = np.zeros((len(age), len(_STARTS)), dtype=np.int64)
    for cell, (a, y, count) in enumerate(zip(age, year, counts, strict=True)):
        odds = cube[a, y] + 1e-9 * _ALLOWED[a, y]
        if odds.sum() == 0:
            odds = 1.0 * (np.abs(_STARTS - max(_AGES[a] - y + 1, 2)) == 0)
        can = odds > 0
        want = np.where(can, np.maximum(count * odds / odds.sum() + carry, 0.0), 0.0)
        starts[cell] = share(int(count), want, np.where(can, count, 0))
        carry += count * odds / odds.sum() - starts[cell]
    flat = starts.ravel()
    return (
        np.repeat(np.repeat(age, len(_STARTS)), flat),
        np.repeat(np.repeat(year, len(_STARTS)), flat),
        np.repeat(np.tile(np.arange(len(_STARTS)), len(age)), flat),
    )


def _needs(figures: Figures, place: Ints, age: Ints, years: Ints, rng: np.random.Generator) -> Ints:
    by_place = _whole_needs(figures)
    recent = years <= 1
    rows = np.bincount(place[recent], minlength=len(cat.PLACEMENTS))
    columns = np.rint(figures.need_recent).astype(np.int64)
    if columns.sum() != rows.sum():  # withheld for this area
        columns = share(int(rows.sum()), figures.need_recent, figures.need)
    wanted = fit(by_place + 1e-9, rows.astype(float), columns.astype(float))
    new = whole(wanted, rows, columns, most=by_place)
    out = np.empty_like(place)
    for members, table in ((recent, new), (~recent, by_place - new)):
        for p, inside in _by_place(np.where(members, place, -1)):
            ages = np.bincount(age[inside], minlength=len(cat.AGES))
            seed = figures.need_by_age / np.maximum(figures.need_by_age.sum(axis=1, keepdims=True), 1.0) + 1e-4
            cells = whole(fit(seed, ages.astype(float), table[p].astype(float)), ages, table[p])
            for a in np.flatnonzero(ages):
                out[inside[age[inside] == a]] = rng.permutation(spread_out(cells[a]))
    return out


def _whole_needs(figures: Figures) -> Ints:
    table = np.rint(figures.need_by_placement).astype(np.int64)
    if (table.sum(axis=1) == figures.placement).all() and (table.sum(axis=0) == figures.need).all():
        return table
    return whole(
        fit(table + 0.1, figures.placement.astype(float), figures.need.astype(float)), figures.placement, figures.need
    )


def _sexes(figures: Figures, place: Ints, need: Ints, rng: np.random.Generator) -> Ints:
    out = np.empty_like(place)
    for p, inside in _by_place(place):
        columns = np.bincount(_filled(figures.sex[:, p], len(inside), last=True), minlength=2)
        rows = np.bincount(need[inside], minlength=len(cat.NEEDS))
        cells = whole(fit(figures.need_by_sex.T + 1.0, rows.astype(float), columns.astype(float)), rows, columns)
        for k in np.flatnonzero(rows):
            out[inside[need[inside] == k]] = rng.permutation(spread_out(cells[k]))
    return out
