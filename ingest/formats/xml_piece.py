"""The tags of some whole records of an XML return, and what is asked of them: which are on a path, what is around them,
what their values are, and which records cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from ingest.formats.xml_tokens import CLOSE, OPEN, PathTable, Tokens, Whole, local_name


class Piece:
    """Tags are named by their place among all tags of the piece."""

    def __init__(self, tokens: Tokens, paths: PathTable, record: str) -> None:
        self.tokens, self.record, self.record_level = tokens, record, record.count("/") + 1
        self._paths = paths
        self._order = np.argsort(tokens.path, kind="stable")
        self._borders = np.searchsorted(tokens.path[self._order], np.arange(len(paths.number) + 2))
        self._opened: dict[int, Whole] = {}
        self._broken: dict[int, int] = {}

    def at(self, path: str) -> Whole:
        """The opening tags of a path, in order."""
        number = self._paths.number[path]
        found: Whole = self._order[self._borders[number] : self._borders[number + 1]]
        return found

    def around(self, places: Whole, level: int) -> Whole:
        """The opening tag at `level` (the root has 1) that is around each of the tags, or is it."""
        if level not in self._opened:
            tokens = self.tokens
            self._opened[level] = np.flatnonzero((tokens.level == level) & (tokens.kind != CLOSE))
        opened = self._opened[level]
        found: Whole = opened[np.searchsorted(opened, places, side="right") - 1] if places.size else places
        return found

    def values(self, path: str, level: int, rows: Whole) -> pa.Array | None:
        """For each row the text at `path` within the same element of `level`; None when it stands nowhere."""
        leaves = self.at(path)
        if not leaves.size:
            return None
        owners, wanted = self.around(leaves, level), self.around(rows, level)
        place = np.minimum(np.searchsorted(owners, wanted), leaves.size - 1)
        return self.tokens.values(np.where(owners[place] == wanted, leaves[place], -1))

    def number_within(self, path: str, rows: Whole) -> Whole:
        """The number, from 1, of the element at `path` that is around each row, among its like."""
        level = path.count("/") + 1
        like = self.at(path)
        first = np.searchsorted(outer := self.around(like, level - 1), outer)
        numbers: Whole = (np.arange(like.size) - first + 1)[np.searchsorted(like, self.around(rows, level))]
        return numbers

    def look_for_repeats(self, path: str, level: int) -> None:
        """An element of `level` with two elements at `path` in it breaks its record."""
        found = self.at(path)
        owners = self.around(found, level)
        self._break(found[1:][owners[1:] == owners[:-1]])

    def look_for_nested(self, path: str) -> None:
        """A value with elements in it breaks its record."""
        tokens, found = self.tokens, self.at(path)
        opened = found[tokens.kind[found] == OPEN]
        self._break(opened[tokens.kind[opened + 1] != CLOSE])

    def look_for_missing(self, path: str) -> None:
        """A record without the element breaks."""
        records = self.at(self.record)
        missing = np.setdiff1d(records, self.around(self.at(path), self.record_level))
        for record in missing.tolist():
            self._broken.setdefault(record, -self._paths.number[path])

    def look_for_records_in_records(self) -> None:
        """A record within a record breaks the outer one."""
        tokens = self.tokens
        like = tokens.name == self._paths.names[self.record.rpartition("/")[2].encode()]
        found = np.flatnonzero(like & (tokens.kind != CLOSE) & (tokens.level > self.record_level))
        known = self.at(self.record)
        self._break(found[np.isin(self.around(found, self.record_level), known)])

    def unknown(self) -> set[tuple[int, str]]:
        """Elements below a record that nobody asked for: the path number of the known element around each, and its
        name. What is within an unknown element goes unsaid."""
        tokens = self.tokens
        odd = np.flatnonzero((tokens.path == 0) & (tokens.kind != CLOSE) & (tokens.level > self.record_level))
        found: set[tuple[int, str]] = set()
        for level in range(self.record_level + 1, self._paths.depth + 2):
            here = odd[tokens.level[odd] == level]
            around = tokens.path[self.around(here, level - 1)] if here.size else here
            here, around = here[around > 0], around[around > 0]
            tags = tokens.texts.take(pa.array(2 * here)).dictionary_encode()
            pairs = np.unique(np.stack([around, tags.indices.to_numpy()]), axis=1)
            names = [local_name(tag) for tag in tags.dictionary.to_pylist()]
            found |= {(int(path), names[code]) for path, code in pairs.T.tolist()}
        return found

    def _break(self, places: Whole) -> None:
        for place, record in zip(places.tolist(), self.around(places, self.record_level).tolist(), strict=True):
            before = self._broken.get(record)
            if before is None or before < 0 or place < before:
                self._broken[record] = place

    @property
    def broken(self) -> Iterable[int]:
        """The records that cannot be read."""
        return self._broken

    def broken_by(self, record: int) -> tuple[int, str]:
        """What breaks a record: the tag and the name of its element; or its own tag and the name of what is missing."""
        by = self._broken[record]
        number = -by if by < 0 else int(self.tokens.path[by])
        path = next((path for path, known in self._paths.number.items() if known == number), self.record)
        return (record if by < 0 else by), path.rpartition("/")[2]
