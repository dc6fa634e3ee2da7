"""Runs dbt on a warehouse file of a test, in its own process and with its own target folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from area.paths import PROJECT_ROOT

PROJECT = PROJECT_ROOT / "dbt_project"


def run_dbt(
    warehouse: Path, *arguments: str, variables: dict[str, Any] | None = None
) -> subprocess.CompletedProcess[str]:
    """`dbt <arguments>` on `warehouse`, with `variables` over those of dbt_project.yml; the finished process."""
    scratch = warehouse.parent
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *arguments,
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(scratch / "dbt_target"), "--log-path", str(scratch / "dbt_logs")),
        *("--vars", json.dumps(variables or {})),
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SEND_WAREHOUSE": str(warehouse), "SEND_HMAC_KEY": "test"},
    )
