"""Compare preview rows with published rows, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from area.errors import SettingsError
from sandbox import published
from sandbox.reconcile.explain import UNAVAILABLE, explanations

_OFFICER_WORDS = {"Y": "Yes", "N": "No", "R": "Recruiting"}
MISSING = "(missing)"


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
    """The comparison of one area: cells compared = equal + explained + unequal."""

    area: str
    compared: int
    equal: int
    explained: tuple[Difference, ...]
    unequal: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """True when every difference is explained."""
        return not self.unequal

    def __str__(self) -> str:
        lines = [
            f"Area {self.area}: {self.compared} published cells compared, {self.equal} equal, "
            f"{len(self.explained)} explained, {len(self.unequal)} unequal."
        ]
        for title, rows in (("Explained", self.explained), ("UNEQUAL", self.unequal)):
            for d in rows:
                why = f": {d.reason}" + (f" ({d.followed})" if d.followed else "") if d.reason else ""
                lines.append(f"  {title}  {d.file}.{d.column}  published {d.published}, ours {d.ours}{why}")
        return "\n".join(lines)


def reconcile(area: str, source: Path, *, scale: int = 1) -> Reconciliation:
    """Compare the preview tables in `source` with the published figures of `area`.

    `source`: a DuckDB file with `returns.preview_<file>`, or a folder with `preview_<file>.parquet`. `scale`: how many
    times the area the sandbox was made. Raises SettingsError when `source` is neither.
    """
    if not source.exists():
        raise SettingsError(
            "--warehouse",
            expected="a warehouse file or a folder of Parquet files",
            came="nothing there",
            where="the call",
        )
    rows: dict[str, Mapping[str, object]] = {}
    connection = duckdb.connect() if source.is_dir() else duckdb.connect(str(source), read_only=True)
    with connection:
        for name in published.SEN2_FILES:
            row = _read(connection, name, area, source if source.is_dir() else None)
            if row is not None:
                rows[name] = row
    return reconcile_rows(area, rows, scale=scale)


def _read(
    connection: duckdb.DuckDBPyConnection, name: str, area: str, folder: Path | None
) -> Mapping[str, object] | None:
    """The total row of one preview table; None when the table or the row is not there."""
    if folder is not None:
        file = folder / f"preview_{name}.parquet"
        if not file.exists():
            return None
        found = connection.execute("select * from read_parquet($1)", [str(file)])
    else:
        here = connection.execute(
            "select 1 from information_schema.tables where table_schema = 'returns' and table_name = $1",
            [f"preview_{name}"],
        ).fetchone()
        if here is None:
            return None
        found = connection.execute(f"select * from returns.preview_{name}")
    columns = [item[0] for item in found.description or []]
    for values in found.fetchall():
        row = dict(zip(columns, values, strict=True))
        topic = str(row.get("breakdown_topic") or published.TOTAL_TOPICS[0])
        if topic.startswith(published.TOTAL_TOPICS) and str(row.get("old_la_code", area)) == area:
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
        ours = {column.lower(): _text(value) for column, value in preview.get(name, {}).items()}
        for column in published.measures(name):
            wanted = _scaled(column, row[column], scale)
            came = ours.get(column.lower(), MISSING)
            came = _OFFICER_WORDS.get(came, came) if name == "sen2_dmo_dco" else came
            if _same(wanted, came):
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
    return followed is None or _same(_scaled(column, followed, scale), came)


def _text(value: object) -> str:
    return MISSING if value is None else str(value).strip()


def _scaled(column: str, value: str, scale: int) -> str:
    """A published count times `scale`; percentages and words as they are."""
    percent = column.lower().endswith("_pc") or column.lower().startswith("pc_")
    return value if percent or scale == 1 or not value.lstrip("-").isdigit() else str(int(value) * scale)


def _same(one: str, other: str) -> bool:
    if UNAVAILABLE in (one, other):
        return one == other
    try:
        return abs(float(one) - float(other)) < 1e-9
    except ValueError:
        return one == other
