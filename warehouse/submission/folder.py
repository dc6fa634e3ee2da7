"""The folders of frozen returns: which there are, what their manifests say, and whether they were signed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from area.errors import NothingPublishedError, SubmissionUnknownError
from area.files import write_atomically
from area.paths import AreaPaths, RunPaths, SubmissionPaths
from returns.kinds import ReturnKind

Manifest = dict[str, Any]


def serials(paths: AreaPaths, kind: ReturnKind, collection: int) -> list[str]:
    """The serial numbers of an area's frozen returns of a collection, ascending."""
    folder = paths.submissions(kind.name, collection)
    return sorted(path.parent.name for path in folder.glob("[0-9]*/manifest.json"))


def submission(paths: AreaPaths, kind: ReturnKind, collection: int, serial: str) -> SubmissionPaths:
    """One frozen return. Raises SubmissionUnknownError when there is none of that serial number."""
    known = serials(paths, kind, collection)
    if serial not in known:
        raise SubmissionUnknownError(paths.area, collection, serial, known=known)
    return paths.submission(kind.name, collection, serial)


def read_manifest(file: Path) -> Manifest:
    """What a submission's manifest says."""
    return dict(json.loads(file.read_text(encoding="utf-8")))


def manifest_hash(manifest: Manifest) -> str:
    """SHA-256 of the manifest in one fixed form: what a signature is bound to."""
    fixed = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(fixed.encode()).hexdigest()


def approval(found: SubmissionPaths) -> dict[str, Any] | None:
    """The approval of a frozen return, None when it has not been signed."""
    if not found.approval.exists():
        return None
    return dict(json.loads(found.approval.read_text(encoding="utf-8")))


def published(paths: AreaPaths) -> tuple[RunPaths, Manifest]:
    """The published night's folder and manifest. Raises NothingPublishedError when there is none."""
    if not paths.current.exists():
        raise NothingPublishedError(paths.area)
    # Resolved once: a night that is published meanwhile does not mix with this one.
    night = RunPaths(area=paths.area, root=paths.current.resolve())
    return night, read_manifest(night.manifest)


def write_json(path: Path, said: dict[str, Any]) -> None:
    """Write a JSON file whole, readable by its owner alone."""
    write_atomically(path, json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n")
