"""Small feeds to try ingest with: contracts made on the spot, files read the way a pull reads them."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from area.paths import AreaPaths
from ingest.contract.model import Contract, Field, Table, load_contract
from ingest.formats import SourceFile
from ingest.landing.delivery import TableBalance
from ingest.reading.file import parquet_of, read_file
from ingest.reading.outputs import Origin

RECEIVED = dt.datetime(2025, 1, 31, 20, 0)
EXTRACT = dt.date(2025, 1, 31)

PETS = (
    Field("ref", "ref", "text", required=True, max_length=20),
    Field("name", "name", "text", max_length=30),
    Field("born", "born", "date", date_format="%Y-%m-%d"),
    Field("legs", "legs", "integer"),
)


def csv_contract(fields: tuple[Field, ...] = PETS, *, key: tuple[str, ...] = ("ref",), **options: Any) -> Contract:
    """A feed `pets` of one CSV table `pet`."""
    table = Table(name="pet", key=key, fields=fields, min_rows=int(options.pop("min_rows", 0)))
    return Contract(
        feed="pets",
        title="Pets",
        sector="education",
        owner="The owner",
        arrives="nightly",
        allowed_age_days=3,
        required=False,
        snapshot="full",
        transport={"kind": "folder", "connection": "pets_drop", "folder": ".", "pattern": "*.csv"},
        format={"kind": "csv", "encoding": "utf-8", "delimiter": ",", **options},
        tables=(table,),
    )


@dataclass(frozen=True)
class ReadResult:
    """The balance of one table, its loaded rows and its quarantined rows, as dictionaries."""

    balance: TableBalance
    rows: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    path: Path

    @property
    def reasons(self) -> list[tuple[int, str, str | None]]:
        return [(row["_row"], row["reason"], row["field"]) for row in self.quarantined]


def read_bytes(folder: Path, contract: Contract | str, content: bytes, *, name: str, table: str) -> ReadResult:
    """Read `content` as a file of a feed and give back what became of one of its tables."""
    found = load_contract(contract) if isinstance(contract, str) else contract
    folder.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / f"{sha256}.landed"
    path.write_bytes(content)
    paths = AreaPaths.of("931", folder / "data")
    origin = Origin(found.feed, sha256, name, RECEIVED, EXTRACT)
    balances = read_file(SourceFile(path, name, found), origin, paths)
    parquet = parquet_of(paths.read, found.feed, table, sha256)
    quarantine = parquet_of(paths.quarantine, found.feed, table, sha256)
    rows = pq.read_table(parquet).to_pylist()
    held = pq.read_table(quarantine).to_pylist() if quarantine.exists() else []
    return ReadResult(balances[table], rows, held, parquet)


def cells(result: ReadResult) -> list[tuple[Any, ...]]:
    """The loaded rows without the columns that say where they came from."""
    return [tuple(value for name, value in row.items() if not name.startswith("_")) for row in result.rows]


def schema_of(path: Path) -> pa.Schema:
    """The Parquet file's columns and types."""
    return pq.read_schema(path)
