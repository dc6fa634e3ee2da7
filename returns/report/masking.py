"""What of a value a pseudonymised report may show.

An item that is personal is hidden whole. Any other is shown if it looks like what the item holds: a name or a number
typed into the wrong box must not come out with the report. What is hidden is said by its shape, so that the reader
knows what to look for.
"""

from __future__ import annotations

import re

from returns.definition.model import Item

HIDDEN = "(hidden)"
MOST_CHARACTERS = 200
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(T\d{2}:\d{2}(:\d{2})?)?")
_NUMBER = re.compile(r"-?\d{1,5}(\.\d{1,2})?")
# No code, URN or UKPRN is longer; a UPN, a ULN, an NHS number, a telephone number and nearly every name are.
_CODE = re.compile(r"[A-Z0-9]{1,4}")
_NUMBERED = re.compile(r"\d{1,8}")
_KEY = re.compile(r"[A-Za-z]{0,3}[0-9][0-9-]{0,15}")
_SHOWN = {
    "date": (_DATE, _NUMBER),
    "datetime": (_DATE, _NUMBER),
    "text": (_NUMBERED, _CODE),
    "code": (_CODE, _NUMBER),
    "la": (_CODE,),
}


def shown(item: Item | None, value: str | None, *, names: bool) -> str:
    """The value as a report shows it; '' for none. `names`: the report may hold names, so nothing is hidden.

    `item` is None for an element the return does not know, and then nothing of it is shown.
    """
    if value is None or not value.strip():
        return ""
    if names:
        return value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS]}…"
    if item is None or item.personal:
        return HIDDEN
    if any(pattern.fullmatch(value) for pattern in _SHOWN.get(item.type, (_NUMBER,))):
        return value
    return f"(hidden: {_shape(value)})"


def shown_key(key: str) -> str:
    """The key of a record of a file as a report shows it: its number. Keys of a damaged export can hold anything, a
    name too, so one that does not look like a key is hidden like any other value."""
    return (key.lstrip("0") or key) if _KEY.fullmatch(key) else f"(hidden: {_shape(key)})"


def _shape(value: str) -> str:
    kind = "digits" if value.isdigit() else "letters" if value.isalpha() else "characters"
    return f"{len(value):,} {kind}"
