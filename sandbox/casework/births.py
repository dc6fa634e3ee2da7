"""Birth dates and plan start dates that agree with the published ages."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework.calendar import Days, Ints, Period, age_on, between, birth_window, day, year_start

_TRIES = 12


def eldest(period: Period) -> int:
    """The earliest birth date of anyone who is still 25 when the extract is written (nobody here is older)."""
    return day(period.collection - 26, 2, 1)


def true_ages(age: Ints, years: Ints, rng: np.random.Generator) -> Ints:
    """Ages in years for positions in AGES; 'under 3' becomes 2, and 1 now and then where the plan is young."""
    ages = np.array(cat.AGES)[age]
    young = (age == 0) & (years <= 1) & (rng.random(len(age)) < 0.15)
    return np.where(young, 1, ages)


def _fits(birth: Days, start: Days, start_age: Ints) -> npt.NDArray[np.bool_]:
    at_start = age_on(birth, start)
    wanted = np.array(cat.STARTS)[start_age]
    first, last = start_age == 0, start_age == len(cat.STARTS) - 1
    fits: npt.NDArray[np.bool_] = (
        (at_start == wanted) | (first & (at_start >= 0) & (at_start <= 2)) | (last & (at_start >= wanted))
    )
    return fits & (start > birth + 60)


def births_for_starts(ages: Ints, start_age: Ints, start: Days, period: Period, rng: np.random.Generator) -> Days:
    """Birth dates for given start dates: the age at 31 August always holds, the age at start where it can."""
    low, high = birth_window(ages, period.collection)
    low = np.maximum(low, eldest(period))
    best = between(rng, low, high)
    done = _fits(best, start, start_age)
    for _ in range(_TRIES):
        again = between(rng, low, high)
        better = ~done & (_fits(again, start, start_age) | ((start <= best + 60) & (again < best)))
        best = np.where(better, again, best)
        done |= better & _fits(again, start, start_age)
    return best


def births_and_starts(
    ages: Ints, years: Ints, start_age: Ints, period: Period, rng: np.random.Generator
) -> tuple[Days, Days]:
    """Birth and start dates of plans by years in place (12 and more: by the age at the start)."""
    low, high = birth_window(ages, period.collection)
    low = np.maximum(low, eldest(period))
    start_year = period.collection - years
    # Twelve years and more: the year in which the child was as old as at the start.
    long_ago = np.minimum(period.collection - 1 - ages + np.array(cat.STARTS)[start_age], start_year)
    start_year = np.where(years == 12, np.maximum(long_ago, period.collection - 1 - ages + 2), start_year)
    start_year = np.where(years == 12, np.minimum(start_year, period.collection - 12), start_year)
    opened = year_start(start_year)
    closed = np.minimum(year_start(start_year + 1) - 1, period.census)
    best_birth, best_start = between(rng, low, high), between(rng, opened, closed)
    done = _fits(best_birth, best_start, start_age)
    for _ in range(_TRIES):
        birth, start = between(rng, low, high), between(rng, opened, closed)
        fits = _fits(birth, start, start_age)
        better = ~done & (fits | ((best_start <= best_birth + 60) & (start > birth + 60)))
        best_birth, best_start = np.where(better, birth, best_birth), np.where(better, start, best_start)
        done |= fits
    # A plan held longer than a child's age nearly rules out: born as early, started as late as may be.
    hardly = best_start <= best_birth + 60
    return np.where(hardly, low, best_birth), np.where(hardly, closed, best_start)


def births_at(age_then: Ints, then: Days, period: Period, rng: np.random.Generator) -> Days:
    """Birth dates of those aged as STARTS says on a day: position 0 is 0 to 2 (mostly 2), the last 20 to 24."""
    age = np.array(cat.STARTS)[age_then]
    age = np.where(age_then == 0, np.where(rng.random(len(age)) < 0.75, 2, 1), age)
    last = len(cat.STARTS) - 1
    age = np.where(age_then == last, 20 + np.floor(4 * rng.random(len(age)) ** 2).astype(np.int64), age)
    birth = then - np.floor((age + rng.random(len(age))) * 365.2425).astype(np.int64)
    return np.maximum(birth, eldest(period))
