"""Checks any SEN2 file without a warehouse: can it be read, does it fit the schema, which rules does it break.

A file is the XML, or the CSV files that COLLECT exports; these have no schema, so only the rules look at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from returns.definition.load import load_definition
from returns.definition.model import DEFAULT_ORDER, Definition
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from returns.report.findings import SCHEMA_RULE, Finding, Report, gather
from returns.report.masking import shown
from returns.report.owners import FILE
from returns.report.pseudonyms import FileNames
from returns.rules.dfe_map import dfe_numbers
from returns.rules.run import RuleRun
from returns.sen2.files.detect import FileKind, kind_of_file, read_return, year_of
from returns.sen2.xml.schema_check import Fault, faults_by_order

# Up to this size a file is checked with plans that are made once for all files, on one core.
SMALL_BYTES = 4_000_000


def check_sen2(path: Path, *, year: int | None = None, names: bool = False) -> Report:
    """Check the file as a return of `year`, or of the year it says it is of. `names`: the report may hold names.

    Raises SettingsError for a year that is not defined, ReturnRefusedError for a file that cannot be read as a return.
    """
    small = path.is_file() and path.stat().st_size <= SMALL_BYTES
    with FileChecker(year_of(path) if year is None else year, small=small) as checker:
        return checker.check(path, names=names)


class FileChecker:
    """Checks one file after another as returns of one year. `small`: they are small, so everything is planned once."""

    def __init__(self, year: int, *, small: bool) -> None:
        self.definition = load_definition(SEN2, year)
        self.con = duckdb.connect(config={"threads": 1} if small else {})
        create_tables(self.con, self.definition)
        self.rules = RuleRun(self.con, SEN2, year, repeatable=small)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.con.close()

    def check(self, path: Path, *, names: bool = False) -> Report:
        """Check the file. Raises ReturnRefusedError for a file that cannot be read as a return."""
        year = self.definition.year
        read = read_return(path, year=year, into=self.con)
        is_xml = kind_of_file(path) is FileKind.xml
        order, faults = faults_by_order(path, self.definition) if is_xml else (DEFAULT_ORDER, [])
        results = self.rules.run()
        dfe = dfe_numbers(SEN2, year)
        found = gather(
            self.con,
            SEN2,
            year,
            called=FileNames(),
            names=names,
            dfe=dfe,
            texts={(fault.record_line, fault.element): fault.text for fault in faults if fault.text},
        )
        return Report(
            kind=SEN2,
            year=year,
            subject=path.name,
            file_hash=read.file_hash,
            rows=read.rows,
            order=order,
            findings=[*_schema_findings(self.definition, faults, names=names), *found],
            ran=tuple(self.rules.able),
            skipped=results.skipped,
            names=names,
            from_warehouse=False,
            dfe=dfe,
        )


def _schema_findings(definition: Definition, faults: Sequence[Fault], *, names: bool) -> list[Finding]:
    items = {item.tag: (module, item) for module, item in definition.walk()}
    modules = {module.element: module for module in definition.modules.values()}
    findings = []
    for fault in faults:
        module, item = items.get(fault.element, (modules.get(fault.element), None))
        message = fault.problem
        if module is None and fault.within:  # not known, so that only its surroundings say where it came from
            module = modules.get(fault.within)
            message += f"; it came in {fault.within}" + (f" of person {fault.person}" if fault.person else "")
        findings.append(
            Finding(
                rule=SCHEMA_RULE,
                severity="error",
                message=f"{message}.",
                module=module.name if module else "",
                record="",
                person=f"person {fault.person}" if fault.person else "",
                item=fault.element,
                value=shown(item, fault.text, names=names),
                owner=FILE,
                row=fault.line,
            )
        )
    return findings
