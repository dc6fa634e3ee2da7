"""Airflow DAGs, one an area. Says each month what has been kept long enough; deletes it only when asked to."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from dags.parts.areas import configured_areas, on_schedule
from dags.parts.defaults import BUILD_ARGS, START, plain_failures, warehouse_pool
from dags.parts.notify import tell
from dags.parts.pulling import AS_OF, night_date
from warehouse.retention.apply import carry_out

DOC = """On the first of each month looks at what was delivered and made, by the area's setting `retention`, and tells
how much has been kept for as long as it is to be kept. That is a dry run: files are deleted only by a run triggered by
hand with `apply` and the name of who deletes. What a frozen return was made from, the newest good delivery of each
table, and what is under a legal hold always stay; what goes is written down in `retention/deleted.jsonl`."""

TO_DO = "`send retention` lists it by class, with what is kept and why. To delete, run either with apply."

PARAMS = {
    "as_of": AS_OF,
    "apply": Param(False, type="boolean", description="Delete what is due."),
    "by": Param("", type="string", description="Who deletes; needed with apply."),
}


def retention_dag(area: str) -> DAG:
    """`retention_<area>`: one task."""
    with DAG(
        dag_id=f"retention_{area}",
        schedule=on_schedule("0 8 1 * *"),  # 08:00 local on the first: somebody is there to read it
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=BUILD_ARGS | {"pool": warehouse_pool(area)},
        params=PARAMS,
        tags=["retention", f"area {area}"],
        doc_md=DOC,
    ) as dag:

        @task(retries=0)
        @plain_failures
        def retention(params: dict[str, Any]) -> dict[str, Any]:
            apply = bool(params["apply"])
            plan = carry_out(area, today=night_date(params), apply=apply, by=str(params["by"]))
            words = plan.words(applied=apply)
            if plan.delete:
                tell(get_current_context(), area, subject=f"Area {area}, retention: {words}", text=TO_DO)
            return {"words": words, "due": len(plan.delete), "kept": len(plan.keep)}

        retention()
    return dag


for area_code in configured_areas():
    retention_dag(area_code)
