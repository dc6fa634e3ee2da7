"""Airflow DAGs, one an area. Education: EHC casework, school census, and the schools' own systems."""

from dags.parts.areas import configured_areas
from dags.parts.pulling import pull_dag

for area in configured_areas():
    pull_dag(
        area,
        "education",
        schedule="0 1 * * *",  # 01:00 local: the case system exports at midnight
        doc="EHC casework (SFTP), school census (folder drop) and pupils, attendance and exclusions (HTTP API).",
    )
