"""Compare preview rows with published rows, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox import published
from sandbox.moving import CALIBRATED
from sandbox.reconcile.breakdowns import Breakdowns, compare_breakdowns
from sandbox.reconcile.explain import explanations
from sandbox.reconcile.preview import Previews
from sandbox.reconcile.values import MISSING, as_text, same, scaled

_OFFICER_WORDS = {"Y": "Yes", "N": "No", "R": "Recruiting"}
CHANGED = "  A pretend area whose files were changed after they were made no longer adds up to the published figures."
_LABELS = ("file_name", "breakdown_topic", "breakdown")


@dataclass(frozen=True)
class Difference:
    """A cell that is not as published. `reason` is empty where nothing explains it."""

    area: str
    file: str
    column: str
    published: str
    ours: str
    reason: str = ""
    followed: str = ""


@dataclass(frozen=True)
class Reconciliation:
    """The comparison of one area. Cells of total rows: compared = equal + explained + unequal.

    `collection` is what the night was for; where nothing was published for it here, nothing is compared.
    """

    area: str
    compared: int
    equal: int
    explained: tuple[Difference, ...]
    unequal: tuple[Difference, ...]
    breakdowns: Breakdowns | None = None
    collection: int = CALIBRATED

    @property
    def agrees(self) -> bool:
        """True when every difference of a total is explained and every published breakdown cell is in the preview."""
        return not self.unequal and not (self.breakdowns and self.breakdowns.missing)

    def __str__(self) -> str:
        if self.collection != CALIBRATED:
            return (
                f"Area {self.area}: nothing compared. The night is for the collection of {self.collection}; the "
                f"figures held here were published for {CALIBRATED}, and the area is that year's moved in time."
            )
        lines = [
            f"Area {self.area}: {self.compared} published cells compared, {self.equal} equal, "
            f"{len(self.explained)} explained, {len(self.unequal)} unequal."
        ]
        for title, rows in (("Explained", self.explained), ("UNEQUAL", self.unequal)):
            for d in rows:
                why = f": {d.reason}" + (f" ({d.followed})" if d.followed else "") if d.reason else ""
                lines.append(f"  {title}  {d.file}.{d.column}  published {d.published}, ours {d.ours}{why}")
        if self.unequal:
            lines.append(CHANGED)
        if self.breakdowns is not None:
            lines.append(str(self.breakdowns))
        return "\n".join(lines)


def reconcile(area: str, source: Path, *, scale: int = 1) -> Reconciliation:
    """Compare the preview tables in `source` with the published figures of `area`: totals, then breakdowns.

    `source`: a DuckDB file with `returns.preview_<file>`, or a folder with `preview_<file>.parquet`. `scale`: how many
    times the area the sandbox was made. Only a night for the collection of 2025 can be compared. Raises SettingsError
    when `source` is neither.
    """
    with Previews.open(source) as previews:
        rows = {name: previews.rows(name, area) for name in (*published.SEN2_FILES, "appealable_decisions", "labels")}
    collection = _collection(rows["sen2_dmo_dco"])
    if collection != CALIBRATED:
        return Reconciliation(area, 0, 0, (), (), collection=collection)
    totals = {name: total for name in published.SEN2_FILES if (total := _total(rows[name])) is not None}
    labels = [(as_text(row[_LABELS[0]]), as_text(row[_LABELS[1]]), as_text(row[_LABELS[2]])) for row in rows["labels"]]
    compared = reconcile_rows(area, totals, scale=scale)
    return replace(compared, breakdowns=compare_breakdowns(area, rows, labels, scale=scale))


def _collection(officers: Sequence[Mapping[str, object]]) -> int:
    """The night's collection: the table of officers is named by it. Without that table, what is published."""
    period = as_text(officers[0].get("time_period")) if officers else ""
    return int(period) if period.isdigit() else CALIBRATED


def _total(rows: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    for row in rows:
        topic = str(row.get("breakdown_topic") or published.TOTAL_TOPICS[0])
        if topic.startswith(published.TOTAL_TOPICS):
            return row
    return None


def reconcile_rows(area: str, preview: Mapping[str, Mapping[str, object]], *, scale: int = 1) -> Reconciliation:
    """Compare total rows by published file name (columns as published, in any letter case)."""
    known = explanations(area)
    equal = 0
    explained: list[Difference] = []
    unequal: list[Difference] = []
    for name in published.SEN2_FILES:
        (row,) = [row for row in published.area_rows(name, area) if published.is_total(row)]
        ours = {column.lower(): as_text(value) for column, value in preview.get(name, {}).items()}
        for column in published.measures(name):
            wanted = scaled(column, row[column], scale)
            came = ours.get(column.lower(), MISSING)
            came = _OFFICER_WORDS.get(came, came) if name == "sen2_dmo_dco" else came
            if same(wanted, came):
                equal += 1
                continue
            explanation = known.get((name, column))
            followed = None if explanation is None else explanation.followed
            if explanation is None or came == MISSING or not _follows(followed, column, came, scale):
                unequal.append(Difference(area, name, column, wanted, came))
            else:
                explained.append(
                    Difference(
                        area,
                        name,
                        column,
                        wanted,
                        came,
                        explanation.reason,
                        f"followed: {followed}" if followed else "",
                    )
                )
    compared = equal + len(explained) + len(unequal)
    return Reconciliation(area, compared, equal, tuple(explained), tuple(unequal))


def _follows(followed: str | None, column: str, came: str, scale: int) -> bool:
    return followed is None or same(scaled(column, followed, scale), came)
