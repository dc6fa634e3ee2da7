"""What must hold of the children: born before a request, of an age their placement allows, some asking twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sandbox.casework import categories as cat
from sandbox.casework.calendar import NONE, Period, age_on, between, birth_window, day
from sandbox.casework.cases import Cases

Mask = npt.NDArray[np.bool_]

SECOND_REQUESTS = 0.02  # of requests under way or undecided, those of a child refused earlier


def born_before_asking(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Make the youngest a little older where a request came in before they were two months old (in place).

    They stay within the published 'under 3', whose position in AGES is one for all three years of age.
    """
    low = int(birth_window(np.array([2]), period.collection)[0][0])
    youngest = (cases["caseload"] == 0) | (cases["birth"] >= low)
    rows = np.flatnonzero(youngest & (cases["received"] != NONE) & (cases["birth"] > cases["received"] - 60))
    born = cases["received"][rows] - between(rng, np.full(len(rows), 60), 300)
    cases["birth"][rows] = np.where(cases["caseload"][rows] == 1, np.maximum(born, low), born)


def fit_ages_to_places(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Keep NEET to 16 and over, and 'not in education, other' to the heading its age has (in place).

    First placements swap with another new plan's; someone no longer in casework is given another birth date.
    """
    age = age_on(cases["birth"], np.full(len(cases), day(period.collection - 1, 8, 31)))
    # Of someone no longer in casework, only the first placement is counted anywhere.
    nieo = np.isin(cases["first_place"], _NIEO) & np.isin(cases["place"], (*_NIEO, cat.PLACE["neet"]))
    gone = nieo & (cases["caseload"] == 0)
    cases["place"][gone] = cases["first_place"][gone]
    for column in ("place", "first_place"):
        for row in np.flatnonzero(~_age_may(cases[column], age)):
            if cases["caseload"][row] == 0:
                grown = cases[column][row] != cat.PLACE["neet_other_csa"]
                low, high = birth_window(np.array([17 if grown else 12]), period.collection)
                cases["birth"][row] = between(rng, low, high)[0]
                age[row] = 17 if grown else 12
            elif column == "first_place":
                _swap_first(cases, int(row), age)


_NIEO = (cat.PLACE["neet_other"], cat.PLACE["neet_other_csa"])


def _age_may(place: npt.NDArray[np.int64], age: npt.NDArray[np.int64]) -> Mask:
    school_age = (age >= 5) & (age <= 15)
    wrong = (place == cat.PLACE["neet"]) & (age < 16)
    wrong |= (place == cat.PLACE["neet_other_csa"]) & ~school_age
    wrong |= (place == cat.PLACE["neet_other"]) & school_age
    fits: Mask = ~wrong
    return fits


def _swap_first(cases: Cases, row: int, age: npt.NDArray[np.int64]) -> None:
    first = cases["first_place"]
    same_group = (cases["years"] == 1) & (cases["transferred_from"] == "") & (first != cat.UNKNOWN) & (first >= 0)
    fits = same_group & _age_may(np.full(len(cases), first[row]), age) & _age_may(first, np.full(len(cases), age[row]))
    moved = np.flatnonzero(fits & (first != cases["place"]))
    others = moved if len(moved) else np.flatnonzero(fits)
    if len(others):
        other = others[0]
        first[row], first[other] = first[other], first[row]


def second_requests(cases: Cases, period: Period, rng: np.random.Generator) -> None:
    """Some of the requests made late in the year are of children refused before it ended (in place)."""
    refused = (cases["outcome"] == "N") & (cases["assessment"] == "") & (cases["outcome_date"] != NONE)
    refused &= cases["outcome_date"] < period.last - 120
    again = np.isin(cases["outcome"], ("A", "Y")) & (cases["assessment"] == "") & (cases["received"] > period.last - 90)
    pool, later = rng.permutation(np.flatnonzero(refused)), rng.permutation(np.flatnonzero(again))
    number = min(len(pool), round(SECOND_REQUESTS * (again.sum() + refused.sum())), len(later) // 2)
    cases["same_person"][later[:number]] = pool[:number]
    _share_person(cases, later[:number], pool[:number])


def _share_person(cases: Cases, rows: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> None:
    for column in ("birth", "sex", "ethnicity"):
        cases[column][rows] = cases[column][of]
