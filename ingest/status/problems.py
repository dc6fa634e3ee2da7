"""What is wrong with a feed this morning, the most pressing first, each with what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from area.errors import DeliveryHeldError, accept_command
from area.pages import day_in_words
from ingest.contract.model import Contract
from ingest.landing.delivery import FAILED, LOADED, REFUSED, Delivery, Drift
from ingest.landing.delivery import HELD as HELD_BACK
from ingest.landing.drift import held_still
from ingest.landing.extract_date import kind_of
from ingest.status.freshness import LATE, NOT_CONNECTED, SWITCHED_OFF, FeedAge
from ingest.status.last_pull import LastPull
from ingest.status.rows import TableStatus

STOPS, FAILING, HELD, DRIFT, VOLUME, DUE = "stops the night", "failed", "held", "drift", "volume", "due"
MOVED_VOLUME = "moved_volume"
UNASKED = (NOT_CONNECTED, SWITCHED_OFF)
"""The kinds of a feed whose source is not asked."""
ORDER = (STOPS, LATE, FAILING, HELD, DRIFT, VOLUME, DUE, *UNASKED)
CALLED_OUT = (STOPS, LATE, FAILING, HELD, DRIFT, VOLUME)
"""The kinds that somebody is told of; the others are only shown."""
ADVICE = " What to do: "


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: its kind (of `ORDER`), what was found, what to do."""

    kind: str
    what: str
    do: str


def problems_of(
    contract: Contract,
    age: FeedAge,
    tables: Sequence[TableStatus],
    records: Sequence[Delivery],
    pulled: LastPull | None,
    *,
    area: str,
    who: str,
    next_expected: dt.date | None,
    as_of: dt.date,
) -> list[Problem]:
    """All problems of one feed. A feed that the area has switched off, or that was never asked for anything and that
    the night does without, has one: it is nobody's lateness."""
    if age.switched_off:
        off = "The area's settings switch it off: its source is not asked."
        return [Problem(SWITCHED_OFF, off, f"Nothing, or take `pulled: false` of {contract.feed} out of them.")]
    if not age.connected and not contract.required:
        what = "Nothing was ever fetched: no connection to its source is made."
        return [Problem(NOT_CONNECTED, what, "Make the connection (README), or leave it: the night does without.")]
    found = [
        *_lateness(contract, age, tables, who=who),
        *_failures(records, pulled),
        *_held(area, records, who=who),
        *_drift(records, who=who),
        *_volumes(tables, records, who=who),
    ]
    if next_expected is not None and next_expected < as_of and not age.late:
        found.append(
            Problem(
                DUE,
                f"The next delivery ({contract.arrives}) was expected by {day_in_words(next_expected)}.",
                f"Nothing yet: it may be {age.allowed_days or 'any number of'} days old. Then call {who}.",
            )
        )
    return sorted(found, key=lambda problem: ORDER.index(problem.kind))


def standing_failures(records: Iterable[Delivery], pulled: LastPull | None) -> Iterator[Delivery]:
    """The records of what could not be loaded and has not been made good since.

    A refused file stands until a file of its kind is loaded; an attempt that failed as a whole until anything came
    afterwards or a pull went well.
    """
    last: dict[str, Delivery] = {}
    for record in sorted(records, key=lambda each: each.received_at):
        if record.outcome != FAILED:
            last = {kind: each for kind, each in last.items() if each.outcome != FAILED}
        last[kind_of(record.file_name)] = record
    for record in last.values():
        mended = pulled is not None and pulled.problem is None and pulled.at >= record.received_at
        if record.outcome == REFUSED or (record.outcome == FAILED and not mended):
            yield record


