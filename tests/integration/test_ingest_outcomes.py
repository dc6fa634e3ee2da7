"""Published outcomes as they come from the data catalogue: a mark before the header, symbols, and blank columns of the
levels a row is not of."""

from __future__ import annotations

from pathlib import Path

from sandbox.published.outcomes import outcome_tables
from tests.support.taking_in import csv_of, hand_in, raw_rows


def test_symbols_stay_and_a_year_stands_beside_the_next(tmp_path: Path) -> None:
    rows = outcome_tables()["published_suspension"].to_pylist()
    local = {"geographic_level": "Local authority", "new_la_code": "E10000025", "suspension": "low", "susp_rate": "c"}
    next_year = {"time_period": "202425", "suspension": "z"}
    early_years = {
        "time_period": "202425", "time_identifier": "Academic year", "geographic_level": "National",
        "region_code": None, "old_la_code": None, "new_la_code": None, "la_name": None, "gender": "Total",
        "children_number": "600000", "average_elgs": "14.1", "elg_number": "x", "elg_percentage": "x",
        "gld_number": "x", "gld_percentage": "68.3", "comm_lang_lit_number": "1",
    }  # fmt: skip
    files = {
        "suspensions_202324.csv": b"\xef\xbb\xbf" + csv_of(*rows, rows[0] | local),
        "suspensions_202425.csv": csv_of(rows[0] | next_year),
        "eyfsp_202425.csv": csv_of(early_years),
    }
    result = hand_in(tmp_path, "dfe_outcomes", files)
    assert [(file.outcome, file.period) for file in result.files] == [
        ("loaded", "202324"), ("loaded", "202425"), ("loaded", "202425"),
    ]  # fmt: skip
    columns = "time_period, geographic_level, characteristic, suspension, susp_rate"
    found = raw_rows(tmp_path, "published_suspension", columns)
    assert ("202324", "Local authority", "Total", "low", "c") in found
    assert ("202425", "National", "Total", "z", "11.31") in found
    assert len(found) == len(rows) + 2
    assert raw_rows(tmp_path, "published_eyfsp", "sex, characteristic, gld_percentage") == [("Total", None, "68.3")]
