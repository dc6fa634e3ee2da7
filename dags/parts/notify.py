"""Mail for alerts, where the connection `send_alerts` (type smtp) says how: its `extra` names `to` and `from_email`."""

from __future__ import annotations

import html
from typing import Any

from airflow.exceptions import AirflowNotFoundException
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import BaseHook

CONNECTION = "send_alerts"


def send_mail(context: Any, *, subject: str, text: str) -> bool:
    """Send a mail through Airflow's own notifier; False where no connection says how. The text holds counts only."""
    try:
        extra = BaseHook.get_connection(CONNECTION).extra_dejson
    except AirflowNotFoundException:
        return False
    SmtpNotifier(
        smtp_conn_id=CONNECTION,
        to=extra.get("to"),
        from_email=extra.get("from_email"),
        subject=subject,
        html_content=f"<p>{html.escape(text)}</p>",
    ).notify(context)
    return True
