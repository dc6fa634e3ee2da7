"""The text of a row where its file has none of its own: packed, typed, or spread over several files."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa

from ingest.formats import Originals


def rows_as_json(cells: pa.Table) -> Originals:
    """Gives rows of `cells` as JSON objects, by column, without what is empty."""

    def originals(positions: Sequence[int]) -> list[str]:
        return [
            json.dumps({name: value for name, value in row.items() if value is not None}, ensure_ascii=False)
            for row in cells.take(pa.array(list(positions), pa.int64())).to_pylist()
        ]

    return originals
