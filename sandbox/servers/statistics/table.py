"""One version of one data set, held by columns: codes for what can be asked for, text for the values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.servers.statistics.catalogue import short_ids
from sandbox.servers.statistics.periods import TimePeriod

LEVELS = {"National": "NAT", "Regional": "REG", "Local authority": "LA"}
"""Levels that occur in the files: label and code."""
_PLACE_COLUMNS = {
    "NAT": ("country_name", "country_code", None),
    "REG": ("region_name", "region_code", None),
    "LA": ("la_name", "new_la_code", "old_la_code"),
}
_KNOWN_BELOW = {"NAT": ("NAT",), "REG": ("NAT", "REG"), "LA": ("NAT", "REG", "LA")}
_BREAK = "\x1f"
"""Between joined cells: sorts before any letter, so that `Derby` comes before `Derbyshire`, and occurs in no label."""
_FILTER_COLUMNS = ("breakdown_topic", "breakdown")
_HEAD = ("time_period", "time_identifier", "geographic_level", *(c for cs in _PLACE_COLUMNS.values() for c in cs if c))


@dataclass(frozen=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A filter column; `codes` has a row's place in `options`, -1 where it does not apply."""

    id: str
    column: str
    label: str
    options: list[Option]
    codes: np.ndarray


@dataclass(frozen=True)
class Place:
    """A location option. `old_code` is the DfE's three digits and only a local authority's."""

    id: str
    level: str
    label: str
    code: str
    old_code: str | None


@dataclass(frozen=True)
class Indicator:
    id: str
    column: str
    label: str
    unit: str | None


class Table:
    """The rows of one version, in published order."""

    def __init__(self, name: str, rows: pa.Table) -> None:
        self.name = name
        self.rows = rows
        self.columns = list(rows.column_names)
        labels, self.level_codes = _coded(rows["geographic_level"])
        self.levels = [LEVELS[label] for label in labels]

    @property
    def count(self) -> int:
        return int(self.rows.num_rows)

    @cached_property
    def _periods(self) -> tuple[list[TimePeriod], np.ndarray]:
        text = pc.binary_join_element_wise(self.rows["time_period"], self.rows["time_identifier"], "|")
        found, codes = _coded(text)
        periods = [TimePeriod.from_file(*item.split("|")) for item in found]
        order = sorted(range(len(periods)), key=lambda index: periods[index])
        places = np.empty(len(order), dtype=np.int32)
        places[order] = np.arange(len(order))
        return [periods[index] for index in order], places[codes]

    @property
    def periods(self) -> list[TimePeriod]:
        """Oldest first."""
        return self._periods[0]

    @property
    def period_codes(self) -> np.ndarray:
        """Each row's place in `periods`."""
        return self._periods[1]

    @cached_property
    def filters(self) -> list[Filter]:
        columns = [column for column in _FILTER_COLUMNS if column in self.columns]
        made = []
        for column, filter_id in zip(columns, short_ids(f"{self.name}/filter", columns), strict=True):
            labels, codes = _coded(self.rows[column])
            ids = short_ids(f"{self.name}/{column}", labels)
            options = [Option(i, label) for i, label in zip(ids, labels, strict=True)]
            made.append(Filter(filter_id, column, _words(column), options, codes))
        return made

    @cached_property
    def places(self) -> dict[str, tuple[list[Place], np.ndarray]]:
        """For each level that occurs: its locations, and each row's place in them (-1: the row is above that level)."""
        levels = np.array(self.levels)[self.level_codes]
        made = {}
        for level, (name, code, old) in _PLACE_COLUMNS.items():
            has = np.isin(levels, [of for of, known in _KNOWN_BELOW.items() if level in known])
            if not has.any():
                continue
            has &= pc.not_equal(self.rows[name], "").to_numpy()
            parts = [self.rows[name], self.rows[code], *([self.rows[old]] if old else [])]
            found, codes = _coded(pc.if_else(pa.array(has), pc.binary_join_element_wise(*parts, _BREAK), ""))
            places = []
            for place_id, text in zip(short_ids(f"place/{level}", found), found, strict=True):
                label, place_code, *rest = text.split(_BREAK) if text else ("", "")
                places.append(Place(place_id, level, label, place_code, rest[0] if rest else None))
            made[level] = _without_blank(places, codes)
        return made

    @cached_property
    def indicators(self) -> list[Indicator]:
        columns = [c for c in self.columns if c not in _HEAD and c not in _FILTER_COLUMNS]
        ids = short_ids(f"{self.name}/indicator", columns)
        return [Indicator(i, c, _words(c), _unit(c)) for i, c in zip(ids, columns, strict=True)]


def _coded(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The distinct texts in alphabetical order, and each row's place among them."""
    encoded = column.combine_chunks().dictionary_encode()
    labels = encoded.dictionary.to_pylist()
    order = sorted(range(len(labels)), key=labels.__getitem__)
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order))
    return [labels[index] for index in order], places[encoded.indices.to_numpy()]


def _without_blank(places: list[Place], codes: np.ndarray) -> tuple[list[Place], np.ndarray]:
    """Drop the blank location (rows without one at this level), whose rows get -1. Blank sorts first."""
    if places and not places[0].label:
        return places[1:], codes - 1
    return places, codes


def _words(column: str) -> str:
    return column.replace("_", " ").strip().capitalize()


def _unit(column: str) -> str | None:
    name = column.lower()
    return "%" if name.endswith(("_pc", "_rate")) or name.startswith("pc_") or "_pc_" in name else None
