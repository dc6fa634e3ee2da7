"""The page of the year over small tables: what it says, what it hides, and the plans of the bridge beside it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import duckdb
import pytest

from returns.definition.load import load_definition
from returns.definition.tables import create_tables
from returns.kinds import SEN2
from returns.report.year import Step, read_changes
from returns.report.year_page import waterfall, write_year

BRIDGE = """
create table returns.sen2_bridge as select *, 'from last return' as state from (values
    (0, 'opening', 'Plans last January', 3000, 3000), (1, 'new', 'New plans', 20, 20),
    (2, 'ceased_he', 'Ceased: <higher> education', 5, -5), (3, 'missing_now', 'Missing', 1, -1),
    (4, 'still_open', 'On both days', 2994, 0), (5, 'came_and_went', 'In between', 1, 0),
    (6, 'closing', 'Plans this January', 3014, 3014), (7, 'difference', 'Difference', 0, 0)
) as t (position, step, title, counted, plans);
create table returns.sen2_movement as select * from (values
    ('missing_now', null, 'id of the lost', date '2020-01-31', null, null, null, '2024:00000157'),
    ('new', 'P00000001', 'id one', date '2024-05-01', null, null, null, null),
    ('ceased_he', 'P00000002', 'id two', date '2015-05-01', date '2024-08-31', '3', null, '2024:00000002')
) as t (movement, persontableid, person_id, start_date, cease_date, cease_reason, transferred_from, last_source_key);
alter table returns.sen2_movement add column namedplantableid varchar;
create table returns.sen2_measure_comparison as select * from (values
    ('caseload', 'ehcplans', 1, 'EHC plans in January', 'plans', 2025, '3014', 3000.0, 'published', 14.0, false,
        'January 2025', null, 2500.0, 10),
    ('requests', 'refused_pc', null, 'refused_pc', 'percent', 2024, 'x', 10.5, 'last return', null, true,
        '2023', 21.5, 20.0, 9)
) as t (data_set, measure, headline, title, unit, year, value_text, last_value, last_from, change, is_unlikely,
    others_period, england, neighbours, neighbour_count);
create table returns.sen2_change as select * from (values
    ('yesterday', 'person', 'P00000001', 'P00000001', 'changed', 'Surname', null, null),
    ('yesterday', 'person', 'P00000001', 'P00000001', 'changed', 'Sex', 'M', 'F'),
    ('yesterday', 'requests', 'R00000009', 'P00000002', 'added', null, null, null)
) as t (since, module, record_key, persontableid, change, item, was, now);
create table returns.sen2_change_since as select * from (values
    ('yesterday', 'n1', 3), ('submission', null, 0)
) as t (since, compared_with, changes);
create schema facts;
create table facts.dim_person as select 'id of the lost' as person_id, 'Lost' as surname, 'Lola' as forename;
"""
DUE = [("Return date", dt.date(2025, 2, 27), None, "sign the return and send it")]


@pytest.fixture
def con(monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    monkeypatch.setenv("SEND_HMAC_KEY", "key")
    con = duckdb.connect()
    create_tables(con, load_definition(SEN2, 2025))
    con.execute("insert into returns.sen2_header (lea) values ('857')")
    con.execute(
        "insert into returns.sen2_person (persontableid, surname, forename) values "
        "('P00000001', 'Sentinel', 'Una'), ('P00000002', '=Formula', 'Ada')"
    )
    con.execute(BRIDGE)
    return con


def written(con: duckdb.DuckDBPyConnection, folder: Path, *, names: bool = False) -> tuple[str, list[dict[str, str]]]:
    page, table = write_year(con, SEN2, 2025, folder / "SEN2_857_2025.year.html", deadlines=DUE, names=names)
    assert (page.stat().st_mode & 0o777, table.stat().st_mode & 0o777) == (0o600, 0o600)
    with table.open(encoding="utf-8") as lines:
        return page.read_text(encoding="utf-8"), list(csv.DictReader(lines))


def test_it_says_what_came_and_went_what_is_unlikely_what_changed_and_what_is_due(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page, _ = written(con, tmp_path)
    for words in (
        "3,000", "3,014", "+20", "-5", "Ceased: &lt;higher&gt; education", "1 more plan was issued and ceased",
        "unlikely", "21.5", "2024:00000157", "Since the night before (n1)", "3 changes by module and item",
        "Nothing of this collection has been submitted", "27 February 2025", "sign the return and send it",
    ):  # fmt: skip
        assert words in page, words
    assert "http" not in page


def test_nobody_is_named_and_every_person_has_the_pseudonym_of_the_check(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page, plans = written(con, tmp_path)
    whole = page + str(plans)
    for secret in ("Sentinel", "Una", "Lola", "P00000001", "R00000009", "id of the lost"):
        assert secret not in whole, secret
    new = next(plan for plan in plans if plan["movement"] == "new")
    assert f"SEN2_857_2025.check.html#search={new['person']}" in page
    assert "(hidden)" in page


def test_with_names_it_says_who_and_warns(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    page, plans = written(con, tmp_path, names=True)
    assert "This page holds names of children" in page
    names = {plan["person"]: plan["name"] for plan in plans}
    assert names == {"id of the lost": "Lola Lost", "P00000001": "Una Sentinel", "P00000002": "Ada =Formula"}


def test_a_personal_value_is_hidden_even_if_it_were_stored(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update returns.sen2_change set was = 'Sentinel' where item = 'Surname'")
    found = read_changes(con, SEN2, 2025, names=True, most=10)
    assert "Sentinel" not in {text for each in found[0].records for text in (each.was, each.now)}


def test_without_an_earlier_return_it_says_so(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("update returns.sen2_bridge set state = 'no earlier return'")
    con.execute("update returns.sen2_bridge set plans = null, counted = null where step <> 'closing'")
    con.execute("delete from returns.sen2_movement")
    page, plans = written(con, tmp_path)
    assert "There is no earlier return to begin from" in page
    assert "3,014" in page
    assert plans == []


def test_every_bar_begins_where_the_one_before_ended_and_the_last_is_this_januarys_count() -> None:
    steps = [("opening", 340), ("new", 70), ("ceased_he", -25), ("counted_twice", 0), ("missing_now", -2)]
    bridge = [Step(name, name, abs(plans), plans) for name, plans in [*steps, ("closing", 383), ("difference", 0)]]
    bars, edge = waterfall(bridge)
    opening, new, ceased, none, missing, closing = bars
    assert 0 <= edge < 340
    assert new.left == pytest.approx(opening.left + opening.width, abs=0.02)
    assert ceased.left + ceased.width == pytest.approx(new.left + new.width, abs=0.02)
    assert missing.left + missing.width == pytest.approx(ceased.left, abs=0.02)
    assert closing.left == opening.left == 0
    assert closing.width == pytest.approx(missing.left, abs=0.02)
    assert (none.width, none.kind) == (0, "none")
    assert max(bar.left + bar.width for bar in bars) == pytest.approx(100, abs=0.02)
