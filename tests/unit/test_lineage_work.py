"""What OpenLineage is told of a night's steps: tables with their rows, files with their hashes, and nothing in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
from openlineage.client.serde import Serde

from area.files import file_hash
from area.lineage import input_sets, output_sets
from tests.support.gate_warehouse import build_warehouse
from warehouse.lineage.work import step_work
from warehouse.night import Night

STARTED = dt.datetime(2025, 1, 31, 2, tzinfo=dt.UTC)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """A night under way, its warehouse small and made by hand, its return a stand-in."""
    found = Night("931", "20250131-x", dt.date(2025, 1, 31), root=tmp_path)
    file = found.paths.building.sen2_xml(2025)
    file.parent.mkdir(parents=True)
    file.write_text("<Message>Quennell</Message>")
    build_warehouse(found.paths.building.warehouse)
    return found


def test_facts_are_made_of_the_raw_tables_that_were_delivered(night: Night) -> None:
    work = step_work(night, "facts", started=STARTED)
    assert work.name == "build.facts"
    assert {each.namespace for each in [*work.inputs, *work.outputs]} == {"send-warehouse://931"}
    with duckdb.connect(str(night.paths.building.warehouse), read_only=True) as con:
        query = "select sum(loaded_rows), (select count(*) from facts.fct_plan) from raw.delivery"
        rows, plans = con.execute(f"{query} where table_name = 'ehc_plan'").fetchone() or (None, None)
    assert {each.name: each.rows for each in work.inputs}["raw.ehc_plan"] == rows
    assert {each.name: each.rows for each in work.outputs}["facts.fct_plan"] == plans
    assert "raw.quarantined" not in {each.name for each in work.inputs}


def test_the_return_is_an_output_with_its_hash_and_none_of_its_content(night: Night) -> None:
    work = step_work(night, "files", started=STARTED)
    (made,) = [each for each in work.outputs if each.name.endswith(".xml")]
    file = night.paths.building.sen2_xml(2025)
    assert (made.name, made.version) == ("sen2/2025/SEN2_931_2025.xml", file_hash(file))
    told = "".join(Serde.to_json(each) for each in [*input_sets(work), *output_sets(work)])
    assert "SEN2_931_2025.xml" in told
    for hidden in ("Quennell", str(night.paths.root)):
        assert hidden not in told
