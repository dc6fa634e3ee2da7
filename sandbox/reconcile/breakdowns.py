"""Compare every breakdown row of the published files with the preview, cell by cell.

The pretend area is calibrated to totals, and to some breakdowns on the way, so its breakdowns differ: the differences
are listed. What may not differ is the structure: a published cell the return determines must be one the preview has.
Neither the DfE nor the preview prints a row for a group without anybody, so a row that only one of the two has counts
as nought in the other (a percentage of nobody is no number).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import published
from sandbox.reconcile.values import MISSING, NOT_PUBLISHED, as_text, is_percentage, number, same, scaled

NO_ROW = "(no row)"
_LISTED = ("area", "file", "breakdown_topic", "breakdown", "measure", "published", "ours", "difference")
_SHOWN = 20  # cells missing from the preview that are printed; the file lists all
Key = tuple[str, str]  # topic and breakdown


@dataclass(frozen=True)
class Cell:
    """One published cell beside ours; `in_preview` is False where the preview has no such row or column."""

    file: str
    topic: str
    breakdown: str
    measure: str
    published: str
    ours: str
    in_preview: bool = True

    @property
    def is_withheld(self) -> bool:
        return self.published in NOT_PUBLISHED

    @property
    def is_equal(self) -> bool:
        return same(*(("0" if value == NO_ROW else value) for value in (self.published, self.ours)))

    @property
    def difference(self) -> float | None:
        """Ours less published; None where one is not a number. A row that is not there counts nought."""
        ours, theirs = (
            0.0 if value == NO_ROW and not is_percentage(self.measure) else number(value)
            for value in (self.ours, self.published)
        )
        return None if ours is None or theirs is None else ours - theirs


@dataclass(frozen=True)
class Topic:
    """The summary of one topic of one file; the means are over the cells that are numbers in both."""

    file: str
    topic: str
    compared: int
    equal: int
    mean_of_counts: float
    mean_of_percentages: float  # in percentage points


@dataclass(frozen=True)
class Breakdowns:
    """All published breakdown cells of an area: compared = equal + different; withheld ones are not compared."""

    area: str
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> tuple[Cell, ...]:
        """Published cells that are not in the preview: a failure."""
        return tuple(cell for cell in self.cells if not cell.in_preview)

    @property
    def compared(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.in_preview and not cell.is_withheld)

    @property
    def different(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.compared if not cell.is_equal)

    def topics(self) -> list[Topic]:
        """The summary by file and topic, in the files' order."""
        grouped: dict[Key, list[Cell]] = {}
        for cell in self.compared:
            grouped.setdefault((cell.file, cell.topic), []).append(cell)
        out = []
        for (file, topic), cells in grouped.items():
            equal = sum(cell.is_equal for cell in cells)
            means = (_mean_apart(c for c in cells if is_percentage(c.measure) is kind) for kind in (False, True))
            out.append(Topic(file, topic, len(cells), equal, *means))
        return out

    def write(self, folder: Path) -> Path:
        """Write what differs or is missing to `breakdown_differences_<area>.csv` in `folder`; returns the file."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"breakdown_differences_{self.area}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(_LISTED)
            for cell in (*self.missing, *self.different):
                apart = "" if cell.difference is None else f"{cell.difference:.10g}"
                ours_and_theirs = (cell.published, cell.ours, apart)
                out.writerow([self.area, cell.file, cell.topic, cell.breakdown, cell.measure, *ours_and_theirs])
        return path

    def __str__(self) -> str:
        compared, different = len(self.compared), len(self.different)
        withheld = sum(cell.is_withheld for cell in self.cells)
        lines = [
            f"Breakdown rows: {compared:,} published cells compared, {compared - different:,} equal, {different:,} "
            f"different (totals alone are calibrated), {withheld:,} withheld, {len(self.missing)} not in the preview."
        ]
        width = max((len(topic.topic) for topic in self.topics()), default=0)
        lines += [
            f"  {t.file:<22} {t.topic:<{width}} {t.compared:>6,} cells {t.equal:>6,} equal; mean difference "
            f"{t.mean_of_counts:.1f} of counts, {t.mean_of_percentages:.1f} points of percentages"
            for t in self.topics()
        ]
        lines += [
            f"  NOT IN THE PREVIEW  {c.file}: {c.topic}, {c.breakdown}: {c.measure}" for c in self.missing[:_SHOWN]
        ]
        if len(self.missing) > _SHOWN:
            lines.append(f"  … and {len(self.missing) - _SHOWN} more cells that are not in the preview")
        return "\n".join(lines)


def _mean_apart(cells: Iterable[Cell]) -> float:
    apart = [abs(cell.difference) for cell in cells if cell.difference is not None]
    return sum(apart) / len(apart) if apart else 0.0


def compare_breakdowns(
    area: str,
    previews: Mapping[str, Sequence[Mapping[str, object]]],
    labels: Iterable[tuple[str, str, str]],
    *,
    scale: int = 1,
) -> Breakdowns:
    """Compare the preview rows by file (columns in lower case) with the published breakdown rows of `area`.

    `labels` are the rows the preview can print, as (file, topic, breakdown): an absent one is a group without anybody.
    The base of the tribunal's appeal rate, the one column of that file the return determines, is compared as well.
    """
    known = set(labels)
    cells: list[Cell] = []
    for name in published.SEN2_FILES:
        rows = previews.get(name, [])
        ours = {(as_text(row.get("breakdown_topic")), as_text(row.get("breakdown"))): row for row in rows}
        if not published.has_breakdowns(name):
            continue
        theirs = {
            (row["breakdown_topic"], row["breakdown"]): row
            for row in published.area_rows(name, area)
            if not published.is_total(row)
        }
        ours = {key: row for key, row in ours.items() if not key[0].startswith(published.TOTAL_TOPICS)}
        columns = set(rows[0]) if rows else set()
        cells += _file_cells(name, theirs, ours, columns, known, scale)
    return Breakdowns(area, (*cells, *_decisions(area, previews, scale)))


def _file_cells(
    name: str,
    theirs: Mapping[Key, Mapping[str, str]],
    ours: Mapping[Key, Mapping[str, object]],
    columns: set[str],
    known: set[tuple[str, str, str]],
    scale: int,
) -> Iterator[Cell]:
    for topic, breakdown in sorted({*theirs, *ours}):
        row, here = theirs.get((topic, breakdown)), ours.get((topic, breakdown))
        for measure in published.measures(name):
            wanted = NO_ROW if row is None else scaled(measure, row[measure], scale)
            came = NO_ROW if here is None else as_text(here.get(measure.lower()))
            there = measure.lower() in columns and came != MISSING
            there &= here is not None or (name, topic, breakdown) in known
            yield Cell(name, topic, breakdown, measure, wanted, came, in_preview=there)


def _decisions(area: str, previews: Mapping[str, Sequence[Mapping[str, object]]], scale: int) -> Iterator[Cell]:
    year = int(published.SEN2_FILES["requests"])
    ours = next(iter(previews.get("appealable_decisions", [])), {})
    came = as_text(ours.get("decisions"))
    for row in published.table("tribunal_appeals").to_pylist():
        if row["la_code"] == area and row["year"] == year and row["decisions"] is not None:
            wanted = scaled("decisions", str(row["decisions"]), scale)
            yield Cell("tribunal_appeals", "All", "All", "decisions", wanted, came, in_preview=came != MISSING)
