"""The return of any area and collection, made by the dbt models of the pretend area's casework without a whole night.

dbt reads the project once and compiles the models once a collection; their SQL is then run bare, area after area. As in
`sandbox.make`, an area is made for 2025, with planted faults if wanted, and moved to the collection.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.cli.main import dbtRunner

from area.settings import load_settings
from sandbox.casework import make_casework
from sandbox.faults.breaches import plant_breaches
from sandbox.faults.lost_links import flags_of_casework
from sandbox.faults.planting import Planting
from sandbox.make import AS_OF, CENSUS_DAY
from sandbox.moving import DOWN_SYNDROME_FROM, SOURCE_OF_ALL_FROM, Move, with_sources, without_down_syndrome
from sandbox.population import make_population
from sandbox.population.extracts.census import census_extract
from sandbox.population.extracts.ehc import ehc_extract
from tests.support.raw_fixture import contract_tables, create_raw
from warehouse.dbt_layers import DBT_PROJECT, environment
from warehouse.dbt_variables import dbt_variables

SELECTED = "+path:models/returns/sen2"
ANY_AREA = "000"  # stands in the compiled header for the area


@dataclass(frozen=True)
class Model:
    """A compiled model: what `create … as` makes of it."""

    name: str
    schema: str
    kind: str
    sql: str


class ReturnsOfYears:
    """Makes returns; `folder` holds the empty warehouse they start from and the one being made."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._manifest = folder, None
        self._compiled: dict[int, list[Model]] = {}
        (folder / "empty").mkdir()
        self._empty = folder / "empty" / "warehouse.duckdb"
        create_raw(self._empty)

    def make(self, area: str, collection: int, extract: dict[str, pa.Table]) -> duckdb.DuckDBPyConnection:
        """A warehouse with the return of `area` in schema `returns`; closing it is the caller's part."""
        models = self._models(collection)
        path = self._folder / "warehouse.duckdb"
        shutil.copy(self._empty, path)
        con = duckdb.connect(str(path))
        for name, table in moved(extract, collection).items():
            _load(con, name, table, collection)
        for model in models:
            sql = model.sql.replace(f"'{ANY_AREA}'", f"'{area}'") if model.name == "sen2_prepared_header" else model.sql
            con.execute(f'create schema if not exists "{model.schema}"')
            con.execute(f'create {model.kind} "{model.schema}"."{model.name}" as {sql}')
        return con

    def _models(self, collection: int) -> list[Model]:
        if collection not in self._compiled:
            self._compiled[collection] = self._compile(collection)
        return self._compiled[collection]

    def _compile(self, collection: int) -> list[Model]:
        settings = load_settings(ANY_AREA, collection=collection)
        variables = dbt_variables(settings, as_of=Move.to(collection).day(AS_OF))
        if self._manifest is None:
            self._manifest = self._dbt("parse", variables)
            self._dbt("seed", variables, "--select", SELECTED)
        compiled = self._dbt("compile", variables, "--select", SELECTED, "--indirect-selection", "empty")
        nodes = [result.node for result in compiled.results if result.node.resource_type == "model"]
        return [Model(node.name, node.schema, _kind(node.config.materialized), node.compiled_code) for node in nodes]

    def _dbt(self, command: str, variables: dict[str, Any], *words: str) -> Any:
        arguments = [
            *(command, *words, "--vars", json.dumps(variables), "--no-write-json", "--quiet", "--no-print"),
            *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), "--log-level", "none"),
            *("--target-path", str(self._folder / "target"), "--log-path", str(self._folder / "logs")),
        ]
        with environment({"SEND_WAREHOUSE": str(self._empty), "SEND_HMAC_KEY": "test"}):
            outcome = dbtRunner(manifest=self._manifest).invoke(arguments)
        assert outcome.success, (command, outcome.exception)
        return outcome.result


def _kind(materialized: str) -> str:
    assert materialized in {"view", "table"}, materialized
    return materialized


def casework_of(area: str, *, seed: int, faults: bool) -> dict[str, pa.Table]:
    """The casework extract and GIAS of the pretend area as they are for 2025, with one fault of each kind or clean."""
    casework = make_casework(area, seed)
    population = make_population(
        casework.tables, casework.establishments, area=area, seed=seed, census_date=CENSUS_DAY, as_of=AS_OF
    )
    extract = ehc_extract(population, casework.tables)
    tables = dict(extract.tables)
    if faults:
        planting = Planting(share=1)
        known = {"ehc": extract, "census": census_extract(population)}
        flags, gaps = flags_of_casework(population, known), set(casework.gaps["record_key"].to_pylist())
        plant_breaches(planting, tables, casework.establishments, flags, census=CENSUS_DAY, seed=seed, leave_alone=gaps)
        planting.apply(tables)
    return {**tables, "gias_establishment": casework.establishments}


def moved(extract: dict[str, pa.Table], collection: int) -> dict[str, pa.Table]:
    """The extract with every date moved to `collection`, with no code it lacks and all that it insists on."""
    move = Move.to(collection)
    if not move.years:
        return extract
    tables = {name: move.table(table) for name, table in extract.items()}
    if collection < DOWN_SYNDROME_FROM:
        tables["ehc_need"] = without_down_syndrome(tables["ehc_need"], "sen_type")
    if collection >= SOURCE_OF_ALL_FROM:
        tables["ehc_request"] = with_sources(tables["ehc_request"])
    return tables


def _load(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, collection: int) -> None:
    """Put the table into schema `raw` as the reader of its file would: as text, with where each row came from."""
    feed, fields, _ = contract_tables()[name]
    con.register("extract", table.select([column for column in table.column_names if column in fields]))
    con.execute(
        f"""insert into raw.{name} by name
        select
            columns(*)::varchar, repeat('0', 64) as _file_hash, '{name}.csv' as _file_name,
            row_number() over () as _row, ? as _feed, ?::timestamp as _received_at, ?::date as _extract_date,
            true as _is_latest
        from extract""",
        [feed, dt.datetime(collection, 1, 31, 20), dt.date(collection, 1, 31)],
    )
    con.unregister("extract")
