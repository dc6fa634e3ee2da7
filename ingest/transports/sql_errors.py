"""What a database's error means for a pull. Only its code is looked at and only our own words are passed on: the texts
of drivers and of SQLAlchemy hold addresses, statements, parameters and the values of rows."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy.exc

Verdict = Literal["again", "refused", "answer"]
# SQLSTATE of PostgreSQL, by its beginning, the longest that fits (manual, appendix A).
POSTGRES: dict[str, tuple[Verdict, str]] = {
    "08": ("again", "the connection failed or broke off"),
    "25006": ("answer", "a query that does more than read"),
    "28": ("refused", "the login was not accepted"),
    "3D": ("refused", "there is no database of that name"),
    "40": ("again", "it gave up the transaction in favour of another"),
    "42501": ("refused", "the login may not read what is asked for"),
    "42": ("answer", "no table, column or query as asked for"),
    "22": ("answer", "a value it could not compute"),
    "53": ("again", "it has no room for another connection"),
    "55": ("again", "something is locked"),
    "57014": ("again", "a query took longer than it may"),
    "57": ("again", "it is being shut down or started"),
}
# Message numbers of SQL Server and of its client library.
SQL_SERVER: dict[int, tuple[Verdict, str]] = {
    102: ("answer", "no query as asked for"),
    156: ("answer", "no query as asked for"),
    207: ("answer", "no column as asked for"),
    208: ("answer", "no table as asked for"),
    229: ("refused", "the login may not read what is asked for"),
    230: ("refused", "the login may not read what is asked for"),
    916: ("refused", "the login may not use the database"),
    1205: ("again", "it gave up the transaction in favour of another"),
    3952: ("refused", "the database does not allow snapshot isolation; the contract's isolation can be another"),
    3960: ("again", "it gave up the transaction in favour of another"),
    4060: ("refused", "there is no database of that name, or the login may not use it"),
    18452: ("refused", "the login was not accepted"),
    18456: ("refused", "the login was not accepted"),
    20003: ("again", "it did not answer in time"),
}
# libpq has no code for what goes wrong before a session is there, only words.
BEFORE_A_SESSION: tuple[tuple[str, Verdict, str], ...] = (
    ("too many connections", "again", "it has no room for another connection"),
    ("sorry, too many clients", "again", "it has no room for another connection"),
    ("not currently accepting connections", "again", "it takes no connections now"),
    ("the database system is", "again", "it is being shut down or started"),
    ("authentication failed", "refused", "the login was not accepted"),
    ("no password supplied", "refused", "the connection has no password"),
    ("no pg_hba.conf entry", "refused", "it lets nobody in from here with this login"),
    ("role ", "refused", "the login was not accepted"),
    ("database ", "refused", "there is no database of that name"),
    ("certificate", "refused", "its certificate was not accepted"),
    ("SSL", "refused", "it does not offer an encrypted connection as asked for"),
    ("timeout", "again", "it did not answer in time"),
)


def verdict_on(error: sqlalchemy.exc.DBAPIError) -> tuple[Verdict, str]:
    """Whether to try again, to correct the connection or to compare the contract with the source; and why, in words."""
    original: Any = error.orig
    state = getattr(original, "sqlstate", None)
    if state:
        found = max((start for start in POSTGRES if str(state).startswith(start)), key=len, default=None)
        return POSTGRES[found] if found else ("again", f"it failed (SQLSTATE {state})")
    number = next((part for part in _flat(getattr(original, "args", ())) if isinstance(part, int)), None)
    if number is not None:
        broken: tuple[Verdict, str] = ("again", "the connection failed or broke off")
        return SQL_SERVER.get(number, broken if number >= 20_000 else ("answer", f"message {number} of SQL Server"))
    if isinstance(error, sqlalchemy.exc.DataError):
        return "answer", "a value that cannot be read"
    words = str(original)
    for mark, verdict, reason in BEFORE_A_SESSION:
        if mark in words:
            return verdict, reason
    return "again", "the connection failed or broke off"


def is_missing_table(error: sqlalchemy.exc.DBAPIError) -> bool:
    """Whether there is no such table (or schema) in the database."""
    state = getattr(error.orig, "sqlstate", None)
    return state in ("42P01", "3F000") or 208 in _flat(getattr(error.orig, "args", ()))


def _flat(parts: Any) -> list[Any]:
    return [each for part in parts for each in (_flat(part) if isinstance(part, tuple) else [part])]
