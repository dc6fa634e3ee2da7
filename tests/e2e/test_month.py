"""Thirty nights of shuffled, repeated, missing and corrected deliveries end equal to the orderly month."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from area.paths import AreaPaths
from ingest.contract.model import load_contract
from ingest.landing.delivery import LOADED, REFUSED, SAME, deliveries
from ingest.raw.deliveries import superseded
from ingest.raw.record_history import create_history
from ingest.raw.schema import create_raw
from tests.support.area import content, make_sandbox
from tests.support.month import LAST, NEVER, NIGHTS, as_it_happens, day, deliver, orderly
from tests.support.run_night import build
from warehouse import night as steps

pytestmark = pytest.mark.slow

AREA = "420"  # Isles of Scilly
FEEDS = ("ehc_casework", "school_census", "waiting_list")
TABLES = {feed: [table.name for table in load_contract(feed).tables] for feed in FEEDS}
ARRIVAL = ("last_received_at", "next_expected_on", "usual_rows")
"""What the board says of how the feeds arrived, and not of what they hold."""
Months = dict[str, AreaPaths]


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sandbox(AREA, tmp_path_factory.mktemp("sandbox") / "area", seed=5, clean=True)


@pytest.fixture(scope="module")
def months(area: Path, tmp_path_factory: pytest.TempPathFactory) -> Months:
    """The same month twice: as it should be, and as it happens."""
    root = tmp_path_factory.mktemp("months")
    files = orderly(area)
    items = {"orderly": files, "happened": as_it_happens(files)}
    with ThreadPoolExecutor() as both:
        done = [both.submit(deliver, root / name, AREA, sent) for name, sent in items.items()]
        for each in done:
            each.result()
    return {name: AreaPaths.of(AREA, root / name) for name in items}


def asked(paths: AreaPaths, *questions: str) -> list[list[tuple[Any, ...]]]:
    contracts = [load_contract(feed) for feed in FEEDS]
    with duckdb.connect(config={"threads": 2}) as con:
        create_raw(con, paths, as_of=LAST, contracts=contracts)
        create_history(con, contracts=contracts)
        return [con.execute(question).fetchall() for question in questions]


def same(months: Months, *questions: str) -> list[list[tuple[Any, ...]]]:
    """What both months answer, which must be the same."""
    expected = asked(months["orderly"], *questions)
    for question, mine, theirs in zip(questions, expected, asked(months["happened"], *questions), strict=True):
        assert theirs == mine, question
    return expected


def test_the_month_as_it_happens_has_everything_that_can_happen(months: Months) -> None:
    """What is compared is worth it: late, early, repeated, corrected, refused and missing are all there, and much of
    it."""
    records = {name: list(deliveries(paths.deliveries)) for name, paths in months.items()}
    happened = [record for record in records["happened"] if record.extract_date is not None]
    assert len({record.identity for record in records["orderly"]}) > 120
    assert sum(record.extract_date > record.received_at.date() for record in happened) > 10  # type: ignore[operator]
    assert sum(record.extract_date < record.received_at.date() for record in happened) > 50  # type: ignore[operator]
    assert sum(record.outcome == SAME for record in happened) > 20
    assert sum(record.outcome == REFUSED for record in happened) > 3
    ehc = [record for record in happened if record.feed == "ehc_casework"]
    assert len(superseded(load_contract("ehc_casework"), ehc)) > 10
    for record in (*records["orderly"], *happened):
        if record.outcome == LOADED:
            for balance in record.tables.values():
                assert balance.read == balance.loaded + balance.quarantined + balance.duplicate


def test_all_rows_and_their_history_are_those_of_the_orderly_month(months: Months) -> None:
    whole = [table for feed in FEEDS if feed not in NEVER for table in TABLES[feed]]
    rows = same(months, *(f"select * exclude (_received_at) from raw.{table} order by all" for table in whole))
    versions = same(months, *(f"select * from history.{table} order by all" for table in whole))
    assert sum(map(len, rows)) > 3_000
    assert sum(version[-1] is not None for table in versions for version in table) > 50  # many have ended
    quarantined = "select * exclude (_received_at) from raw.quarantined where _feed <> 'waiting_list' order by all"
    assert len(same(months, quarantined)[0]) > 20


def test_a_delivery_that_never_came_is_missed_on_its_own_night_alone(months: Months) -> None:
    (table,) = TABLES["waiting_list"]
    latest = f"select * exclude (_received_at) from raw.{table} where _is_latest order by all"
    assert same(months, latest)[0]
    nights = ", ".join(f"date '{day(night)}'" for night in range(NIGHTS) if night not in NEVER["waiting_list"])
    known = f"""
        select night, versions.* exclude (_file_hash, _row, known_from, known_to)
        from (select unnest([{nights}]) as night) as nights
        join history.{table} as versions on known_from <= night and (known_to is null or known_to > night)
        order by all
    """
    assert len(same(months, known)[0]) > 2_000


def test_the_night_built_from_it_is_the_orderly_months(
    months: Months, area: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEND_CONFIG", str(area / "config"))
    monkeypatch.setenv("SEND_HMAC_KEY", "test-key")
    for paths in months.values():
        build(steps.Night(AREA, "20250131-last", LAST, root=paths.root.parent))
    happened, expected = (content(months[name], arrival=ARRIVAL) for name in ("happened", "orderly"))
    assert happened == expected
