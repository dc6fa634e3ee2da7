"""The steps of one night, in order. Each can be run again with the same result; a killed night is begun anew.

Every function takes the area, the night's id and its date, works on `building/` and logs one step. The DAG that builds
calls them one task each.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from area.errors import GateBrokenError, GateFailedError
from area.paths import AreaPaths
from area.settings import AreaSettings, load_settings
from area.steps import step
from warehouse.dbt_layers import build_layer
from warehouse.manifest import note_overlay, write_manifest
from warehouse.publish import begin, building_night, keep, publish, require_night

# What a published warehouse does not hold: raw rows stay in landing and read/, staging only passes them on, and history
# is views over them (`send history` asks them of any day).
DROPPED_SCHEMAS = ("history", "staging", "raw")


@dataclass(frozen=True)
class Night:
    """One area's night: `night` is its id (unique, sortable), `as_of` the date it is built for.

    A night of the past is built again in a data folder of its own (`root`) and with the settings it had (`given`); with
    `received_by` (UTC, no zone) from what had been received by then, however old it is; in a folder `aside`, so that it
    does not meet the night under way.
    """

    area: str
    night: str
    as_of: dt.date
    collection: int | None = None
    root: Path | None = None
    given: AreaSettings | None = None
    received_by: dt.datetime | None = None
    aside: str = ""

    @property
    def paths(self) -> AreaPaths:
        return replace(AreaPaths.of(self.area, self.root), aside=self.aside)

    @property
    def settings(self) -> AreaSettings:
        return self.given or load_settings(self.area, collection=self.collection)


def open_night(night: Night) -> None:
    """Empty `building/`, put all delivered rows in schema `raw`, their versions in
    `history`, and what people have said of the return in `overlay`.

    Raises SettingsError for a collection that is not defined.
    """
    from ingest.pull import replay
    from ingest.raw.record_history import create_history
    from ingest.raw.schema import create_raw
    from ingest.status.table import create_feed_status
    from returns.kinds import SEN2
    from returns.overlay.load import load_overlay

    paths, collection = night.paths, night.settings.collection
    with step(paths.step_log, "open") as current:
        begin(paths, night.night)
        shutil.rmtree(paths.dbt_target / "compiled", ignore_errors=True)  # the SQL of models that are no more
        note_overlay(paths)  # before anything of it is read
        replay(night.area, root=night.root)
        with connected(paths.building.warehouse) as con:
            rows = create_raw(con, paths, as_of=night.as_of, received_by=night.received_by)
            create_history(con)
            create_feed_status(
                con,
                night.area,
                as_of=night.as_of,
                root=night.root,
                settings=night.settings,
                received_by=night.received_by,
            )
            said = load_overlay(con, paths.overlay(SEN2.name), SEN2, collection)
        paths.building.warehouse.chmod(0o600)
        current.count(tables=len(rows), rows=sum(rows.values()), corrections=said["correction"], notes=said["note"])


def build_facts(night: Night) -> None:
    """Staging, matching and facts, in one dbt process."""
    _layer(night, "facts")


def build_outputs(night: Night) -> None:
    """Return tables, preview, board and pseudonymised tables in one dbt process; then the rules of the returns."""
    from returns.definition.load import year_for
    from returns.kinds import RETURNS
    from returns.overlay.night import overlay_counts
    from returns.rules.run import run_rules

    _layer(night, "outputs")
    settings = night.settings
    with connected(night.paths.building.warehouse) as con:
        for kind in RETURNS.values():
            with step(night.paths.step_log, f"rules {kind.name}") as current:
                year = year_for(kind, collection=settings.collection, as_of=night.as_of)
                results = run_rules(con, kind, year, settings=settings, as_of=night.as_of)
                current.count(rules=len(results.by_rule), errors=results.errors, queries=results.queries)
                current.count(overlay=overlay_counts(con, kind))


def gate(night: Night, name: str) -> None:
    """One gate: 'reading', 'facts' or 'returns'. Raises GateFailedError or GateBrokenError: nothing is published."""
    from expectations.gate import run_gate

    require_night(night.paths, night.night)
    with step(night.paths.step_log, f"gate {name}") as current:
        try:
            result = run_gate(
                name,
                night.paths.building.warehouse,
                run=night.paths.building,
                variables=night.settings.dbt_vars(as_of=night.as_of),
            )
        except (GateFailedError, GateBrokenError):
            _show_stopped(night)
            raise
        current.count(**result.counts)


def _show_stopped(night: Night) -> None:
    """Write the data-quality page of a night that a gate has stopped to `stopped/`, beside `current/`."""
    from expectations.load import load_results
    from expectations.quality_page import write_quality_page

    with connected(night.paths.building.warehouse) as con:
        load_results(con, night.paths.building)
        write_quality_page(con, night.paths.stopped.quality_page, run=night.paths.building, as_of=night.as_of)


def write_outputs(night: Night) -> None:
    """The SEN2 file, the lists for an inspection, the pages, the Parquet copies and the manifest."""
    from board.page import write_board_page
    from expectations.load import load_results
    from expectations.quality_page import write_quality_page
    from returns.inspection.workbook import write_lists
    from returns.kinds import SEN2
    from returns.report.night import night_report
    from returns.report.report import write_report
    from returns.report.year_page import write_year
    from returns.sen2.xml.writer import write_sen2
    from warehouse.exports import export_parquet
    from warehouse.lineage.keep import keep_lineage
    from warehouse.submission.calendar import deadlines
    from warehouse.submission.since import write_changes

    paths, settings = night.paths, night.settings
    building = paths.building
    require_night(paths, night.night)
    with connected(building.warehouse) as con:
        with step(paths.step_log, "sen2 file") as current:
            target = building.sen2_xml(settings.collection)
            for folder in (target.parent.parent, target.parent):  # names: their owner's alone
                folder.mkdir(exist_ok=True, mode=0o700)
            written = write_sen2(con, target, year=settings.collection, settings=settings)
            order = settings.sen2["active_plans_order"]
            found = night_report(
                con, SEN2, settings.collection, subject=target.name, file_hash=written.sha256, order=order
            )
            write_report(found, target.parent, worklists=True)
            current.count(persons=written.rows["person"], bytes=written.bytes)
        with step(paths.step_log, "sen2 year") as current:
            changed = write_changes(con, paths, kind=SEN2, collection=settings.collection)
            due = deadlines(night.area, kind=SEN2, collection=settings.collection, root=night.root)
            lines = [(each.title, each.on, each.done, each.todo) for each in due]
            write_year(con, SEN2, settings.collection, target.with_suffix(".year.html"), deadlines=lines)
            current.count(**{f"since_{since}": number for since, number in changed.items()})
        with step(paths.step_log, "inspection lists") as current:
            lists = building.inspection_lists(night.as_of)
            lists.parent.mkdir(exist_ok=True, mode=0o700)  # birth dates and pupil numbers
            current.count(**write_lists(con, lists, area=night.area, as_of=night.as_of).rows)
        with step(paths.step_log, "pages"):
            load_results(con, building)
            write_quality_page(con, building.quality_page, run=building, as_of=night.as_of)
            write_board_page(con, building.board_page, area=night.area, as_of=night.as_of)
        with step(paths.step_log, "parquet") as current:
            rows = export_parquet(con, building.parquet)
            current.count(files=len(rows), rows=sum(rows.values()))
        keep_lineage(con, paths.dbt_target, building.lineage)
        write_manifest(con, paths=paths, settings=settings, as_of=night.as_of, night=night.night, parquet_rows=rows)


def publish_night(night: Night) -> Path:
    """Drop what a published file does not hold, then make the night the current one. Safe to repeat."""
    paths = night.paths
    with step(paths.step_log, "publish"):
        _drop_schemas(night)
        finished = publish(paths, night.night)
        shutil.rmtree(paths.stopped.root, ignore_errors=True)
        return finished


def keep_night(night: Night) -> Path:
    """The same for a night that is not to be the current one: it only joins the finished nights."""
    with step(night.paths.step_log, "keep"):
        _drop_schemas(night)
        return keep(night.paths, night.night)


def _drop_schemas(night: Night) -> None:
    if building_night(night.paths) == night.night:
        with connected(night.paths.building.warehouse) as con:
            for schema in DROPPED_SCHEMAS:
                con.execute(f"drop schema if exists {schema} cascade")
            con.execute("checkpoint")


def _layer(night: Night, layer: str) -> None:
    require_night(night.paths, night.night)
    with step(night.paths.step_log, f"dbt {layer}") as current:
        result = build_layer(layer, paths=night.paths, settings=night.settings, as_of=night.as_of)
        current.count(models=result.built, slowest=result.slowest_model, slowest_seconds=result.slowest_seconds)


@contextmanager
def connected(file: Path, **config: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the night's private file, closed on leaving: no connection outlives its step."""
    con = duckdb.connect(str(file), config=config)
    try:
        yield con
    finally:
        con.close()
