"""The tray on which faults are laid out before they go into the tables, with the truth about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TRUTH_SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("kind", "feed", "table", "record_key", "expected", "expected_code")]
)


@dataclass(frozen=True)
class Truth:
    """One row of `truth/faults.parquet`.

    `record_key` is the key by which the fault is found: for a breach, the return's own id of the record (person_ref,
    request_ref, plan_ref, placement_ref, or `plan_ref-rank`); otherwise the contract's key of the row.
    """

    kind: str
    feed: str
    table: str
    record_key: str
    expected: str  # quarantined, duplicate, breach, unmatched
    expected_code: str  # reason code or rule id; DUPLICATE, UNMATCHED


@dataclass
class Planting:
    """Gathers faults; `apply` puts them into the tables."""

    share: int  # faults a kind: fewer in a small area
    changes: dict[tuple[str, str], dict[int, str | None]] = field(default_factory=lambda: defaultdict(dict))
    additions: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    broken_lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    truth: list[Truth] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # person_refs that carry a fault already
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)  # system and key -> the key a fault gave it

    def change(self, table: str, row: int, **values: str | None) -> None:
        """Set columns of a row of `table`."""
        for column, value in values.items():
            self.changes[table, column][row] = value

    def add(self, table: str, values: Mapping[str, object]) -> None:
        """Put a row at the end of `table`; columns not named are missing."""
        self.additions[table].append(dict(values))

    def tell(self, *truth: Truth) -> None:
        self.truth.extend(truth)

    def apply(self, tables: dict[str, pa.Table]) -> None:
        """Put what was gathered since the last time into `tables`."""
        for (name, column), values in self.changes.items():
            tables[name] = _changed(tables[name], column, values)
        for name, rows in self.additions.items():
            new = pa.Table.from_pylist(rows, schema=_schema_of(tables[name], rows))
            tables[name] = pa.concat_tables([tables[name], new], promote_options="default")
        self.changes.clear()
        self.additions.clear()

    def truth_table(self) -> pa.Table:
        rows = [dict(zip((f.name for f in fields(Truth)), astuple(t), strict=True)) for t in self.truth]
        return pa.Table.from_pylist(rows, schema=TRUTH_SCHEMA)


def _schema_of(table: pa.Table, rows: list[dict[str, object]]) -> pa.Schema:
    """The table's schema, with a text column for what only the new rows have."""
    extra = {name for row in rows for name in row} - set(table.column_names)
    return pa.schema([*table.schema, *((name, pa.string()) for name in sorted(extra))])


def _changed(table: pa.Table, column: str, values: dict[int, str | None]) -> pa.Table:
    mask = np.zeros(table.num_rows, dtype=bool)
    rows = sorted(values)
    mask[rows] = True
    new = pa.array([values[row] for row in rows], type=pa.string())
    old = table[column].combine_chunks()
    replaced = pc.replace_with_mask(old, pa.array(mask), new)
    return table.set_column(table.schema.get_field_index(column), column, replaced)
