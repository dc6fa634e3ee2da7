"""What a gate found. Counts, percentages and places only: never a value of a record."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from area.paths import RunPaths

Outcome = Literal["met", "failed", "raised"]


@dataclass(frozen=True)
class ExpectationResult:
    """One expectation as it came out.

    `checked` and `unexpected` count rows, without those whose value is blank (unless blanks are what is looked for);
    `percent` is unexpected of checked; `observed` is the number a measure or a row count gave. `places` names up to
    twenty failing rows by file and row number, or in words. `problem` is set when the outcome is 'raised': the kind of
    error, which is a defect of the warehouse.
    """

    gate: str
    id: str
    table: str
    severity: Literal["critical", "warning"]
    outcome: Outcome
    expects: str
    why: str
    then: str
    checked: int | None = None
    unexpected: int | None = None
    percent: float | None = None
    observed: float | None = None
    places: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def found(self) -> str:
        """What was seen, in words."""
        if self.outcome == "raised":
            return f"could not be evaluated ({self.problem})"
        if self.observed is not None:
            return f"{self.observed:,.0f}" if self.observed == int(self.observed) else f"{self.observed:,.1f}"
        if self.unexpected is not None and self.checked:
            are = "is an exception" if self.unexpected == 1 else "are exceptions"
            return f"{self.unexpected:,} of {self.checked:,} rows {are} ({self.percent or 0:.1f}%)"
        if self.unexpected is not None:
            return "1 exception" if self.unexpected == 1 else f"{self.unexpected:,} exceptions"
        return "as expected" if self.outcome == "met" else "not as expected"


@dataclass(frozen=True)
class GateResult:
    """All expectations of one gate; `seconds` they took is not kept, so that the same night gives the same file."""

    gate: str
    results: tuple[ExpectationResult, ...]
    seconds: float | None = None

    def of(self, outcome: Outcome, severity: str | None = None) -> list[ExpectationResult]:
        """The results with this outcome (and severity)."""
        return [r for r in self.results if r.outcome == outcome and severity in (None, r.severity)]

    @property
    def counts(self) -> dict[str, int]:
        """For a step log: how many were met, failed as a warning, failed as critical, and raised."""
        return {
            "met": len(self.of("met")),
            "warnings": len(self.of("failed", "warning")),
            "critical": len(self.of("failed", "critical")),
            "raised": len(self.of("raised")),
        }

    def write(self, run: RunPaths) -> Path:
        """Keep it as `gates/<gate>.json` of the run (GX holds the warehouse file while it reads, so not there yet)."""
        path = gate_file(run, self.gate)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = {"gate": self.gate, "results": [asdict(r) for r in self.results]}
        path.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
        return path


def gate_file(run: RunPaths, gate: str) -> Path:
    """Where the results of one gate of a run are."""
    return run.gates / f"{gate}.json"


def read_gate(run: RunPaths, gate: str) -> GateResult | None:
    """What `GateResult.write` kept, or None when the gate has not run."""
    path = gate_file(run, gate)
    if not path.exists():
        return None
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    results = tuple(ExpectationResult(**{**r, "places": tuple(r["places"])}) for r in body["results"])
    return GateResult(gate=body["gate"], results=results)
