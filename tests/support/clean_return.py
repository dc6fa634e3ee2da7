"""A whole return that breaks no rule but where the published figures leave gaps: a clean area's, made by dbt.

The sandbox makes casework, school census and GIAS of a small area in memory; dbt makes the return's tables of them.
Not a night: nothing is written, fetched or read as a file.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from returns.definition.model import Definition
from returns.definition.tables import create_tables
from sandbox.casework import make_casework
from sandbox.population import make_population
from sandbox.population.extracts.census import census_extract
from sandbox.population.extracts.ehc import ehc_extract
from tests.support.dbt_build import run_dbt
from tests.support.raw_fixture import EXTRACT, RECEIVED, contract_tables, create_raw

CENSUS_DAY, AS_OF = dt.date(2025, 1, 16), dt.date(2025, 1, 31)
MODELS = ("+path:models/returns/sen2", "+fct_census_sen", "+dim_setting")
RETURNED_PLANS = f"""
create or replace table facts.fct_returned_plan as
-- what last year's return said: every plan of this one that was open a year ago, under its person
select
    2024 as collection,
    '2024:' || lpad(dense_rank() over (order by requests.persontableid)::varchar, 8, '0') as source_key,
    links.person_id,
    named_plan.namedplantableid as plan_key,
    named_plan.startdate as start_date,
    case when named_plan.ceasedate < date '{CENSUS_DAY}' - interval 1 year then named_plan.ceasedate end as cease_date,
    null::varchar as cease_reason,
    true as is_open,
    null::varchar as transferred_from,
    sen_need.sentype as primary_need,
    plan_detail.urn,
    plan_detail.ukprn,
    plan_detail.sensetting as sen_setting,
    'sen2r_named_plan' as _source_table,
    repeat('1', 64) as _file_hash,
    row_number() over (order by named_plan.namedplantableid) as _row
from returns.sen2_named_plan as named_plan
inner join returns.sen2_assessment as assessment using (assessmenttableid)
inner join returns.sen2_requests as requests using (requeststableid)
inner join matching.int_person_links as links
    on links.source_system = 'ehc' and links.source_key = requests.persontableid
left join returns.sen2_active_plans as active_plans using (requeststableid)
left join returns.sen2_sen_need as sen_need
    on sen_need.activeplanstableid = active_plans.activeplanstableid and sen_need.sentyperank = 1
left join returns.sen2_plan_detail as plan_detail
    on plan_detail.namedplantableid = named_plan.namedplantableid and plan_detail.placementrank = 1
where
    named_plan.startdate <= date '{CENSUS_DAY}' - interval 1 year
    and coalesce(named_plan.ceasedate >= date '{CENSUS_DAY}' - interval 1 year, true)
    and active_plans.transferla is null
"""

# Settings nobody of the return attends, for faults to send a person to.
SPARE_SETTINGS = """
insert into facts.dim_setting by name
select
    *, 'Invented setting' as name, false as has_sen_unit, false as has_resourced_provision
from (
    values
    ('190001', null, '01', date '1990-09-01', date '1999-08-31', 4, 11),  -- closed long ago
    ('190002', null, '01', date '2099-09-01', null, 0, 25),  -- to open
    ('190003', null, '47', date '2005-09-01', null, 0, 5),  -- a children's centre
    ('190004', null, '29', date '1963-09-01', null, 0, 99),  -- a university
    ('190005', null, '34', date '1990-09-01', date '2025-01-10', 0, 25),  -- closed just before census day
    ('190006', null, '18', date '1990-09-01', null, 30, 99),  -- for adults
    ('190007', null, '15', date '1990-09-01', null, 0, 1),  -- for babies
    ('190008', '10999999', '18', date '1990-09-01', null, 0, 99),  -- has both numbers
    ('190009', null, '01', date '1990-09-01', null, 0, 25)  -- a community school
) as spare (urn, ukprn, type_code, open_date, close_date, low_age, high_age)
"""


def make_clean_return(folder: Path, area: str, *, seed: int) -> Path:
    """A warehouse file below `folder` with the return of `area` for collection 2025, and what rules need besides it.

    Tables: schema `returns` (the SEN2 modules), facts.dim_setting, facts.fct_census_sen, facts.fct_returned_plan
    (last year's return: the plans open then) and matching.int_person_links.
    """
    warehouse = folder / "warehouse.duckdb"
    create_raw(warehouse)
    casework = make_casework(area, seed)
    population = make_population(
        casework.tables, casework.establishments, area=area, seed=seed, census_date=CENSUS_DAY, as_of=AS_OF
    )
    ehc, census = ehc_extract(population, casework.tables).tables, census_extract(population).tables
    census["census_pupilonroll"] = _fewer(census["census_pupilonroll"])
    tables = {**ehc, **census, "gias_establishment": casework.establishments}
    with duckdb.connect(str(warehouse)) as con:
        for name, table in tables.items():
            _load(con, name, table)
    built = run_dbt(
        warehouse,
        *("build", "--select", *MODELS, "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
        variables={"area": area},
    )
    assert built.returncode == 0, built.stdout[-3000:]
    with duckdb.connect(str(warehouse)) as con:
        con.execute(RETURNED_PLANS)
        con.execute(SPARE_SETTINGS)
    return warehouse


def _fewer(pupils: pa.Table) -> pa.Table:
    """Pupils with a plan, and a few others: rules look at no more, and matching all takes most of the time."""
    has_plan = pc.equal(pupils["senprovision"], "E")
    return pa.concat_tables([pupils.filter(has_plan), pupils.filter(pc.invert(has_plan)).slice(0, 300)])


def _load(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Put the table into schema `raw` as the reader of its file would: as text, with where each row came from."""
    feed, fields, _ = contract_tables()[name]
    columns = {column: table[column] for column in table.column_names if column in fields}
    for column, values in columns.items():
        if pa.types.is_date(values.type):
            columns[column] = pc.strftime(values.cast(pa.timestamp("s")), format="%d-%m-%Y")
    file = f"SchoolCensus_SPR2025_{name}.csv" if name.startswith("census_") else f"{name}.csv"
    con.register("extract", pa.table(columns))
    con.execute(
        f"""insert into raw.{name} by name
        select
            columns(*)::varchar, repeat('0', 64) as _file_hash, ? as _file_name, row_number() over () as _row,
            ? as _feed, ?::timestamp as _received_at, ?::date as _extract_date, true as _is_latest
        from extract""",
        [file, feed, RECEIVED, EXTRACT],
    )
    con.unregister("extract")


def open_copy(warehouse: Path, definition: Definition) -> duckdb.DuckDBPyConnection:
    """A connection to a copy in memory of the tables of `warehouse` that rules read; the modules have the columns of
    `definition`."""
    con = duckdb.connect()
    con.execute(f"attach '{warehouse}' as made (read_only)")
    create_tables(con, definition)
    for module in definition.modules.values():
        con.execute(f"insert into returns.{module.table} by name from made.returns.{module.table}")
    for table in ("facts.dim_setting", "facts.fct_census_sen", "facts.fct_returned_plan", "matching.int_person_links"):
        con.execute(f"create schema if not exists {table.split('.')[0]}")
        con.execute(f"create table {table} as from made.{table}")
    con.execute("detach made")
    return con
