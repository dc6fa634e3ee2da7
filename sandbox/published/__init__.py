"""The published SEN2 figures the pretend area is calibrated to (see NOTICE.md for the licence and attribution).

`figures/` holds one zstd Parquet per published file, every value still the published text (`x` unavailable, `z` not
applicable). Kept: the 'All' rows of all areas, regions and England for every time period, and the breakdown rows of
calendar 2024 / January 2025 for areas and England. `make.py` makes the copy from the release's own CSV files.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FIGURES = Path(__file__).resolve().parent / "figures"

# Published file -> the time period of collection 2025 (calendar 2024, or the January 2025 caseload).
SEN2_FILES = {
    "requests": "2024",
    "assessments": "2024",
    "timeliness_20_week": "2024",
    "newplans": "2024",
    "sen_need_newplans": "2024",
    "caseload": "202425",
    "sen_needs_all_plans": "202425",
    "annual_reviews": "2024",
    "ceased_plans": "2024",
    "personal_budgets": "202425",
    "residential_settings": "202425",
    "work_based_placements": "202425",
    "sen2_dmo_dco": "2025",
}
# Columns every file begins with, before its measures (sen2_dmo_dco has no breakdown).
GEOGRAPHY = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "new_la_code",
    "old_la_code",
    "la_name",
    "breakdown_topic",
    "breakdown",
)
# The topic of the row that holds the total: "All ...", and in newplans "New EHC plans".
TOTAL_TOPICS = ("All", "New EHC plans")


@cache
def table(name: str) -> pa.Table:
    """One published file (key of SEN2_FILES, or la_codes, stat_neighbours, tribunal_appeals) as a table of text."""
    return pq.read_table(FIGURES / f"{name}.parquet")


def measures(name: str) -> list[str]:
    """The measure columns of a published file, in its own order."""
    return [column for column in table(name).column_names if column not in GEOGRAPHY]


def has_breakdowns(name: str) -> bool:
    """Whether a published file has rows beside the totals."""
    return "breakdown_topic" in table(name).column_names


@cache
def area_rows(name: str, area: str) -> list[dict[str, str]]:
    """The rows of `area` (DfE three-digit code) in the calibration period, as dictionaries of text."""
    rows = table(name)
    wanted = pc.and_(pc.equal(rows["old_la_code"], area), pc.equal(rows["time_period"], SEN2_FILES[name]))
    found: list[dict[str, str]] = rows.filter(wanted).to_pylist()
    return found


def total_of(name: str, area: str, *, period: str) -> dict[str, str] | None:
    """The total row of `area` in another period of a file; None where there is none."""
    rows = table(name)
    wanted = pc.and_(pc.equal(rows["old_la_code"], area), pc.equal(rows["time_period"], period))
    return next((row for row in rows.filter(wanted).to_pylist() if is_total(row)), None)


@cache
def england_rows(name: str) -> list[dict[str, str]]:
    """The rows of England in the calibration period, as dictionaries of text."""
    rows = table(name)
    wanted = pc.and_(pc.equal(rows["geographic_level"], "National"), pc.equal(rows["time_period"], SEN2_FILES[name]))
    found: list[dict[str, str]] = rows.filter(wanted).to_pylist()
    return found


def is_total(row: dict[str, str]) -> bool:
    """True for the row with the area's total."""
    return str(row.get("breakdown_topic", TOTAL_TOPICS[0])).startswith(TOTAL_TOPICS)


@cache
def area_codes() -> tuple[str, ...]:
    """The 153 DfE area codes, ascending."""
    return tuple(sorted(table("la_codes")["old_la_code"].to_pylist()))


def officers(area: str) -> dict[str, str]:
    """The designated officers of `area` in the collection's codes: dmo, dco, dsco -> Y, N or R; 'not returned' is N."""
    (row,) = area_rows("sen2_dmo_dco", area)
    codes = {"Yes": "Y", "No": "N", "Recruiting": "R"}
    columns = {"dmo": "des_med_off", "dco": "des_clin_off", "dsco": "des_so_care_off"}
    return {item: codes.get(row[column], "N") for item, column in columns.items()}
