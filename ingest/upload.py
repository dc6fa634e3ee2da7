"""Files that somebody hands in: recognised by their content, taken in as if their source had delivered them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from area.errors import SendWarehouseError, UploadRefusedError
from area.files import private_folder
from area.paths import AreaPaths
from ingest.archive import members
from ingest.content_kind import Kind, kind_of_content
from ingest.contract import Contract
from ingest.delivery import TableBalance
from ingest.formats.json_seq import writing
from ingest.landing import LARGEST_FILE, feed_lock, room_on_disk
from ingest.pull import HandedIn, PullResult, take_in
from ingest.recognise import Offered, Recognised, kinds_of, recognise, trial

NEEDS_UNPACKING: Mapping[Kind, str | None] = {
    "gzip": "unpack it and upload what is in it.",
    "old excel": "open it in Excel, save it as .xlsx and upload that.",
    "unknown": None,
    "empty": "ask whoever made it for a whole one.",
}


@dataclass(frozen=True)
class Uploaded:
    """What became of one file, or of one member of an archive. `result` is None of a dry run, which has `balances`."""

    shown: str
    recognised: Recognised
    result: PullResult | None = None
    balances: dict[str, TableBalance] | None = None


@dataclass(frozen=True)
class Upload:
    """What somebody hands in for an area. `by` is who, and goes into the delivery records."""

    area: str
    contracts: Sequence[Contract]
    as_of: dt.date
    by: str
    period: str | None = None
    dry_run: bool = False
    root: Path | None = None

    def take(self, files: Sequence[Path]) -> Iterator[Uploaded | SendWarehouseError]:
        """Every file in turn, the members of archives one by one; each is taken in, or is its error."""
        paths = AreaPaths.of(self.area, self.root)
        with _work_folder(paths) as work:
            for path in files:
                yield from self._one(path, work)

    def _one(self, path: Path, work: Path) -> Iterator[Uploaded | SendWarehouseError]:
        offered = Offered(path, path.name, path.name, self.as_of, self.period)
        try:
            kind = _kind_of(offered)
            if kind == "zip" and (whole := self._whole(offered, work)) is not None:
                yield whole
                return
            if kind != "zip":
                yield self._taken(offered, kind, work)
                return
        except SendWarehouseError as error:
            yield error
            return
        yield from self._members(offered, work)

    def _whole(self, offered: Offered, work: Path) -> Uploaded | None:
        """An archive that a feed comes as (a return exported as a set of files), or None."""
        able = [contract for contract in self.contracts if "zip" in kinds_of(contract)]
        try:
            found = recognise(offered, "zip", able, area=self.area, work=work) if able else None
        except UploadRefusedError:
            return None
        return self._in(offered, found, work) if found is not None else None

    def _members(self, offered: Offered, work: Path) -> Iterator[Uploaded | SendWarehouseError]:
        try:
            for number, name, place in members(offered.path, offered.shown, work):
                member = replace(offered, path=place, name=name, shown=f"{offered.shown}, member {number}")
                try:
                    yield self._taken(member, _kind_of(member), work)
                except SendWarehouseError as error:
                    yield error
        except UploadRefusedError as error:
            yield error

    def _taken(self, offered: Offered, kind: Kind, work: Path) -> Uploaded:
        if kind == "json":
            offered = replace(offered, path=_as_sequence(offered, work / "pages"))
        found = recognise(offered, kind, self.contracts, area=self.area, work=work)
        return self._in(offered, found, work)

    def _in(self, offered: Offered, found: Recognised, work: Path) -> Uploaded:
        feed, name = found.contract.feed, found.name
        if self.dry_run:
            balances = trial(found.contract, name, offered.path, area=self.area, work=work)
            return Uploaded(offered.shown, found, balances=balances)
        handed = HandedIn(name, f"upload by {self.by}", offered.path)
        now = dt.datetime.now(dt.UTC)
        result = take_in(self.area, feed, [handed], as_of=self.as_of, received_at=now, root=self.root)
        return Uploaded(offered.shown, found, result=result)


def _kind_of(offered: Offered) -> Kind:
    try:
        if not offered.path.is_file():
            raise UploadRefusedError(offered.shown, expected="a file", came="none that is there", do="check the path.")
        kind = kind_of_content(offered.path)
    except OSError as error:
        came = error.strerror or type(error).__name__
        raise UploadRefusedError(
            offered.shown, expected="a file that can be read", came=came, do="check it."
        ) from error
    if offered.path.stat().st_size > LARGEST_FILE:
        raise UploadRefusedError(
            offered.shown, expected=f"a file of at most {LARGEST_FILE:,} bytes", came="a larger one"
        )
    if kind in NEEDS_UNPACKING:
        came = "a file of no known kind" if kind == "unknown" else f"an {kind} file".replace("an gzip", "a gzip")
        raise UploadRefusedError(
            offered.shown, expected="CSV, XML, JSON, Excel (.xlsx), Parquet or zip", came=came, do=NEEDS_UNPACKING[kind]
        )
    return kind


def _as_sequence(offered: Offered, place: Path) -> Path:
    """A JSON answer as pulls land them: one text of a sequence."""
    body = offered.path.read_bytes()
    with room_on_disk("upload"), place.open("wb") as file:
        place.chmod(0o600)
        with writing(file) as sequence:
            sequence.add(body)
    return place


@contextmanager
def _work_folder(paths: AreaPaths) -> Iterator[Path]:
    """A private folder that is empty again afterwards; uploads of an area go one after another."""
    work = private_folder(paths.root / ".upload", below=paths.root)
    with feed_lock(work):
        _clear(work)
        try:
            yield work
        finally:
            _clear(work)


def _clear(work: Path) -> None:
    for path in sorted(work.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif path.name != ".lock":
            path.unlink()
