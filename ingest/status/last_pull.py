"""How the last pull of a feed ended: `deliveries/<feed>/last_pull.json`.

Delivery records say what came. A pull that found the source as it was, or nothing there, writes none: without this
note a source that failed once would look as if it were still failing.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from area.files import private_folder, write_atomically

NAME = "last_pull.json"


@dataclass(frozen=True)
class LastPull:
    """One attempt. `problem` is the sentence of an error of ours, None where the pull went well; `at` is in UTC,
    without a zone, as delivery records have it."""

    at: dt.datetime
    problem: str | None
    error: str | None = None
    """The class of the error."""


def note_last_pull(folder: Path, feed: str, pull: LastPull, *, root: Path) -> None:
    """Write it down below `folder` (`deliveries/`)."""
    path = private_folder(folder / feed, below=root) / NAME
    write_atomically(path, json.dumps(asdict(pull) | {"at": pull.at.isoformat()}, sort_keys=True).encode())


def last_pull(folder: Path, feed: str) -> LastPull | None:
    """How the last pull ended; None where there was none, or its note cannot be read."""
    try:
        said = json.loads((folder / feed / NAME).read_bytes())
        return LastPull(dt.datetime.fromisoformat(said["at"]), said["problem"], said["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
