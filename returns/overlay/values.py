"""Whether a value is one an item of the return can hold, and how the return's tables write it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from area.errors import OverlayRefusedError
from returns.definition.model import Definition, Item

FLAGS, RANKS = ("0", "1"), ("1", "2")
LA = re.compile(r"[0-9]{3}|XXX")
YEAR = re.compile(r"20[0-9]{2}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
# Characters that XML 1.0 cannot hold, and those that would break a line.
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def fitting_value(definition: Definition, item: Item, value: str, *, line: int | None = None) -> str:
    """The value as the return's table writes it: no blanks around it, codes in upper case, dates as CCYY-MM-DD.

    Raises OverlayRefusedError, which says what is expected and never the value.
    """
    given = value.strip()
    codes = definition.codes.get(item.codes or "", {})
    expected, fit = _fit(item, list(codes))
    fitted = fit(given) if given else None
    if fitted is None:
        raise OverlayRefusedError(
            "correction", field=f"value for {item.tag}", expected=expected, came=_described(given), line=line
        )
    return fitted


def _fit(item: Item, codes: list[str]) -> tuple[str, Callable[[str], str | None]]:
    """What is expected, in words, and what makes the text of a table from a value, or None where it does not fit."""
    if item.type == "code":
        listed = ", ".join(codes) if len(codes) <= 20 else f"{', '.join(codes[:20])} or another code of the list"
        return f"one of {listed}", _by_code(codes)
    if item.type == "flag":
        return "0 or 1", _one_of(FLAGS)
    if item.type == "rank":
        return "1 or 2", _one_of(RANKS)
    if item.type == "date":
        return "a date CCYY-MM-DD", _date
    if item.type == "datetime":
        return "a time ccyy-mm-ddThh:mm:ss", _datetime
    if item.type == "la":
        return "three digits, or XXX", _matching(LA)
    if item.type == "year":
        return "a year CCYY", _matching(YEAR)
    if item.type == "number":
        return "a number", _matching(NUMBER)
    most = item.length or 200
    return (
        f"text of at most {most} characters",
        lambda text: text if len(text) <= most and not UNWRITABLE.search(text) else None,
    )


def _by_code(codes: list[str]) -> Callable[[str], str | None]:
    spelt = {code.casefold(): code for code in codes}
    return lambda text: spelt.get(text.casefold())


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda text: text if text in allowed else None


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text.upper() if pattern.fullmatch(text.upper()) else None


def _date(text: str) -> str | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return text if day.isoformat() == text and day.year >= 1900 else None


def _datetime(text: str) -> str | None:
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time.strftime("%Y-%m-%d %H:%M:%S") if time.tzinfo is None and time.year >= 1900 else None


def _described(value: str) -> str:
    return f"a value of length {len(value)} that is not" if value else "nothing (say --blank to empty the item)"
