"""Answers of the DfE statistics API into one row a published value. Values stay text, symbols (z, x, c, low)
included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa

from ingest.formats import SourceFile, TableRows
from ingest.formats.json_seq import bodies
from ingest.landing import LARGEST_FILE

# Levels an answer may hold here, the most local first: a row's own place is at the level the row is of.
LEVELS = {"LA": "LA", "REG": "REG", "NAT": "NAT"}


def read(file: SourceFile) -> list[TableRows]:
    """The one table of the feed. Refuses a file whose answers do not have the API's shape."""
    table = file.contract.tables[0]
    names = {str(each["title"]).casefold(): str(each["name"]) for each in file.contract.transport["data_sets"]}
    values = _Values()
    try:
        data_set: _DataSet | None = None
        for body in bodies(file.path, largest=LARGEST_FILE):
            said = orjson.loads(body)
            if "latestVersion" in said:
                data_set = _DataSet(names[said["title"].casefold()], str(said["latestVersion"]["version"]))
            elif "indicators" in said and data_set is not None:
                data_set.learn(said)
            elif "results" in said and data_set is not None:
                for result in said["results"]:
                    values.add(data_set, result)
            else:
                raise ValueError("answers in another order")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        file.refuse(expected="answers of the statistics API", came=f"something else ({type(error).__name__})")
    cells = pa.table({name: pa.array(values.columns[name], pa.string()) for name in table.columns})

    def originals(positions: Sequence[int]) -> list[str]:
        return [
            orjson.dumps({name: values.columns[name][place] for name in table.columns}).decode() for place in positions
        ]

    return [TableRows(table, cells, pa.array(range(1, cells.num_rows + 1), pa.int64()), originals)]


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
    """Columns of the table, filled row by row."""

    def __init__(self) -> None:
        heads = (
            "data_set", "data_set_version", "time_period", "time_code", "geographic_level", "la_code", "la_name",
            "breakdown_topic", "breakdown",
        )  # fmt: skip
        self._heads = heads
        self.columns: dict[str, list[str | None]] = {name: [] for name in (*heads, "indicator", "value")}

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
