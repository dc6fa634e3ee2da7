"""Says exactly what is wrong with a contract, a mapping or an override: which key, what was expected, what came."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from area.errors import ContractError, SettingsError
from area.settings import UNREADABLE

NAME = re.compile(r"[a-z][a-z0-9_]*")
PERCENT = re.compile(r"([0-9]{1,3})%")


class _NoRepeats(yaml.CSafeLoader):
    """YAML lets a key be given twice and keeps the last; in a contract that is a mistake.

    Libyaml's own loader: every task of a night reads all contracts, and in Python that takes half a second."""


def _mapping(loader: _NoRepeats, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for key in keys:
        if not isinstance(key, str | int | float | bool | dt.date | None):
            raise yaml.YAMLError("a list or a mapping stands where a key should")
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"'{key}' is given twice")
    return dict(loader.construct_pairs(node, deep=True))


_NoRepeats.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds. Raises ContractError when it cannot be read, or gives a key twice."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_NoRepeats)  # noqa: S506  (a SafeLoader)
    except (OSError, *UNREADABLE) as error:
        came = error.strerror or "none" if isinstance(error, OSError) else str(error)
        raise ContractError(path.name, field="(whole file)", expected="readable YAML", came=came) from error


class Checker:
    """Raises ContractError for one file; every method gives back what it checked, with its type."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, field: str, expected: str, came: str) -> NoReturn:
        raise ContractError(self.file, field=field, expected=expected, came=came)

    def mapping(
        self, value: Any, where: str, known: set[str] | None, *, needed: set[str] | None = None
    ) -> dict[str, Any]:
        """A mapping with the `needed` keys, and of the `known` ones only (None: any)."""
        if not isinstance(value, dict):
            self.fail(where, "a mapping", type(value).__name__)
        for key in sorted(needed or ()):
            if key not in value:
                self.fail(where, f"a key '{key}'", "none")
        for key in value:
            if known is not None and key not in known:
                self.fail(where, f"one of {sorted(known)}", repr(key))
        return dict(value)

    def kind(self, value: Any, where: str, kinds: Mapping[str, set[str]], common: set[str]) -> dict[str, Any]:
        """A mapping whose `kind` decides which other keys it may have."""
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str) or value["kind"] not in kinds:
            self.fail(where, f"a mapping whose kind is one of {sorted(kinds)}", repr(value))
        return self.mapping(value, where, kinds[value["kind"]] | common | {"kind"}, needed=common)

    def text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fail(where, "words", repr(value))
        return value

    def name(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not NAME.fullmatch(value):
            self.fail(where, "a name of small letters, digits and underscores", repr(value))
        return value

    def one_of(self, value: Any, where: str, allowed: set[str]) -> str:
        if not isinstance(value, str) or value not in allowed:
            self.fail(where, f"one of {sorted(allowed)}", repr(value))
        return value

    def whole(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(where, "a whole number", repr(value))
        return value

    def yes_no(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            self.fail(where, "true or false", repr(value))
        return value

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        """A list of texts. A bare 06 or NO would be another value than the one written, so both need quotes."""
        if not isinstance(value, list | tuple):
            self.fail(where, "a list", type(value).__name__)
        for each in value:
            if not isinstance(each, str):
                self.fail(where, "texts (a number, date or yes/no word in quotes)", repr(each))
        if len(set(value)) < len(value):
            self.fail(where, "each of them once", "one that is there twice")
        return tuple(value)

    def encoding(self, value: Any, where: str) -> str:
        """The name of a text encoding that this Python knows."""
        try:
            "a".encode(self.text(value, where))
        except (LookupError, ValueError):
            self.fail(where, "an encoding such as utf-8 or cp1252", repr(value))
        return str(value)

    def letter(self, value: Any, where: str) -> str:
        """One character, as a delimiter is."""
        if not isinstance(value, str) or len(value) != 1 or value in '"\r\n\0':
            self.fail(where, "one character", repr(value))
        return value

    def share(self, value: Any, where: str) -> float:
        """A percentage as YAML text (`30%`), as a share (0.3)."""
        found = PERCENT.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fail(where, "a percentage such as 30%", repr(value))
        return int(found[1]) / 100


class SettingsChecker(Checker):
    """The same for what an area's settings say of a contract: raises SettingsError, naming their file by its path."""

    def fail(self, field: str, expected: str, came: str) -> NoReturn:
        raise SettingsError(field, expected=expected, came=came, where=self.file)
