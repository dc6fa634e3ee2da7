"""What a night came to, in one screen: read, quarantined, matched, gated, published, how long, what to open."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table

from area.paths import AreaPaths


def print_summary(paths: AreaPaths, *, seconds: float, console: Console) -> None:
    """Print the summary of the published night of an area, from its manifest."""
    run = json.loads((paths.current / "run.json").read_text(encoding="utf-8"))
    console.print()
    console.print(_feeds(run["inputs"]))
    console.print(f"Matched   {_matching(run)}")
    console.print(f"Gates     {'; '.join(_gate(name, outcome) for name, outcome in run['gates'].items())}")
    console.print(f"Rules     {_rules(run)}")
    console.print(f"Overlay   {_overlay(run)}")
    console.print(
        f"Published area {run['area']}, collection {run['collection']}, night of {run['as_of']}, in {seconds:.0f} s"
    )
    console.print("Open")
    current = paths.current
    xml = f"SEN2_{run['area']}_{run['collection']}.xml"
    for what, path in {
        "board": current / "board" / "index.html",
        "data quality": current / "quality" / "index.html",
        "SEN2 file": current / "sen2" / str(run["collection"]) / xml,
        "tables": current / "parquet",
        "warehouse": current / "warehouse.duckdb",
        "manifest": current / "run.json",
    }.items():
        console.print(f"  {what:<13}{path}", soft_wrap=True)


def _feeds(inputs: list[dict[str, Any]]) -> Table:
    table = Table(title="What came", title_justify="left", box=None, pad_edge=False)
    table.add_column("feed")
    for name in ("read", "loaded", "quarantined", "duplicate"):
        table.add_column(name, justify="right")
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in inputs:
        for name in ("read", "loaded", "quarantined", "duplicate"):
            totals[row["feed"]][name] += row[f"{name}_rows"]
    for feed, counts in sorted(totals.items()):
        table.add_row(feed, *(f"{counts[n]:,}" for n in ("read", "loaded", "quarantined", "duplicate")))
    return table


def _matching(run: dict[str, Any]) -> str:
    persons = run["rows"].get("facts.dim_person", 0)
    records = sum(run["matching"].values())
    unmatched = run["rows"].get("matching.int_unmatched", 0)
    return f"{records:,} source records are {persons:,} children and young people; {unmatched:,} records stand alone"


def _gate(name: str, outcomes: dict[str, int]) -> str:
    warnings = f", {outcomes['warnings']} warnings" if outcomes["warnings"] else ""
    return f"{name} {outcomes['met']} met{warnings}"


def _overlay(run: dict[str, Any]) -> str:
    states: dict[str, int] = step_counts(run, "rules sen2").get("overlay", {})
    said = [_in_state(state, number) for state, number in states.items()]
    return f"by state: {', '.join(said)}" if said else "no corrections, no notes"


def _in_state(counted: str, number: int) -> str:
    """`note no_longer_found`, 3 -> `3 notes no longer found`."""
    what, state = counted.split(" ", 1)
    return f"{number:,} {what}{'' if number == 1 else 's'} {state.replace('_', ' ')}"


def step_counts(run: dict[str, Any], step: str) -> dict[str, Any]:
    """What a step of the night counted the last time it ran: one that was repeated is in the log twice."""
    return next((s["counts"] for s in reversed(run["steps"]) if s["step"] == step), {})


def _rules(run: dict[str, Any]) -> str:
    counts = step_counts(run, "rules sen2")
    return f"{counts.get('rules', 0)} rules: {counts.get('errors', 0):,} errors, {counts.get('queries', 0):,} queries"
