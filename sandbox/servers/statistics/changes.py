"""What a version changed against the one before it."""

from __future__ import annotations

from typing import Any

from sandbox.servers.statistics import views
from sandbox.servers.statistics.table import Table
from sandbox.servers.statistics.versions import Version

_GROUPS = (
    "filters",
    "filterOptions",
    "geographicLevels",
    "indicators",
    "locationGroups",
    "locationOptions",
    "timePeriods",
)


def changes(version: Version, before: Version | None, *, with_patches: bool) -> dict[str, Any]:
    """The changes of `version` against `before` (None for a first version, which changes nothing).

    Added things are minor changes and have only a current state; removed ones are major and have only a previous state.
    """
    major: dict[str, Any] = {}
    minor: dict[str, Any] = {}
    if before is not None:
        new, old = _states(version.table), _states(before.table)
        for group in _GROUPS:
            added = [{"currentState": new[group][key]} for key in new[group] if key not in old[group]]
            removed = [{"previousState": old[group][key]} for key in old[group] if key not in new[group]]
            if group in ("filterOptions", "locationOptions"):
                added, removed = _by_parent(added), _by_parent(removed)
            minor |= {group: added} if added else {}
            major |= {group: removed} if removed else {}
    shown: dict[str, Any] = {"versionNumber": version.number, "notes": "", "majorChanges": major, "minorChanges": minor}
    return shown | ({"patchHistory": []} if with_patches else {})


def _states(table: Table) -> dict[str, dict[Any, Any]]:
    """Everything of a table that can change, by group and key. Options carry their parent, to be grouped by it."""
    return {
        "filters": {column.id: views.filter_alone(column) for column in table.filters},
        "filterOptions": {
            (column.id, item.id): (("filter", views.filter_alone(column)), views.option(item))
            for column in table.filters
            for item in column.options
        },
        "geographicLevels": {code: views.level(code) for code in table.levels},
        "indicators": {item.id: views.indicator(item) for item in table.indicators},
        "locationGroups": {code: {"level": views.level(code)} for code in table.places},
        "locationOptions": {
            (code, item.id): (("level", views.level(code)), views.place(item))
            for code, (places, _) in table.places.items()
            for item in places
        },
        "timePeriods": {item: views.period(item) for item in table.periods},
    }


def _by_parent(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options gathered under their filter or level, as `{filter: {...}, options: [{currentState: {...}}]}`."""
    grouped: dict[str, dict[str, Any]] = {}
    for change in found:
        ((state, ((kind, parent), item)),) = change.items()
        group = grouped.setdefault(str(parent), {kind: parent, "options": []})
        group["options"].append({state: item})
    return list(grouped.values())
