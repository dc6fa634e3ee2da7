"""Values outside a contract's code lists that are in the deliveries that count: loaded as they came, and so to be known
of for as long as they come. Fields are named, values never: `send deliveries drift` names those that may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.landing.delivery import Delivery, loaded_before
from ingest.landing.drift import NEW_CODE
from ingest.raw.deliveries import TableDelivery


@dataclass(frozen=True)
class Unlisted:
    """The fields of one table of a feed that hold such values, in order of name."""

    table: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        number = len(self.fields)
        return f"{number} {'field' if number == 1 else 'fields'} of {self.table} ({', '.join(self.fields)})"


def unlisted_of(history: Iterable[TableDelivery], records: Sequence[Delivery]) -> tuple[Unlisted, ...]:
    """By table, of the newest deliveries in a feed's `history`; `records` are all of the feed.

    Of a record from before this was noted only what was new with that delivery is known.
    """
    loaded = loaded_before(records)
    found: dict[str, set[str]] = {}
    for each in history:
        if each.is_latest:
            fields = each.balance.unlisted
            found.setdefault(each.table, set()).update(
                _named_new(loaded.get(each.delivery.identity), each.table) if fields is None else fields
            )
    return tuple(Unlisted(table, tuple(sorted(fields))) for table, fields in sorted(found.items()) if fields)


def drift_command(area: str, feed: str) -> str:
    """The command that names the values which may be named."""
    return f"send deliveries drift --area {area} --feed {feed}"


def _named_new(record: Delivery | None, table: str) -> set[str]:
    drift = record.drift if record is not None else ()
    return {each.field for each in drift if each.kind == NEW_CODE and each.table == table and each.field}
