"""Airflow DAGs, one an area. Reference data: schools (GIAS) and published statistics (DfE)."""

from dags.parts.areas import configured_areas
from dags.parts.pulling import pull_dag

for area in configured_areas():
    pull_dag(
        area,
        "reference",
        schedule="30 0 * * *",  # 00:30 local: GIAS has its daily file by then
        doc="Schools from GIAS and published figures from the DfE statistics API. What has not changed is skipped.",
    )
