"""run.json, the manifest of a night: inputs with hashes, versions, row counts, gates, timings, outputs with hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from area.files import file_hash, hashed
from area.paths import PROJECT_ROOT, AreaPaths, RunPaths
from area.settings import AreaSettings
from expectations.load import read_gates
from ingest.status.freshness import feed_ages

PACKAGES = ("apache-airflow", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "lxml", "pyarrow")
# Names the council's own file of decisions on who is who (dbt model int_clerical_links reads it).
CLERICAL_LINKS = "SEND_CLERICAL_LINKS"
# What decides the content of a night besides its inputs and settings.
CODE = ("area", "board", "dbt_project", "expectations", "ingest", "returns", "warehouse")


def write_manifest(
    con: duckdb.DuckDBPyConnection,
    *,
    paths: AreaPaths,
    settings: AreaSettings,
    as_of: dt.date,
    night: str,
    parquet_rows: dict[str, int],
) -> dict[str, Any]:
    """Write `building/run.json` and return it. `con` is open on the night's file, raw tables still there."""
    building = paths.building
    manifest: dict[str, Any] = {
        "area": settings.area,
        "collection": settings.collection,
        "as_of": as_of.isoformat(),
        "night": night,
        "published_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "inputs": _inputs(con),
        "deliveries": _deliveries(con),
        "feed_ages": _feed_ages(paths, settings, as_of),
        "overlay": json.loads(building.overlay_note.read_text(encoding="utf-8")),
        "clerical_links": clerical_links_hash(),
        "all_settings": settings.record(),
        "settings": settings.dbt_vars(as_of=as_of),
        "versions": package_versions() | {"code": code_hash()},
        "rows": _row_counts(con) | {f"parquet/{k}": v for k, v in parquet_rows.items()},
        "matching": _matching(con),
        "gates": _gates(building),
        "steps": finished_steps(paths.step_log),
        "outputs": _outputs(building.root),
    }
    building.manifest.write_text(json.dumps(manifest, indent=1, default=str) + "\n", encoding="utf-8")
    return manifest


def package_versions() -> dict[str, str]:
    """Versions of the packages whose behaviour a night's content rests on."""
    return {name: importlib.metadata.version(name) for name in PACKAGES}


def code_hash() -> str:
    """SHA-256 over the source files that decide a night's content (a deployed image has no git)."""
    digest = hashlib.sha256()
    for folder in CODE:
        for file in sorted((PROJECT_ROOT / folder).rglob("*")):
            if file.suffix in {".py", ".sql", ".yml", ".csv", ".html", ".xsd"} and "target" not in file.parts:
                digest.update(str(file.relative_to(PROJECT_ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def finished_steps(log: Path) -> list[dict[str, Any]]:
    """The steps of the night so far that have ended, in order of their end."""
    if not log.exists():
        return []
    records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [r for r in records if r["state"] != "started"]


def _inputs(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows = con.execute(
        "select feed, table_name, file_hash, extract_date, read_rows, loaded_rows, quarantined_rows, duplicate_rows"
        " from raw.delivery where is_latest order by all"
    )
    names = [d[0] for d in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _deliveries(con: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Every delivery that counted, superseded ones too: history is built from all of them."""
    rows = con.execute(
        "select distinct feed, file_hash, file_name, strftime(received_at, '%Y-%m-%dT%H:%M:%S') from raw.delivery"
        " order by all"
    ).fetchall()
    return [dict(zip(("feed", "file_hash", "file_name", "received_at"), row, strict=True)) for row in rows]


def _feed_ages(paths: AreaPaths, settings: AreaSettings, as_of: dt.date) -> list[dict[str, Any]]:
    ages = feed_ages(settings.area, as_of=as_of, root=paths.root.parent, allowed=settings.allowed_age_days)
    return [asdict(age) | {"last": age.last.isoformat() if age.last else None} for age in ages]


def note_overlay(paths: AreaPaths) -> None:
    """Write down which corrections and notes the night is built with, as `overlay_hashes` has them."""
    paths.building.overlay_note.write_text(json.dumps(overlay_hashes(paths), indent=1) + "\n", encoding="utf-8")


def overlay_hashes(paths: AreaPaths) -> dict[str, str]:
    """SHA-256 of each file of corrections and notes, by `<return>/<file>`."""
    files = sorted(paths.overlays.glob("*/*.jsonl"))
    return {str(file.relative_to(paths.overlays)): file_hash(file) for file in files}


def clerical_links_hash() -> str | None:
    """SHA-256 of the council's own decisions on who is who, None where there are none."""
    named = os.environ.get(CLERICAL_LINKS)
    return file_hash(Path(named)) if named and Path(named).exists() else None


def _row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = con.execute(
        "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        " and table_schema in ('matching', 'facts', 'returns', 'board', 'pseudonymised') order by all"
    ).fetchall()
    counts = {}
    for schema, table in tables:
        row = con.execute(f'select count(*) from {schema}."{table}"').fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def _matching(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = con.execute("select method, count(*) from matching.int_person_links group by 1 order by 1").fetchall()
    return {str(method): int(count) for method, count in rows}


def _gates(run: RunPaths) -> dict[str, dict[str, int]]:
    """Expectations by gate: how many were met, how many warn. A night with a critical failure has no manifest."""
    return {gate.gate: {name: gate.counts[name] for name in ("met", "warnings")} for gate in read_gates(run)}


def _outputs(root: Path) -> dict[str, dict[str, Any]]:
    # The warehouse file (and its log beside it) is left out: DuckDB's storage is not byte-stable, and its content is
    # what the Parquet files show.
    own = {"night", "run.json", "overlay.json"}
    files = sorted(
        p
        for p in root.rglob("*")
        if p.is_file() and not (p.name in own or p.name.startswith("warehouse.") or p.is_relative_to(root / "lineage"))
    )
    return {str(p.relative_to(root)): hashed(p) for p in files}
