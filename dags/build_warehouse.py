"""Builds a night once every sector's extracts are in: facts, returns, board; gated; published whole or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import DAG, Param, chain, task

from dags.parts.areas import configured_areas
from dags.parts.assets import SECTORS, night_asset, sector_asset
from dags.parts.defaults import BUILD_ARGS, START, plain_failures, warehouse_pool
from dags.parts.lineage import with_lineage
from dags.parts.notify import tell_of_failure
from dags.parts.pulling import AS_OF, night_date
from warehouse import night as steps

DOC = """Opens a private file, reads what was delivered, builds facts, returns and board, and publishes the night.

A critical gate that fails stops the run: nothing is published, and last night's `current/` stays in use. The failed
task's log says what was wrong and what to do."""


def night_of(area: str, context: dict[str, Any]) -> steps.Night:
    """The night a run builds: its date comes from the newest asset event, or from the run's params."""
    run = context["dag_run"]
    events = [event for found in (context.get("triggering_asset_events") or {}).values() for event in found]
    dates = [dt.date.fromisoformat(event.extra["as_of"]) for event in events if "as_of" in event.extra]
    as_of = max(dates) if dates else night_date(context["params"])
    collection = context["params"].get("collection")
    return steps.Night(area, f"{as_of:%Y%m%d}-{run.run_after:%Y%m%dT%H%M%S}", as_of, collection)


def build_dag(area: str) -> DAG:
    """`build_warehouse_<area>`: one task a step, one at a time (the warehouse file has one writer)."""
    with DAG(
        dag_id=f"build_warehouse_{area}",
        schedule=[sector_asset(area, sector) for sector in SECTORS],
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=BUILD_ARGS | {"pool": warehouse_pool(area), "on_failure_callback": tell_of_failure(area)},
        params={"as_of": AS_OF, "collection": Param(None, type=["null", "integer"])},
        tags=["build", f"area {area}"],
        doc_md=DOC,
    ) as dag:

        @task
        @plain_failures
        def open_night(**context: Any) -> None:
            steps.open_night(night_of(area, context))

        @task
        @plain_failures
        def gate(name: str, **context: Any) -> None:
            steps.gate(night_of(area, context), name)

        @task
        @plain_failures
        def build_facts(**context: Any) -> None:
            with_lineage(night_of(area, context), "facts", steps.build_facts)

        @task
        @plain_failures
        def build_outputs(**context: Any) -> None:
            with_lineage(night_of(area, context), "outputs", steps.build_outputs)

        @task
        @plain_failures
        def write_outputs(**context: Any) -> None:
            with_lineage(night_of(area, context), "files", steps.write_outputs)

        @task(outlets=[night_asset(area)])
        @plain_failures
        def publish(**context: Any) -> None:
            steps.publish_night(night_of(area, context))

        chain(
            open_night(),
            gate.override(task_id="gate_reading")("reading"),
            build_facts(),
            gate.override(task_id="gate_facts")("facts"),
            build_outputs(),
            gate.override(task_id="gate_returns")("returns"),
            write_outputs(),
            publish(),
        )
    return dag


for area_code in configured_areas():
    build_dag(area_code)
