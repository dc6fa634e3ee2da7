"""The finished night becomes the current one: as a whole, by atomic rename, or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from area.errors import NightTakenError
from area.paths import AreaPaths

KEEP_NIGHTS = 3
BACKFILL = "-backfill"
"""What the ids of nights that were built afterwards end in. They are kept: whoever asked for them removes them."""


def publish(paths: AreaPaths, night: str) -> Path:
    """Make `building/` the published night `night`; returns the folder it is in now.

    Safe to repeat after a kill at any point: a night already moved into `runs/` only has `current` switched again.
    """
    finished = keep(paths, night)
    switch(AreaPaths(paths.area, paths.root).current, finished)
    _prune(paths, keep=finished)
    return finished


def keep(paths: AreaPaths, night: str) -> Path:
    """Move `building/` into `runs/` as the finished night `night`, and publish nothing. Safe to repeat."""
    finished = paths.runs / night
    paths.runs.mkdir(parents=True, exist_ok=True)
    if not finished.exists():
        if building_night(paths) != night:
            raise NightTakenError(paths.area, mine=night, theirs=building_night(paths) or "(none)")
        paths.building.root.rename(finished)
    return finished


def building_night(paths: AreaPaths) -> str | None:
    """The id of the night under way, None when there is none."""
    marker = paths.building.root / "night"
    return marker.read_text(encoding="ascii").strip() if marker.exists() else None


def begin(paths: AreaPaths, night: str) -> None:
    """Empty `building/` (a killed run may have left it half full) and claim it for `night`."""
    shutil.rmtree(paths.building.root, ignore_errors=True)
    paths.building.root.mkdir(parents=True, mode=0o755)
    (paths.building.root / "night").write_text(night + "\n", encoding="ascii")


def require_night(paths: AreaPaths, night: str) -> None:
    """Raise NightTakenError unless `building/` still belongs to `night`."""
    theirs = building_night(paths)
    if theirs != night:
        raise NightTakenError(paths.area, mine=night, theirs=theirs or "(none)")


def switch(link: Path, target: Path) -> None:
    """Point the symbolic link at `target`, so that a reader sees the old night or the new one, never neither."""
    fresh = link.with_name(link.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, link.parent))
    fresh.replace(link)


def _prune(paths: AreaPaths, *, keep: Path) -> None:
    """Remove all but the newest nights, and the Airflow logs that are older than every night that stays: the newest
    few of those stay as well, because a night that failed has a log and no folder."""
    found = (p for p in paths.runs.iterdir() if p.is_dir() and not p.name.endswith(BACKFILL))
    nights = [p for p in sorted(found, key=_changed, reverse=True) if p != keep]
    staying, going = [keep, *nights[: KEEP_NIGHTS - 1]], nights[KEEP_NIGHTS - 1 :]
    for old in going:
        shutil.rmtree(old, ignore_errors=True)
    oldest = min(_changed(night) for night in staying)
    for log in paths.airflow_logs[KEEP_NIGHTS:]:
        if _changed(log) < oldest:
            log.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    return path.stat().st_mtime
