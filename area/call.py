"""What somebody says on the command line: days, and paths that are not what they should be. Refused in words."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from area.errors import SettingsError

CALL = "the call"
READABLE = "a file that can be read"
CHECK_PATH = "check the path, and that the file may be read, and run again."
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_said(text: str, option: str = "--as-of") -> dt.date:
    """The day that `option` was given as, CCYY-MM-DD. Raises SettingsError for anything else, naming the option."""
    try:
        if DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise SettingsError(option, expected="a day as CCYY-MM-DD", came=repr(text), where=CALL)


def require_folder_or_nothing(path: Path, option: str = "--out") -> None:
    """Raise SettingsError, naming the option, where the folder to write into (or one above it) is a file."""
    for place in (path, *path.parents):
        if place.is_dir():
            return
        if place.exists():
            raise SettingsError(option, expected="a folder", came=f"a file ({place})", where=CALL)


def require_file_or_nothing(path: Path, option: str = "--out") -> None:
    """Raise SettingsError, naming the option, where the file to write is a folder, or its folder is a file."""
    if path.is_dir():
        raise SettingsError(option, expected="a file", came=f"a folder ({path})", where=CALL)
    require_folder_or_nothing(path.parent, option)


def unreadable(error: OSError) -> str:
    """What came in place of a file that can be read, in words; never the class of the error."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "nothing at that path"
    if isinstance(error, IsADirectoryError):
        return "a folder"
    if isinstance(error, PermissionError):
        return "one that may not be opened by this user"
    return "one that the system could not read"


def called(path: Path) -> str:
    """The name to call a file or folder by: its own, also where it was given as `.`."""
    return path.name or path.resolve().name or str(path)
