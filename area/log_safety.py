"""What may be said in a log: our own sentences and Airflow's. The words of every other library are withheld.

A library does not know that what passes through it is about children: at DEBUG level urllib3 prints URLs with their
tokens, SQLAlchemy the parameters of a query, botocore whole requests, paramiko file names and more; at any level an
error's text may quote a value. Hiding known patterns would miss the next one, so nothing of theirs is printed but
who spoke, where in its source, and how loud.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from area.errors import SettingsError

OURS = ("area", "bench", "board", "cli", "dags", "expectations", "ingest", "returns", "sandbox", "warehouse")
# Airflow imports DAG files under names that begin with unusual_prefix.
AIRFLOW = ("airflow", "task", "unusual_prefix")
# Libraries that talk while data passes; below WARNING they have nothing to say that helps.
TALKATIVE = (
    "aiobotocore", "asyncssh", "boto3", "botocore", "fsspec", "httpx", "mesh_client", "oauthlib", "openlineage",
    "paramiko", "psycopg", "requests", "requests_oauthlib", "s3fs", "sqlalchemy", "urllib3",
)  # fmt: skip


def may_speak(logger: str) -> bool:
    """Whether the words of a logger of this name may be printed."""
    first = logger.split(".", 1)[0]
    return first in OURS or first.startswith(AIRFLOW)


class _SafeRecord(logging.LogRecord):
    """A record whose words are withheld unless its logger may speak. What is attached to it goes too."""

    def __init__(self, name: Any, level: int, pathname: str, lineno: int, msg: Any, *rest: Any, **more: Any) -> None:
        super().__init__(name, level, pathname, lineno, msg, *rest, **more)
        if isinstance(name, str) and not may_speak(name):  # structlog copies records by way of an empty one
            error = self.exc_info[0] if self.exc_info else None
            said = f" on {error.__name__}" if error else ""
            self.msg = f"{name}, {self.filename} line {lineno}: words withheld{said}, as they may quote data"
            self.args, self.exc_info, self.exc_text, self.stack_info = (), None, None, None


def keep_logs_safe() -> None:
    """Withhold the words of libraries in every log of this process, whichever handlers it has. Safe to repeat."""
    if logging.getLogRecordFactory() is not _SafeRecord:
        logging.setLogRecordFactory(_SafeRecord)
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)


def log_to_terminal(level: str) -> None:
    """Print our own sentences to standard error from `level` on, as Airflow's task logs show them.

    Raises SettingsError for a level there is not.
    """
    if level.upper() not in logging.getLevelNamesMapping():
        raise SettingsError(
            "SEND_LOG_LEVEL", expected="DEBUG, INFO, WARNING or ERROR", came=repr(level), where="the environment"
        )
    keep_logs_safe()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level.upper())
        logger.handlers = [handler]
        logger.propagate = False
