"""The step log of a run: what ran, for how long, what it counted. Counts only, never a value of a record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from area.log_lines import append_line, told_of


class Step:
    """Gathers the counts of one step while it runs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: dict[str, Any] = {}

    def count(self, **counts: Any) -> None:
        """Add counts (whole numbers or short words) to the step's record."""
        self.counts.update(counts)


@contextmanager
def step(log: Path, name: str) -> Iterator[Step]:
    """Record a step in `log` (JSON lines): a `started` line, then `finished` or `failed` with seconds and counts."""
    current = Step(name)
    started = time.monotonic()
    append_line(log, {"step": name, "state": "started", "at": time.time()})
    try:
        yield current
    except BaseException as error:
        append_line(
            log,
            {
                "step": name,
                "state": "failed",
                "at": time.time(),
                "seconds": round(time.monotonic() - started, 3),
                "counts": current.counts,
            }
            | told_of(error),
        )
        raise
    append_line(
        log,
        {
            "step": name,
            "state": "finished",
            "at": time.time(),
            "seconds": round(time.monotonic() - started, 3),
            "counts": current.counts,
        },
    )