def _lateness(contract: Contract, age: FeedAge, tables: Sequence[TableStatus], *, who: str) -> Iterator[Problem]:
    if not age.late:
        return
    allowed = f"{age.allowed_days} {'day' if age.allowed_days == 1 else 'days'} allowed"
    came_of = {table.table for table in tables}
    if not came_of:
        came = f"Nothing good has ever come ({allowed})."
    elif age.last is None:
        missing = [table.name for table in contract.tables if not table.optional and table.name not in came_of]
        came = f"Nothing good has ever come of {', '.join(missing)} ({allowed})."
    else:
        came = f"The last good delivery is of {day_in_words(age.last)}, {age.age_days} days old ({allowed})."
    if contract.required:
        yield Problem(STOPS, came, f"Call {who}, then run the sector's pull again: no night is built without it.")
    else:
        yield Problem(LATE, came, f"Call {who}; the night goes on with what came last.")


def _failures(records: Sequence[Delivery], pulled: LastPull | None) -> Iterator[Problem]:
    standing = list(standing_failures(records, pulled))
    for record in standing:
        what, _, do = (record.problem or f"{record.file_name} could not be loaded.").partition(ADVICE)
        yield Problem(FAILING, what, _sentence(do) or "Run the pull again; its log says more.")
    if pulled is None or standing or (pulled.error == DeliveryHeldError.__name__ and _is_shown_or_accepted(records)):
        return
    if pulled.problem:  # it failed before there was an attempt, or on what is told of nowhere else
        what, _, do = pulled.problem.partition(ADVICE)
        yield Problem(FAILING, what, _sentence(do) or "Run the pull again; its log says more.")


def _is_shown_or_accepted(records: Sequence[Delivery]) -> bool:
    """Whether what is held is a problem of its own, or somebody has accepted it since the pull said so."""
    held = [record.identity for record in records if record.outcome == HELD_BACK]
    accepted = {record.identity for record in records if record.accepted is not None}
    return bool(held_still(records)) or (bool(held) and accepted.issuperset(held))


def _held(area: str, records: Sequence[Delivery], *, who: str) -> Iterator[Problem]:
    for record in held_still(records):
        command = accept_command(area, record.feed, record.sha256 or "")
        yield Problem(
            HELD,
            f"{record.file_name} was read and does not count yet: {record.problem or 'it would empty what is known'}.",
            f"Ask {who} whether it is right; then `{command}`, or have it delivered again.",
        )


def newest_drift(records: Iterable[Delivery]) -> list[tuple[Delivery, Drift]]:
    """What has changed at the source with the newest good delivery of each kind of file."""
    newest: dict[str, Delivery] = {}
    for record in sorted(records, key=lambda each: (each.extract_date or dt.date.min, each.received_at)):
        if record.outcome == LOADED:
            newest[kind_of(record.file_name)] = record
    return [(record, drift) for record in newest.values() for drift in record.drift]


def _drift(records: Sequence[Delivery], *, who: str) -> Iterator[Problem]:
    """One problem a file and table, whatever has changed in it; moved volume is one of its own."""
    changes: dict[tuple[str, str, str], list[str]] = {}
    for record, drift in newest_drift(records):
        kind = VOLUME if drift.kind == MOVED_VOLUME else DRIFT
        words = f"{drift.kind.replace('_', ' ')}, {drift.said}"
        changes.setdefault((kind, record.file_name, drift.table), []).append(words)
    for (kind, file_name, table), said in changes.items():
        do = f"Ask {who} whether it is meant"
        yield Problem(
            kind,
            f"{file_name}, {table}: {'; '.join(said)}.",
            f"{do} and whole." if kind == VOLUME else f"{do}; if it stays, change the contract.",
        )


def _volumes(tables: Iterable[TableStatus], records: Sequence[Delivery], *, who: str) -> Iterator[Problem]:
    """Tables unlike the usual that drift has not named: it looks at the delivery before, this at the median of more."""
    named = {drift.table for _, drift in newest_drift(records) if drift.kind == MOVED_VOLUME}
    for table in tables:
        if table.unusual and table.moved is not None and table.table not in named:
            way = "more" if table.moved > 0 else "fewer"
            yield Problem(
                VOLUME,
                f"{table.table}: {table.loaded:,} rows, {abs(table.moved):.0%} {way} than the usual {table.usual:,}"
                f" ({table.change:.0%} is expected at most).",
                f"Ask {who} whether the extract is whole.",
            )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
