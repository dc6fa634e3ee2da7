"""A small sandbox folder and its running servers, for the tests of `sandbox.servers`."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

from area.paths import PROJECT_ROOT
from ingest.transports.endpoint import Endpoint
from sandbox.population.extracts.ssd import COLUMNS

PUPILS = 23
WAITING = b"pathway_ref,nhs_number\n" + b"W1,9434765919\n" * 20_000
MONTHS = ("2024-09", "2024-10", "2024-11")
GIAS = 'URN,LA (code),EstablishmentName\r\n100000,931,"St Mary’s, Ōld Café"\r\n'.replace("Ō", "O").encode("cp1252")


def make_folder(out: Path) -> Path:
    """A sandbox folder of 23 pupils in row groups of 10 (so pages cross them); returns `out`."""
    for folder in ("sftp/council/ehc", "sftp/care/cin", "sftp/health/csds", "census", "api", "gias"):
        (out / folder).mkdir(parents=True)
    students = [
        {
            "id": f"S{n}",
            "last_name": 'Zoë "Quote", O’Neil\n' if n == 0 else f"Name{n}",
            "dob": "2012-05-01",
            "demographics": {"gender": "F", "sen_category": "E" if n % 2 else None},
            "sen_needs": [{"id": f"N{n}", "sen_need_code": "ASD", "priority": 1}] if n % 2 else None,
        }
        for n in range(PUPILS)
    ]
    attendance = [
        {"student_id": f"S{n}", "start_date": f"{month}-01", "end_date": f"{month}-28", "possible_sessions": 40 + n}
        for n in range(PUPILS)
        for month in MONTHS
    ]
    for table, rows in (("students", students), ("attendance", attendance)):
        pq.write_table(pa.Table.from_pylist(rows), out / "api" / f"mis_{table}.parquet", row_group_size=10)
    nothing = pa.table({"id": pa.array([], pa.string()), "student_id": pa.array([], pa.string())})
    pq.write_table(nothing, out / "api" / "mis_exclusions.parquet")
    (out / "gias/edubasealldata.csv").write_bytes(GIAS)
    (out / "sftp/council/ehc/ehc_person_20250131.csv").write_text("person_ref\n" + "P1\n" * 40_000)
    (out / "sftp/care/cin/CIN_931_20250131.xml").write_text("<Message/>")
    (out / "sandbox.json").write_text(json.dumps({"area": "931", "seed": 1, "as_of": "2025-01-31"}))
    return out


def add_mailbox_and_database(out: Path) -> Path:
    """Put what the health provider sends and the rows of the social care database into a sandbox folder; returns it."""
    (out / "mesh").mkdir()
    (out / "mesh/waiting_list_20250131.csv").write_bytes(WAITING)
    (out / "ssd").mkdir()
    for table, columns in COLUMNS.items():
        with (out / "ssd" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            if table == "ssd_person":
                writer.writerow({"pers_person_id": "CH1", "pers_surname": "Zoë", "pers_dob": "2012-05-01"})
    return out


@dataclass
class Serving:
    """A running server process and the Airflow connections it printed."""

    process: subprocess.Popen[str]
    connections: dict[str, dict[str, Any]]

    def __contains__(self, name: str) -> bool:
        return f"AIRFLOW_CONN_{name.upper()}" in self.connections

    def connection(self, name: str) -> dict[str, Any]:
        """By its Airflow id, such as `send_931_mis_api`."""
        return self.connections[f"AIRFLOW_CONN_{name.upper()}"]

    def endpoint(self, name: str) -> Endpoint:
        """The same, read as a load reads it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(self.connection(name)))
            return Endpoint.from_environment(name)

    def url(self, name: str, path: str) -> str:
        where = self.connection(name)
        base = where.get("extra", {}).get("base_path", "")
        return f"{where['schema']}://{where['host']}:{where['port']}{base}{path}"

    def mis(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> requests.Response:
        """Ask the MIS API with the right token."""
        token = {"Authorization": f"Bearer {self.connection('send_931_mis_api')['password']}"}
        return requests.get(
            self.url("send_931_mis_api", path), params=query, headers=token | (headers or {}), timeout=20
        )


@contextmanager
def serving(out: Path, trouble: list[dict[str, Any]] | None = None) -> Iterator[Serving]:
    """Serve `out` in a process of its own."""
    words = [sys.executable, "-m", "sandbox.servers.serve", "--dir", str(out)]
    if trouble is not None:
        file = out / "trouble.json"
        file.write_text(json.dumps({"rules": trouble}))
        words += ["--trouble", str(file)]
    process = subprocess.Popen(
        words,
        cwd=PROJECT_ROOT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        printed = json.loads(process.stdout.readline())
        yield Serving(process, {name: json.loads(value) for name, value in printed.items()})
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
