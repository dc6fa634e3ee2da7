"""Airflow DAGs, one an area. Social care: children looked after (SSDA903) and the children in need census."""

from dags.parts.areas import configured_areas
from dags.parts.pulling import pull_dag

for area in configured_areas():
    pull_dag(
        area,
        "social_care",
        schedule="15 1 * * *",  # 01:15 local
        doc="SSDA903 CSV files and the children in need census XML, by SFTP.",
    )
