"""Values of a database or a typed file as text, exactly: what is read back is what stood there.

Dates are ISO (2025-01-31), moments 2025-01-31T20:15:00, decimals plain digits, booleans 1 and 0.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any


class NotTextError(Exception):
    """A value of a kind that has no exact text (bytes, lists, records). Carries the kind's name, never the value."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


FORMS: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "1" if value else "0",
    int: str,
    float: repr,
    Decimal: lambda value: format(value, "f"),
    dt.datetime: dt.datetime.isoformat,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    uuid.UUID: str,
}


def exact_texts(values: Iterable[Any], *, dates: bool = False) -> list[str | None]:
    """The values as text, missing ones as None.

    With `dates` (a field that is a date) a moment at midnight is that day: databases that keep every date as a moment
    mean no more by it. A moment with a time of day keeps it. Raises NotTextError.
    """
    return [None if value is None else _text(value, dates) for value in values]


def _text(value: Any, dates: bool) -> str:
    form = FORMS.get(type(value)) or next((form for kind, form in FORMS.items() if isinstance(value, kind)), None)
    if form is None:
        raise NotTextError(type(value).__name__)
    if dates and isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return form(value)
