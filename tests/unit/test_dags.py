"""The DAG files as Airflow loads them: exactly these DAGs, wired as documented."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from area.paths import PROJECT_ROOT
from cli.airflow_home import airflow_environment
from ingest.contract.model import load_contracts

AREAS = ("857", "931")
SECTORS = ("reference", "education", "social_care", "health")

# Airflow reads its configuration on import, so the DAG files are loaded in a process of their own.
SHOW = """
import json, sys
from airflow.utils.db import initdb
initdb()
from airflow.dag_processing.dagbag import DagBag
bag = DagBag()
from area.paths import AreaPaths
from ingest.landing.delivery import deliveries
def assets(schedule):
    return sorted(asset.uri for asset in schedule) if isinstance(schedule, list) else []
def without_connection(feed, area="931"):
    try:
        bag.dags[f"pull_education_{area}"].get_task(f"pull_{feed}").python_callable({"as_of": "2025-01-31"}, "a run")
    except Exception as error:
        return [type(error).__name__, str(error)]
def night(kind):
    from airflow.sdk.api.datamodels._generated import DagRun
    from dags.parts.pulling import date_of_run
    moment = "2025-06-30T23:30:00Z"
    said = dict.fromkeys(DagRun.model_fields) | {"dag_id": "d", "run_id": "r", "state": "running", "run_type": kind}
    said |= dict.fromkeys(("logical_date", "run_after", "start_date"), moment) | {"consumed_asset_events": []}
    run = DagRun(**{name: value for name, value in said.items() if name != "clear_number"})
    return date_of_run(run).isoformat()
