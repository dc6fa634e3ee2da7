"""Changes at a source: noticed, named, recorded; those that would empty the warehouse held for a person."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from area.errors import DeliveryHeldError, SettingsError
from area.paths import AreaPaths
from cli.main import build_app
from ingest.contract.model import Contract, Field, load_contract
from ingest.formats import SourceFile
from ingest.landing.accept import accept
from ingest.landing.delivery import HELD, LOADED, SAME, Delivery, deliveries, delivery_of, record_json, write_delivery
from ingest.landing.drift import held_still, watched
from ingest.pull import HandedIn, PullResult, take_in
from ingest.raw.schema import create_raw
from ingest.reading.file import read_file
from ingest.reading.outputs import Origin
from tests.support.ingest_files import PETS, csv_contract
from tests.unit.test_ingest_years import contract as years_contract

FIELDS = (*PETS, Field("kind", "kind", "code", codes=("CAT", "DOG"), optional=True))
CONTRACT = csv_contract(FIELDS)


def rows(count: int, *, legs: str = "4", kind: str = "CAT", name: str = "Rex") -> str:
    return "".join(f"r{n},{name},2020-01-02,{legs},{kind}\n" for n in range(count))


def delivered(
    root: Path, content: str, *, day: int, contract: Contract = CONTRACT, name: str = "pet", period: str | None = None
) -> Delivery:
    """Read a file as the delivery of a day of January, watched and recorded as a pull does it."""
    file_name = f"{name}_202501{day:02d}.csv"
    received = dt.datetime(2025, 1, day, 20)
    path = root / file_name
    path.write_text(content)
    paths = AreaPaths.of("931", root / "data")
    sha256 = f"{day:02d}" + "0" * 62
    tables = read_file(
        SourceFile(path, file_name, contract), Origin("pets", sha256, file_name, received, received.date()), paths
    )
    record = Delivery(
        "pets",
        file_name,
        "a test",
        received,
        LOADED,
        sha256,
        extract_date=received.date(),
        tables=tables,
        period=period,
    )
    record = watched(contract, paths, record, hold=True)
    write_delivery(paths.deliveries, record, root=paths.root)
    return record


def changes(delivery: Delivery) -> list[tuple[str, str | None]]:
    return [(each.kind, each.field) for each in delivery.drift]


HEADER = "ref,name,born,legs,kind\n"


def test_nothing_has_changed(tmp_path: Path) -> None:
    assert delivered(tmp_path, HEADER + rows(200), day=1).drift == ()
    assert delivered(tmp_path, HEADER + rows(190), day=2).drift == ()


@pytest.mark.parametrize(
    ("second", "change", "said", "held"),
    [
        (HEADER + rows(90), ("moved_volume", None), "90 rows, 55% fewer than the 200 before", True),
        (HEADER + rows(310), ("moved_volume", None), "310 rows, 55% more than the 200 before", False),
        (HEADER + rows(200, legs=""), ("emptied", "legs"), "legs is empty; 200 rows had a value before", True),
        (
            "ref,name,born,legs\n" + "".join(f"r{n},Rex,2020-01-02,4\n" for n in range(200)),
            ("lost_column", "kind"),
            "kind is no longer there; 200 rows had a value before",
            True,
        ),
        (HEADER + rows(200, kind="FISH"), ("new_code", "kind"), "does not know: FISH (200)", False),
        (HEADER + rows(150) + rows(400, legs="many")[150 * 26 :], ("changed_type", "legs"), "of its type", False),
    ],
)
def test_a_change_is_named_and_harm_is_held(
    tmp_path: Path, second: str, change: tuple[str, str | None], said: str, held: bool
) -> None:
    delivered(tmp_path, HEADER + rows(200), day=1)
    found = delivered(tmp_path, second, day=2)
    assert change in changes(found)
    (drift,) = [each for each in found.drift if (each.kind, each.field) == change]
    assert said in drift.said
    assert (found.outcome, drift.harm) == ((HELD, True) if held else (LOADED, False))
    assert (found.problem is not None) == held


def test_small_tables_may_halve_unless_their_contract_says_by_how_much_they_may_change(tmp_path: Path) -> None:
    delivered(tmp_path, HEADER + rows(100), day=1)
    assert delivered(tmp_path, HEADER + rows(20), day=2).outcome == LOADED
    strict = replace(CONTRACT, tables=(replace(CONTRACT.tables[0], largest_change=0.1),))
    assert delivered(tmp_path, HEADER + rows(17), day=3, contract=strict).outcome == HELD
    assert delivered(tmp_path, HEADER + rows(18), day=4, contract=strict).outcome == LOADED
    assert delivered(tmp_path, HEADER + rows(60), day=5, contract=strict).outcome == LOADED


def test_held_deliveries_are_no_measure_and_a_later_delivery_does_not_prove_them_right(tmp_path: Path) -> None:
    delivered(tmp_path, HEADER + rows(200), day=1)
    assert delivered(tmp_path, HEADER + rows(40), day=2).outcome == HELD
    assert delivered(tmp_path, HEADER + rows(41), day=3).outcome == HELD
    records = [*deliveries(tmp_path / "data/931/deliveries")]
    assert [record.file_name for record in held_still(records)] == ["pet_20250102.csv", "pet_20250103.csv"]
    assert delivered(tmp_path, HEADER + rows(201), day=4).drift == ()
    assert held_still(deliveries(tmp_path / "data/931/deliveries")) == []


def test_a_late_delivery_is_compared_with_what_was_before_it(tmp_path: Path) -> None:
    delivered(tmp_path, HEADER + rows(150), day=1)
    delivered(tmp_path, HEADER + rows(290), day=9)
    assert delivered(tmp_path, HEADER + rows(140), day=5).outcome == LOADED


def test_periods_are_compared_with_themselves(tmp_path: Path) -> None:
    delivered(tmp_path, HEADER + rows(200), day=1, period="AUT2024")
    assert delivered(tmp_path, HEADER + rows(50), day=2, period="SPR2025").outcome == LOADED
    assert delivered(tmp_path, HEADER + rows(49), day=3, period="AUT2024").outcome == HELD


def test_a_code_is_new_once_and_only_named_when_it_cannot_be_a_childs(tmp_path: Path) -> None:
    first = delivered(tmp_path, HEADER + rows(3, kind="FISH"), day=1)
    assert changes(first) == [("new_code", "kind")]
    assert delivered(tmp_path, HEADER + rows(3, kind="FISH"), day=2).drift == ()
    names = "".join(f"r{n},Rex,2020-01-02,4,Name{n}\n" for n in range(30))
    slipped = delivered(tmp_path, HEADER + names + "q,Rex,2020-01-02,4,9434765919\n", day=3)
    (drift,) = slipped.drift
    assert drift.said.endswith("does not know: 31 row(s) with words not shown")
    numbers = delivered(tmp_path, HEADER + rows(2, kind="9434765919") + "x,,,,A long sentence\n", day=4)
    assert "9434765919" not in json.dumps(record_json(numbers))


def test_columns_nobody_reads_come_in_and_are_named(tmp_path: Path) -> None:
    loose = csv_contract(FIELDS, extra_columns="ignore")
    header = HEADER.strip()
    delivered(tmp_path, header + ",colour\n" + rows(3).replace("\n", ",red\n"), day=1, contract=loose)
    found = delivered(tmp_path, header + ",colour,size\n" + rows(3).replace("\n", ",red,9\n"), day=2, contract=loose)
    assert [each.said for each in found.drift] == ["the file has a column size that it did not have before"]


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "an old record"])
def test_the_first_column_nobody_reads_is_named_unless_nothing_is_known_of_those_before(
    noted: bool, tmp_path: Path
) -> None:
    loose = csv_contract(FIELDS, extra_columns="ignore")
    first = delivered(tmp_path, HEADER + rows(3), day=1, contract=loose)
    if not noted:
        paths = AreaPaths.of("931", tmp_path / "data")
        old = {name: replace(balance, ignored_columns=None) for name, balance in first.tables.items()}
        write_delivery(paths.deliveries, replace(first, tables=old), root=paths.root)
    wider = HEADER.strip() + ",colour\n" + rows(3).replace("\n", ",red\n")
    found = delivered(tmp_path, wider, day=2, contract=loose)
    said = ["the file has a column colour that it did not have before"]
    assert [each.said for each in found.drift] == (said if noted else [])


def test_the_year_of_the_layout_is_recorded_and_its_change_named(tmp_path: Path) -> None:
    contract = replace(years_contract(tmp_path), feed="pets")
    old = "ref,born,sex,tail\n" + "".join(f"r{n},2020-01-02,{n % 2 + 1},long\n" for n in range(20))
    new = "ref,date_of_birth,sex,legs\n" + "".join(f"r{n},2020-01-02,M,4\n" for n in range(20))
    first = delivered(tmp_path, old, day=1, contract=contract)
    assert (first.layout_year, first.drift) == (2023, ())
    second = delivered(tmp_path, new.replace("r3,2020-01-02,M", "r3,2020-01-02,1"), day=2, contract=contract)
    assert second.layout_year == 2024
    assert json.loads(json.dumps(record_json(second)))["layout_year"] == 2024
    said = {each.kind: each.said for each in second.drift}
    assert said["layout_year"] == "the layout is that of 2024; before it was that of 2023"
    assert said["new_code"] == "sex has codes the contract does not know: 1 (1)"  # of 2023, and no more in 2024
    assert set(said) == {"layout_year", "new_code"}  # nobody misses a field that the year does not ask for
    third = delivered(tmp_path, new.replace(",4", ",5").replace(",M", ","), day=3, contract=contract)
    assert (third.outcome, changes(third)) == (HELD, [("emptied", "sex")])


def test_records_round_trip_and_old_ones_are_still_read(tmp_path: Path) -> None:
    delivered(tmp_path, HEADER + rows(200), day=1)
    held = delivered(tmp_path, HEADER + rows(9, kind="FISH"), day=2)
    written = json.loads(json.dumps(record_json(held)))
    assert delivery_of(written) == held
    assert delivery_of({**written, "of_a_later_version": 1}) == held
    old = {key: value for key, value in written.items() if key not in ("drift", "accepted", "layout_year")}
    for balance in old["tables"].values():
        for key in ("layout_year", "missing_columns", "ignored_columns"):
            del balance[key]
    assert (delivery_of(old).drift, delivery_of(old).accepted, delivery_of(old).layout_year) == ((), None, None)
    assert {balance.ignored_columns for balance in delivery_of(old).tables.values()} == {None}


# --- from the outside ------------------------------------------------------------------------------------------------

FEED = "ehc_casework"


def advice(root: Path, count: int, *, day: int) -> PullResult:
    """Hand in an extract of so many pieces of advice."""
    columns = load_contract(FEED).table("ehc_advice").columns
    lines = [f"A{n},R{n},EP,2024-05-01,2024-06-01,0" for n in range(count)]
    content = "\n".join([",".join(columns), *lines]).encode()
    received = dt.datetime(2025, 1, day, 20, tzinfo=dt.UTC)
    handed = [HandedIn(f"ehc_advice_202501{day:02d}.csv", "a test", content)]
    return take_in("931", FEED, handed, as_of=received.date(), received_at=received, root=root)


def raw(root: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        create_raw(con, AreaPaths.of("931", root), as_of=dt.date(2025, 1, 31))
        return con.execute(sql).fetchall()


LATEST = "select count(*) from raw.ehc_advice where _is_latest"


def send(*words: str) -> Result:
    return CliRunner().invoke(build_app(), ["deliveries", *words, "--area", "931"])


def test_a_held_delivery_counts_once_a_person_has_accepted_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_DATA", str(tmp_path))
    advice(tmp_path, 300, day=1)
    with pytest.raises(DeliveryHeldError) as caught:
        advice(tmp_path, 100, day=2)
    said = str(caught.value)
    assert "ehc_advice: 100 rows, 67% fewer than the 300 before" in said
    assert raw(tmp_path, LATEST) == [(300,)]
    assert raw(tmp_path, "select feed, outcome, problem from raw.problem") == [
        (FEED, "held", "ehc_advice: 100 rows, 67% fewer than the 300 before")
    ]
    assert raw(tmp_path, "select table_name, kind, outcome, harm from raw.drift") == [
        ("ehc_advice", "moved_volume", "held", True)
    ]
    with pytest.raises(DeliveryHeldError):  # the next night it is still there, and still held
        advice(tmp_path, 100, day=2)
    shown = send("drift")
    assert "held: waits for an answer" in shown.output
    sha256 = caught.value.sha256
    accepted = send(
        "accept", "--feed", FEED, "--file", sha256[:12], "--by", "Team lead", "--reason", "closed cases left"
    )
    assert accepted.output == "ehc_advice_20250102.csv counts now: 100 row(s)\n"
    assert raw(tmp_path, LATEST) == [(100,)]
    assert raw(tmp_path, "select * from raw.problem") == []
    outcomes = [record.outcome for record in deliveries(tmp_path / "931/deliveries")]
    assert outcomes == [LOADED, HELD, LOADED]
    assert "accepted by Team lead" in send("drift").output
    (again,) = advice(tmp_path, 100, day=2).files
    assert again.outcome == SAME
    assert [record.outcome for record in deliveries(tmp_path / "931/deliveries")] == outcomes


def test_only_a_held_delivery_can_be_accepted_and_only_by_somebody_with_a_reason(tmp_path: Path) -> None:
    (file,) = advice(tmp_path, 300, day=1).files
    for sha256 in (file.sha256 or "", "", "abc"):
        with pytest.raises(SettingsError, match="a held delivery of ehc_casework: none"):
            accept("931", FEED, sha256, by="me", reason="so", root=tmp_path)
    with pytest.raises(SettingsError, match="--by"):
        accept("931", FEED, file.sha256 or "", by=" ", reason="so", root=tmp_path)
