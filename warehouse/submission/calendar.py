"""The days a return is due, what is done towards each, and which of them must be called out today."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from area.log_lines import append_line
from area.paths import AreaPaths
from area.settings import AreaSettings, load_settings
from returns.definition.load import load_definition
from returns.kinds import ReturnKind
from warehouse.submission.folder import approval, read_manifest, serials

FREEZE, SIGN = "freeze", "sign"


@dataclass(frozen=True)
class Deadline:
    """One day by which a step must be done. `on` is None where the Department has not said the day."""

    collection: int
    step: str
    title: str
    todo: str
    on: dt.date | None
    done: str | None
    """What is there (a serial number, a signature); None while it is not."""


@dataclass(frozen=True)
class Alert:
    """One deadline that is to be called out. `id` is the same until the next lead day, or the next day once overdue."""

    id: str
    collection: int
    step: str
    on: str
    days_left: int
    words: str

    def record(self) -> dict[str, Any]:
        """As JSON can hold it; `Alert(**record)` gives it back."""
        return asdict(self)


def deadlines(
    area: str, *, kind: ReturnKind, collection: int | None = None, root: Path | None = None
) -> list[Deadline]:
    """The deadlines of an area's collection (that of its settings when none is named) and what is done."""
    settings = load_settings(area, collection=collection)
    paths = AreaPaths.of(area, root)
    definition = load_definition(kind, settings.collection)
    frozen, signed = _progress(paths, kind, settings)
    year, census = settings.collection, settings.census_date
    return [
        Deadline(year, FREEZE, "Census day", "freeze the census position from that night on", census, frozen),
        Deadline(year, SIGN, "Return date", "sign the return and send it", definition.return_by, signed),
    ]


def alerts_due(due: Iterable[Deadline], *, today: dt.date, lead_days: Sequence[int]) -> list[Alert]:
    """The alerts of the deadlines that are not done and whose first lead day has come. Overdue ones never stop."""
    alerts = []
    for deadline in due:
        if deadline.on is None or deadline.done:
            continue
        left = (deadline.on - today).days
        reached = [lead for lead in lead_days if left <= lead]
        if reached or left < 0:
            mark = f"{min(reached)}" if left >= 0 else f"overdue-{today.isoformat()}"
            words = f"{deadline.title} {deadline.on.isoformat()} ({_left(left)}), not done yet: {deadline.todo}."
            name = f"{deadline.collection}-{deadline.step}-{deadline.on.isoformat()}-{mark}"
            alerts.append(Alert(name, deadline.collection, deadline.step, deadline.on.isoformat(), left, words))
    return alerts


def new_alerts(area: str, *, kind: ReturnKind, today: dt.date, root: Path | None = None) -> list[Alert]:
    """The alerts due today that have not been called out."""
    paths = AreaPaths.of(area, root)
    before = _called_out(paths.alerts)
    due = deadlines(area, kind=kind, root=root)
    alerts = alerts_due(due, today=today, lead_days=load_settings(area).lead_days)
    return [alert for alert in alerts if alert.id not in before]


def note_alert(area: str, alert: Alert, *, root: Path | None = None) -> None:
    """Write an alert down as called out (`alerts.jsonl`)."""
    file = AreaPaths.of(area, root).alerts
    if alert.id in _called_out(file):
        return
    append_line(file, alert.record() | {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")})


def _called_out(file: Path) -> set[str]:
    if not file.exists():
        return set()
    return {json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()}


def _progress(paths: AreaPaths, kind: ReturnKind, settings: AreaSettings) -> tuple[str | None, str | None]:
    """The newest frozen census position and the newest signature, in words; rehearsals do not count."""
    frozen = signed = None
    for serial in serials(paths, kind, settings.collection):
        found = paths.submission(kind.name, settings.collection, serial)
        if read_manifest(found.manifest)["rehearsal"]:
            continue
        frozen = f"frozen as {serial}"
        if said := approval(found):
            signed = f"{serial} signed by {said['by']} on {said['at'][:10]}"
    return frozen, signed


def _left(days: int) -> str:
    if days < 0:
        return f"{-days} days ago" if days < -1 else "yesterday"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
