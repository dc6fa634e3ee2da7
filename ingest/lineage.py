"""A pull as OpenLineage has it: from the tables of a source system's files to the tables of schema `raw`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from area.lineage import DataSet, Work, source_namespace, warehouse_namespace
from ingest.contract.model import Contract
from ingest.landing.delivery import LOADED, SAME, Delivery


def pull_work(
    contract: Contract,
    area: str,
    conn_id: str,
    files: Sequence[Delivery],
    *,
    started: dt.datetime,
    failed: str | None = None,
) -> Work:
    """What a pull read and made. A data set is a table of the feed; its version is the newest file's hash, its rows
    are of all files of the pull. `failed` is the class of the error that ended it."""
    inputs, outputs = [], []
    for table in contract.tables:
        mine = [file for file in files if table.name in file.tables and file.outcome == LOADED]
        same = [file for file in files if file.outcome == SAME]
        if not mine and not same and not failed:
            continue
        balances = [file.tables[table.name] for file in mine]
        version = mine[-1].sha256 if mine else None
        columns = {field.name: "text" for field in table.fields}
        inputs.append(
            DataSet(
                source_namespace(conn_id),
                f"{contract.feed}/{table.name}",
                rows=sum(balance.read for balance in balances) if mine else None,
                bytes=sum(file.bytes for file in mine) if mine else None,
                version=version,
                columns={field.name: field.kind for field in table.fields},
            )
        )
        if mine:
            loaded = sum(balance.loaded for balance in balances)
            name = f"raw.{table.name}"
            outputs.append(DataSet(warehouse_namespace(area), name, rows=loaded, version=version, columns=columns))
    return Work(area, f"pull.{contract.feed}", inputs, outputs, started, failed)
