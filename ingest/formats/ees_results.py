"""Answers of the DfE statistics API into one row a published value. Values stay text, symbols (z, x, c, low)
included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa

from ingest.contract.model import Table
from ingest.formats import BATCH_ROWS, SourceFile, TableRows
from ingest.formats.json_seq import bodies
from ingest.landing.files import LARGEST_FILE

# Levels an answer may hold here, the most local first: a row's own place is at the level the row is of.
LEVELS = {"LA": "LA", "REG": "REG", "NAT": "NAT"}


def read(file: SourceFile) -> Iterator[TableRows]:
    """The one table of the feed, some answers at a time. `_row` is the number of the value, counted over all answers
    from 1. Refuses a file whose answers do not have the API's shape."""
    table = file.contract.tables[0]
    names = {str(each["title"]).casefold(): str(each["name"]) for each in file.contract.transport["data_sets"]}
    values = _Values()
    data_set: _DataSet | None = None
    answers = bodies(file.path, largest=LARGEST_FILE)
    while True:
        try:
            body = next(answers, None)
            data_set = data_set if body is None else _take(orjson.loads(body), names, data_set, values)
            rows = values.rows(table) if body is None or values.count >= BATCH_ROWS else None
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            file.refuse(expected="answers of the statistics API", came=f"something else ({type(error).__name__})")
        if rows is not None:
            yield rows
        if body is None:
            return


def _take(said: Any, names: dict[str, str], data_set: _DataSet | None, values: _Values) -> _DataSet:
    """Take in one answer: which data set follows, what its ids stand for, or values of it."""
    if "latestVersion" in said:
        return _DataSet(names[said["title"].casefold()], str(said["latestVersion"]["version"]))
    if data_set is None or not ("indicators" in said or "results" in said):
        raise ValueError("answers in another order")
    if "indicators" in said:
        data_set.learn(said)
    else:
        for result in said["results"]:
            values.add(data_set, result)
    return data_set


@dataclass
class _DataSet:
    """What the meta of a data set says its short ids stand for."""

    name: str
    version: str
    indicators: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def learn(self, meta: dict[str, Any]) -> None:
        self.indicators = {each["id"]: each["column"] for each in meta["indicators"]}
        self.filters = {each["column"]: each["id"] for each in meta.get("filters", [])}
        self.options = {
            each["id"]: {option["id"]: option["label"] for option in each["options"]}
            for each in meta.get("filters", [])
        }
        self.places = {
            group["level"]["code"]: {
                place["id"]: (str(place.get("oldCode") or place.get("code") or ""), place["label"])
                for place in group["options"]
            }
            for group in meta["locations"]
        }

    def option(self, column: str, result: dict[str, Any]) -> str | None:
        """The label of a row in a filter column; None where the data set has no such column or it does not apply."""
        ident = self.filters.get(column)
        chosen = result.get("filters", {}).get(ident) if ident else None
        return self.options[ident][chosen] if ident and chosen else None


class _Values:
    """Columns of the table, filled row by row and emptied batch by batch."""

    def __init__(self) -> None:
        heads = (
            "data_set", "data_set_version", "time_period", "time_code", "geographic_level", "la_code", "la_name",
            "breakdown_topic", "breakdown",
        )  # fmt: skip
        self._heads = heads
        self.columns: dict[str, list[str | None]] = {name: [] for name in (*heads, "indicator", "value")}
        self._before = 0

    @property
    def count(self) -> int:
        """How many rows there are now."""
        return len(self.columns["value"])

    def rows(self, table: Table) -> TableRows:
        """The rows there are now; forgets them."""
        cells = pa.table({name: pa.array(self.columns[name], pa.string()) for name in table.columns})
        numbers = pa.array(range(self._before + 1, self._before + self.count + 1), pa.int64())
        self._before += self.count
        for column in self.columns.values():
            column.clear()

        def originals(positions: Sequence[int]) -> list[str]:
            return [orjson.dumps(row).decode() for row in cells.take(pa.array(positions, pa.int64())).to_pylist()]

        return TableRows(table, cells, numbers, originals)

    def add(self, data_set: _DataSet, result: dict[str, Any]) -> None:
        level = LEVELS[result["geographicLevel"]]
        code, label = data_set.places[level][result["locations"][level]]
        cells = result["values"]
        head = (
            data_set.name,
            data_set.version,
            result["timePeriod"]["period"],
            result["timePeriod"]["code"],
            level,
            code,
            label,
            data_set.option("breakdown_topic", result),
            data_set.option("breakdown", result),
        )
        for name, value in zip(self._heads, head, strict=True):
            self.columns[name].extend([value] * len(cells))
        self.columns["indicator"].extend([data_set.indicators[ident] for ident in cells])
        self.columns["value"].extend([value or None for value in cells.values()])
