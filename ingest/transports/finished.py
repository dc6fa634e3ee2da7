"""When a file in a drop is finished, and what its checksum should be: as the feed's contract says.

`finished: settle` (when nothing is said): it has kept its size and time for a while. `marker`: another file beside it
says so; `marker` names it, one pattern or several of `{name}` and `{stem}`. `rename`: whoever writes it renames it
when it is done, so a file of the right name is finished. `checksum: sha256` (or another): `<name>.sha256` beside it
states its digest; before that is there, the file is not finished either.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.transports import Pull

SETTLE, MARKER, RENAME = "settle", "marker", "rename"
MARKERS = ("{name}.done", "{name}.ok")


@dataclass(frozen=True)
class Finishing:
    """The contract's say on one feed's drop."""

    way: str
    markers: tuple[str, ...]
    checksum: str | None

    @classmethod
    def of(cls, pull: Pull) -> Finishing:
        given = pull.option("marker", MARKERS)
        markers = (given,) if isinstance(given, str) else tuple(map(str, given))
        checksum = pull.option("checksum")
        return cls(str(pull.option("finished", SETTLE)), markers, str(checksum) if checksum else None)

    def checksum_file(self, name: str) -> str | None:
        """The name of the file that states the digest of `name`."""
        return f"{name}.{self.checksum}" if self.checksum else None

    def is_beside(self, name: str) -> bool:
        """Whether this is the name of a marker or of a checksum, and so no file of the feed."""
        ends = [pattern.replace("{name}", "").replace("{stem}", "") for pattern in self.markers]
        ends = ends if self.way == MARKER else []
        if self.checksum:
            ends.append(f".{self.checksum}")
        return any(end and name.lower().endswith(end.lower()) for end in ends)

    def waits_for(self, name: str, there: Collection[str]) -> str | None:
        """The name of what must still come before `name` is finished, or None."""
        if self.way == MARKER:
            stem = PurePosixPath(name).stem
            expected = [pattern.replace("{name}", name).replace("{stem}", stem) for pattern in self.markers]
            if not {each.lower() for each in expected} & {each.lower() for each in there}:
                return " or ".join(expected)
        checksum = self.checksum_file(name)
        return checksum if checksum is not None and checksum not in there else None
