"""How long each class of record is kept: section `retention` of an area's settings (config/defaults.yml says why).

No statute fixes most of these: they are of the records-management toolkits, marked uncertain, and so they are settings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from area.errors import SettingsError
from area.settings import settings_section

GENERAL = "general"
SECTION = "retention"
KEYS = {"legal_hold", "legal_hold_feeds", "classes", "sectors", "feeds", "runs_days", "logs_days", "reports_years"}
CLASS_KEYS = {"years", "after_birth_years", "quarantine_years"}


@dataclass(frozen=True)
class RecordClass:
    """One class of record. Kept for `years` from the day a file is of, or until the youngest child in it is
    `after_birth_years` old; what was held back of it may go sooner, `quarantine_years` from that day."""

    name: str
    years: int | None
    after_birth_years: int | None
    quarantine_years: int | None

    @property
    def words(self) -> str:
        """The rule as the deletion record states it."""
        if self.years is not None:
            return f"{self.name}: {self.years} years from the day of the extract"
        return f"{self.name}: until the youngest child is {self.after_birth_years} years old"

    def keep_until(self, day: dt.date, *, youngest: dt.date | None) -> dt.date:
        """The last day a file is kept that is of `day`. `youngest` is the latest birth date in it; where that is not
        known, nobody in it was born after the day it is of."""
        if self.years is not None:
            return later(day, self.years)
        return later(min(youngest or day, day), self.after_birth_years or 0)


@dataclass(frozen=True)
class RetentionRules:
    """An area's rules."""

    legal_hold: bool
    legal_hold_feeds: frozenset[str]
    classes: Mapping[str, RecordClass]
    sectors: Mapping[str, str]
    feeds: Mapping[str, str]
    runs_days: int
    logs_days: int
    reports_years: int

    def class_of(self, feed: str, sector: str) -> RecordClass:
        """The class of a feed's files: its own, else its sector's, else the general one."""
        return self.classes[self.feeds.get(feed, self.sectors.get(sector, GENERAL))]


def later(day: dt.date, years: int) -> dt.date:
    """The same day some years later; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def retention_rules(area: str) -> RetentionRules:
    """The rules of an area. Raises SettingsError, naming the setting, for any that cannot be used: nothing is deleted
    by a rule that is not understood."""
    said, where = settings_section(area, SECTION)
    check = _Checker(where)
    check.known(said, KEYS, SECTION)
    classes = {name: check.record_class(name, each) for name, each in check.mapping(said, "classes").items()}
    if GENERAL not in classes:
        check.fail("classes", f"a class '{GENERAL}'", "none")
    rules = RetentionRules(
        legal_hold=check.yes_no(said, "legal_hold"),
        legal_hold_feeds=frozenset(check.names(said, "legal_hold_feeds")),
        classes=classes,
        sectors=check.mapping(said, "sectors"),
        feeds=check.mapping(said, "feeds"),
        runs_days=check.whole(said, "runs_days"),
        logs_days=check.whole(said, "logs_days"),
        reports_years=check.whole(said, "reports_years"),
    )
    for key, named in (("sectors", rules.sectors), ("feeds", rules.feeds)):
        for name, kind in named.items():
            if kind not in classes:
                check.fail(f"{key}.{name}", f"one of {sorted(classes)}", repr(kind))
    return rules


class _Checker:
    """Raises SettingsError for one file."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, key: str, expected: str, came: str) -> None:
        raise SettingsError(f"{SECTION}.{key}", expected=expected, came=came, where=self.where)

    def known(self, said: Mapping[str, Any], keys: set[str], key: str) -> None:
        for name in said:
            if name not in keys:
                self.fail(str(name) if key == SECTION else f"{key}.{name}", f"one of {sorted(keys)}", "another key")

    def mapping(self, said: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = said.get(key) or {}
        if not isinstance(value, dict):
            self.fail(key, "a mapping", type(value).__name__)
        return dict(value)

    def names(self, said: Mapping[str, Any], key: str) -> list[str]:
        value = said.get(key) or []
        if not isinstance(value, list):
            self.fail(key, "a list of feeds", type(value).__name__)
        return [str(each) for each in value]

    def yes_no(self, said: Mapping[str, Any], key: str) -> bool:
        value = said.get(key, False)
        if not isinstance(value, bool):
            self.fail(key, "true or false", repr(value))
        return bool(value)

    def whole(self, said: Mapping[str, Any], key: str) -> int:
        value = said.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(key, "a whole number from 1 on", repr(value))
        return int(value or 0)

    def record_class(self, name: str, said: Any) -> RecordClass:
        if not isinstance(said, dict):
            self.fail(f"classes.{name}", "a mapping", type(said).__name__)
        self.known(said, CLASS_KEYS, f"classes.{name}")
        if ("years" in said) == ("after_birth_years" in said):
            self.fail(f"classes.{name}", "either 'years' or 'after_birth_years'", "both or neither")
        numbers = {key: self.whole({f"classes.{name}.{key}": said[key]}, f"classes.{name}.{key}") for key in said}
        return RecordClass(
            name, numbers.get("years"), numbers.get("after_birth_years"), numbers.get("quarantine_years")
        )
