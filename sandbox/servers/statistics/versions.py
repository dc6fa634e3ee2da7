"""Versions of data sets: the latest release and, where a file has several periods, the one before it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.servers.statistics.catalogue import EARLIER, LATEST, PUBLICATIONS, DataSet, Release
from sandbox.servers.statistics.published import PublishedFigures
from sandbox.servers.statistics.table import Table


@dataclass(frozen=True)
class Version:
    """`number` is `major.minor`; 1.1 adds the last period to 1.0, a minor change."""

    data_set: DataSet
    number: str
    kind: str
    release: Release
    table: Table


class Library:
    """All data sets of `figures`, read when first asked for. Safe to use from several threads."""

    def __init__(self, figures: PublishedFigures) -> None:
        self._figures = figures
        self._versions: dict[str, list[Version]] = {}
        self._lock = threading.Lock()
        names = figures.names()
        self.data_sets = {d.id: d for p in PUBLICATIONS for d in p.data_sets if d.name in names}

    def versions(self, data_set: DataSet) -> list[Version]:
        """Newest first; never empty."""
        with self._lock:
            if data_set.id not in self._versions:
                self._versions[data_set.id] = self._read(data_set)
            return self._versions[data_set.id]

    def find(self, data_set: DataSet, wanted: str | None) -> Version | None:
        """The version that `wanted` names: nothing or `*` the latest, `1` is 1.0, `1.*` the latest of major 1."""
        versions = self.versions(data_set)
        if wanted in (None, "", "*"):
            return versions[0]
        named = re.fullmatch(r"v?(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?", str(wanted), re.ASCII)
        if named is None:
            return None
        major, minor, patch = named[1], named[2] or "0", named[3] or "0"
        for version in versions:
            own_major, own_minor = version.number.split(".")
            if major == own_major and minor in ("*", own_minor) and patch in ("*", "0"):
                return version
        return None

    def _read(self, data_set: DataSet) -> list[Version]:
        rows = self._figures.read(data_set.name)
        whole = Table(data_set.name, rows)
        if len(whole.periods) < 2:
            return [Version(data_set, "1.0", "Major", LATEST, whole)]
        earlier = whole.period_codes < len(whole.periods) - 1
        before = Table(data_set.name, rows.filter(pa.array(np.asarray(earlier))))
        return [Version(data_set, "1.1", "Minor", LATEST, whole), Version(data_set, "1.0", "Major", EARLIER, before)]
