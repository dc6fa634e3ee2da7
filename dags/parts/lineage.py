"""Lineage of a task's work, sent by Airflow's OpenLineage provider as a part of the task's own run."""

from __future__ import annotations

from area.lineage import Work, input_sets, output_sets


def emit_by_task(work: Work) -> None:
    """Add what the work read and made to the run of the task that is running; nothing where OpenLineage is off (no
    `AIRFLOW__OPENLINEAGE__TRANSPORT`). The provider sends the task's start and end itself."""
    from airflow.providers.openlineage import conf

    if conf.is_disabled() or not (work.inputs or work.outputs):
        return
    from airflow.providers.openlineage.api import emit_dataset_lineage  # takes seconds to import

    emit_dataset_lineage(inputs=input_sets(work), outputs=output_sets(work))
