"""Trying again: how often, how long, and on what. Only what may pass by itself is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from area.errors import SourceUnavailableError

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """The limits of one pull; times in seconds. No request is ever without a time-out."""

    attempts: int = 6
    first_wait: float = 0.5
    longest_wait: float = 30.0
    total: float = 600.0
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    settle: float = 1.0  # how long a file in a drop folder must have kept its size

    @property
    def timeouts(self) -> tuple[float, float]:
        return (self.connect_timeout, self.read_timeout)


class TryAgain(Exception):  # noqa: N818  (never leaves this package)
    """The source may answer next time. `after` is what it asked us to wait (Retry-After), in seconds."""

    def __init__(self, reason: str, *, after: float | None = None) -> None:
        self.reason, self.after = reason, after
        super().__init__(reason)


def with_retries(work: Callable[[], T], *, feed: str, source: str, limits: Limits) -> T:
    """`work()`, tried again with growing, jittered waits on TryAgain.

    Raises SourceUnavailableError when the attempts or the time are used up, or when the source asks for a longer wait
    than the pull may take.
    """

    def wait(state: tenacity.RetryCallState) -> float:
        outcome = state.outcome.exception() if state.outcome else None
        if isinstance(outcome, TryAgain) and outcome.after is not None:
            return outcome.after
        doubled = limits.first_wait * 2.0 ** (state.attempt_number - 1)
        return min(doubled, limits.longest_wait) * random.uniform(0.75, 1.25)  # noqa: S311

    def stop(state: tenacity.RetryCallState) -> bool:
        late = (state.seconds_since_start or 0.0) + wait(state) > limits.total
        return late or state.attempt_number >= limits.attempts

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TryAgain),
        wait=wait,
        stop=stop,
        reraise=True,
    )
    try:
        return retrying(work)
    except TryAgain as error:
        tried = retrying.statistics.get("attempt_number", 1)
        raise SourceUnavailableError(feed, source, f"{error.reason}; tried {tried} times") from error
