"""Lineage of a task's work, sent by Airflow's OpenLineage provider as a part of the task's own run."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from airflow.exceptions import AirflowConfigException

from area.lineage import Work, input_sets, output_sets
from warehouse.lineage.work import step_work
from warehouse.night import Night

log = logging.getLogger(__name__)


def emit_by_task(work: Work) -> None:
    """Add what the work read and made to the run of the task that is running; nothing where OpenLineage is off (no
    transport is set). The provider sends the task's start and end itself."""
    if not _is_on() or not (work.inputs or work.outputs):
        return
    from airflow.providers.openlineage.api import emit_dataset_lineage  # takes seconds to import

    emit_dataset_lineage(inputs=input_sets(work), outputs=output_sets(work))


def with_lineage(night: Night, name: str, work: Callable[[Night], object]) -> None:
    """Do a step of a night, and add what it read and made to the run of its task."""
    started = dt.datetime.now(dt.UTC)
    work(night)
    if _is_on():  # counting tables costs; nobody asked for it otherwise
        emit_by_task(step_work(night, name, started=started))


def _is_on() -> bool:
    """Whether events are sent. A setting that cannot be read is said in the task's log and stops no work."""
    from airflow.providers.openlineage import conf

    try:
        return not conf.is_disabled()
    except (AirflowConfigException, ValueError):
        log.warning("OpenLineage's settings cannot be read: no lineage is sent. Correct its transport (JSON).")
        return False
