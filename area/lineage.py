"""OpenLineage events: which data sets a piece of work read, and which it made. Names, counts and versions only.

Off unless OpenLineage's own settings say where events go (`OPENLINEAGE_URL`, `OPENLINEAGE_CONFIG` or
`OPENLINEAGE__TRANSPORT…`). In Airflow its provider sends them instead, as a part of the task's run.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)
PRODUCER = "urn:send-warehouse"


@dataclass(frozen=True)
class DataSet:
    """One data set. `version` is the hash of a file's bytes, `columns` are names and types; never where it is on disk
    and never how to log in."""

    namespace: str
    name: str
    rows: int | None = None
    bytes: int | None = None
    version: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """A piece of work of one area: its name (`pull.ehc_casework`), what it read and made, and how it ended: `failed`
    is the class of an error, None where it went well."""

    area: str
    name: str
    inputs: Sequence[DataSet]
    outputs: Sequence[DataSet]
    started: dt.datetime
    failed: str | None = None


Emit = Callable[[Work], None]


def warehouse_namespace(area: str) -> str:
    """The namespace of everything in an area's warehouse."""
    return f"send-warehouse://{area}"


def source_namespace(connection: str) -> str:
    """The namespace of a source system: the id of its connection, which holds neither address nor secret."""
    return f"airflow-connection://{connection}"


def is_configured() -> bool:
    """Whether OpenLineage's own settings ask for events."""
    if os.environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    named = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG")
    return any(os.environ.get(name) for name in named) or any(
        k.startswith("OPENLINEAGE__TRANSPORT") for k in os.environ
    )


def emit_by_client(work: Work) -> None:
    """Send the work's start and end through OpenLineage's client. A receiver that does not answer stops nothing: what
    is lost is the event."""
    if not is_configured():
        return
    from openlineage.client import OpenLineageClient
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.uuid import generate_new_uuid

    run, job = Run(str(generate_new_uuid())), Job(warehouse_namespace(work.area), work.name)
    inputs, outputs = input_sets(work), output_sets(work)
    ended = RunState.FAIL if work.failed else RunState.COMPLETE
    try:
        client = OpenLineageClient()
        for state, at in ((RunState.START, work.started), (ended, dt.datetime.now(dt.UTC))):
            client.emit(
                RunEvent(
                    eventTime=at.isoformat(),
                    producer=PRODUCER,
                    run=run,
                    job=job,
                    eventType=state,
                    inputs=inputs,
                    outputs=outputs,
                )
            )
        client.close()
    except Exception as error:  # whatever its transport raises
        log.warning("Lineage of %s was not sent (%s).", work.name, type(error).__name__)


def input_sets(work: Work) -> list[Any]:
    """What the work read, as OpenLineage's classes."""
    from openlineage.client.event_v2 import InputDataset
    from openlineage.client.facet_v2 import data_quality_metrics_input_dataset as quality

    return [
        InputDataset(
            each.namespace,
            each.name,
            facets=_facets(each),
            inputFacets={
                "dataQualityMetrics": quality.DataQualityMetricsInputDatasetFacet(
                    columnMetrics={}, rowCount=each.rows, bytes=each.bytes
                )
            },
        )
        for each in work.inputs
    ]


def output_sets(work: Work) -> list[Any]:
    """What the work made, as OpenLineage's classes."""
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics

    return [
        OutputDataset(
            each.namespace,
            each.name,
            facets=_facets(each),
            outputFacets={
                "outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(rowCount=each.rows, size=each.bytes)
            },
        )
        for each in work.outputs
    ]


def _facets(each: DataSet) -> dict[str, Any]:
    from openlineage.client.facet_v2 import dataset_version_dataset as version
    from openlineage.client.facet_v2 import schema_dataset as schema

    facets: dict[str, Any] = {}
    if each.version:
        facets["version"] = version.DatasetVersionDatasetFacet(datasetVersion=each.version)
    if each.columns:
        fields = [schema.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in each.columns.items()]
        facets["schema"] = schema.SchemaDatasetFacet(fields=fields)
    return facets
