"""Validates a return while it is being written, a piece of whole persons at a time, in a thread of its own.

A file is valid exactly when its header and each of its persons are, because the schema asks nothing across persons. So
pieces can be parsed and validated as small documents, which costs half of a streaming pass over the whole file, and
the other core does it while the database makes the next piece. Where a piece is faulty, the whole file is looked at
again by `schema_check.first_faults`, which says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from lxml import etree

# Pieces that may wait for the validator: bounds the memory.
MOST_WAITING = 4


class PieceValidator:
    """Takes pieces as they are written; `valid` after `finish` says whether all fitted the schema."""

    def __init__(self, schema: etree.XMLSchema, *, before: bytes, after: bytes) -> None:
        self._schema, self._before, self._after = schema, before, after
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sen2-validation")
        self._waiting: list[Future[bool]] = []
        self.valid = True

    def take(self, persons: bytes) -> None:
        """Validate `before` + persons + `after` as a document, soon; waits while too many pieces are in hand."""
        while len(self._waiting) >= MOST_WAITING:
            self.valid &= self._waiting.pop(0).result()
        self._waiting.append(self._pool.submit(self._fits, persons))

    def finish(self) -> bool:
        """Wait for what is in hand; whether every piece was valid."""
        for future in self._waiting:
            self.valid &= future.result()
        self._waiting = []
        return self.valid

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _fits(self, persons: bytes) -> bool:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            document = etree.fromstring(b"".join((self._before, persons, self._after)), parser)
        except etree.XMLSyntaxError:
            return False
        return bool(self._schema.validate(document))


@contextmanager
def validating(schema: etree.XMLSchema, *, before: bytes, after: bytes) -> Iterator[PieceValidator]:
    """A validator whose thread ends with the block, whatever happens in it."""
    validator = PieceValidator(schema, before=before, after=after)
    try:
        yield validator
    finally:
        validator.close()
