"""A child's episodes of the year as one time of being looked after, and tables of what hangs on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

from sandbox.population.children import Children
from sandbox.population.looked_after import YEAR_START, Episodes, age_on
from sandbox.population.streams import Words

EPOCH = dt.date(1970, 1, 1)
FIRST_DAY = int(YEAR_START.astype(int))  # 1 April of the return's year, in days since 1970 as all days here
LAST_DAY = FIRST_DAY + 364
Cell: TypeAlias = str | int | None  # whole numbers are days
Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True)
class Step:
    """An episode: from, to (None while it lasts), legal status, place."""

    start: int
    end: int | None
    status: str
    place: str


@dataclass(frozen=True)
class Spell:
    """One child's; `end` is None while it lasts, `began` says that its first episode is among the year's."""

    child: int
    key: str
    birth: int
    girl: bool
    began: bool
    ceased: str | None
    steps: tuple[Step, ...]

    @property
    def start(self) -> int:
        return self.steps[0].start

    @property
    def end(self) -> int | None:
        return self.steps[-1].end

    @property
    def short_breaks(self) -> bool:
        return self.steps[0].status == "V4"

    def age(self, day: int) -> int:
        return age_on(self.birth, day)


def spells_of(episodes: Episodes, children: Children, keys: Words) -> list[Spell]:
    """One spell a child, in the order of the episodes. `keys` are CHILD by row of `children`."""
    days = [episodes.start.astype("datetime64[D]").tolist(), episodes.end.astype("datetime64[D]").tolist()]
    start, end = ([None if day is None else (day - EPOCH).days for day in column] for column in days)
    rows: dict[int, list[int]] = {}
    for row, child in enumerate(episodes.child.tolist()):
        rows.setdefault(child, []).append(row)
    return [
        Spell(
            child=child,
            key=str(keys[child]),
            birth=int(children.birth[child].astype("datetime64[D]").astype(int)),
            girl=bool(children.girl[child]),
            began=episodes.reason_new[own[0]] == "S",
            ceased=episodes.reason_ceased[own[-1]],
            steps=tuple(Step(start[r] or 0, end[r], episodes.legal_status[r], episodes.place[r]) for r in own),
        )
        for child, own in rows.items()
    ]


def table_of(columns: str, spells: Sequence[Spell], rows_of: Callable[[Spell], Iterable[Row]]) -> pa.Table:
    """A table of the 903: CHILD, DOB and `columns` (names with blanks between them), all text."""
    names = ["CHILD", "DOB", *columns.split()]
    rows = [(spell.key, spell.birth, *row) for spell in spells for row in rows_of(spell)]
    cells = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.table([pa.array([written(cell) for cell in column], pa.string()) for column in cells], names=names)


def written(cell: Cell) -> str | None:
    """`31/01/2025`, the way the 903 writes a date; anything else as it is."""
    return (EPOCH + dt.timedelta(days=cell)).strftime("%d/%m/%Y") if isinstance(cell, int) else cell
