"""One gate of the night: evaluate its suites, keep every result, decide.

- a critical expectation not met: GateFailedError, nothing is published, last night's warehouse stays;
- a warning not met: the night goes on and the data-quality page shows it;
- an expectation that raised: GateBrokenError. That is our fault, and counts neither as a pass nor as bad data.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from area.errors import GateBrokenError, GateFailedError
from area.paths import RunPaths
from expectations.evaluate import evaluate
from expectations.feeds import night_feeds
from expectations.load import load_results
from expectations.results import ExpectationResult, GateResult
from expectations.suite_files import SUITES, load_suites

__all__ = ["load_results", "run_gate"]


def run_gate(
    name: str, warehouse: Path, *, run: RunPaths, variables: Mapping[str, Any], suites: Path = SUITES
) -> GateResult:
    """Evaluate gate `name` ('reading', 'facts' or 'returns') over the DuckDB file `warehouse` (opened read only).

    `variables` are the dbt variables of the run (`AreaSettings.dbt_vars`); they may also hold any setting of a suite.
    Every result, passes too, is kept in `gates/<name>.json` of the run before anything is raised.

    Raises GateBrokenError when an expectation could not be evaluated, GateFailedError when a critical one is not met,
    ContractError when a suite file is wrong.
    """
    started = time.monotonic()
    feeds = night_feeds(warehouse)
    known = {
        "required_feeds": sorted(f.feed for f in feeds if f.required),
        "optional_feeds": sorted(f.feed for f in feeds if not f.required),
        **variables,
    }
    results = tuple(evaluate(load_suites(name, known, root=suites), warehouse))
    gate = GateResult(gate=name, seconds=round(time.monotonic() - started, 3), results=results)
    gate.write(run)
    raised = gate.of("raised")
    if raised:
        raise GateBrokenError(name, [f"{r.id} on {r.table} ({r.problem})." for r in raised])
    critical = gate.of("failed", "critical")
    if critical:
        raise GateFailedError(name, [_sentence(r) for r in critical])
    return gate


def _sentence(result: ExpectationResult) -> str:
    """What failed and what to do, in words a person can act on."""
    places = f" Where: {'; '.join(result.places[:5])}." if result.places else ""
    expects = result.expects.rstrip(".")
    return f"[{result.id}] {expects}: found {result.found}.{places} {result.then}"
