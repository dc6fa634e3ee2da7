"""Airflow DAGs, one an area. Freezes the SEN2 return, asks a person to approve it, signs it with that person's name."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, Param, task

from dags.parts.areas import configured_areas
from dags.parts.assets import signed_asset
from dags.parts.defaults import BUILD_ARGS, START, plain_failures
from warehouse.submission import approve

DOC = """Triggered by hand once census day's night is published. `freeze` fixes the return; `approve` waits under
*Required Actions* until a person answers, and shows counts and the manifest's hash, never a child's data; `sign` binds
the answer to the manifest under the name that person is logged in with, and refuses while errors stand, queries lack
explanations, the check is older than the data, or a key feed is stale. Reject leaves the return frozen and unsigned."""

FORM = {
    "role": Param("", type="string", title="Your role", description="As 'Director of Children's Services'."),
    "statement": Param("", type="string", title="What you declare", description="Goes into the approval as it is."),
}


def approve_dag(area: str) -> DAG:
    """`approve_sen2_<area>`: freeze, wait for a person, sign. One at a time."""
    with DAG(
        dag_id=f"approve_sen2_{area}",
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=BUILD_ARGS,
        params={"collection": Param(None, type=["null", "integer"], description="Empty for that of the settings.")},
        tags=["return", "sen2", f"area {area}"],
        doc_md=DOC,
    ) as dag:

        @task(retries=0)
        @plain_failures
        def freeze(params: dict[str, Any]) -> dict[str, Any]:
            return approve.freeze_for_approval(area, params.get("collection"))

        # No limit of time: the person may be on leave. `execution_timeout` would not bound the wait anyway.
        ask = ApprovalOperator(
            task_id="approve",
            subject=f"SEN2 return of area {area}: approve "
            "{{ ti.xcom_pull(task_ids='freeze')['collection'] }}/{{ ti.xcom_pull(task_ids='freeze')['serial'] }}",
            body="{{ ti.xcom_pull(task_ids='freeze')['summary'] }}",
            params=FORM,
            execution_timeout=None,
        )

        @task(retries=0, outlets=[signed_asset(area)])
        @plain_failures
        def sign(ti: Any, *, outlet_events: Any) -> dict[str, Any]:
            signed = approve.sign_as_answered(
                area, frozen=ti.xcom_pull(task_ids="freeze"), answer=ti.xcom_pull(task_ids="approve")
            )
            outlet_events[signed_asset(area)].extra = signed
            return signed

        freeze() >> ask >> sign()
    return dag


for area_code in configured_areas():
    approve_dag(area_code)
