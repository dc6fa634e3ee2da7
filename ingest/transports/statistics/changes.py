"""What a new major version of a data set broke, in a sentence: something was removed or got another identity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# The groups of a version's changes, as they are called in a sentence.
GROUPS = {
    "filters": "filter",
    "filterOptions": "filter option",
    "geographicLevels": "geographic level",
    "indicators": "indicator",
    "locationGroups": "group of locations",
    "locationOptions": "location",
    "timePeriods": "time period",
}
MOST_NAMED = 12


def major_of(version: str) -> str:
    """The part of a version before its first point; a new one breaks with what was before."""
    return version.split(".")[0]


def named_changes(changes: Mapping[str, Any]) -> list[str]:
    """`majorChanges` or `minorChanges` of a version, a phrase a change: the kind of thing, its name, what happened."""
    return [phrase for group, noun in GROUPS.items() for phrase in _phrases(noun, changes.get(group) or [])]


def breaking(title: str, before: str, version: str, changes: Mapping[str, Any]) -> str:
    """The note that goes into the delivery record."""
    named = named_changes(changes.get("majorChanges") or {})
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    what = "; ".join(named[:MOST_NAMED]) + more if named else "the API does not say what"
    return f"data set '{title}': version {version} (was {before}) breaks with what was before: {what}"


def _phrases(noun: str, found: list[Mapping[str, Any]]) -> Iterator[str]:
    for change in found:
        if "options" in change:  # options are gathered under their filter or level
            yield from _phrases(noun, change["options"])
            continue
        before, now = change.get("previousState"), change.get("currentState")
        if before and now:
            yield f"{noun} {_name(before)} is now {_name(now)}"
        elif before:
            yield f"{noun} {_name(before)} removed"
        elif now:
            yield f"{noun} {_name(now)} added"


def _name(state: Mapping[str, Any]) -> str:
    level = state.get("level")
    if isinstance(level, Mapping):
        state = level
    said = str(state.get("label") or state.get("column") or state.get("code") or "without a name")
    ident = state.get("id")
    return f"'{said[:80]}'" + (f" ({ident})" if ident else "")
