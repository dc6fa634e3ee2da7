"""Zip archives, one member at a time. What could do harm is refused before anything of it is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from area.errors import UploadRefusedError
from ingest.landing.files import LARGEST_FILE, room_on_disk
from ingest.upload.content_kind import kind_of_content

CHUNK = 1 << 20
MOST_MEMBERS = 2000
# Deflate packs extracts ten to fifty times, and nothing but repetition more than that.
HIGHEST_RATIO, SMALL = 250, 64 * 1024**2
NO_DATA = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def members(path: Path, shown: str, folder: Path) -> Iterator[tuple[int, str, Path]]:
    """Each file of an archive: its number (from 1), its name there and where it lies unpacked, in `folder`, until
    the next is taken. `shown` is what the archive is called in errors.

    Raises UploadRefusedError for one that is damaged, encrypted, holds paths that climb out, links or archives, or
    would unpack to more than it can be.
    """
    place = folder / "member"
    try:
        with zipfile.ZipFile(path) as archive:
            found = [each for each in archive.infolist() if not each.is_dir() and not NO_DATA.search(each.filename)]
            _check(archive, found, shown)
            for number, member in enumerate(found, start=1):
                _unpack(archive, member, place)
                if kind_of_content(place) in ("zip", "gzip"):
                    _refuse(shown, f"member {number}, which is an archive itself")
                yield number, member.filename, place
                place.unlink(missing_ok=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError):
        _refuse(shown, "one that is damaged or encrypted")
    finally:
        place.unlink(missing_ok=True)


def _check(archive: zipfile.ZipFile, found: list[zipfile.ZipInfo], shown: str) -> None:
    if not found:
        _refuse(shown, "an empty one")
    if len(found) > MOST_MEMBERS:
        _refuse(shown, f"one of more than {MOST_MEMBERS} files")
    for number, member in enumerate(found, start=1):
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or not parts[0] or ":" in parts[0] or "\0" in member.filename:
            _refuse(shown, f"member {number}, whose path climbs out of the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            _refuse(shown, f"member {number}, which is a link")
        if member.flag_bits & 0x1:
            _refuse(shown, f"member {number}, which is encrypted")
        if member.file_size > SMALL and member.file_size > HIGHEST_RATIO * member.compress_size:
            _refuse(shown, f"member {number}, which unpacks to {member.file_size:,} bytes (a zip bomb)")
    whole = sum(member.file_size for member in found)
    packed = Path(archive.filename or "").stat().st_size
    if whole > LARGEST_FILE or (whole > SMALL and whole > HIGHEST_RATIO * packed):
        _refuse(shown, f"one that unpacks to {whole:,} bytes")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path) -> None:
    with archive.open(member) as packed, room_on_disk("upload"), place.open("wb") as file:
        place.chmod(0o600)
        while chunk := packed.read(CHUNK):
            file.write(chunk)


def _refuse(shown: str, came: str) -> NoReturn:
    raise UploadRefusedError(
        shown,
        expected="a zip archive of extracts",
        came=came,
        do="unpack it where it came from, look at what is in it, and upload the files themselves.",
    )
