"""What is asked of a database: one query a table of the contract, whole or from a watermark on."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import sqlalchemy as sa

from area.errors import ContractError
from area.settings import config_root
from ingest.contract.model import Table
from ingest.landing.extract_date import CHANGES
from ingest.transports import Pull

FULL_EVERY_DAYS, OVERLAP_MINUTES = 7, 60
Watermark = dt.datetime | dt.date | int | str


@dataclass(frozen=True)
class TablePlan:
    """One table: its query, the column that grows with every change (None: always fetched whole), and from which value
    of it on rows are asked for (None: all of them)."""

    table: Table
    query: str
    watermark: str | None
    since: Watermark | None
    full_on: dt.date
    day: dt.date

    @property
    def state_key(self) -> str:
        return f"sql/{self.table.name}"

    @property
    def file_name(self) -> str:
        """`<table>_full_<day>.parquet` or `<table>_changes_<day>.parquet` (`extract_date.changes_only`)."""
        kind = "full" if self.since is None else CHANGES
        return f"{self.table.name}_{kind}_{self.day:%Y%m%d}.parquet"

    @property
    def mark(self) -> str:
        """Changes when the query does: what was fetched by another one is no base to add to."""
        return hashlib.sha256(f"{self.query}\n{self.watermark}".encode()).hexdigest()[:16]

    def statement(self) -> sa.Select[Any]:
        """The query in brackets, in the order of the key, so that the same rows are the same bytes."""
        inner = sa.text(self.query.replace("\\", "\\\\").replace(":", "\\:")).columns().subquery("source")
        wanted: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(inner)
        if self.watermark is not None and self.since is not None:
            grown: sa.ColumnElement[Any] = sa.column(self.watermark)
            wanted = wanted.where(
                sa.or_(grown >= sa.bindparam("since", self.since, _type_of(self.since)), grown.is_(None))
            )
        return wanted.order_by(*(sa.column(self.table.field(name).source) for name in self.table.key))

    def remember(self, highest: Watermark | None) -> dict[str, Any]:
        """What to go on from next time, once these rows are loaded."""
        if self.watermark is None:
            return {}
        highest = self.since if highest is None else highest
        said = {"mark": self.mark, "full_on": self.full_on.isoformat()}
        return said if highest is None else said | {"kind": type(highest).__name__, "value": str(highest)}


def _type_of(since: Watermark) -> sa.types.TypeEngine[Any]:
    """What the database is told the watermark is; left to itself, a driver makes whole numbers of four bytes, and
    moments without their zone."""
    if isinstance(since, dt.datetime):
        return sa.DateTime(timezone=since.tzinfo is not None)
    if isinstance(since, dt.date):
        return sa.Date()
    return sa.BigInteger() if isinstance(since, int) else sa.String()


def plans_of(pull: Pull) -> list[TablePlan]:
    """The tables of the contract as they are to be asked for on this night.

    Raises ContractError when the contract has no usable query for one of its tables.
    """
    given = pull.option("tables", {})
    named = {table.name for table in pull.contract.tables}
    if not isinstance(given, Mapping) or set(given) != named:
        came = ", ".join(sorted(map(str, given))) if isinstance(given, Mapping) else type(given).__name__
        _fail(pull, "transport.tables", f"a query for each of {', '.join(sorted(named))}", came or "none")
    return [_plan(pull, table, given[table.name]) for table in pull.contract.tables]


def _plan(pull: Pull, table: Table, said: Any) -> TablePlan:
    where = f"transport.tables.{table.name}"
    if not isinstance(said, Mapping) or not set(said) <= {"query", "query_file", "watermark"}:
        _fail(pull, where, "query or query_file, and perhaps watermark", "something else")
    watermark = said.get("watermark")
    if watermark is not None and pull.contract.snapshot != "incremental":
        # A file of changes in a feed of whole files would make all other rows vanish.
        _fail(
            pull, f"{where}.watermark", "a feed whose snapshot is incremental", f"one that is {pull.contract.snapshot}"
        )
    plan = TablePlan(
        table,
        query=_query(pull, where, said),
        watermark=None if watermark is None else str(watermark),
        since=None,
        full_on=pull.as_of,
        day=pull.as_of,
    )
    before = pull.state.get(plan.state_key)
    if plan.watermark is None or before.get("mark") != plan.mark or "value" not in before:
        return plan
    full_on = dt.date.fromisoformat(str(before["full_on"]))
    if not 0 <= (pull.as_of - full_on).days < int(pull.option("full_every_days", FULL_EVERY_DAYS)):
        return plan
    since = _earlier(before, dt.timedelta(minutes=int(pull.option("overlap_minutes", OVERLAP_MINUTES))))
    return replace(plan, since=since, full_on=full_on)


def _query(pull: Pull, where: str, said: Mapping[str, Any]) -> str:
    """The query as it stands in the contract, or in a file of the settings folder's `queries/`."""
    if ("query" in said) == ("query_file" in said):
        _fail(pull, where, "either query or query_file", "both or neither")
    text = str(said.get("query", ""))
    if "query_file" in said:
        folder = (config_root() / "queries").resolve()
        path = (folder / str(said["query_file"]).format(area=pull.area)).resolve()
        if not path.is_relative_to(folder):
            _fail(pull, f"{where}.query_file", "a file below the settings folder's queries/", "one elsewhere")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            _fail(pull, f"{where}.query_file", f"a readable file queries/{path.name}", type(error).__name__)
    text = text.strip().removesuffix(";")
    if not text:
        _fail(pull, where, "a query", "an empty one")
    return text


def _earlier(before: Mapping[str, Any], overlap: dt.timedelta) -> Watermark:
    """From where to ask again: a row may be committed later than the moment it bears."""
    value = str(before["value"])
    kind = before["kind"]
    if kind == "datetime":
        return dt.datetime.fromisoformat(value) - overlap
    if kind == "date":
        return dt.date.fromisoformat(value) - dt.timedelta(days=1)
    return int(value) if kind == "int" else value


def _fail(pull: Pull, field: str, expected: str, came: str) -> NoReturn:
    raise ContractError(f"{pull.feed}.yml", field=field, expected=expected, came=came)
