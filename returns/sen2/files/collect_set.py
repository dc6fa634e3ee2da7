"""Which files make one COLLECT export: a folder, one file of it whose siblings lie beside it, or a .zip of them.

COLLECT names them `Blade-Export_DD-MM-YYYY_<module>.csv`. What stands before the last underscore is the set's name.
Nothing is ever unpacked to disk; a zip is read in memory within limits, so neither a bomb nor a path that climbs out
can do harm.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from area.call import CHECK_PATH, READABLE, called, unreadable
from area.errors import ReturnRefusedError
from returns.definition.model import Module

EXPECTED = "a COLLECT CSV export ('Blade-Export_DD-MM-YYYY_<module>.csv'): a folder, one of its files or a .zip of them"
HEADER = "sen2"
# Far above what the largest area's export holds (about 50 MB).
MOST_BYTES = 512 * 1024**2
MOST_ENTRIES = 200
MOST_RATIO = 200
SMALL = 1024**2  # below this no ratio is asked about
CHUNK = 1 << 20
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class CollectSet:
    """The files of one export by module suffix, unchanged; `names` are their file names."""

    name: str
    files: Mapping[str, bytes]
    names: Mapping[str, str]

    def packed(self) -> bytes:
        """The files, unchanged, as one .zip: the same files always give the same bytes."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for suffix in sorted(self.files):
                archive.writestr(zipfile.ZipInfo(self.names[suffix], NO_TIME), self.files[suffix])
        return packed.getvalue()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.packed()).hexdigest()


def suffix_of(module: Module) -> str:
    """COLLECT's name of a module: that of its key column, `persontableid` without the ending."""
    return module.key.removesuffix("tableid") if module.key else HEADER


def open_set(path: Path, suffixes: Iterable[str]) -> CollectSet:
    """The set at `path`. Raises ReturnRefusedError for none, for more than one, for a zip that may not be opened."""
    known, name = {suffix.lower() for suffix in suffixes}, called(path)
    try:
        if path.is_dir():
            listed = list(_listed(path, known))
            if not listed:
                raise ReturnRefusedError(name, line=None, expected=EXPECTED, came="a folder without one", do=CHECK_PATH)
            return _one_set(name, listed)
        if zipfile.is_zipfile(path):
            return _one_set(name, _unpacked(path, known))
        named = _split(path.name, known)
        if named is None:
            _refuse(name, "a file of another name")
        return _one_set(name, _listed(path.parent, known, only=named[0]))
    except OSError as error:
        raise ReturnRefusedError(name, line=None, expected=READABLE, came=unreadable(error), do=CHECK_PATH) from None


def is_named_as_set(name: str, suffixes: Iterable[str]) -> bool:
    """Whether a file is named as one file of an export."""
    return _split(name, {suffix.lower() for suffix in suffixes}) is not None


def _split(name: str, known: set[str]) -> tuple[str, str] | None:
    """(set, suffix) of a file name, in lower case; None when it is no file of an export."""
    stem, _, ending = name.lower().rpartition(".")
    before, _, suffix = stem.rpartition("_")
    return (before, suffix) if ending == "csv" and before and suffix in known else None


def _listed(folder: Path, known: set[str], *, only: str | None = None) -> Iterator[tuple[str, bytes]]:
    """The files of a folder that are named as files of an export, or of the export `only`."""
    total = 0
    for file in sorted(folder.iterdir()):
        named = _split(file.name, known)
        if named and only in (None, named[0]) and stat.S_ISREG(file.lstat().st_mode):
            total += file.stat().st_size
            if total > MOST_BYTES:
                _refuse(folder.name, "files larger than one area's return can be")
            yield file.name, file.read_bytes()


def _unpacked(path: Path, known: set[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if "[Content_Types].xml" in archive.namelist():
                _refuse(path.name, "an Excel workbook")
            _refuse_unsafe(path.name, entries)
            total = 0
            for entry in entries:
                name = PurePosixPath(entry.filename).name
                if entry.is_dir() or not _split(name, known):
                    continue
                content = bytearray()
                with archive.open(entry) as packed:
                    while chunk := packed.read(CHUNK):
                        content += chunk
                        total += len(chunk)
                        if total > MOST_BYTES:
                            _refuse(path.name, "a zip that unpacks to more than one area's return can be")
                yield name, bytes(content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        _refuse(path.name, "a zip that is damaged, encrypted or packed in a way that is not known")


def _refuse_unsafe(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        _refuse(name, f"a zip of {len(entries)} files")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        _refuse(name, "a zip that unpacks to more than one area's return can be")
    for entry in entries:
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in (place.parts or ("",))[0]:
            _refuse(name, "a zip with a path that leads out of it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            _refuse(name, "a zip with a link in it")
        if entry.flag_bits & 1:
            _refuse(name, "an encrypted zip")
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            _refuse(name, "a zip that unpacks to very much more than its size")


def _one_set(name: str, found: Iterable[tuple[str, bytes]]) -> CollectSet:
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    sets: set[str] = set()
    for file, content in found:
        before, _, suffix = file.rpartition(".")[0].lower().rpartition("_")
        sets.add(before)
        if len(sets) > 1:
            _refuse(name, "files of more than one export: keep each export in a folder of its own, or name one file")
        if suffix in files:
            _refuse(name, f"two files of module {suffix}")
        files[suffix], names[suffix] = content, file
    if not files:
        _refuse(name, "no file of such a name")
    return CollectSet(name, files, names)


def _refuse(file: str, came: str) -> NoReturn:
    raise ReturnRefusedError(file, line=None, expected=EXPECTED, came=came)
