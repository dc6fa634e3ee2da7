"""Files handed in by hand: recognised by what is in them, whatever they are called; refused in words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from area.errors import SendWarehouseError, UploadRefusedError
from area.paths import AreaPaths
from cli.main import build_app
from ingest.contract.model import Contract, Table, load_contract, load_contracts
from ingest.landing.delivery import Delivery, deliveries
from ingest.quarantine.entering import Wanted, enter
from ingest.quarantine.fixes import DISMISS, FIX
from ingest.quarantine.rows import held_rows
from ingest.upload.recognise import Offered, recognise
from tests.faults.listings import content

DAY = dt.date(2025, 1, 31)
NAMES = "Jo Bloggs 9434765919 (final) v2"  # what people call files; nothing of it may be kept


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEND_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "60")
    return tmp_path


def send(*words: str | Path, fails: bool = False) -> str:
    """Run `send upload` for area 931; returns all it says."""
    result = CliRunner().invoke(build_app(), ["upload", *map(str, words), "--area", "931", "--as-of", "2025-01-31"])
    assert result.exit_code == (1 if fails else 0), result.output
    if isinstance(result.exception, SendWarehouseError):  # of the call itself: `main` prints it
        return str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return " ".join(result.output.split())


def put(folder: Path, body: bytes | str, name: str = f"{NAMES}.dat") -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def records(root: Path) -> list[Delivery]:
    return list(deliveries(AreaPaths.of("931", root / "data").deliveries))


def value(table: Table, name: str, number: int) -> str:
    """Some value that holds to the contract."""
    field = table.field(name)
    if field.kind == "date":
        return DAY.strftime(field.date_format or "%Y-%m-%d")
    return field.codes[0] if field.codes else str(number)


def csv_of(contract: Contract, table: Table, *, rows: int = 2) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=str(contract.format.get("delimiter", ",")))
    writer.writerow([field.source for field in table.fields])
    writer.writerows([[value(table, field.name, number) for field in table.fields] for number in range(rows)])
    return out.getvalue().encode(str(contract.format.get("encoding", "utf-8")))


def zipped(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


LAYOUTS = [
    (contract, layout)
    for contract in load_contracts()
    if contract.format["kind"] == "csv"
    for table in contract.tables
    for layout in contract.layouts_of(table.name)
]


@pytest.mark.parametrize(
    ("contract", "layout"), LAYOUTS, ids=[f"{layout.name}-{layout.year or ''}" for _, layout in LAYOUTS]
)
def test_every_layout_of_every_contract_is_recognised(contract: Contract, layout: Table, tmp_path: Path) -> None:
    """By its headings among those of all feeds, whatever the file is called. Layouts that two feeds share are told
    apart by the feed that is named, or by a name as the contract has it."""
    path = put(tmp_path, csv_of(contract, layout))
    offered = Offered(path, "csv", path.name, path.name, DAY, period="SPR2025")
    twins = {each.feed for each, other in LAYOUTS if headings(other) == headings(layout)}
    among = load_contracts()
    if len(twins) > 1:
        with pytest.raises(UploadRefusedError) as caught:
            recognise(offered, among, area="931", work=tmp_path)
        assert all(feed in str(caught.value) for feed in twins)
        alike = [other.file for _, other in LAYOUTS if headings(other) == headings(layout)]
        if alike.count(layout.file) == 1:
            named = replace(offered, name=str(layout.file).replace("*", "20250131"))
            assert recognise(named, among, area="931", work=tmp_path).contract.feed == contract.feed
        among = (contract,)
    found = recognise(offered, among, area="931", work=tmp_path)
    assert found.contract.feed == contract.feed
    assert f" of {layout.name}" in found.by
    assert "Bloggs" not in found.name


def headings(table: Table) -> frozenset[str]:
    return frozenset(field.source for field in table.fields)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_file_is_taken_in_with_who_and_when(root: Path, encoding: str) -> None:
    path = put(root, content().decode().encode(encoding))
    said = send(path, "--by", "J. Okafor")
    assert "feed waiting_list; 20 of 20 columns of health_waiting_list" in said
    assert "as waiting_list_20250131.csv: loaded as the delivery of 2025-01-31." in said
    assert "health_waiting_list: 120 of 123 rows hold, 2 in quarantine, 1 duplicate" in said
    (record,) = records(root)
    assert (record.file_name, record.source, record.outcome) == (
        "waiting_list_20250131.csv", "upload by J. Okafor", "loaded",
    )  # fmt: skip
    assert record.extract_date == DAY
    written = "".join(str(path) for path in (root / "data").rglob("*"))
    written += "".join(path.read_text() for path in (root / "data").rglob("*.json"))
    assert "Bloggs" not in written
    assert "9434765919" not in written
    assert not [path for path in (root / "data/931/.upload").rglob("*") if path.name != ".lock"]


def test_the_same_file_twice_is_read_once(root: Path) -> None:
    path = put(root, content())
    send(path)
    assert "these bytes had come before" in send(put(root, content(), "again.csv"))
    assert sorted(each.outcome for each in records(root)) in (["loaded"], ["loaded", "same"])


def test_the_date_of_a_name_counts_before_the_one_that_is_said(root: Path) -> None:
    assert "as waiting_list_20250115.csv" in send(put(root, content(), "Copy of waits 2025-01-15.csv"))
    assert [each.extract_date for each in records(root)] == [dt.date(2025, 1, 15)]


def test_a_dry_run_takes_nothing_in(root: Path) -> None:
    said = send(put(root, content()), "--dry-run")
    assert "Nothing was taken in. health_waiting_list: 120 of 123 rows hold, 2 for quarantine, 1 duplicate" in said
    assert "It would be loaded as the delivery of 2025-01-31." in said
    assert not (root / "data").exists()


def everything(root: Path) -> dict[Path, tuple[int, bytes]]:
    """What is in the data folder, and when it was written."""
    found = sorted((root / "data").rglob("*"))
    return {path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in found}


def test_a_dry_run_says_what_the_upload_then_does(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rows that somebody has put right, or left out, in an earlier delivery are so in the next one too."""
    send(put(root, content(), "first.csv"))
    paths = AreaPaths.of("931")
    date, key = held_rows(paths)
    enter(paths, [Wanted(date.id, FIX, "An Officer", "Asked", {"birth_date": "2012-02-29"})])
    enter(paths, [Wanted(key.id, DISMISS, "An Officer", "Nobody's")])
    later = put(root, content() + content().splitlines()[1].replace(b"W0,", b"W9999,") + b"\n", "waits 20250201.csv")
    before, scratch = everything(root), tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(scratch))
        tried = send(later, "--dry-run")
    assert everything(root) == before
    assert not list(scratch.iterdir())
    done = send(later)
    numbers = "health_waiting_list: 122 of 124 rows hold, 1 {} quarantine, 1 duplicate, 1 put right"
    assert numbers.format("for") in tried
    assert numbers.format("in") in done
    assert "It would be loaded as the delivery of 2025-02-01." in tried
    assert "loaded as the delivery of 2025-02-01." in done
    assert "These bytes have come before, and nothing would be read." in send(later, "--dry-run")


