"""Which areas this Airflow runs: SEND_AREAS (comma-separated codes), else every file in config/areas/."""

from __future__ import annotations

import os

from area.settings import config_root


def on_schedule(cron: str) -> str | None:
    """The schedule, or none where SEND_SCHEDULE=off says that runs are only ever triggered (a trial, a rehearsal)."""
    return None if os.environ.get("SEND_SCHEDULE", "on") == "off" else cron


def configured_areas() -> list[str]:
    """Three-digit DfE codes, sorted; each gets DAGs, assets and a pool of its own."""
    named = [code.strip() for code in os.environ.get("SEND_AREAS", "").split(",") if code.strip()]
    return sorted(named or (file.stem for file in (config_root() / "areas").glob("*.yml")))
