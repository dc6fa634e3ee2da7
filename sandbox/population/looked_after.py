"""Looked-after children's spells and episodes, and short breaks, as the 903 has them (year from 1 April 2024)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from sandbox.population import placements_in_care as care
from sandbox.population.children import Children
from sandbox.population.known import Known
from sandbox.population.streams import Days, Ints, Mask, Streams, Words

YEAR_START = np.datetime64("2024-04-01")
_CEASED_IN_YEAR = 0.18  # of children looked after at some time in the year
_SHORT_BREAKS = 0.04  # of children in need with a plan: a series of short breaks (V4)
_NEEDS = {"N1": 0.62, "N2": 0.03, "N3": 0.03, "N4": 0.08, "N5": 0.14, "N6": 0.02, "N8": 0.08}
_NEEDS_WITH_PLAN = {"N1": 0.52, "N2": 0.14, "N3": 0.03, "N4": 0.08, "N5": 0.15, "N6": 0.02, "N8": 0.06}
# The legal statuses of a spell, one after the other, and how often.
_PATHS = {"C1 C2": 0.41, "V2 C1 C2": 0.08, "C1": 0.16, "V2 C1": 0.04, "V2": 0.21, "C1 C2 E1": 0.10}
_ADOPTABLE_BELOW = 6  # years; of older children nobody asks for a placement order
_BOTH = 0.15  # of changes of status, with a change of placement
_WITH_CARERS = 0.15  # of children placed for adoption, with the foster carers they were with (A5)
_AWAY = 0.02  # of changes of placement, to a temporary one (T0) and back
_APART = 5  # days between episodes at least: in another year (sandbox/moving.py) neighbouring days may become one
_DAYS_AWAY = 6
_NO_DAY = np.datetime64("NaT")


@dataclass(frozen=True)
class Episodes:
    """One row an episode of care, by child and start."""

    child: Ints
    start: Days
    end: Days
    reason_new: Words
    legal_status: Words
    need: Words
    place: Words
    provider: Words
    reason_ceased: Words
    reason_change: Words
    registration: Words
    placed_at: Ints  # another child's row, whose postcode is the placement's; -1 where the 903 asks for none

    def __len__(self) -> int:
        return len(self.child)


@dataclass(frozen=True)
class _Spell:
    child: int
    birth: int  # days since 1970, as all days here
    begin: int
    end: int | None
    last: int  # the end, or the night
    with_plan: bool
    need: str


@dataclass(frozen=True)
class _Step:
    """An episode in the making."""

    start: int
    reason_new: str
    status: str
    place: str
    provider: str | None
    registration: str | None
    placed_at: int


def make_episodes(children: Children, known: Known, as_of: dt.date, streams: Streams) -> tuple[Episodes, Mask]:
    """The episodes that touch the year, and the children who have one (looked after, or short breaks)."""
    rng = streams.of("looked after")
    looked_after = np.flatnonzero(known.looked_after)
    breaks = np.flatnonzero(known.in_need & ~known.looked_after & (children.sen == "E"))
    breaks = breaks[rng.random(len(breaks)) < _SHORT_BREAKS]
    draw = care.Draw(rng)
    rows: list[tuple[Any, ...]] = []
    for spell in _spells(children, looked_after, as_of, rng, draw):
        rows += _rows(spell, _steps(spell, draw, len(children)), draw)
    for spell in _spells(children, breaks, as_of, rng, draw):
        rows += _rows(replace(spell, need="N2"), [_short_breaks(spell, draw)], draw)
    episodes = _as_arrays(rows)
    in_year = np.flatnonzero(np.isnat(episodes.end) | (episodes.end >= YEAR_START))
    in_year = in_year[np.lexsort((episodes.start[in_year], episodes.child[in_year]))]
    taken = Episodes(*(getattr(episodes, f.name)[in_year] for f in fields(Episodes)))
    return taken, np.isin(np.arange(len(children)), taken.child)


def _spells(
    children: Children, child: Ints, as_of: dt.date, rng: np.random.Generator, draw: care.Draw
) -> Iterator[_Spell]:
    """One spell a child: nobody begins after turning 18 (352), and nobody of the looked-after stays on after it."""
    night, year = int(np.datetime64(as_of).astype(int)), int(YEAR_START.astype(int))
    ceased = rng.random(len(child)) < _CEASED_IN_YEAR
    ends = year + rng.integers(5, night - year, len(child))
    longs = rng.exponential(800, len(child)).astype(np.int64) + 8
    births = children.birth[child].astype("datetime64[D]").astype(int)
    for row, birth, gone, end_day, long in zip(child, births, ceased, ends, longs, strict=True):
        adult = int(birthday(birth, 18))
        end = min(int(end_day), adult) if gone else adult if adult < night else None
        end = None if end is not None and end <= max(year, birth) else end
        last = night if end is None else end
        begin = min(max(last - int(long), birth), last - 1, adult - 1)
        with_plan = bool(children.sen[row] == "E")
        need = draw.word(_NEEDS_WITH_PLAN if with_plan else _NEEDS)
        yield _Spell(int(row), int(birth), int(begin), end, int(last), with_plan, need)


def _steps(spell: _Spell, draw: care.Draw, count: int) -> list[_Step]:
    """The episodes of a spell, each other than the one before exactly in what its reason says (434, 435, 436)."""
    statuses = draw.word(_PATHS).split()
    if statuses[-1] == "E1" and age_on(spell.birth, spell.last) >= _ADOPTABLE_BELOW:
        statuses.pop()
    long = spell.last - spell.begin
    moves = min(int(draw.number() * 2 * min(max(long / 500, 0.3), 2.5)), 5)
    changes = ["L"] * (len(statuses) - 1) + ["P"] * moves
    days = sorted({_APART * draw.whole(1, long // _APART) for _ in changes}) if long > 30 else []
    adopted = statuses[-1] == "E1" and len(days) == len(changes)
    order = sorted(changes[: len(days)], key=lambda _: draw.number()) if not adopted else ["L", "L", *["P"] * moves]
    at = 0
    step = _placed(spell, draw, count, spell.begin, "S", statuses[0])
    steps = [step]
    for day, until, kind in zip(days, [*days[1:], long], order, strict=False):
        start = spell.begin + day
        if kind == "L":
            at += 1
            both = draw.number() < _BOTH or (step.place == "P1" and statuses[at] == "V2")
            if both and statuses[at] != "E1":
                step = _placed(spell, draw, count, start, "B", statuses[at])
            else:
                step = replace(step, start=start, reason_new="L", status=statuses[at])
        elif adopted and step.place[0] in "UA":
            step = _for_adoption(step, draw, count, start)
        elif draw.number() < _AWAY and until - day > _DAYS_AWAY:
            away = replace(step, start=start, reason_new="P", place="T0", provider=None, registration=None)
            steps.append(replace(away, placed_at=draw.whole(0, count)))
            step = replace(step, start=start + _DAYS_AWAY, reason_new="P")
        else:
            step = _placed(spell, draw, count, start, "P", statuses[at])
        steps.append(step)
    return steps


def _placed(spell: _Spell, draw: care.Draw, count: int, start: int, reason: str, status: str) -> _Step:
    at = care.place(draw, age=age_on(spell.birth, start), with_plan=spell.with_plan, status=status)
    home = spell.child if at == "P1" else draw.whole(0, count)
    return _Step(start, reason, status, at, care.provider(draw, at), care.registration(draw, at), home)


def _for_adoption(step: _Step, draw: care.Draw, count: int, start: int) -> _Step:
    """Placed for adoption under a placement order (408): with the same carers (T, 217) or with new ones."""
    if step.place.startswith("A"):
        return replace(step, start=start, reason_new="P", place="A6", placed_at=draw.whole(0, count))
    if draw.number() < _WITH_CARERS:
        return replace(step, start=start, reason_new="T", place="A5")
    return replace(step, start=start, reason_new="P", place="A6", placed_at=draw.whole(0, count))


def _short_breaks(spell: _Spell, draw: care.Draw) -> _Step:
    """An agreed series of breaks in a residential home: no address and no long-term carers (384, 398)."""
    return _Step(spell.begin, "S", "V4", "R1", draw.word({"PR1": 0.5, "PR4": 0.5}), None, -1)


def _rows(spell: _Spell, steps: list[_Step], draw: care.Draw) -> Iterator[tuple[Any, ...]]:
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        end = spell.end if following is None else following.start
        ceased = change = None
        if following is not None:
            ceased = "X1"
            moved = following.reason_new != "L" and "T0" not in (step.place, following.place)
            change = draw.word(care.CHANGES) if moved else None  # 225, 226
        elif end is not None:
            ceased = care.ending(draw, age=age_on(spell.birth, end), at=step.place)
        yield (
            spell.child, step.start, end, step.reason_new, step.status, spell.need, step.place, step.provider,
            ceased, change, step.registration, step.placed_at,
        )  # fmt: skip


def _as_arrays(rows: list[tuple[Any, ...]]) -> Episodes:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fields(Episodes))
    made: dict[str, Any] = {}
    for name, values in zip((f.name for f in fields(Episodes)), columns, strict=True):
        if name in ("child", "placed_at"):
            made[name] = np.array(values, dtype=np.int64)
        elif name in ("start", "end"):
            days = [_NO_DAY if day is None else np.datetime64(day, "D") for day in values]
            made[name] = np.array(days, dtype="datetime64[D]")
        else:
            made[name] = np.array(values, dtype=object)
    return Episodes(**made)


def birthday(birth: int, age: int) -> int:
    """The day of a birthday, in days since 1970; born on 29 February, 1 March."""
    born = dt.date(1970, 1, 1) + dt.timedelta(days=int(birth))
    try:
        day = born.replace(year=born.year + age)
    except ValueError:
        day = dt.date(born.year + age, 3, 1)
    return (day - dt.date(1970, 1, 1)).days


def age_on(birth: int, day: int) -> int:
    """In whole years."""
    years = int((day - birth) / 365.25) + 1
    while birthday(birth, years) > day:
        years -= 1
    return years
