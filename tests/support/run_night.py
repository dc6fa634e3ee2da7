"""The DAGs' own work, step by step, without Airflow: `python -m tests.support.run_night AREA NIGHT`."""

from __future__ import annotations

import datetime as dt
import sys

from area.errors import SendWarehouseError
from area.steps import step
from ingest.contract.model import load_contracts
from ingest.status.freshness import check_sector
from ingest.transports.endpoint import Endpoint
from ingest.watched import watched_pull
from tests.support.area import AS_OF
from warehouse import night as steps


def pull_all(night: steps.Night) -> None:
    """Every feed once, then what is late; connections are read from the environment, and a feed that the night does
    without is passed over where it has none."""
    for contract in load_contracts():
        if not contract.required and not Endpoint.is_in_environment(contract.connection(night.area)):
            continue
        with step(night.paths.step_log, f"pull {contract.feed}") as current:
            result = watched_pull(
                night.area,
                contract.feed,
                Endpoint.from_environment(contract.connection(night.area)),
                as_of=AS_OF,
                received_at=dt.datetime.now(dt.UTC),
                run=night.night,
            )
            current.count(**result.counts())
    for sector in ("reference", "education", "social_care", "health"):
        check_sector(night.area, sector, as_of=AS_OF)


def build(night: steps.Night) -> None:
    """A night's steps without its gates: they decide whether a night is published, not what is in it."""
    steps.open_night(night)
    steps.build_facts(night)
    steps.build_outputs(night)
    steps.write_outputs(night)
    steps.publish_night(night)


def main(area: str, name: str) -> int:
    night = steps.Night(area, name, AS_OF)
    try:
        pull_all(night)
        steps.open_night(night)
        steps.gate(night, "reading")
        steps.build_facts(night)
        steps.gate(night, "facts")
        steps.build_outputs(night)
        steps.gate(night, "returns")
        steps.write_outputs(night)
        steps.publish_night(night)
    except SendWarehouseError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
