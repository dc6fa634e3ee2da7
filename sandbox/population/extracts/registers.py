"""Registers other teams keep of what the EHC team does: advice asked for, disputes, audits of plans."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.population.area import Population
from sandbox.population.extracts.columns import iso, text_table, where
from sandbox.population.streams import choose

_HEALTH = ("HEALTH", "SALT", "OT", "PHYSIO", "COMM_PAED", "CAMHS")
_NOTED = 0.97  # of advice of health that the designated clinical officer's register holds too
_AUDITED = 0.03  # of the plans in force, over the year
_GRADES = np.array(["INADEQUATE", "REQUIRES_IMPROVEMENT", "GOOD", "OUTSTANDING"], dtype=object)
_SECTIONS = ("A", "B", "C", "D", "E", "F", "G", "H1", "H2", "I", "J", "K")
_OFTEN_WEAK = {"C": -0.35, "D": -0.45, "E": -0.25, "G": -0.3, "H1": -0.4, "H2": -0.4}


def register_tables(population: Population, casework: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """`advice_request` and `dispute_register`: the pieces casework holds as well, under numbers of their own."""
    rng = population.streams.of("registers")
    advice, disputes = casework["ehc_advice"], casework["ehc_dispute"]
    of_health = pc.is_in(advice["advice_type"], pa.array(_HEALTH)).to_numpy()
    advice = advice.filter(pa.array(of_health & (rng.random(len(of_health)) < _NOTED)))
    return {
        "advice_request": _renumbered(advice, "advice_ref", "DCO"),
        "dispute_register": _renumbered(disputes, "dispute_ref", "TM"),
    }


def _renumbered(table: pa.Table, key: str, prefix: str) -> pa.Table:
    names = np.array([f"{prefix}{n:06d}" for n in range(1, table.num_rows + 1)], dtype=object)
    return text_table(**{name: names if name == key else table[name] for name in table.column_names})


def audit_tables(population: Population, casework: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """`plan_audit` and `plan_audit_section`: a sample of the plans, each section graded, the grade near their mean."""
    rng = population.streams.of("plan audits")
    plans = casework["ehc_plan"]
    start = plans["start_date"].to_numpy().astype("datetime64[D]")
    running = np.flatnonzero(pc.is_null(plans["cease_date"]).to_numpy() & (start < np.datetime64("2024-12-01")))
    count = min(len(running), max(3, round(_AUDITED * len(running))))
    row = np.sort(rng.choice(running, count, replace=False))
    first = np.maximum(start[row] + 7, np.datetime64("2024-02-01"))
    days = (np.datetime64(population.as_of) - first).astype(np.int64)
    on = first + (rng.random(count) * days).astype("timedelta64[D]")
    order = np.argsort(on, kind="stable")
    row, on = row[order], on[order]
    ref = np.array([f"QA{n:05d}" for n in range(1, count + 1)], dtype=object)
    level = rng.normal(1.75, 0.55, count)[:, None] + np.array([_OFTEN_WEAK.get(s, 0.15) for s in _SECTIONS])
    grade = np.clip(np.rint(level + rng.normal(0, 0.45, level.shape)), 0, 3).astype(np.int64)
    overall = np.clip(np.rint(grade.mean(axis=1)), 0, 3).astype(np.int64)
    new = (on - start[row]).astype(np.int64) < 120
    sample = np.where(new, "NEW", choose(rng, count, {"AMENDED": 0.7, "THEMATIC": 0.3}))
    asked = rng.random(count) < 0.3
    score = where(asked, np.clip(overall + rng.integers(1, 3, count), 1, 5).astype(str).astype(object))
    audits = text_table(
        audit_ref=ref,
        plan_ref=plans["plan_ref"].take(pa.array(row)),
        audit_date=iso(on),
        sample=sample.astype(object),
        overall_grade=_GRADES[overall],
        moderated=rng.random(count) < 0.2,
        parent_score=score,
    )
    sections = text_table(
        audit_ref=np.repeat(ref, len(_SECTIONS)),
        section=np.tile(np.array(_SECTIONS, dtype=object), count),
        grade=_GRADES[grade.ravel()],
    )
    return {"plan_audit": audits, "plan_audit_section": sections}
