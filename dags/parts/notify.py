"""Telling people: by mail where the connection `send_alerts` (type smtp) says how, and by the notifiers of the area's
setting `alerts.notifiers`."""

from __future__ import annotations

import datetime as dt
import html
import logging
import pkgutil
from collections.abc import Callable
from typing import Any

from airflow.exceptions import AirflowNotFoundException
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import BaseHook, BaseNotifier
from airflow.sdk.exceptions import AirflowFailException

from area.errors import SendWarehouseError, SettingsError
from area.log_lines import append_line
from area.notifiers import NotifierSetting, notifiers_of
from area.paths import AreaPaths

CONNECTION = "send_alerts"

log = logging.getLogger(__name__)


def tell(context: Any, area: str, *, subject: str, text: str) -> int:
    """Tell everyone who is to be told; returns by how many ways. The text holds counts, dates and file names only.

    Raises SettingsError for a notifier that is none, and whatever a notifier raises that cannot do its work.
    """
    log.warning("%s\n%s", subject, text)
    ways = [*_mail(subject, text), *(_notifier(each, subject, text) for each in notifiers_of(area))]
    for way in ways:
        way.notify(context)
    return len(ways)


def tell_of_failure(area: str) -> Callable[[Any], None]:
    """A callback for tasks of an area that fail: says which one, why in our own words, and what to do."""

    def failed(context: Any) -> None:
        task = context["ti"]
        error = context.get("exception")
        ours = isinstance(error, AirflowFailException | SendWarehouseError)
        why = str(error) if ours else f"It ended on {type(error).__name__}; its log says more."
        subject = f"Area {area}: {task.task_id} of {task.dag_id} failed"
        said = {"id": f"task-{task.dag_id}-{task.task_id}-{context['run_id']}", "kind": "task", "words": subject}
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        append_line(AreaPaths.of(area).alerts, said | {"text": why, "at": at})
        tell(context, area, subject=subject, text=why)

    return failed


def _mail(subject: str, text: str) -> list[BaseNotifier]:
    try:
        extra = BaseHook.get_connection(CONNECTION).extra_dejson
    except AirflowNotFoundException:
        return []
    return [
        SmtpNotifier(
            smtp_conn_id=CONNECTION,
            to=extra.get("to"),
            from_email=extra.get("from_email"),
            subject=subject,
            html_content="".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines()),
        )
    ]


def _notifier(setting: NotifierSetting, subject: str, text: str) -> BaseNotifier:
    try:
        kind = pkgutil.resolve_name(setting.path)
        if not issubclass(kind, BaseNotifier):
            raise TypeError(setting.path)
        return kind(**setting.filled(subject=subject, text=text))
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SettingsError(
            f"alerts.notifiers: {setting.path}",
            expected="a notifier of Airflow and the arguments it takes",
            came=type(error).__name__,
            where="the area's settings",
        ) from None
