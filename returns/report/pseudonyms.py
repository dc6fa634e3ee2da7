"""The names by which a pseudonymised report calls persons and records."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

import duckdb

from area.errors import not_in_environment
from returns.report.masking import shown_key

KEY = "SEND_HMAC_KEY"


def keyed(value: str, use: str, length: int = 32) -> str:
    """The keyed digest that the pseudonymised zone uses (dbt macro `pseudonym_keyed`), so that a person of a report is
    the same person there. Raises SettingsError without the key."""
    key = os.environ.get(KEY, "")
    if not key:
        raise not_in_environment(KEY, expected="the secret the warehouse was built with")
    inner = hashlib.sha256(f"{key}|{use}|{value}".encode()).hexdigest()
    return hashlib.sha256(f"{key}{inner}".encode()).hexdigest()[:length]


class FileNames:
    """In a file nobody but the file is known: persons and records go by their number in it."""

    def person(self, key: str) -> str:
        return f"person {shown_key(key)}"

    def record(self, module: str, key: str) -> str:
        return "" if key == module else shown_key(key)

    def unknown_person(self, _module: str, _key: str) -> str:
        return ""


class WarehouseNames:
    """In the warehouse a person goes by the pseudonym of the pseudonymised zone, a record by one made the same way."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._person_ids: Mapping[str, str] = {}
        linked = con.execute(
            "select count(*) from information_schema.tables where table_schema = 'matching' "
            "and table_name = 'int_person_links' and table_catalog = current_database()"
        ).fetchone()
        if linked and linked[0]:
            self._person_ids = dict(
                con.execute(
                    "select source_key, person_id from matching.int_person_links where source_system = 'ehc'"
                ).fetchall()
            )

    def person(self, key: str) -> str:
        person = self._person_ids.get(key)
        return keyed(person, "pseudonym person") if person else keyed(key, "pseudonym ehc person")

    def reference(self, pseudonym: str) -> str | None:
        """The case system's reference of the person with that pseudonym, None where there is nobody."""
        return next((key for key in self._person_ids if self.person(key) == pseudonym), None)

    def record(self, module: str, key: str) -> str:
        return "" if key == module else keyed(key, f"pseudonym {module}", 12)

    def unknown_person(self, module: str, key: str) -> str:
        """A record of another system (a pupil that only the census knows): its key is the person's id."""
        return keyed(key, "pseudonym person") if module != key else ""


class SourceNames:
    """In a report with names they go by the references of the source system."""

    def person(self, key: str) -> str:
        return key

    def record(self, module: str, key: str) -> str:
        return "" if key == module else key

    def unknown_person(self, module: str, key: str) -> str:
        return "" if key == module else key
