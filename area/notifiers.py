"""Who is told of alerts besides the mail: the notifiers of setting `alerts.notifiers`, any class Airflow can notify by.

```yaml
alerts:
  notifiers:
    - class: airflow.providers.apprise.notifications.apprise.AppriseNotifier
      kwargs: {title: "{subject}", body: "{text}", apprise_conn_id: send_teams}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from area.errors import SettingsError
from area.settings import settings_section


@dataclass(frozen=True)
class NotifierSetting:
    """One notifier: the path of its class, and what it is made with. In texts of `kwargs`, `{subject}` and `{text}`
    stand for what is to be told."""

    path: str
    kwargs: Mapping[str, Any]

    def filled(self, *, subject: str, text: str) -> dict[str, Any]:
        """The arguments, with what is to be told put in."""
        return {name: _filled(value, subject, text) for name, value in self.kwargs.items()}


def notifiers_of(area: str) -> tuple[NotifierSetting, ...]:
    """The notifiers of an area's settings. Raises SettingsError where one is not laid out as above."""
    alerts, where = settings_section(area, "alerts")
    said = alerts.get("notifiers") or []
    if not isinstance(said, list):
        raise SettingsError("alerts.notifiers", expected="a list", came=type(said).__name__, where=where)
    found = []
    for place, each in enumerate(said):
        name = f"alerts.notifiers[{place}]"
        if not isinstance(each, dict) or not isinstance(each.get("class"), str) or set(each) - {"class", "kwargs"}:
            raise SettingsError(name, expected="a mapping of 'class' and 'kwargs'", came="another", where=where)
        kwargs = each.get("kwargs") or {}
        if not isinstance(kwargs, dict):
            raise SettingsError(f"{name}.kwargs", expected="a mapping", came=type(kwargs).__name__, where=where)
        found.append(NotifierSetting(each["class"], kwargs))
    return tuple(found)


def _filled(value: Any, subject: str, text: str) -> Any:
    if isinstance(value, str):
        return value.replace("{subject}", subject).replace("{text}", text)
    if isinstance(value, dict):
        return {name: _filled(each, subject, text) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, subject, text) for each in value]
    return value
