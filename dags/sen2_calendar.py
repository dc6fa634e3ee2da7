"""Airflow DAGs, one an area. Calls out census day and the return date of the SEN2 return ahead of time."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, get_current_context, task

from dags.parts.areas import configured_areas, on_schedule
from dags.parts.defaults import BUILD_ARGS, START, plain_failures
from dags.parts.notify import tell
from dags.parts.pulling import AS_OF, night_date
from returns.kinds import SEN2
from warehouse.submission import calendar

DOC = """Looks every morning at census day and the return date. A deadline that is not met yet is called out at each of
its lead days (setting `alerts.lead_days`) and every day once it is past: one mapped task `alert` each, named by the
deadline, with a warning in its log, a line in the area's `alerts.jsonl`, a mail where the connection `send_alerts` says
whom to send it to, and by what the setting `alerts.notifiers` names. On a day with nothing to call out `alert` is
skipped. Airflow's own deadlines belong to a run and do not exist before somebody has started it, so they cannot say
that nobody has."""


def deadlines_dag(area: str) -> DAG:
    """`sen2_deadlines_<area>`: what is due, then one task an alert."""
    with DAG(
        dag_id=f"sen2_deadlines_{area}",
        schedule=on_schedule("0 7 * * *"),  # 07:00 local: before the working day
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=BUILD_ARGS,
        params={"as_of": AS_OF},
        tags=["return", "sen2", f"area {area}"],
        doc_md=DOC,
    ) as dag:

        @task
        @plain_failures
        def due(params: dict[str, Any]) -> list[dict[str, Any]]:
            found = calendar.new_alerts(area, kind=SEN2, today=night_date(params))
            return [alert.record() for alert in found]

        @task(map_index_template="{{ title }}")
        @plain_failures
        def alert(said: dict[str, Any]) -> None:
            called, context = calendar.Alert(**said), get_current_context()
            context["title"] = called.id  # type: ignore[typeddict-unknown-key]
            tell(context, area, subject=f"SEN2, area {area}: {called.words}", text=called.words)
            # Written down last: a mail that failed is sent again by the retry.
            calendar.note_alert(area, called)

        alert.expand(said=due())
    return dag


for area_code in configured_areas():
    deadlines_dag(area_code)
