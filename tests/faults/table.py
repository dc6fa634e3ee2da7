"""The result of the campaign as one table, transport by fault, at the end of the run (also under xdist, where the
results come from the workers)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.faults import FAULTS, LEGEND

CELL = "fault cell"  # the user property of a test that is a cell


def lines(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """The table's lines: a row a fault, a column a transport; reasons of dashes below."""
    found: dict[str, dict[str, str]] = {}
    reasons: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        column = found.setdefault(cell["transport"], {})
        column[cell["fault"]] = cell["went"]
        for fault, reason in cell["impossible"].items():
            column[fault] = "–"
            reasons.setdefault((cell["transport"], reason), set()).add(fault)
    transports = sorted(found)
    width = max(map(len, FAULTS))
    widths = {name: max(len(name), *(len(went) for went in found[name].values())) for name in transports}
    table = ["  ".join([" " * width, *(name.ljust(widths[name]) for name in transports)])]
    for fault in FAULTS:
        row = (found[name].get(fault, "").ljust(widths[name]) for name in transports)
        table.append("  ".join([fault.ljust(width), *row]).rstrip())
    dashes = (
        f"– {who}, {', '.join(fault for fault in FAULTS if fault in which)}: {why}"
        for (who, why), which in sorted(reasons.items())
    )
    return [*table, *dashes]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table when any cell has been run."""
    cells = [
        dict(value) | ({"went": "FAILED"} if outcome == "failed" else {})
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in getattr(report, "user_properties", [])
        if name == CELL
    ]
    if cells:
        terminalreporter.section("faults: how each transport took each fault")
        for line in (*lines(cells), *LEGEND):
            terminalreporter.write_line(line)
