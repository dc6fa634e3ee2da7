"""What all tasks have in common."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pendulum
from airflow.sdk.exceptions import AirflowFailException

from area.errors import SendWarehouseError

P = ParamSpec("P")
R = TypeVar("R")

# Times in DAG files are local times of English councils.
START = pendulum.datetime(2025, 1, 1, tz="Europe/London")

PULL_ARGS: dict[str, Any] = {
    "retries": 3,
    "retry_delay": dt.timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": dt.timedelta(minutes=20),
    "execution_timeout": dt.timedelta(hours=1),
}
BUILD_ARGS: dict[str, Any] = {
    "retries": 1,  # a killed worker, not bad data: our own errors end the task at once
    "retry_delay": dt.timedelta(minutes=1),
    "execution_timeout": dt.timedelta(minutes=30),
}


def warehouse_pool(area: str) -> str:
    """The one-slot pool of an area's warehouse file: DuckDB has one writer."""
    return f"warehouse_{area}"


def plain_failures(work: Callable[P, R]) -> Callable[P, R]:
    """Our own errors end a task with their sentence, and without a retry where a retry cannot help."""

    @functools.wraps(work)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except SendWarehouseError as error:
            if error.retryable:
                raise
            raise AirflowFailException(str(error)) from None

    return wrapped
