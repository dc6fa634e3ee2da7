"""What was made of a pretend area, and what is said of it beside its files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sandbox import published
from sandbox.last_year import EARLIEST, LastYear
from sandbox.moving import CALIBRATED, Move
from sandbox.population import Population


@dataclass
class Made:
    """What was made: counts only."""

    area: str
    seed: int
    collection: int
    as_of: dt.date
    scale: int
    clean: bool
    children: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    planted: dict[str, int] = field(default_factory=dict)
    not_planted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # not written to disk: the folder repeats to the byte


def notes_of_area(population: Population) -> list[str]:
    """What is simpler in this area than in a real one, and what is as untidy."""
    return [
        "Special schools hold this area's plans only: no pupil here has a plan that another area keeps.",
        "Attendance covers September to December; the month of the night is not closed in the schools' systems yet.",
        f"{int(population.households.twin.sum())} children are twins; "
        f"{int((population.identities.slip != '').sum())} pupils are told differently by two systems.",
    ]


def notes_on_years(move: Move, last_year: LastYear | None, *, clean: bool) -> list[str]:
    """What is made up because it is another year, and what last year's return stands for."""
    notes = []
    if move.years:
        notes.append(
            f"The figures are those published for {CALIBRATED}, moved by {abs(move.years)} year(s) to "
            f"{move.collection}: nothing published for {move.collection} is met."
        )
    if last_year is None:
        notes.append(f"No return of {move.collection - 1} is here: returns of persons began in {EARLIEST}.")
        return notes
    lost = "" if clean else "; a few persons in it are planted faults"
    then = published.total_of("caseload", last_year.area, period=f"{CALIBRATED - 2}{(CALIBRATED - 1) % 100}")
    told = f" ({then['ehcplans']} were published for that January)" if then is not None and not move.years else ""
    notes.append(
        f"The return of {last_year.collection} follows from this casework: {last_year.open_plans:,} plans in force on "
        f"{last_year.census_day}{told}{lost}. Published counts of plans, new plans, plans moved in and plans ceased do "
        "not lead from one January to the next; this casework's do."
    )
    return notes


def about(made: Made) -> dict[str, Any]:
    """What `sandbox.json` says of the area."""
    return {
        "area": made.area,
        "area_name": _name(made.area),
        "seed": made.seed,
        "as_of": made.as_of.isoformat(),
        "collection": made.collection,
        "scale": made.scale,
        "clean": made.clean,
        "counts": {"children": made.children, **made.rows},
        "truth": made.planted,
        "not_planted": made.not_planted,
        "notes": made.notes,
    }


def _name(area: str) -> str:
    return next(str(row["la_name"]) for row in published.table("la_codes").to_pylist() if row["old_la_code"] == area)