json.dump({
    "nights": {kind: night(kind) for kind in ("backfill", "scheduled", "manual")},
    "no_connection": {feed: without_connection(feed) for feed in ("sen2_return", "ehc_casework")},
    "on_record": [[each.outcome, each.source, each.problem] for each in deliveries(AreaPaths.of("931").deliveries)],
    "switched_off": without_connection("mis", "857"),
    "errors": list(bag.import_errors.values()),
    "dags": {dag_id: {
        "tags": sorted(dag.tags),
        "doc": dag.doc_md or "",
        "params": dag.params.dump(),
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "cron": dag.schedule if isinstance(dag.schedule, str) else None,
        "assets": assets(dag.schedule),
        "tasks": {t.task_id: {
            "retries": t.retries,
            "pool": t.pool,
            "limit": bool(t.execution_timeout),
            "after": sorted(t.upstream_task_ids),
            "outlets": [o.uri for o in t.outlets],
            "rule": t.trigger_rule.value,
        } for t in dag.tasks},
    } for dag_id, dag in bag.dags.items()},
}, open(sys.argv[1], "w"))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("airflow")
    out = home / "dags.json"
    config = shutil.copytree(PROJECT_ROOT / "config", home / "config")
    (config / "areas").mkdir(exist_ok=True)
    (config / "areas" / "857.yml").write_text("feeds: {overrides: {mis: {pulled: false}}}\n")
    environment = dict(os.environ) | airflow_environment(home, areas=list(AREAS))
    environment |= {"SEND_DATA": str(home / "data"), "SEND_CONFIG": str(config)}
    environment["AIRFLOW_CONN_SEND_857_MIS_API"] = "http://127.0.0.1:9"
    subprocess.run(
        [sys.executable, "-c", SHOW, str(out)], env=environment, cwd=PROJECT_ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return dict(json.loads(out.read_text()))


def test_exactly_the_expected_dags_are_there_and_nothing_fails_to_load(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == []
    expected = {f"pull_{sector}_{area}" for sector in SECTORS for area in AREAS}
    for name in ("build_warehouse", "approve_sen2", "sen2_deadlines", "retention"):
        expected |= {f"{name}_{area}" for area in AREAS}
    assert set(loaded["dags"]) == expected


def test_every_feed_is_pulled_by_its_sectors_dag(loaded: dict[str, Any]) -> None:
    for sector in SECTORS:
        tasks = loaded["dags"][f"pull_{sector}_931"]["tasks"]
        assert set(tasks) == {f"pull_{c.feed}" for c in load_contracts(sector=sector)} | {"told", "delivered"}
        assert tasks["told"]["after"] == sorted(set(tasks) - {"told", "delivered"})
        # The last task decides how a run ends: a mail that could not be sent must not.
        assert tasks["delivered"]["after"] == sorted(set(tasks) - {"delivered"})
        assert tasks["told"]["rule"] == "all_done"
        assert tasks["delivered"]["rule"] == "all_done"
        assert tasks["delivered"]["outlets"] == [f"send-warehouse://931/extracts/{sector}"]


def test_a_feed_the_night_does_without_is_passed_over_until_it_has_a_connection(loaded: dict[str, Any]) -> None:
    kind, said = loaded["no_connection"]["sen2_return"]
    assert (kind, "send_931_returns_drop" in said) == ("AirflowSkipException", True)
    kind, said = loaded["no_connection"]["ehc_casework"]
    assert (kind, "send_931_council_sftp" in said) == ("AirflowFailException", True)
    assert "What to do: add the connection 'send_931_council_sftp' to Airflow and run again." in said
    assert loaded["on_record"] == [["failed", "send_931_council_sftp", said]]  # and nothing of the one passed over


def test_a_feed_the_area_has_switched_off_is_passed_over_though_it_has_a_connection(loaded: dict[str, Any]) -> None:
    kind, said = loaded["switched_off"]
    assert (kind, said) == (
        "AirflowSkipException",
        "Feed 'mis' is switched off by the area's settings and the night does without it.",
    )


def test_a_run_of_airflows_backfill_is_for_its_own_day_in_england(loaded: dict[str, Any]) -> None:
    today = {dt.datetime.now(ZoneInfo("Europe/London")).date().isoformat()}
    assert loaded["nights"].pop("backfill") == "2025-07-01"  # half past eleven in UTC is past midnight in summer
    assert set(loaded["nights"].values()) == today


def test_pulls_are_retried_within_a_time_limit(loaded: dict[str, Any]) -> None:
    for name, dag in loaded["dags"].items():
        for task_id, task in dag["tasks"].items():
            # A person takes the time a person needs.
            assert task["limit"] is not (name.startswith("approve_sen2") and task_id == "approve"), (name, task_id)
    assert loaded["dags"]["pull_health_931"]["tasks"]["pull_waiting_list"]["retries"] >= 2


def test_every_sector_is_pulled_in_the_early_hours(loaded: dict[str, Any]) -> None:
    for sector in SECTORS:
        minute, hour, *rest = loaded["dags"][f"pull_{sector}_931"]["cron"].split()
        assert int(minute) in range(60)
        assert int(hour) in range(6)
        assert rest == ["*", "*", "*"]


def test_the_build_waits_for_its_own_areas_four_sectors(loaded: dict[str, Any]) -> None:
    for area in AREAS:
        assert loaded["dags"][f"build_warehouse_{area}"]["assets"] == sorted(
            f"send-warehouse://{area}/extracts/{sector}" for sector in SECTORS
        )


def test_the_build_is_one_chain_in_the_areas_pool(loaded: dict[str, Any]) -> None:
    tasks = loaded["dags"]["build_warehouse_931"]["tasks"]
    chain = [
        "open_night",
        "gate_reading",
        "build_facts",
        "gate_facts",
        "build_outputs",
        "gate_returns",
        "write_outputs",
    ]
    chain += ["publish"]
    assert set(tasks) == set(chain)
    for before, after in itertools.pairwise(chain):
        assert tasks[after]["after"] == [before]
    assert {t["pool"] for t in tasks.values()} == {"warehouse_931"}
    assert loaded["dags"]["build_warehouse_931"]["max_active_runs"] == 1


def test_the_approval_is_a_persons_between_freezing_and_signing(loaded: dict[str, Any]) -> None:
    dag = loaded["dags"]["approve_sen2_931"]
    assert {name: task["after"] for name, task in dag["tasks"].items()} == {
        "freeze": [],
        "approve": ["freeze"],
        "sign": ["approve"],
    }
    assert dag["tasks"]["sign"]["outlets"] == ["send-warehouse://931/sen2/signed"]
    assert (dag["cron"], dag["assets"], dag["max_active_runs"]) == (None, [], 1)
    # Signing twice is refused, so a repeat would only hide what went wrong the first time.
    assert dag["tasks"]["freeze"]["retries"] == dag["tasks"]["sign"]["retries"] == 0


def test_deadlines_are_looked_at_every_morning(loaded: dict[str, Any]) -> None:
    dag = loaded["dags"]["sen2_deadlines_931"]
    assert dag["cron"] == "0 7 * * *"
    assert dag["tasks"]["alert"]["after"] == ["due"]


def test_retention_is_looked_at_each_month_and_deletes_only_when_asked_to(loaded: dict[str, Any]) -> None:
    dag = loaded["dags"]["retention_931"]
    assert dag["cron"] == "0 8 1 * *"
    assert dag["params"]["apply"] is False
    assert dag["tasks"]["retention"]["pool"] == "warehouse_931"  # never while a night is built


def test_every_dag_is_tagged_and_documented_and_never_catches_up(loaded: dict[str, Any]) -> None:
    for name, dag in loaded["dags"].items():
        assert f"area {name[-3:]}" in dag["tags"], name
        assert len(dag["doc"]) > 40, name
        assert dag["catchup"] is False, name


def test_dag_files_stay_short() -> None:
    for file in (PROJECT_ROOT / "dags").glob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) < 130, file.name


def test_nobody_imports_the_dags_and_only_the_sandbox_imports_the_sandbox() -> None:
    """The house rules of docs/design.md, read from the import statements."""
    forbidden = {
        "ingest": {"expectations", "returns", "board", "sandbox", "dags", "warehouse", "cli"},
        "expectations": {"ingest", "returns", "board", "sandbox", "dags", "warehouse", "cli"},
        "returns": {"ingest", "expectations", "board", "sandbox", "dags", "warehouse", "cli"},
        "board": {"ingest", "expectations", "returns", "sandbox", "dags", "warehouse", "cli"},
        "area": {"ingest", "expectations", "returns", "board", "sandbox", "dags", "warehouse", "cli"},
        "warehouse": {"sandbox", "dags", "cli"},
        "dags": {"sandbox", "cli"},
        "cli": {"sandbox"},
        "sandbox": {"dags", "cli"},
    }
    for package, others in forbidden.items():
        for file in (PROJECT_ROOT / package).rglob("*.py"):
            assert not imported(file) & others, f"{file.relative_to(PROJECT_ROOT)} imports {imported(file) & others}"


def imported(file: Path) -> set[str]:
    """Top-level names a Python file imports."""
    import ast

    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names
