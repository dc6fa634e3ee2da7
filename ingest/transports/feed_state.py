"""What a feed's transport remembers between pulls: entity tags, sizes and times of what it has already fetched.

Only hints: losing the file costs another fetch and nothing else.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from area.files import private_folder, write_atomically


class FeedState:
    """A small JSON file, `deliveries/<feed>/state.json`, of one entry a source file or table."""

    def __init__(self, folder: Path, feed: str, *, root: Path) -> None:
        self._path = private_folder(folder / feed, below=root) / "state.json"
        try:
            loaded = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            loaded = {}
        self._entries: dict[str, dict[str, Any]] = loaded if isinstance(loaded, dict) else {}

    def get(self, key: str) -> dict[str, Any]:
        """What is remembered under `key`; empty when nothing is."""
        entry = self._entries.get(key)
        return entry if isinstance(entry, dict) else {}

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Remember, on disk at once."""
        if self._entries.get(key) != entry:
            self._entries[key] = entry
            write_atomically(self._path, json.dumps(self._entries, sort_keys=True).encode())
