"""One sandbox folder on disk: where its parts are and for which night it was made."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from area.errors import SettingsError

SFTP_USERS = ("council", "care", "health")


@dataclass(frozen=True)
class SandboxFolder:
    """The folder `send sandbox make` wrote (layout: docs/definitions.md, 'Sandbox output folder')."""

    root: Path
    area: str
    as_of: dt.date

    @classmethod
    def open(cls, root: Path) -> SandboxFolder:
        """Read `sandbox.json` of `root`.

        Raises SettingsError when there is none or when it lacks the area code or the date of the night.
        """
        note = root / "sandbox.json"
        try:
            made = json.loads(note.read_text(encoding="utf-8"))
            area, as_of = str(made["area"]), dt.date.fromisoformat(made["as_of"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                "--dir",
                expected="a folder made by `send sandbox make`, with area and as_of in sandbox.json",
                came=type(error).__name__,
                where=str(note),
            ) from error
        return cls(root=root.resolve(), area=area, as_of=as_of)

    @property
    def night(self) -> dt.datetime:
        """The moment all served files claim to be of: midnight (UTC) at the start of `as_of`."""
        return dt.datetime.combine(self.as_of, dt.time(), tzinfo=dt.UTC)

    @property
    def gias(self) -> Path:
        return self.root / "gias" / "edubasealldata.csv"

    @property
    def gias_links(self) -> Path:
        return self.root / "gias" / "links_edubasealldata.csv"

    @property
    def census(self) -> Path:
        return self.root / "census"

    @property
    def returns(self) -> Path:
        """Where the council keeps the SEN2 returns it has submitted."""
        return self.root / "returns"

    @property
    def published(self) -> Path:
        """Where an analyst puts the releases downloaded from the DfE's data catalogue."""
        return self.root / "published"

    @property
    def ssd(self) -> Path:
        """The rows of the social care database, a CSV a table; no folder, no database."""
        return self.root / "ssd"

    @property
    def mesh(self) -> list[Path]:
        """What the health provider has sent to the council's MESH mailbox."""
        return sorted((self.root / "mesh").glob("*.csv"))

    @property
    def keys(self) -> Path:
        """Generated SSH keys; they belong to this folder and are never committed."""
        return self.root / "ssh"

    def sftp(self, user: str) -> Path:
        return self.root / "sftp" / user

    def mis(self, table: str) -> Path:
        """The Parquet file behind one MIS endpoint: `students`, `attendance` or `exclusions`."""
        return self.root / "api" / f"mis_{table}.parquet"
