"""Matching at the size of a county: 105,000 pupils in two systems each, and 20,000 records of the other systems."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from tests.support.compiled_models import MATCHING, STAGING, build_bare
from tests.support.joined_area import built_area
from tests.support.synthetic_people import make_area

PUPILS, OTHERS = 105_000, 20_000
CORES = 2
ALLOWED_SECONDS = 5.0


@pytest.mark.slow
def test_a_county_is_matched_in_five_seconds_of_two_cores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Processor seconds are held to the limit: what other programs take of the machine does not count."""
    built_area()
    warehouse = tmp_path / "warehouse.duckdb"
    make_area(warehouse, pupils=PUPILS, others=OTHERS)
    with duckdb.connect(str(warehouse), config={"threads": CORES}) as connection:
        connection.execute("create schema staging; create schema matching")
        connection.execute(
            "create table matching.int_clerical_links (left_system varchar, left_key varchar, right_system varchar, "
            "right_key varchar, decision varchar, decided_on date)"
        )
        build_bare(connection, "staging", "view", STAGING)
        wall, processor = time.monotonic(), time.process_time()
        build_bare(connection, "matching", "table", ["int_person_records", *MATCHING, "int_unmatched"])
        wall, processor = time.monotonic() - wall, time.process_time() - processor
        records, people = connection.execute(
            "select count(*), count(distinct person_id) from matching.int_person_links"
        ).fetchone() or (0, 0)
        # The census key P12 and the schools' key S12 are the same made-up child.
        mixed, split = connection.execute(
            """
            with pupils as (
                select person_id, substr(source_key, 2) as child
                from matching.int_person_links
                where source_system in ('census', 'mis')
            )
            select
                (select count(*) from (from pupils select person_id group by all having count(distinct child) > 1)),
                (select count(*) from (from pupils select child group by all having count(distinct person_id) > 1))
            """
        ).fetchone() or (1, 1)
    with capsys.disabled():
        print(f"\nmatching {PUPILS:,} pupils and {OTHERS:,} others: {wall:.1f} s, {processor:.1f} s of processor")
    assert records == 2 * PUPILS + OTHERS
    assert PUPILS <= people < PUPILS + OTHERS
    assert (mixed, split) == (0, 0)
    assert processor < ALLOWED_SECONDS * CORES
