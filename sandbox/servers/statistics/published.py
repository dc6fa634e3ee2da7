"""The project's copy of the published figures (`sandbox.published`) as the API serves them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from sandbox import published

# England's line of the tribunal table, which the copy (areas only) leaves out: appeals registered, appealable
# decisions, rate in per cent. Source: "SEND Appeal rate table 1", row "England Total", of the same release.
ENGLAND_APPEALS = {
    2014: (4108, 251096, 1.6),
    2015: (3126, 269565, 1.2),
    2016: (3863, 305983, 1.3),
    2017: (4988, 338866, 1.5),
    2018: (6023, 376254, 1.6),
    2019: (7385, 413131, 1.8),
    2020: (7843, 450751, 1.7),
    2021: (9184, 498416, 1.8),
    2022: (12796, 549887, 2.3),
    2023: (15615, 617776, 2.5),
    2024: (22276, 689739, 3.2),
}
_ALL_APPEALS = "All SEND appeals"


class PublishedFigures:
    """All published files, every cell text and a blank one an empty text. Files are read when asked for."""

    def names(self) -> set[str]:
        """The names of the files there are."""
        return {*published.SEN2_FILES, "tribunal_appeals"}

    def read(self, name: str) -> pa.Table:
        """All rows of one file; its first columns are `published.GEOGRAPHY`, its others the measures."""
        rows = _tribunal_rows() if name == "tribunal_appeals" else published.table(name)
        return pa.table({column: pc.fill_null(rows[column].cast(pa.string()), "") for column in rows.column_names})


def _tribunal_rows() -> pa.Table:
    """The tribunal table in the layout of the other files; a figure that is suppressed or missing is `x`."""
    areas = _areas()
    rows = [
        _row(
            year,
            {"geographic_level": "National"},
            {"appeals": appeals, "decisions": decisions, "rate": rate},
        )
        for year, (appeals, decisions, rate) in ENGLAND_APPEALS.items()
    ]
    for figure in published.table("tribunal_appeals").to_pylist():
        # By name: the table's codes of Nottingham and Nottinghamshire are wrong. A digit after a name is a footnote.
        by_name, by_code = areas
        place = by_name.get(figure["la_name"].rstrip("0123456789")) or by_code[figure["la_code"]]
        rows.append(_row(figure["year"], place | {"geographic_level": "Local authority"}, figure))
    return pa.Table.from_pylist(rows)


def _areas() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Every area of the plans' time series, abolished ones too, by name and by DfE code: its geography columns."""
    columns = ["region_code", "region_name", "new_la_code", "old_la_code", "la_name"]
    rows = published.table("caseload")
    found = rows.filter(pc.equal(rows["geographic_level"], "Local authority")).select(columns).to_pylist()
    return {row["la_name"]: row for row in found}, {row["old_la_code"]: row for row in found}


def _row(year: int, place: dict[str, str], figure: dict[str, float | None]) -> dict[str, str]:
    head = dict.fromkeys(published.GEOGRAPHY, "") | {
        "time_period": str(year),
        "time_identifier": "Calendar year",
        "country_code": "E92000001",
        "country_name": "England",
        "breakdown_topic": _ALL_APPEALS,
        "breakdown": _ALL_APPEALS,
    }
    values = {
        "appeals_registered": figure["appeals"],
        "total_appealable_decisions": figure["decisions"],
        "appeal_rate": figure["rate"],
    }
    return head | place | {name: "x" if value is None else f"{value:.10g}" for name, value in values.items()}
