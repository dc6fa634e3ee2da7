"""The fault campaign: every transport under every fault, from the outside.

A cell pulls under the fault, lets the source heal, pulls again and pulls once more. Whatever the fault was: its error
says what to do (or the pull rode it out), nothing is half loaded, what is there after the second pull is byte for byte
what an undisturbed pull leaves, and the third pull adds nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pytest

import ingest.pull
from area.errors import SendWarehouseError
from area.paths import AreaPaths
from ingest.contract.model import Contract, load_contract, load_contracts
from ingest.landing.delivery import FAILED, REFUSED, UNFINISHED, deliveries
from ingest.pull import PullResult, pull_feed
from ingest.raw.schema import create_raw
from ingest.transports.endpoint import Endpoint
from ingest.transports.retry import Limits
from ingest.upload.files import Upload
from tests.faults.child import Child, Ended
from tests.faults.faults import DISK_FULL, HEALED, KILLED, LEFT, RODE_OUT, SAID, TIME_OUT

AREA = "931"
NIGHT = dt.date(2025, 1, 31)
RECEIVED = dt.datetime(2025, 1, 31, 20, tzinfo=dt.UTC)
PATIENT = Limits(
    attempts=2, first_wait=0.01, longest_wait=0.05, total=20, connect_timeout=5, read_timeout=10, settle=0.01
)
HASTY = replace(PATIENT, read_timeout=0.3)
SECRETS = ("open-sesame-9", "token-of-the-test", "wrong-secret")  # what the peers' connections hold


@dataclass(frozen=True)
class Source:
    """What a pull is told: the feed, the connection, and the transport where it is not the one of the contract."""

    feed: str
    endpoint: Endpoint
    transport: Mapping[str, Any] | None = None
    upload: str | None = None
    """The file that is handed in by hand, where that is how the feed comes."""

    def contract(self) -> Contract:
        found = load_contract(self.feed)
        return found if self.transport is None else replace(found, transport=dict(self.transport))


class Peer(Protocol):
    """The real source system at the other end of one transport.

    Its delivery must hold good rows, rows for quarantine and a duplicate.
    """

    transport: str
    impossible: Mapping[str, str]
    """Faults that cannot happen to this transport, and why: the dashes of the table."""

    def lay_out(self) -> None:
        """Put the delivery where a pull finds it, once before each cell. Nothing to do where it always lies there."""
        return

    def source(self) -> Source:
        """The source in good health."""

    def under(self, fault: str) -> AbstractContextManager[Source]:
        """The source under a fault (disk full and process killed the campaign brings about); well again on leaving."""


@dataclass(frozen=True)
class State:
    """What pulls have left: the files of landing/, read/ and quarantine/ byte for byte, and the raw rows."""

    files: Mapping[str, bytes]
    rows: Mapping[str, list[tuple[Any, ...]]]


def using(contract: Contract, patch: pytest.MonkeyPatch) -> None:
    """Let pulls of this feed go by `contract`, so that one feed can be tried over any transport."""
    patch.setattr(ingest.pull, "load_contract", lambda *_, **__: contract)


def pull(source: Source, root: Path, limits: Limits = PATIENT) -> PullResult:
    """Pull from a source, or hand its file in."""
    if source.upload is None:
        return pull_feed(
            AREA, source.feed, source.endpoint, as_of=NIGHT, received_at=RECEIVED, root=root, limits=limits
        )
    handing = Upload(AREA, load_contracts(), NIGHT, "tests", received_at=RECEIVED, root=root)
    (outcome,) = handing.take([Path(source.upload)])
    if isinstance(outcome, SendWarehouseError):
        raise outcome
    assert outcome.result is not None
    return outcome.result


class Campaign:
    """The cells of one transport."""

    def __init__(self, peer: Peer, base: Path, child: Child, patch: pytest.MonkeyPatch) -> None:
        self.peer, self._base, self._child = peer, base, child
        using(peer.source().contract(), patch)
        peer.lay_out()
        self.pull(base / "undisturbed")
        self.expected = self.state(base / "undisturbed")
        assert self.expected.rows["quarantined"], "the delivery must have rows for quarantine"

    def pull(self, root: Path, source: Source | None = None, limits: Limits = PATIENT) -> PullResult:
        return pull(source or self.peer.source(), root, limits)

    def cell(self, fault: str) -> str:
        """Go through one cell; returns how it went, for the table."""
        if fault == DISK_FULL:
            return self._disk_full()
        if fault == KILLED:
            return self._killed()
        root = self._base / fault.replace(" ", "_")
        self.peer.lay_out()
        said = ""
        with self.peer.under(fault) as source:
            try:
                self.pull(root, source, HASTY if fault == TIME_OUT else PATIENT)
            except SendWarehouseError as error:
                said = str(error)
                self._check_said(root, said, failed=True)
        left = any(each.outcome == UNFINISHED for each in deliveries(AreaPaths.of(AREA, root).deliveries))
        self._heal(root, rode_out=not said and not left)
        return SAID if said else LEFT if left else RODE_OUT

    def _disk_full(self) -> str:
        said = 0
        for limit in self._limits():
            root = self._base / f"full_{limit}"
            self.peer.lay_out()
            ended = self._child.run(self.peer.source(), root, full_at=limit)
            assert ended.status == 0, f"files of {limit} bytes at most: {ended.said}"
            if ended.error:
                assert "disk" in ended.said
                assert ended.retryable
                said += 1
                self._check_said(root, ended.said)
            self._heal(root, rode_out=not ended.error)
        assert said >= 2, "the disk was hardly ever full"
        return SAID

    def _limits(self) -> set[int]:
        """Bytes a file may have: not one; enough for what is landed; all but one of what the largest file has."""
        landed = [len(body) for name, body in self.expected.files.items() if "/landing/" in name]
        return {1, max(landed), max(map(len, self.expected.files.values())) - 1}

    def _killed(self) -> str:
        self.peer.lay_out()
        calls = self._run(self._base / "killed_never").calls
        assert calls > 6
        for place in sorted({1, 3, calls // 2, calls - 1}):
            root = self._base / f"killed_{place}"
            self.peer.lay_out()
            assert self._run(root, kill_at=place).status == -signal.SIGKILL, f"not killed at {place}"
            self._heal(root, rode_out=False, killed=True)
        return HEALED

    def _run(self, root: Path, kill_at: int = 0) -> Ended:
        return self._child.run(self.peer.source(), root, kill_at=kill_at)

    def _check_said(self, root: Path, said: str, *, failed: bool = False) -> None:
        """The message tells what to do, and neither it nor a record holds a secret; the attempt is on record."""
        assert "What to do:" in said
        paths = AreaPaths.of(AREA, root)
        written = said + "".join(path.read_text() for path in paths.deliveries.rglob("*.json"))
        assert not [secret for secret in SECRETS if secret in written]
        if failed and self.peer.source().upload is None:  # what is not recognised is no delivery of any feed
            outcomes = [each.outcome for each in deliveries(paths.deliveries)]
            assert FAILED in outcomes or REFUSED in outcomes, outcomes
        self._check_nothing_half(root)

    def _check_nothing_half(self, root: Path, *, killed: bool = False) -> None:
        """Each raw table has all of its rows or none, and no half-written file is left (a killed process leaves its
        own, which the next pull clears)."""
        found = self.state(root).rows
        for table, rows in self.expected.rows.items():
            assert found[table] in ([], rows) or table == "quarantined", table
        if not killed:
            assert _half_files(root) == []

    def _heal(self, root: Path, *, rode_out: bool, killed: bool = False) -> None:
        self._check_nothing_half(root, killed=killed)
        if rode_out:
            assert self.state(root) == self.expected
        self.pull(root)
        assert self.state(root) == self.expected
        again = self.pull(root)
        assert again.counts()["rows_read"] == 0
        assert self.state(root) == self.expected
        assert _half_files(root) == []

    def state(self, root: Path) -> State:
        paths = AreaPaths.of(AREA, root)
        refused = {each.sha256 for each in deliveries(paths.deliveries) if each.outcome == REFUSED}
        files = {
            str(path.relative_to(root)): path.read_bytes()
            for folder in (paths.landing, paths.read, paths.quarantine)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != ".lock" and not path.name.endswith(".part")
            if path.name.split(".")[0] not in refused  # kept as it came, and not loaded
        }
        tables = [f'raw."{table.name}"' for table in self.peer.source().contract().tables]
        with duckdb.connect() as con:
            create_raw(con, paths, as_of=NIGHT)
            rows = {
                name: sorted(con.execute(f"select * from {name}").fetchall(), key=repr)
                for name in (*tables, "raw.quarantined")
            }
        return State(files, {name.removeprefix("raw.").strip('"'): found for name, found in rows.items()})


def _half_files(root: Path) -> list[str]:
    return [os.path.relpath(path, root) for path in root.rglob("*.part")]
