"""Files that somebody hands in: recognised by their content, taken in as if their source had delivered them."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from area.errors import FileRefusedError, SendWarehouseError, UploadRefusedError
from area.files import private_folder
from area.paths import AreaPaths
from ingest.contract.model import Contract
from ingest.formats.json_seq import writing
from ingest.landing.delivery import BY_HAND
from ingest.landing.files import LARGEST_FILE, feed_lock, room_on_disk
from ingest.pull import HandedIn, PullResult, take_in, try_in
from ingest.upload.archive import members
from ingest.upload.content_kind import Kind, kind_of_content
from ingest.upload.recognise import Offered, Recognised, kinds_of, recognise

# Kinds no feed comes as: what they are called, and what to do.
NOT_READ: Mapping[Kind, tuple[str, str | None]] = {
    "gzip": ("a gzip file", "unpack it and upload what is in it."),
    "old excel": ("an old Excel file", "open it in Excel, save it as .xlsx and upload that."),
    "unknown": ("a file of no known kind", None),
    "empty": ("an empty file", "ask whoever made it for a whole one."),
}


@dataclass(frozen=True)
class Uploaded:
    """What became of one file, or of one member of an archive; what would become of it where it was only `tried`."""

    shown: str
    recognised: Recognised
    result: PullResult
    tried: bool = False


@dataclass(frozen=True)
class Upload:
    """What somebody hands in for an area. `by` is who, and goes into the delivery records;
    `received_at` is now where it is not said. A `dry_run` writes nothing to the data folder."""

    area: str
    contracts: Sequence[Contract]
    as_of: dt.date
    by: str
    period: str | None = None
    received_at: dt.datetime | None = None
    dry_run: bool = False
    root: Path | None = None

    def take(self, files: Sequence[Path]) -> Iterator[Uploaded | SendWarehouseError]:
        """Every file in turn, the members of archives one by one; each is taken in, or is its error."""
        paths = AreaPaths.of(self.area, self.root)
        with _scratch_folder() if self.dry_run else _work_folder(paths) as work:
            for path in files:
                yield from self._one(path, work)

    def _one(self, path: Path, work: Path) -> Iterator[Uploaded | SendWarehouseError]:
        shown = path.name
        try:
            kind = _kind_of(path, shown)
            offered = Offered(path, kind, shown, path.name, self.as_of, self.period)
            taken = self._whole(offered, work) if kind == "zip" else self._taken(offered, work)
        except SendWarehouseError as error:
            yield error
            return
        if taken is not None:
            yield taken
        else:
            yield from self._members(offered, work)

    def _whole(self, offered: Offered, work: Path) -> Uploaded | None:
        """An archive that a feed comes as (a return exported as a set of files); None for one of several files."""
        able = [contract for contract in self.contracts if "zip" in kinds_of(contract)]
        try:
            found = recognise(offered, able, area=self.area, work=work) if able else None
        except UploadRefusedError:
            return None
        return self._in(offered, found, work) if found is not None else None

    def _members(self, archive: Offered, work: Path) -> Iterator[Uploaded | SendWarehouseError]:
        try:
            for number, name, place in members(archive.path, archive.shown, work):
                shown = f"{archive.shown}, member {number}"
                try:
                    kind = _kind_of(place, shown)
                    yield self._taken(replace(archive, path=place, kind=kind, name=name, shown=shown), work)
                except SendWarehouseError as error:
                    yield error
        except UploadRefusedError as error:
            yield error

    def _taken(self, offered: Offered, work: Path) -> Uploaded:
        if offered.kind == "json":
            offered = replace(offered, path=_as_sequence(offered, work / "pages"))
        found = recognise(offered, self.contracts, area=self.area, work=work)
        return self._in(offered, found, work)

    def _in(self, offered: Offered, found: Recognised, work: Path) -> Uploaded:
        feed, handed = found.contract.feed, [HandedIn(found.name, f"{BY_HAND}{self.by}", offered.path)]
        received_at = self.received_at or dt.datetime.now(dt.UTC)
        if not self.dry_run:
            result = take_in(self.area, feed, handed, as_of=self.as_of, received_at=received_at, root=self.root)
            return Uploaded(offered.shown, found, result)
        with tempfile.TemporaryDirectory(dir=work) as place:
            try:
                result = try_in(
                    *(self.area, feed, handed),
                    as_of=self.as_of,
                    received_at=received_at,
                    scratch=Path(place),
                    root=self.root,
                )
            except FileRefusedError as refused:  # that it was kept would not be true
                raise UploadRefusedError(
                    offered.shown, expected=refused.expected, came=refused.came, do=refused.do
                ) from None
        return Uploaded(offered.shown, found, result, tried=True)


def _kind_of(path: Path, shown: str) -> Kind:
    """The kind of file. Raises UploadRefusedError for one that no feed can be read from."""
    try:
        if not path.is_file():
            raise UploadRefusedError(shown, expected="a file", came="none that is there", do="check the path.")
        kind, size = kind_of_content(path), path.stat().st_size
    except OSError as error:
        came = error.strerror or type(error).__name__
        raise UploadRefusedError(shown, expected="a file that can be read", came=came, do="check it.") from error
    if size > LARGEST_FILE:
        raise UploadRefusedError(shown, expected=f"a file of at most {LARGEST_FILE:,} bytes", came="a larger one")
    if kind in NOT_READ:
        came, do = NOT_READ[kind]
        raise UploadRefusedError(shown, expected="CSV, XML, JSON, Excel (.xlsx), Parquet or zip", came=came, do=do)
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


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A private folder outside the data folder (TMPDIR says where), gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="send-upload-") as folder:
        yield Path(folder)


def _clear(work: Path) -> None:
    for path in sorted(work.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        elif path.name != ".lock":
            path.unlink()
