"""The step log of a run: what ran, for how long, what it counted. Counts only, never a value of a record."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from area.errors import SendWarehouseError


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
    _append(log, {"step": name, "state": "started", "at": time.time()})
    try:
        yield current
    except BaseException as error:
        _append(
            log,
            {
                "step": name,
                "state": "failed",
                "at": time.time(),
                "seconds": round(time.monotonic() - started, 3),
                "error": type(error).__name__,
                # Our own errors never hold personal data; the text of any other might, so it stays out.
                "message": str(error) if isinstance(error, SendWarehouseError) else None,
                "counts": current.counts,
            },
        )
        raise
    _append(
        log,
        {
            "step": name,
            "state": "finished",
            "at": time.time(),
            "seconds": round(time.monotonic() - started, 3),
            "counts": current.counts,
        },
    )


def _append(log: Path, record: dict[str, Any]) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, sort_keys=True) + "\n")
