"""The same compiled SQL, bare: every model of the dbt project in order, in one DuckDB connection, nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from area.paths import PROJECT_ROOT
from area.settings import AreaSettings
from warehouse.dbt_variables import dbt_variables


def compiled_models(warehouse: Path, scratch: Path, *, settings: AreaSettings, as_of: dt.date) -> list[dict[str, Any]]:
    """The project's seeds and models in an order they can be built in, with their compiled SQL."""
    target = scratch / "compiled"
    subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"),
            "--quiet",
            "compile",
            "--project-dir",
            str(PROJECT_ROOT / "dbt_project"),
            "--profiles-dir",
            str(PROJECT_ROOT / "dbt_project"),
            "--target-path",
            str(target),
            "--log-path",
            str(scratch / "logs"),
            "--vars",
            json.dumps(dbt_variables(settings, as_of=as_of)),
        ],
        check=True,
        env=dict(os.environ) | {"SEND_WAREHOUSE": str(warehouse)},
    )
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    wanted = {k: n for k, n in nodes.items() if n["resource_type"] in ("model", "seed")}
    order = TopologicalSorter(
        {k: [d for d in n["depends_on"].get("nodes", []) if d in wanted] for k, n in wanted.items()}
    )
    return [wanted[k] for k in order.static_order()]


def run_bare(warehouse: Path, models: list[dict[str, Any]]) -> float:
    """Seconds to build all of them in `warehouse`, which holds the schemas raw and overlay and nothing else."""
    con = duckdb.connect(str(warehouse), config={"threads": 2})
    for schema in {m["schema"] for m in models}:
        con.execute(f"create schema if not exists {schema}")
    started = time.perf_counter()
    for model in models:
        name = f'{model["schema"]}."{model["alias"]}"'
        if model["resource_type"] == "seed":
            file = Path(model["root_path"]) / model["original_file_path"]
            types = model["config"].get("column_types") or {}
            given = f", types={types}" if types else ""
            con.execute(f"create or replace table {name} as select * from read_csv('{file}'{given})")
            continue
        kind = "view" if model["config"]["materialized"] == "view" else "table"
        if kind == "table" or model["config"]["materialized"] != "ephemeral":
            con.execute(f"create or replace {kind} {name} as {model['compiled_code']}")
    seconds = time.perf_counter() - started
    con.close()
    return seconds