def test_a_dry_run_says_that_a_file_would_be_held(root: Path) -> None:
    send(put(root, content(), "first.csv"))
    few = b"\n".join(content().splitlines()[:21]) + b"\n"
    before = everything(root)
    tried = send(put(root, few, "waits 20250201.csv"), "--dry-run", fails=True)
    assert "It would be held as the delivery of 2025-02-01: health_waiting_list: 20 rows, 83% fewer" in tried
    assert everything(root) == before
    assert "is held: health_waiting_list: 20 rows, 83% fewer" in send(root / "waits 20250201.csv", fails=True)


def test_a_period_is_said_when_no_name_says_it(root: Path) -> None:
    contract = load_contract("school_census")
    table = contract.layouts_of("census_senneeds")[0]
    path = put(root, csv_of(contract, table))
    assert "say it with --period" in send(path, fails=True)
    assert "as SchoolCensus_SPR2025_" in send(path, "--period", "SPR2025")
    assert [each.period for each in records(root)] == ["SPR2025"]
    assert "--period" in send(path, "--period", "Jo Bloggs", fails=True)


CIN = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2025</Year>
<ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails><Source><LEA>931</LEA></Source></Header>
<Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID><PersonBirthDate>2012-05-01</PersonBirthDate>
</ChildIdentifiers></Child></Children></Message>"""


def test_xml_is_recognised_by_its_root_and_collection(root: Path) -> None:
    assert "(feed cin_census;" in send(put(root, CIN))
    assert [each.file_name for each in records(root)] == ["cin_census_20250131.xml"]
    said = send(put(root, "<html><body>Log in</body></html>"), fails=True)
    assert "cin_census: expected" in said


def test_excel_is_recognised_by_the_headings_of_its_sheets(root: Path) -> None:
    contract = load_contract("annex_a")
    table = contract.tables[0]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([field.source for field in table.fields])
    sheet.append([value(table, field.name, 1) for field in table.fields])
    book.save(root / "book.xlsx")
    assert f"(feed annex_a; read as {table.name})" in send(root / "book.xlsx")
    openpyxl.Workbook().save(root / "empty.xlsx")
    assert "annex_a: expected a sheet with the headings of" in send(root / "empty.xlsx", fails=True)


def test_parquet_is_recognised_by_its_columns(root: Path) -> None:
    table = load_contract("ssd").table("ssd_disability")
    rows = pa.table({"disa_table_id": [1, 2], "disa_person_id": [10, 20], "disa_disability_code": ["VIS", "HEAR"]})
    pq.write_table(rows, root / "export.bin")
    assert f"(feed ssd; read as {table.name})" in send(root / "export.bin")
    loaded = pq.read_table(next((root / "data/931/read/ssd/ssd_disability").glob("*.parquet")))
    assert loaded.column("disa_person_id").to_pylist() == ["10", "20"]
    pq.write_table(pa.table({"colour": ["red"]}), root / "other.bin")
    assert "came a parquet file that none of their readers takes" in send(root / "other.bin", fails=True)


def test_json_is_recognised_by_its_shape(root: Path) -> None:
    student = {"id": "S1", "dob": "2012-05-01", "last_name": "Rumpelstiltskin"}
    path = put(root, json.dumps({"data": [student]}))
    said = send(path)
    assert "(feed mis; read as mis_students)" in said
    assert "mis_students: 1 of 1 rows hold" in said
    for body in ("[1, 2]", '{"data": 1}', '{"data"', '{"data": [{"name": "Rumpelstiltskin"}]}'):
        assert "Rumpelstiltskin" not in send(put(root, body), fails=True)


def test_members_of_an_archive_are_taken_one_by_one(root: Path) -> None:
    members = [
        ("folder/", b""),
        ("__MACOSX/._x", b"junk"),
        ("folder/Jo Bloggs.csv", content()),
        ("nonsense.csv", b"colour,size\nred,1\n"),
        ("cin.xml", CIN.encode()),
    ]
    said = send(put(root, zipped(members), "all.zip"), fails=True)
    assert "all.zip, member 1: Health waiting list" in said
    assert "Upload of all.zip, member 2: expected" in said
    assert "all.zip, member 3: " in said
    assert sorted(each.feed for each in records(root)) == ["cin_census", "waiting_list"]


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("waiting.csv")
    info.external_attr = 0o120777 << 16
    return info


ARCHIVES: list[tuple[str, bytes]] = [
    ("climbs out", zipped([("../waiting.csv", content())])),
    ("climbs out", zipped([("/etc/waiting.csv", content())])),
    ("climbs out", zipped([("a\\..\\..\\waiting.csv", content())])),
    ("climbs out", zipped([("C:/waiting.csv", content())])),
    ("is a link", zipped([(_link(), b"/etc/passwd")])),
    ("is an archive itself", zipped([("inner.zip", zipped([("waiting.csv", content())]))])),
    ("a zip bomb", zipped([("waiting.csv", b"0" * 70 * 1024**2)])),
    ("an empty one", zipped([("folder/", b"")])),
    (
        "damaged or encrypted",
        zipped([("waiting.csv", content())]).replace(b"waiting.csvpath", b"waiting.csvXXXX")[:-40] + b"x",
    ),
    ("more than 2000", zipped([(f"{number}.csv", b"a") for number in range(2001)])),
]


@pytest.mark.parametrize(("says", "body"), ARCHIVES, ids=[f"{n}-{says}" for n, (says, _) in enumerate(ARCHIVES)])
def test_archives_that_could_do_harm_are_refused(root: Path, says: str, body: bytes) -> None:
    said = send(put(root, body, "all.zip"), fails=True)
    assert says in said or (says == "damaged or encrypted" and "of no known kind" in said)
    assert records(root) == []
    assert not (root / "waiting.csv").exists()


REFUSED: list[tuple[str, bytes]] = [
    ("an empty file", b""),
    ("an empty file", b" \n\n"),
    ("an old Excel file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ("a gzip file", b"\x1f\x8b\x08\0\0\0\0\0"),
    ("a file of no known kind", bytes(range(256)) * 20),
    ("a first line with none of their columns", b"Jo Bloggs,2012-05-01,9434765919\n"),
    ("a first line with none of their columns", b'"' * 5000),
    ("(nearest: health_waiting_list of waiting_list) one without postcode", content().replace(b"postcode,", b"", 1)),
    ("perhaps renamed to postcodes", content().replace(b"postcode,", b"postcodes,", 1)),
]


@pytest.mark.parametrize(("says", "body"), REFUSED, ids=[f"{n}-{says}" for n, (says, _) in enumerate(REFUSED)])
def test_what_is_no_feeds_is_refused_in_words(root: Path, says: str, body: bytes) -> None:
    said = send(put(root, body, "x.csv"), fails=True)
    assert says in said
    assert "What to do:" in said
    assert "Bloggs" not in said
    assert "9434765919" not in said
    assert records(root) == []


def test_a_feed_that_is_named_is_the_only_one(root: Path) -> None:
    said = send(put(root, content()), "--feed", "gias", fails=True)
    assert "expected a file of gias" in said
    assert "one of" in send(put(root, content()), "--feed", "nosuch", fails=True)
    assert "expected a file, came none that is there" in send(root / "nowhere.csv", fails=True)


def test_a_file_its_feed_refuses_is_kept_and_the_others_go_on(root: Path) -> None:
    header = content().split(b"\n")[0]
    bad = put(root, header + b"\n" + b"\n".join([b"," * 19] * 12) + b"\n", "bad.csv")
    tried = send(bad, "--dry-run", fails=True)
    assert "of which none does" in tried
    assert "Nothing of it was taken in. What to do: ask the feed's owner" in tried
    assert "kept" not in tried
    assert not (root / "data").exists()
    said = send(bad, put(root, content(), "good.csv"), fails=True)
    assert "of which none does" in said
    assert "120 of 123 rows hold" in said
    assert sorted(each.outcome for each in records(root)) == ["loaded", "refused"]
