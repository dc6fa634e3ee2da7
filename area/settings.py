"""One area's settings: config/defaults.yml under config/areas/<code>.yml."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from area.errors import SettingsError
from area.paths import PROJECT_ROOT

# Where a settings folder is older than the setting `alerts.lead_days`.
LEAD_DAYS = (28, 14, 7, 3, 1)
# What YAML raises for a text it cannot read: the last four for a date, a number or a key that is none.
UNREADABLE = (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError)
FEEDS = ("allowed_age_days", "key_feeds", "overrides")
"""What the section `feeds` may hold."""


@dataclass(frozen=True)
class AreaSettings:
    """What is settled for one area and one collection."""

    area: str
    collection: int
    census_date: dt.date
    sen2: Mapping[str, str]
    twenty_week_end: str
    autism_weeks: int
    suppression_threshold: int
    secondary_suppression: bool
    allowed_age_days: Mapping[str, int]
    key_feeds: tuple[str, ...] = ()
    """Feeds without which no return is signed, besides those that a night cannot do without."""
    lead_days: tuple[int, ...] = LEAD_DAYS
    """How many days ahead of a deadline it is called out."""

    def record(self) -> dict[str, Any]:
        """All of it as JSON can hold it; `from_record` gives the same settings back."""
        return asdict(self) | {"census_date": self.census_date.isoformat()}

    @classmethod
    def from_record(cls, said: Mapping[str, Any]) -> AreaSettings:
        """Settings as they were. Raises SettingsError where the record is not of this version's settings."""
        try:
            restored: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
            restored["census_date"] = dt.date.fromisoformat(said["census_date"])
            return cls(**restored)
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(
                "(all)", expected="settings as this version has them", came=type(error).__name__, where="the manifest"
            ) from None

    def dbt_vars(self, *, as_of: dt.date) -> dict[str, Any]:
        """The variables of the dbt project; `as_of` is the night the warehouse is built for."""
        return {
            "area": self.area,
            "collection": self.collection,
            "census_date": self.census_date.isoformat(),
            "as_of": as_of.isoformat(),
            "twenty_week_end": self.twenty_week_end,
            "autism_weeks": self.autism_weeks,
            "suppression_threshold": self.suppression_threshold,
            "secondary_suppression": self.secondary_suppression,
            "sen2_header": dict(self.sen2),
        }


def config_root() -> Path:
    """The settings folder: `SEND_CONFIG`, or `config/` of the project."""
    return Path(os.environ.get("SEND_CONFIG", PROJECT_ROOT / "config"))


def load_settings(area: str, *, collection: int | None = None, root: Path | None = None) -> AreaSettings:
    """The settings of `area` (DfE three-digit code).

    Raises SettingsError when a file cannot be read, an area code is not three digits or a value has the wrong type.
    """
    root = root or config_root()
    if not (len(area) == 3 and area.isascii() and area.isdigit()):
        raise SettingsError(
            "area", expected="a DfE three-digit local authority code", came=repr(area), where="the call"
        )
    own = area_file(area, root)
    merged = _merge(_read(root / "defaults.yml"), _read(own) if own.exists() else {})
    where = str(own if own.exists() else root / "defaults.yml")
    year = collection or merged.get("collection")
    if not isinstance(year, int):
        raise SettingsError("collection", expected="a year", came=repr(year), where=where)
    census = dict[Any, Any](_section(merged, "census_dates", where)).get(year)
    if not isinstance(census, dt.date):
        raise SettingsError(
            f"census_dates.{year}", expected="the census day of that collection", came=repr(census), where=where
        )
    return AreaSettings(
        area=area,
        collection=year,
        census_date=census,
        sen2={k: str(v) for k, v in _section(merged, "sen2", where).items()},
        twenty_week_end=_one_of(
            merged, "timeliness", "twenty_week_end", {"assessment_outcome_date", "start_date"}, where
        ),
        autism_weeks=_whole(merged, "waits", "autism_weeks", where),
        suppression_threshold=_whole(merged, "suppression", "threshold", where),
        secondary_suppression=bool(_section(merged, "suppression", where).get("secondary", True)),
        allowed_age_days=_allowed_age_days(merged, where),
        key_feeds=tuple(map(str, _section(merged, "feeds", where).get("key_feeds") or ())),
        lead_days=_lead_days(merged, where),
    )


