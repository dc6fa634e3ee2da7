"""Warnings of the statistics API. They come on a 200, so whoever does not look at them loses rows without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

# A name in our question is unknown to the data set: the answer is then not what was asked for.
UNKNOWN = {
    "FiltersNotFound",
    "LocationsNotFound",
    "GeographicLevelsNotFound",
    "TimePeriodsNotFound",
    "IndicatorsNotFound",
}
NO_RESULTS = "QueryNoResults"
DEBUG = "DebugEnabled"  # identifiers carry labels: not what formats read
LONGEST = 300


def check_warnings(warnings: Iterable[Mapping[str, Any]], unlike: Callable[[str, str], Exception]) -> list[str]:
    """Raise `unlike(expected, came)` for a warning with which the answer is not what was asked for; returns the others,
    whose codes are not known here, for somebody to read."""
    others = []
    for warning in warnings:
        code, path = str(warning.get("code", "a warning")), str(warning.get("path") or "the whole question")
        detail = warning.get("detail")
        items = detail.get("items") if isinstance(detail, Mapping) else None
        text = orjson.dumps(items).decode() if items else str(warning.get("message", ""))
        said = f"{code} at {path}: {text[:LONGEST]}"
        if code in UNKNOWN:
            raise unlike("an answer to all of the question", said)
        if code == NO_RESULTS:
            raise unlike("at least one row that fits the question", said)
        if code == DEBUG:
            raise unlike("identifiers without labels", said)
        others.append(said)
    return others
