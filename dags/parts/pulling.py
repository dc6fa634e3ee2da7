"""The DAG that pulls one sector of one area: a task a feed, then one that says what is in and what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import pendulum
from airflow.exceptions import AirflowNotFoundException
from airflow.sdk import DAG, Asset, BaseHook, Param, TriggerRule, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from area.errors import SettingsError
from area.paths import AreaPaths
from area.steps import step
from dags.parts.areas import on_schedule
from dags.parts.assets import sector_asset
from dags.parts.defaults import PULL_ARGS, START, plain_failures
from dags.parts.lineage import emit_by_task
from dags.parts.notify import tell
from ingest.contract.model import Contract, load_contract, load_contracts
from ingest.status.alerts import new_alert, note_feed_alert
from ingest.status.freshness import check_sector
from ingest.status.page import write_feeds_page
from ingest.transports.endpoint import Endpoint
from ingest.watched import watched_pull

ENGLAND = "Europe/London"
BACKFILL = "backfill"
"""What Airflow calls the kind of run that its backfill makes."""
AS_OF = Param(None, type=["null", "string"], format="date", description="The night's date; empty for today.")


def pull_dag(area: str, sector: str, *, schedule: str, doc: str) -> DAG:
    """One DAG `pull_<sector>_<area>`. A feed that fails does not stop the others, nor the last good delivery; one that
    the night does without is passed over while it has no connection."""
    with DAG(
        dag_id=f"pull_{sector}_{area}",
        schedule=on_schedule(schedule),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=PULL_ARGS,
        params={"as_of": AS_OF},
        tags=["pull", sector, f"area {area}"],
        doc_md=doc,
    ) as dag:
        # The area's own word on a feed is read when its task runs: a mistake in it stops that area, not the DAG file.
        pulls = [_pull_task(area, contract) for contract in load_contracts(sector)]
        told, delivered = _told_task(area, sector), _delivered_task(area, sector, sector_asset(area, sector))
        # `delivered` is last, so that a mail that cannot be sent does not make the pull a failure.
        chain(pulls, told, delivered)
        chain(pulls, delivered)
    return dag


def night_date(params: dict[str, Any]) -> dt.date:
    """The date a run is for: its `as_of` param, or what the run of the task under way says."""
    given = params.get("as_of")
    return dt.date.fromisoformat(given) if given else date_of_run(get_current_context()["dag_run"])


def date_of_run(run: Any) -> dt.date:
    """The day a run of Airflow's backfill stands for; of any other run today. In England."""
    if run.run_type == BACKFILL and run.logical_date is not None:
        moment = pendulum.instance(run.logical_date).in_timezone(ENGLAND)
        return dt.date(moment.year, moment.month, moment.day)
    return pendulum.today(ENGLAND).date()


def _pull_task(area: str, promised: Contract) -> Any:
    @task(task_id=f"pull_{promised.feed}", doc_md=f"{promised.title}. Owner: {promised.owner}.")
    @plain_failures
    def pull(params: dict[str, Any], run_id: str) -> dict[str, Any]:
        contract = load_contract(promised.feed, area=area)
        connection = contract.connection(area)
        with step(AreaPaths.of(area).step_log, f"pull {contract.feed}") as current:
            source = _source(connection, required=contract.required) if contract.pulled else None
            if source is not None:
                counts = watched_pull(
                    area,
                    contract.feed,
                    source,
                    as_of=night_date(params),
                    received_at=dt.datetime.now(dt.UTC),
                    run=run_id,
                    emit=emit_by_task,
                ).counts()
                current.count(**counts)
                return counts
            current.count(skipped=1)
        why = f"has no connection '{connection}'" if contract.pulled else "is switched off by the area's settings"
        raise AirflowSkipException(f"Feed '{contract.feed}' {why} and the night does without it.")

    return pull()


def _source(connection: str, *, required: bool) -> Callable[[], Endpoint] | None:
    """What gives the connection's source, or raises within the pull, so that it is on record as a pull that failed;
    None where there is none and the night does without it."""
    try:
        return partial(Endpoint.from_airflow, BaseHook.get_connection(connection))
    except AirflowNotFoundException:
        return partial(_no_connection, connection) if required else None


def _no_connection(connection: str) -> NoReturn:
    raise SettingsError(
        connection,
        expected="an Airflow connection (see the README)",
        came="none",
        where="Airflow",
        do=f"add the connection '{connection}' to Airflow and run again.",
    )


def _told_task(area: str, sector: str) -> Any:
    @task(task_id="told", trigger_rule=TriggerRule.ALL_DONE, retries=1, retry_delay=dt.timedelta(minutes=1))
    @plain_failures
    def told(params: dict[str, Any]) -> dict[str, Any]:
        """Tells people what is late, failed, held or unlike itself, in one message, when that has changed."""
        as_of = night_date(params)
        if get_current_context()["dag_run"].run_type == BACKFILL:  # a day of the past: nobody is to be told of it now
            return {"told": 0}
        write_feeds_page(area, as_of=as_of)
        alert = new_alert(area, sector, as_of=as_of)
        if alert is None:
            return {"told": 0}
        ways = tell(get_current_context(), area, subject=alert.words, text=alert.text)
        note_feed_alert(area, alert)  # last: a message that failed is sent again by the retry
        return {"told": ways, "alert": alert.id}

    return told()


def _delivered_task(area: str, sector: str, asset: Asset) -> Any:
    @task(task_id="delivered", outlets=[asset], trigger_rule=TriggerRule.ALL_DONE, retries=0)
    @plain_failures
    def delivered(params: dict[str, Any], *, outlet_events: Any) -> dict[str, Any]:
        """Fails when a feed the night needs is too old; otherwise lists what is late and lets the build go on."""
        as_of = night_date(params)
        with step(AreaPaths.of(area).step_log, f"delivered {sector}") as current:
            late = check_sector(area, sector, as_of=as_of)
            current.count(late=len(late), late_feeds=", ".join(late))
        outlet_events[asset].extra = {"as_of": as_of.isoformat(), "late": late}
        return {"late": late}

    return delivered()
