"""Legal holds on persons: whose records are not deleted, whatever their age. `retention/holds.jsonl`, append-only and
its owner's alone, because it names them.

Holds on a whole area or a feed are settings (`retention.legal_hold`, `retention.legal_hold_feeds`): they name nobody.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from area.errors import HoldsDamagedError, SettingsError
from area.files import private_folder
from area.log_lines import append_line
from area.paths import AreaPaths


@dataclass(frozen=True)
class Hold:
    """One hold. `value` is an identifier as the extracts have it (UPN, NHS number, case reference); it is never
    shown."""

    id: str
    value: str
    reason: str
    by: str
    at: str


def standing_holds(paths: AreaPaths) -> list[Hold]:
    """The holds that have not been released. Raises HoldsDamagedError for a line that is none, or a file that others
    may read: nothing is deleted while it is not known who is held."""
    file = paths.holds
    if not file.exists():
        return []
    if file.stat().st_mode & 0o077:
        raise HoldsDamagedError(str(file), reason="others than its owner may read it", do=f"run `chmod 600 {file}`.")
    holds: dict[str, Hold] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            said = json.loads(line)
            if said["action"] == "hold":
                holds[said["id"]] = Hold(said["id"], said["value"], said["reason"], said["by"], said["at"])
            else:
                holds.pop(said["id"], None)
        except (ValueError, KeyError, TypeError):
            raise HoldsDamagedError(
                str(file), reason=f"line {number} is no hold", do="put the file back from a backup."
            ) from None
    return list(holds.values())


def add_hold(paths: AreaPaths, value: str, *, reason: str, by: str) -> Hold:
    """Hold a person's records. Raises SettingsError where the identifier, the reason or the name is empty."""
    value = value.strip()
    for what, said in (("the identifier", value), ("--reason", reason.strip()), ("--by", by.strip())):
        if not said:
            raise SettingsError(what, expected="something", came="nothing", where="the call")
    before = standing_holds(paths)
    private_folder(paths.holds.parent, below=paths.root)
    number = 1 + max([*(int(hold.id[1:]) for hold in before), *_numbers(paths)], default=0)
    hold = Hold(f"H{number:03d}", value, reason, by, dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    append_line(paths.holds, {"action": "hold", **hold.__dict__})
    return hold


def release_hold(paths: AreaPaths, hold_id: str, *, reason: str, by: str) -> None:
    """End a hold. Raises SettingsError, naming those that stand, for one that does not."""
    known = [hold.id for hold in standing_holds(paths)]
    if hold_id not in known:
        raise SettingsError("--id", expected=f"one of {known}", came=repr(hold_id), where="the call")
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    append_line(paths.holds, {"action": "release", "id": hold_id, "reason": reason, "by": by, "at": at})


def _numbers(paths: AreaPaths) -> list[int]:
    """The numbers that were ever given: a released hold's is not given again."""
    if not paths.holds.exists():
        return []
    return [int(json.loads(line)["id"][1:]) for line in paths.holds.read_text(encoding="utf-8").splitlines()]
