"""Mediations, appeals and pieces of advice: what hangs on a request beside its plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sandbox import published
from sandbox.casework.calendar import NONE, Days, Ints, Period, between
from sandbox.casework.cases import NOTHING, Cases

Words = npt.NDArray[np.object_]
Columns = dict[str, npt.NDArray[Any]]

_MEDIATED = ("Agreed to assess", "Agreed to issue", "Not agreed", "Amended by agreement")
_TRIBUNAL = ("Conceded", "Withdrawn", "Upheld", "Dismissed", "Upheld in part")
# Kind of advice -> share of assessments it is asked for in, typical days to arrive, spread (log scale)
_ADVICE: dict[str, tuple[float, float, float]] = {
    "EDUCATION": (1.0, 34, 0.35),
    "EP": (1.0, 46, 0.45),
    "HEALTH": (0.9, 40, 0.40),
    "SOCIAL_CARE": (1.0, 36, 0.45),
    "SALT": (0.45, 44, 0.50),
    "OT": (0.25, 50, 0.55),
    "PHYSIO": (0.06, 42, 0.40),
    "COMM_PAED": (0.30, 45, 0.50),
    "CAMHS": (0.15, 52, 0.55),
}
ADVICE_SINCE = 700  # days before the period's end from which advice is kept
NEVER_CAME = 0.02  # share of advice of ended assessments that was never recorded as received


def make_disputes(cases: Cases, area: str, period: Period, rng: np.random.Generator) -> Columns:
    """One row a mediation or appeal: the cases' flags, and appeals about older plans up to the number registered.

    The number of appeals registered is the tribunal table's; it is reached where the flags leave room.
    """
    case: list[Ints] = []
    kind: list[str] = []
    about: list[str] = []
    for matter in ("request", "assessment", "other"):
        for way in ("mediation", "tribunal"):
            rows = np.flatnonzero(cases[f"{matter}_{way}"] == 1)
            case.append(rows)
            kind += [way.upper()] * len(rows)
            about += [matter.upper()] * len(rows)
    extra = _older_appeals(cases, area, kind, period, rng)
    case.append(extra)
    kind += ["TRIBUNAL"] * len(extra)
    about += ["OTHER"] * len(extra)
    rows = np.concatenate(case)
    what, matter_ = np.array(kind, dtype=object), np.array(about, dtype=object)
    base = np.where(matter_ == "REQUEST", cases["outcome_date"][rows], cases["assessment_date"][rows])
    base = np.where(base == NONE, between(rng, np.full(len(rows), period.first), period.last - 40), base)
    older = np.arange(len(rows)) >= len(rows) - len(extra)
    base = np.where(older, between(rng, np.full(len(rows), period.first - 40), period.last - 70), base)
    lag = np.where(what == "MEDIATION", 30, 55)
    opened = np.minimum(
        base + np.floor(lag * rng.lognormal(-0.1, 0.4, len(rows))).astype(np.int64) + 3, period.as_of - 1
    )
    # Appeals of the period's own cases are registered in the period.
    opened = np.where((what == "TRIBUNAL") & (base < period.last), np.minimum(opened, period.last), opened)
    opened = np.where(older, np.maximum(opened, period.first), opened)
    closed = opened + np.where(what == "MEDIATION", 25, 190) + between(rng, np.zeros(len(rows), dtype=np.int64), 60)
    done = closed <= period.as_of
    mediated = np.array(_MEDIATED, dtype=object)[rng.integers(len(_MEDIATED), size=len(rows))]
    heard = np.array(_TRIBUNAL, dtype=object)[rng.integers(len(_TRIBUNAL), size=len(rows))]
    result = np.where(done, np.where(what == "MEDIATION", mediated, heard), NOTHING)
    return {
        "case": rows,
        "kind": what,
        "about": matter_,
        "opened_date": opened,
        "closed_date": np.where(done, closed, NONE),
        "result": result,
    }


def _older_appeals(cases: Cases, area: str, kind: list[str], period: Period, rng: np.random.Generator) -> Ints:
    year = period.collection - 1
    registered = [
        row["appeals"]
        for row in published.table("tribunal_appeals").to_pylist()
        if row["la_code"] == area and row["year"] == year
    ]
    missing = max(0, (registered[0] or 0) - kind.count("TRIBUNAL")) if registered else 0
    older = np.flatnonzero((cases["caseload"] == 1) & (cases["years"] >= 2))
    return rng.permutation(older)[: min(missing, len(older))]


def make_advice(cases: Cases, period: Period, rng: np.random.Generator) -> Columns:
    """One row a piece of advice asked for in an assessment begun since early 2023, with realistic lateness."""
    decided = cases["outcome_date"]
    begun = (cases["outcome"] == "Y") | (cases["assessment"] != "")
    begun &= (decided != NONE) & (decided >= period.last - ADVICE_SINCE) & (cases["transferred_from"] == "")
    rows = np.flatnonzero(begun)
    parts: list[Columns] = []
    for name, (asked, usual, spread) in _ADVICE.items():
        some = rows[rng.random(len(rows)) < asked]
        requested: Days = decided[some] + between(rng, np.zeros(len(some), dtype=np.int64), 9)
        received = requested + np.maximum(5, (usual * rng.lognormal(0.0, spread, len(some))).astype(np.int64))
        ended = cases["assessment_date"][some]
        over = (ended != NONE) & (received > ended - 5) & (ended > requested + 12)
        received = np.where(over, between(rng, requested + 5, ended - 5), received)
        never = (received > period.as_of) | (rng.random(len(some)) < NEVER_CAME)
        keep = requested <= period.as_of
        parts.append(
            {
                "case": some[keep],
                "advice_type": np.full(int(keep.sum()), name, dtype=object),
                "requested_date": requested[keep],
                "received_date": np.where(never, NONE, received)[keep],
                "exception": np.where(rng.random(int(keep.sum())) < 0.04, "1", "0").astype(object),
            }
        )
    return {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
