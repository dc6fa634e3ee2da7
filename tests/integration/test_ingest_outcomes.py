"""Published outcomes as they come from the data catalogue: a mark before the header, symbols, and blank columns of the
levels a row is not of."""

from __future__ import annotations

from pathlib import Path

from ingest.landing.delivery import Delivery
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


OXFORDSHIRE = {"geographic_level": "Local authority", "region_code": "E12000008", "new_la_code": "E10000025"}


def rows_of(header: str, *said: dict[str, str]) -> bytes:
    """A file with a header and, where a row says nothing of a column, what the DfE writes of all pupils."""
    names = header.split(",")
    assert all(set(row) <= set(names) for row in said)
    usual: dict[str, str | None] = dict.fromkeys(names, "Total")
    usual |= dict.fromkeys(("region_code", "old_la_code", "new_la_code"))
    return csv_of(*({**usual, **row} for row in said))


def balance(delivery: Delivery) -> tuple[str, int, int]:
    """How a file of one table came out, and its rows loaded and in quarantine."""
    (table,) = delivery.tables.values()
    return delivery.outcome, table.loaded, table.quarantined


def test_a_district_of_the_early_years_profile_does_not_contradict_its_area(tmp_path: Path) -> None:
    header = (
        "time_period,time_identifier,geographic_level,region_code,old_la_code,new_la_code,la_name,lad_code,lad_name,"
        "breakdown_topic,breakdown,sex,children_number,average_elgs,elg_number,elg_percentage,gld_number,gld_percentage"
    )
    place = {"time_period": "202324", **OXFORDSHIRE, "lad_code": ""}
    district = place | {"geographic_level": "Local authority district"}
    file = rows_of(
        header,
        place | {"gld_percentage": "70"},
        district | {"lad_code": "E07000178", "gld_percentage": "68"},
        district | {"lad_code": "E07000181", "gld_percentage": "72"},
    )
    (loaded,) = hand_in(tmp_path, "dfe_outcomes", {"eyfsp_202324.csv": file}).files
    assert balance(loaded) == ("loaded", 3, 0)
