"""What the data-quality page reads from the warehouse: counts, dates and places, never a value of a record."""

from __future__ import annotations

from typing import Any

import duckdb

Row = dict[str, Any]


def rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    """The result of `query` as one dictionary a row."""
    cursor = con.execute(query, list(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def has_table(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    """Whether the table or view is in the warehouse."""
    found = con.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, name]
    ).fetchone()
    return bool(found and found[0])


def area_name(con: duckdb.DuckDBPyConnection, area: str) -> str:
    """The area's name as the list of schools gives it, or its code."""
    found = rows(con, "select max(la_name) as la_name from raw.gias_establishment where la_code = ?", area)
    return str(found[0]["la_name"]) if found[0]["la_name"] else f"area {area}"


def deliveries(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """One row a feed and table: its newest delivery's counts; how many deliveries there have been."""
    return rows(
        con,
        """
        select feed, table_name,
            count(distinct file_hash) as files,
            max(extract_date) filter (where is_latest) as extract_date,
            sum(read_rows) filter (where is_latest)::bigint as read_rows,
            sum(loaded_rows) filter (where is_latest)::bigint as loaded_rows,
            sum(quarantined_rows) filter (where is_latest)::bigint as quarantined_rows,
            sum(duplicate_rows) filter (where is_latest)::bigint as duplicate_rows,
            sum(read_rows - loaded_rows - quarantined_rows - duplicate_rows) filter (where is_latest)::bigint
                as lost_rows
        from raw.delivery
        group by feed, table_name
        order by feed, table_name
        """,
    )


def fixed(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Tables in whose newest delivery rows were put right in quarantine, and how many are loaded so."""
    return _said(con, "fixed_rows")


def dismissed(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Tables of whose newest delivery rows stay in quarantine because somebody has said so, and how many."""
    return _said(con, "dismissed_rows")


def _said(con: duckdb.DuckDBPyConnection, counted: str) -> list[Row]:
    return rows(
        con,
        f"""
        select feed, table_name, sum({counted})::bigint as said_rows
        from raw.delivery
        where is_latest
        group by feed, table_name
        having sum({counted}) > 0
        order by said_rows desc, feed, table_name
        """,
    )


def problems(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Files whose last delivery could not be loaded, with what was wrong and what to do."""
    return rows(con, "select feed, file_name, outcome, problem from raw.problem order by all")


def quarantine(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Refused rows of the newest deliveries by feed, table, reason and field, with the first places they are at.

    Without those that somebody has dismissed: nothing is to be done about them.
    """
    return rows(
        con,
        """
        select _feed as feed, _table as table_name, reason, coalesce(field, '(whole row)') as field,
            count(*) as refused,
            list(_file_name || ' row ' || _row order by _received_at desc, _file_name, _row)[1:10] as places
        from raw.quarantined as held
        where reason <> 'DISMISSED' and exists (
            select 1 from raw.delivery as d
            where d.is_latest and d.file_hash = held._file_hash and d.table_name = held._table
        )
        group by all
        order by refused desc, feed, table_name, reason, field
        """,
    )


def matching(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Persons of each source system, and how many of them are known to another system too.

    An earlier return was made of the casework, so being in it is not being known to another system.
    """
    return rows(
        con,
        """
        with known as (
            select person_id,
                list_sort(list(distinct source_system) filter (where source_system <> 'sen2_return')) as systems
            from matching.int_person_links
            group by person_id
        )
        select l.source_system, count(*) as persons,
            count(*) filter (where len(list_filter(k.systems, s -> s <> l.source_system)) > 0) as matched,
            count(*) - matched as unmatched,
            100.0 * matched / count(*) as matched_percent
        from matching.int_person_links as l
        join known as k using (person_id)
        group by l.source_system
        order by l.source_system
        """,
    )


def methods(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Links of each source system by the method (tier) that made them."""
    return rows(
        con,
        "select source_system, method, count(*) as links from matching.int_person_links group by all order by all",
    )


def unmatched(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Persons known to one system only, by the reason why."""
    return rows(
        con,
        """
        select source_system, reason, count(*) as persons
        from matching.int_unmatched
        group by all
        order by persons desc, source_system, reason
        """,
    )


def breaches(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """SEN2 rules with the records that break them, errors first; rules nothing breaks are left out."""
    return rows(
        con,
        """
        select r.rule_id, r.severity, r.message, r.owner, count(distinct (b.module, b.record_key)) as breaches
        from returns.sen2_rule as r
        join returns.sen2_rule_breach as b on b.rule_id = r.rule_id
        group by all
        order by r.severity, breaches desc, r.rule_id
        """,
    )


def rules_checked(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many SEN2 rules were checked, and how many could not be because what they need was not there."""
    found = con.execute(
        "select count(*) filter (where state = 'run'), count(*) filter (where state <> 'run') from returns.sen2_rule"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def overlay(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """What became of corrections and notes this night: entries by kind and state; empty without an overlay."""
    tables = {"correction": "sen2_correction_state", "note": "sen2_note_state"}
    there = {kind: table for kind, table in tables.items() if has_table(con, "returns", table)}
    counts = " union all ".join(
        f"select '{kind}' as kind, state, count(*) as entries from returns.{table} group by all"
        for kind, table in there.items()
    )
    return rows(con, f"{counts} order by kind, state") if counts else []


def feeds(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """`quality.feed`, one row a feed."""
    return rows(con, "select * from quality.feed order by sector, title")
