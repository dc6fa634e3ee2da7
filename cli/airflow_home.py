"""The environment of an Airflow that runs on this machine alone (SQLite), for `send nightly` and tests."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from area.paths import PROJECT_ROOT

DAGS = PROJECT_ROOT / "dags"


def airflow_environment(home: Path, *, areas: list[str]) -> dict[str, str]:
    """Environment variables of an Airflow with its home at `home`, running the DAGs of `areas`.

    Its secrets are random and kept in files of the home that only its owner can read.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__PARALLELISM": "4",  # LocalExecutor would start 32 workers
        "AIRFLOW__CORE__FERNET_KEY": _kept(home / "fernet.key", _fernet_key),
        "AIRFLOW__API_AUTH__JWT_SECRET": _kept(home / "jwt.secret", lambda: secrets.token_urlsafe(48)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "PYTHONPATH": str(PROJECT_ROOT),
        "SEND_AREAS": ",".join(areas),
    }


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The secret in `file`, made on first use."""
    if not file.exists():
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as out:
            out.write(make())
    return file.read_text(encoding="ascii")


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
