"""The plans of the year and of January: which plans in place are new, moved in, or start after the period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from area.errors import FiguresUnmetError
from sandbox.casework import categories as cat
from sandbox.casework import completed as done
from sandbox.casework.births import births_at, births_for_starts
from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.cases import Cases
from sandbox.casework.ceased import Ceased
from sandbox.casework.fitting import share, whole
from sandbox.casework.flows import Flows, NewPlans

Mask = npt.NDArray[np.bool_]


def choose_transfers(place: Ints, need: Ints, new_plans: NewPlans, flows: Flows, rng: np.random.Generator) -> Mask:
    """Of the plans in place that started in 2024 (given by placement and need), mark those that moved in.

    Exactly as many by need as the new plans leave; by placement preferably where there are more plans than new ones.
    """
    here = np.zeros((len(cat.PLACEMENTS), len(cat.NEEDS)), dtype=np.int64)
    np.add.at(here, (place, need), 1)
    columns = here.sum(axis=0) - new_plans.active_need
    spare = np.maximum(here.sum(axis=1) - flows.new_place, 0)
    room = here.sum(axis=1)
    # Plans without a placement are wanted among the new ones; only what those leave over moved in, if that is enough.
    room[cat.UNKNOWN] = spare[cat.UNKNOWN]
    room[cat.UNKNOWN] += max(0, new_plans.transferred - int(room.sum()))
    rows = share(new_plans.transferred, spare + 1e-4 * room + 1e-9, room)
    most = here.copy()
    most[cat.UNKNOWN] = np.minimum(here[cat.UNKNOWN], room[cat.UNKNOWN])
    wanted = here * (rows / np.maximum(here.sum(axis=1), 1))[:, None]
    try:
        table = whole(wanted, rows, columns, most=most, soft=True)
    except FiguresUnmetError:
        table = whole(wanted, rows, columns, most=here, soft=True)
    moved = np.zeros(len(place), dtype=bool)
    order = rng.permutation(len(place))
    for p, k in np.argwhere(table):
        inside = order[(place[order] == p) & (need[order] == k)]
        moved[inside[: table[p, k]]] = True
    return moved


def first_places(
    place: Ints, age: Ints, ceased_place: Ints, january: int, flows: Flows, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """First placements of the new plans in force (`place`, `age` position) and of those that ceased.

    As published for all new plans; a plan keeps its placement wherever the totals allow, otherwise it has moved. Where
    too few plans are without a placement, ceased ones lose theirs (`ceased_place` is changed in place).
    """
    left = flows.new_place.copy()
    left[cat.UNKNOWN] -= january
    here = np.bincount(place, minlength=len(left))
    # Ceased plans first take up what the plans in force cannot hold, then what they last had.
    surplus = np.maximum(left - here, 0)
    take = np.zeros_like(left)
    take[cat.UNKNOWN] = max(0, left[cat.UNKNOWN] - here[cat.UNKNOWN])
    known = surplus.copy()
    known[cat.UNKNOWN] = 0
    has_one = np.flatnonzero(ceased_place != cat.UNKNOWN)
    short = int(take[cat.UNKNOWN]) - (len(ceased_place) - len(has_one))
    ceased_place[rng.permutation(has_one)[: max(0, short)]] = cat.UNKNOWN
    room = len(ceased_place) - take[cat.UNKNOWN]
    take += share(min(room, int(known.sum())), known + 1e-9, known)
    rest = left - take
    rest[cat.UNKNOWN] = 0
    last = np.bincount(ceased_place, minlength=len(left))
    take += share(len(ceased_place) - int(take.sum()), np.maximum(last - take, 0) + 1e-4 * rest, rest)
    ceased_first = _keep(ceased_place, np.where(ceased_place == cat.UNKNOWN, 0, 9), take, rng)
    return _keep(place, age, left - take, rng), ceased_first


def _keep(place: Ints, age: Ints, counts: Ints, rng: np.random.Generator) -> Ints:
    """First placements with these counts, equal to `place` as often as can be; the others in order of age."""
    order = rng.permutation(len(place))
    before = np.zeros(len(place), dtype=np.int64)  # how many rows of the same placement came before, in random order
    for p in np.unique(place):
        inside = order[place[order] == p]
        before[inside] = np.arange(len(inside))
    kept = before < counts[place]
    out = np.where(kept, place, -1)
    over = counts - np.bincount(place[kept], minlength=len(counts))
    others = np.flatnonzero(~kept)
    # No first placement can only be had by a plan that has none now either.
    none_now = others[place[others] == cat.UNKNOWN]
    empty = int(over[cat.UNKNOWN])
    if empty > len(none_now):
        raise FiguresUnmetError("more new plans without a placement than plans that have none")
    out[none_now[:empty]] = cat.UNKNOWN
    over[cat.UNKNOWN] = 0
    others = others[out[others] < 0]
    others = others[np.argsort(age[others], kind="stable")]
    out[others] = np.array([p for p in _BY_AGE if over[p] for _ in range(over[p])], dtype=np.int64)
    return out


# Placements in the order of the ages they usually hold.
_BY_AGE = (
    [cat.PLACE["nm_early_years"]]
    + [
        place
        for place in range(len(cat.PLACEMENTS))
        if cat.PLACEMENTS[place]
        not in (
            "nm_early_years",
            "general_fe_tertiary_colleges",
            "specialist_post_16_institutions",
            "ukrlp_provider",
            "neet",
        )
    ]
    + [
        cat.PLACE[name]
        for name in ("general_fe_tertiary_colleges", "specialist_post_16_institutions", "ukrlp_provider", "neet")
    ]
)


def assign_new_plans(
    issued: done.Completed,
    flows: Flows,
    new_plans: NewPlans,
    holders: Cases,
    start_age: Ints,
    ages: Ints,
    ceased: Ceased,
    period: Period,
    rng: np.random.Generator,
) -> tuple[Cases, Ints]:
    """Give the new plans their dates: `holders` (in force, by age and age at start), the ceased, and the January ones.

    Returns the cases in that order and, for each, the row of `issued` it belongs to (-1: assessment issued in 2023).
    """
    rows = np.flatnonzero(np.isin(issued.kind, done.ISSUED_KINDS) & ~issued.late_start)
    starts = np.minimum(issued.ended[rows] + _days_to_start(len(rows), rng), period.last)
    early = flows.issued_early
    spread = 60 if early < 0.2 * flows.new else 340  # an area whose assessments are hardly recorded has them all year
    starts = np.concatenate([starts, between(rng, np.full(early, period.first), period.first + spread)])
    rows = np.concatenate([rows, np.full(early, -1)])
    order = np.argsort(starts, kind="stable")
    ceased_rows = np.flatnonzero(ceased.new)
    # Plans that ceased within the year start first of all; January's ended ones must have been issued in the year.
    position = np.linspace(0, 0.6 * len(starts), num=len(ceased_rows), endpoint=False).astype(np.int64)
    for_ceased = order[position]
    left = order[~np.isin(order, for_ceased)]
    dated = left[rows[left] >= 0]
    for_january = dated[len(dated) - new_plans.ended_in_january :]
    left = left[~np.isin(left, for_january)]
    # The younger at the start against the age now, the earlier in the year the start.
    offset = np.array(cat.STARTS)[start_age] - (ages - 1)
    early_part = np.select([offset <= 0, offset >= 2], [0.0, 0.66], 0.1)
    late_part = np.select([offset <= 0, offset >= 2], [0.66, 1.0], 0.98)
    score = early_part + (late_part - early_part) * rng.random(len(offset))
    picks = np.concatenate([np.empty(len(holders), dtype=np.int64), for_ceased, for_january])
    picks[: len(holders)][np.argsort(score, kind="stable")] = left
    held = Cases.join([holders, ceased.cases.take(ceased_rows), _ended_in_january(new_plans, period, rng)])
    held["start"] = starts[picks]
    held["outcome"], held["assessment"] = "Y", "Y"
    n, c = len(holders), len(ceased_rows)
    held["birth"][:n] = births_for_starts(ages, start_age, held["start"][:n], period, rng)
    start = held["start"][n : n + c]
    held["cease"][n : n + c] = between(rng, np.minimum(start + 14, period.last), period.last)
    held["birth"][n : n + c] = births_at(ceased.age[ceased_rows], held["cease"][n : n + c], period, rng)
    held["birth"][n : n + c] = np.minimum(held["birth"][n : n + c], start - 200)
    return held, rows[picks]


def _days_to_start(rows: int, rng: np.random.Generator) -> Ints:
    """Most plans start the day they are issued; some are dated a few days on."""
    return np.where(rng.random(rows) < 0.85, 0, np.floor(8 * rng.random(rows)).astype(np.int64))


def _ended_in_january(new_plans: NewPlans, period: Period, rng: np.random.Generator) -> Cases:
    """New plans that ended between the period and census day: nothing but their dates is returned for them."""
    rows = new_plans.ended_in_january
    age = 3 + np.floor(12 * rng.random(rows)).astype(np.int64)
    return Cases(
        rows,
        cease=between(rng, np.full(rows, period.last + 1), period.census - 1),
        reason=cat.CEASE_REASONS.index("transfer"),
        first_place=cat.UNKNOWN,
        place=cat.UNKNOWN,
        need=cat.NEED_UNKNOWN,
        birth=births_at(age, np.full(rows, period.first), period, rng),
        sex=(rng.random(rows) < 0.7).astype(np.int64),
        ethnicity=0,
    )


def transfers(
    cases: Cases, area: str, areas: npt.NDArray[np.object_], period: Period, rng: np.random.Generator
) -> None:
    """Mark all of `cases` as moved in during the year, after their start date (in place)."""
    others = areas[areas != area]
    cases["transferred_from"] = others[rng.integers(len(others), size=len(cases))]
    cases["start"] = np.minimum(cases["start"], period.last - 1)
    start: Days = cases["start"]
    cases["transfer_date"] = between(rng, np.maximum(start + 1, period.first), period.last)
    cases["outcome"], cases["assessment"] = "Y", "Y"
    cases["received"], cases["outcome_date"], cases["assessment_date"] = NONE, NONE, NONE
