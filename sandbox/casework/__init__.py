"""The EHC casework of a pretend area, calibrated to the figures published for that very area.

`make_casework` gives the ten tables of the casework extract such that every 'All' cell the DfE published for 2024 and
January 2025 comes out again by the definitions of docs/definitions.md; `Casework.notes` says where published figures
contradict one another and which was followed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.casework.assemble import assemble
from sandbox.casework.calendar import Period
from sandbox.casework.figures import Figures, read_figures
from sandbox.casework.tables import make_sheets
from sandbox.establishments import make_establishments, pupils_of

__all__ = ["Casework", "make_casework"]

GAP_FIELDS = ("kind", "feed", "table", "record_key", "expected", "expected_code")


@dataclass(frozen=True)
class Casework:
    """A pretend area's casework.

    tables: the ten `ehc_*` tables of the contract, dates as date32, codes as text; `ehc_person` has person_ref,
    birth_date, sex and ethnicity only. establishments: GIAS-shaped list, columns as the fields of the GIAS contract.
    gaps: what the published figures themselves leave out, as rows of truth/faults.parquet (kind, feed, table,
    record_key, expected, expected_code). notes: which published figure was followed where figures contradict.
    pupils: pupils of the area's schools the plans suggest.
    """

    area: str
    seed: int
    collection: int
    scale: int
    tables: dict[str, pa.Table]
    establishments: pa.Table
    gaps: pa.Table
    notes: tuple[str, ...]
    pupils: int


def make_casework(area: str, seed: int, *, collection: int = 2025, scale: int = 1) -> Casework:
    """The casework of `area` (three-digit DfE code); the same arguments always give the same tables.

    `scale` makes that many times the area: every published count comes out `scale` times. Raises SettingsError for an
    unknown area or a collection that is not defined.
    """
    period = Period.of(collection)
    figures = read_figures(area)
    establishments = make_establishments(figures, np.random.default_rng([seed, int(area), 0]))
    notes: list[str] = []
    parts: list[dict[str, pa.Table]] = []
    gaps: list[tuple[str, str, str, str]] = []
    for copy in range(scale):
        rng = np.random.default_rng([seed, int(area), 1 + copy])
        assembled = assemble(figures, period, rng)
        offset = copy * 1_000_000
        copy_notes = list(assembled.notes)
        sheets = make_sheets(assembled.cases, figures, establishments, period, copy_notes, rng, offset=offset)
        parts.append(sheets.tables)
        gaps += sheets.gaps
        notes += [note for note in copy_notes if note not in notes]
    return Casework(
        area=area,
        seed=seed,
        collection=collection,
        scale=scale,
        tables={name: pa.concat_tables([part[name] for part in parts]).combine_chunks() for name in parts[0]},
        establishments=establishments,
        gaps=_gap_table(gaps),
        notes=tuple(notes + _withheld(figures)),
        pupils=pupils_of(figures) * scale,
    )


def _gap_table(gaps: list[tuple[str, str, str, str]]) -> pa.Table:
    rows = [(kind, "ehc_casework", table, key, "breach", rule) for kind, table, key, rule in gaps]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(GAP_FIELDS)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(GAP_FIELDS, columns, strict=True)})


def _withheld(figures: Figures) -> list[str]:
    """Notes on figures the DfE withholds for the area, and what was used instead."""
    notes = []
    if "mainstream_academy" not in figures.total["caseload"]:
        notes.append("caseload: placements withheld; followed the needs file's placements, ages by England's mix")
    if figures.new_need is None:
        notes.append("sen_need_newplans: withheld or not about the same plans; followed the needs of recent plans")
    if figures.review_years is None:
        notes.append("annual_reviews: withheld; England's shares were used")
    if figures.need_by_placement.sum() != figures.need.sum():
        notes.append("sen_needs_all_plans: needs by placement withheld; England's mix was used")
    return notes
