"""Columns of an extract: everything as text, the way files carry it, None where there is nothing."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.population.streams import Days, Mask, Words

Column: TypeAlias = npt.NDArray | pa.Array | pa.ChunkedArray


def text_table(**columns: Column) -> pa.Table:
    """A table of text columns. Whole numbers become digits, flags 0 and 1."""
    return pa.table({name: text(column) for name, column in columns.items()})


def text(column: Column) -> pa.Array:
    """One column as Arrow text."""
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return column.cast(pa.string())
    if column.dtype == bool:
        return pa.array(column.astype(np.int8)).cast(pa.string())
    if np.issubdtype(column.dtype, np.integer):
        return pa.array(column).cast(pa.string())
    return pa.array(column, type=pa.string())


def where(mask: Mask, values: Words | str) -> Words:
    """`values` where `mask` holds, nothing elsewhere."""
    out: Words = np.full(len(mask), None, dtype=object)
    out[mask] = values if isinstance(values, str) else values[mask]
    return out


def iso(days: Days) -> pa.Array:
    """`2025-01-31`, the way most feeds write a date."""
    return pa.array(days.astype("datetime64[D]"), type=pa.date32()).cast(pa.string())


def collect(days: Days) -> pa.Array:
    """`2025-Jan-31 00:00:00`, the way COLLECT exports write a date."""
    return pc.strftime(pa.array(days.astype("datetime64[s]")), format="%Y-%b-%d 00:00:00", locale="C")


def slashes(days: Days) -> pa.Array:
    """`31/01/2025`, the way the 903 writes a date."""
    return pc.strftime(pa.array(days.astype("datetime64[s]")), format="%d/%m/%Y", locale="C")
