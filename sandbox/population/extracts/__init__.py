"""What each source system holds of the population: its own records, with its own gaps, slips and codes.

One module a system. Each gives text tables named as in the feed's contract, and the true child behind each record.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from sandbox.population.streams import Ints


@dataclass
class Extract:
    """The tables of one system, and for each of its persons (keys as text) the row of the true child."""

    system: str  # 'ehc', 'census', 'mis', 's903', 'cin', 'csds' or 'waiting'
    tables: dict[str, pa.Table]
    keys: pa.Array
    child: Ints
    notes: dict[str, int] = field(default_factory=dict)
