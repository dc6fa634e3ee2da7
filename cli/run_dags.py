"""Runs an area's DAG files through Airflow in this one process: the pulls, then the build they would trigger.

`python -m cli.run_dags --area 931 --as-of 2025-01-31`, in the environment of cli/airflow_home.py. Airflow's own test
runner executes each DAG with its real tasks, connections, trigger rules and retries; as it fires no asset events, the
order is given here. A scheduler does the same on its own in a real deployment.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

SECTORS = ("reference", "education", "social_care", "health")


def main() -> int:
    """Exit code 0 when the night is published, 1 when a DAG failed (the step log says why)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--area", required=True)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--collection", type=int)
    given = parser.parse_args()
    prepare(given.area)
    dags = load_dags()
    conf: dict[str, object] = {"as_of": given.as_of}
    for sector in SECTORS:
        if not succeeds(dags[f"pull_{sector}_{given.area}"], conf):
            return 1
    build = conf | ({"collection": given.collection} if given.collection else {})
    return 0 if succeeds(dags[f"build_warehouse_{given.area}"], build) else 1


def prepare(area: str) -> None:
    """Bring the metadata database to this Airflow's version and give the area its pool."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    from dags.parts.defaults import warehouse_pool

    initdb()
    Pool.create_or_update_pool(
        warehouse_pool(area), slots=1, description="One writer of the warehouse file", include_deferred=False
    )


def load_dags() -> dict[str, Any]:
    """The DAG files' DAGs by id. Ends the program with Airflow's own words when one cannot be loaded."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag()
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    return dict(bag.dags)


def succeeds(dag: Any, conf: dict[str, object]) -> bool:
    """Run one DAG to its end; whether it succeeded."""
    return str(dag.test(run_conf=conf).state) == "success"


if __name__ == "__main__":
    sys.exit(main())
