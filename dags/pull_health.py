"""Airflow DAGs, one an area. Health: community services and waiting lists of the area's provider."""

from dags.parts.areas import configured_areas
from dags.parts.pulling import pull_dag

for area in configured_areas():
    pull_dag(
        area,
        "health",
        schedule="30 1 * * *",  # 01:30 local: providers send by the evening before
        doc="Community services extract (CSDS tables) and the waiting list, by SFTP.",
    )
