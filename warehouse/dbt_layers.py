"""Runs one layer of the dbt project against the night's private file: one dbt process a layer, never one a model."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from area.errors import TransformError, not_in_environment
from area.paths import PROJECT_ROOT, AreaPaths
from area.settings import AreaSettings
from warehouse.dbt_variables import dbt_variables

DBT_PROJECT = PROJECT_ROOT / "dbt_project"

# dbt selectors by layer. Facts take staging and matching with them; returns and board both read facts and nothing of
# each other, so one process builds both.
LAYERS = {"facts": ("tag:facts",), "outputs": ("tag:returns", "tag:board")}


@dataclass(frozen=True)
class LayerResult:
    """How many models and seeds a layer built, and the slowest of them."""

    built: int
    slowest_model: str
    slowest_seconds: float


def build_layer(layer: str, *, paths: AreaPaths, settings: AreaSettings, as_of: dt.date) -> LayerResult:
    """Build the models and seeds of `layer` ('facts' or 'outputs') in `paths.building.warehouse`.

    Unit and data tests of dbt are not run here (they run in `make test`); contracts are enforced. Raises TransformError
    naming every model that failed, SettingsError when the key of the pseudonyms is missing or
    the collection is not defined.
    """
    from dbt.cli.main import dbtRunner

    # Owner-only: the compiled SQL in it holds the key of the pseudonyms.
    target = paths.dbt_target
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    arguments = [
        "build",
        "--select",
        *LAYERS[layer],
        "--exclude-resource-type",
        "test",
        "--exclude-resource-type",
        "unit_test",
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target),
        "--log-path",
        str(paths.root / "logs"),
        "--vars",
        json.dumps(dbt_variables(settings, as_of=as_of), sort_keys=True),
        "--quiet",
        # Not even errors: a failed cast quotes the value. TransformError names the models.
        "--log-level",
        "none",
        "--no-print",
        "--no-write-json",
        "--log-level-file",
        "none",
    ]
    with environment({"SEND_WAREHOUSE": str(paths.building.warehouse)}), _quiet_logging():
        require_pseudonym_key()
        outcome = dbtRunner().invoke(arguments)
    if outcome.exception is not None:
        raise TransformError(layer, [f"dbt stopped before any model ran ({type(outcome.exception).__name__})"])
    results = list(getattr(outcome.result, "results", []))
    # A failure's message can quote a value (a failed cast does), so only the model's name and state are passed on.
    failed = [f"{r.node.name} ({r.status})" for r in results if str(r.status) in {"error", "fail", "runtime error"}]
    if failed or not outcome.success:
        raise TransformError(layer, failed or ["dbt reported failure without naming a model"])
    slowest = max(results, key=lambda r: r.execution_time, default=None)
    return LayerResult(
        built=len(results),
        slowest_model=slowest.node.name if slowest else "",
        slowest_seconds=round(slowest.execution_time, 2) if slowest else 0.0,
    )


def require_pseudonym_key() -> None:
    """Refuse to build without `SEND_HMAC_KEY`: pseudonyms made with a known key could be reversed by anybody."""
    if not os.environ.get("SEND_HMAC_KEY"):
        raise not_in_environment("SEND_HMAC_KEY", expected="a secret of the area, always the same")


@contextmanager
def environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """Environment variables set (or, where None, unset) while the block runs, and put back after it."""
    before = {name: os.environ.get(name) for name in values}
    try:
        _set(values)
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """dbt configures the root logger on invocation; give the caller (an Airflow task) its own back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
