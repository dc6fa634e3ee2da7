"""The report of a check or a night in its three forms: an HTML page, a CSV file, and a worklist a source system."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from area.files import write_atomically, written_text
from returns.cells import plain_cell
from returns.report.findings import IDENTITY, Report
from returns.report.owners import owner
from returns.report.page import page
from returns.report.worklists import write_worklists

COLUMNS = (
    "rule",
    "dfe_number",
    "severity",
    "message",
    "detail",
    "module",
    "record",
    "person",
    "item",
    "value",
    "source",
    "row",
    "owner",
    "system",
    "who",
    "state",
    "note",
    "finding_id",
)


def write_report(report: Report, folder: Path, *, worklists: bool = False) -> list[Path]:
    """Write `<file>.check.csv`, `<file>.check.html` and, if asked, the worklists into the folder; returns the files.

    They are readable by their owner alone: a report is about children, whether it holds their names or not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table, shown = (folder / f"{Path(report.subject).stem}.check.{ending}" for ending in ("csv", "html"))
    with written_text(table) as lines:
        writer = csv.writer(lines)
        writer.writerow((*COLUMNS, *(IDENTITY if report.names else ())))
        writer.writerows([plain_cell(cell) for cell in row] for row in _rows(report))
    write_atomically(shown, page(report).encode())
    return [shown, table, *(write_worklists(report, folder) if worklists else [])]


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for _, findings in report.by_rule():
        for finding in findings:
            who = owner(finding.owner)
            yield (
                finding.rule,
                finding.dfe,
                finding.severity,
                finding.message,
                finding.detail,
                finding.module,
                finding.record,
                finding.person,
                finding.item,
                finding.value,
                finding.source if report.from_warehouse else report.subject,
                "" if finding.row is None else str(finding.row),
                finding.owner,
                who.system,
                who.who,
                finding.state,
                finding.note,
                finding.finding_id,
                *((finding.identity.get(what, "") for what in IDENTITY) if report.names else ()),
            )