def settings_section(area: str, name: str, *, root: Path | None = None) -> tuple[Mapping[str, Any], str]:
    """One section of an area's settings as it is written, and the file to name when it is wrong.

    For what has no part in the content of a night: such settings are not in its manifest. Empty where there is none.
    Raises SettingsError when a file cannot be read or the section is not one.
    """
    defaults, own = (root or config_root()) / "defaults.yml", area_file(area, root)
    merged = _merge(_read(defaults) if defaults.exists() else {}, _read(own) if own.exists() else {})
    where = str(own if own.exists() else defaults)
    return (_section(merged, name, where) if name in merged else {}), where


def area_file(area: str, root: Path | None = None) -> Path:
    """The file of an area's own settings; it need not be there."""
    return (root or config_root()) / "areas" / f"{area}.yml"


def feed_overrides(area: str, root: Path | None = None) -> Mapping[str, Any]:
    """What an area settles otherwise than the contracts of its feeds (`feeds.overrides`), by feed; unchecked, as
    contracts are of ingest. Raises SettingsError when a file cannot be read."""
    own = area_file(area, root)
    if not own.exists():
        return {}
    section = _section({"feeds": {}, **_read(own)}, "feeds", str(own))
    return _section({"overrides": {}, **section}, "overrides", str(own))


def _read(path: Path) -> dict[str, Any]:
    """A settings file, with known keys only under `feeds`."""
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_WithLines)  # noqa: S506  (a SafeLoader)
    except (OSError, *UNREADABLE) as error:
        raise _unreadable(path, error) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SettingsError("(whole file)", expected="a mapping", came=type(loaded).__name__, where=str(path))
    feeds = loaded.get("feeds")
    for key in feeds if isinstance(feeds, dict) else ():
        if key not in FEEDS:
            raise SettingsError("feeds", expected=f"only {', '.join(FEEDS)}", came=repr(key), where=str(path))
    return loaded


class _WithLines(yaml.SafeLoader):
    """Says on which line a value stands that is none, as a 31st of February."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            said = f"a value that is none ({error})" if isinstance(error, ValueError) else "a value that is none"
            raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from error


def _unreadable(path: Path, error: Exception) -> SettingsError:
    came, do = "what is none", f"correct {path} and run again."
    if isinstance(error, OSError):
        came = error.strerror or "none"
    elif isinstance(error, UnicodeError):
        came, do = "a file that is not in UTF-8", f"save {path} in UTF-8 and run again."
    elif isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        last = len(path.read_text(encoding="utf-8").splitlines())  # what is never closed is missed behind it
        line = min(error.problem_mark.line + 1, last)
        came = f"what is none at line {line} ({error.problem})"
        begun = error.context_mark.line + 1 if error.context_mark is not None else line
        do = f"correct line {line} of {path}" + (f" (of what begins at line {begun})" if begun != line else "")
        do += " and run again."
    return SettingsError("(whole file)", expected="readable YAML", came=came, where=str(path), do=do)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _section(merged: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    section = merged.get(name)
    if not isinstance(section, dict):
        raise SettingsError(name, expected="a section", came=repr(section), where=where)
    return section


def _whole(merged: Mapping[str, Any], section: str, key: str, where: str) -> int:
    value = _section(merged, section, where).get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingsError(f"{section}.{key}", expected="a whole number", came=repr(value), where=where)
    return value


def _allowed_age_days(merged: Mapping[str, Any], where: str) -> dict[str, int]:
    days = _section(merged, "feeds", where).get("allowed_age_days") or {}
    if not isinstance(days, dict) or not all(type(each) is int and each >= 0 for each in days.values()):
        raise SettingsError("feeds.allowed_age_days", expected="a number of days by feed", came=repr(days), where=where)
    return {str(feed): each for feed, each in days.items()}


def _lead_days(merged: Mapping[str, Any], where: str) -> tuple[int, ...]:
    days = merged.get("alerts", {}).get("lead_days", LEAD_DAYS) if isinstance(merged.get("alerts", {}), dict) else None
    if not isinstance(days, list | tuple) or not all(type(day) is int and day >= 0 for day in days):
        raise SettingsError("alerts.lead_days", expected="a list of whole numbers", came=repr(days), where=where)
    return tuple(sorted(days, reverse=True))


def _one_of(merged: Mapping[str, Any], section: str, key: str, allowed: set[str], where: str) -> str:
    value = _section(merged, section, where).get(key)
    if not isinstance(value, str) or value not in allowed:
        raise SettingsError(f"{section}.{key}", expected=f"one of {sorted(allowed)}", came=repr(value), where=where)
    return str(value)
