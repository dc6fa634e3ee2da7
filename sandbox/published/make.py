"""Make the compact copy of the published figures: `python -m sandbox.published.make --source DIR`.

DIR is the folder that holds `ehcp_2025/*.csv` (the release's own files) and `other/*.csv`.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.published import FIGURES, SEN2_FILES

TRIBUNAL_FILE = "send_tribunals_and_appeal_rate_2014-2024.csv"
TRIBUNAL_YEARS = range(2014, 2025)


def main(arguments: list[str] | None = None) -> None:
    """Read the CSV files under --source and write `figures/*.parquet`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder with ehcp_2025/ and other/")
    source: Path = parser.parse_args(arguments).source
    FIGURES.mkdir(exist_ok=True)
    for name in SEN2_FILES:
        _write(name, _release_file(source / "ehcp_2025" / f"{name}.csv", SEN2_FILES[name]))
    _write("la_codes", _csv(source / "other" / "la_codes_2024_derived.csv"))
    _write("stat_neighbours", _neighbours(source / "other" / "stat_neighbours.csv"))
    _write("tribunal_appeals", _tribunals(source / "ehcp_2025" / TRIBUNAL_FILE))


def _write(name: str, table: pa.Table) -> None:
    pq.write_table(table, FIGURES / f"{name}.parquet", compression="zstd", compression_level=19)


def _csv(path: Path) -> pa.Table:
    """A CSV file with every value as text; a header that occurs twice gets `_1` the second time."""
    return duckdb.sql(
        f"select * from read_csv('{path}', all_varchar = true, header = true, nullstr = '')"
    ).to_arrow_table()


def _release_file(path: Path, period: str) -> pa.Table:
    rows = _csv(path)
    if "breakdown_topic" not in rows.column_names:
        return rows
    return duckdb.sql(
        f"""
        select * from rows
        where starts_with(breakdown_topic, 'All') or breakdown_topic = 'New EHC plans'
            or (time_period = '{period}' and geographic_level in ('Local authority', 'National'))
        order by time_period, geographic_level, old_la_code, breakdown_topic, breakdown
        """
    ).to_arrow_table()


def _neighbours(path: Path) -> pa.Table:
    """Long form: la_name, rank (1 = nearest), neighbour."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *ranks = list(csv.reader(file))
    rows = [
        {"la_name": name, "rank": rank, "neighbour": neighbours[column]}
        for column, name in enumerate(header)
        for rank, neighbours in enumerate(ranks, start=1)
        if name and neighbours[column]
    ]
    return pa.Table.from_pylist(rows)


def _tribunals(path: Path) -> pa.Table:
    """Long form: la_code, la_name, year, appeals, decisions, rate; `~` and `..` become null, ` - ` is nil.

    The table's last two columns (2024 by the method in development) are left out.
    """
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.reader(file):
            if len(cells) < 2 or not (cells[1].strip().isdigit() and len(cells[1].strip()) == 3):
                continue
            for position, year in enumerate(TRIBUNAL_YEARS):
                appeals, decisions, rate = (_number(c) for c in cells[2 + 3 * position : 5 + 3 * position])
                rows.append(
                    {
                        "la_code": cells[1].strip(),
                        "la_name": cells[0].strip(),
                        "year": year,
                        "appeals": None if appeals is None else int(appeals),
                        "decisions": None if decisions is None else int(decisions),
                        "rate": rate,
                    }
                )
    return pa.Table.from_pylist(rows)


def _number(cell: str) -> float | None:
    text = cell.strip().replace(",", "").rstrip("%")
    if text == "-":
        return 0.0
    try:
        return float(text)
    except ValueError:
        return None


if __name__ == "__main__":
    main()
