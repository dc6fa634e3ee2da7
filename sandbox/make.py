"""Make a whole pretend area: casework, population, each system's extract, planted faults, files, truth.

It is made for the collection its figures were published for, with its faults, and then moved to the one asked for.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from area.errors import SettingsError
from sandbox import published
from sandbox.care_years import care_of_year
from sandbox.casework import Casework, make_casework
from sandbox.faults.breaches import plant_breaches
from sandbox.faults.broken_rows import plant_broken_rows
from sandbox.faults.lost_links import LostLinks, flags_of_casework
from sandbox.faults.planting import TRUTH_SCHEMA, Planting
from sandbox.last_year import EARLIEST, LastYear, make_last_year
from sandbox.last_year.slips import plant_slips
from sandbox.made import Made, about, notes_of_area, notes_on_years
from sandbox.moving import CALIBRATED, CENSUS_DAYS, Move
from sandbox.population import Population, make_population
from sandbox.population.extracts import Extract
from sandbox.population.extracts.alternative import alternative_tables
from sandbox.population.extracts.annex_a import annex_a_lists
from sandbox.population.extracts.census import census_extract
from sandbox.population.extracts.census_leavers import leavers_extract
from sandbox.population.extracts.cin import cin_extract
from sandbox.population.extracts.destinations import destination_tables
from sandbox.population.extracts.ehc import ehc_extract
from sandbox.population.extracts.health import csds_extract, waiting_extract
from sandbox.population.extracts.lake import lake_tables
from sandbox.population.extracts.mis import mis_extract
from sandbox.population.extracts.registers import audit_tables, register_tables
from sandbox.population.extracts.s903 import s903_extract
from sandbox.population.extracts.spend import spend_tables
from sandbox.population.extracts.ssd import ssd_tables
from sandbox.published.attainment import attainment_tables
from sandbox.published.outcomes import outcome_tables
from sandbox.writers.files import write_parquet
from sandbox.writers.folder import MARK, RETURNS, finish, officers, prepare, return_path, write_config, write_tables
from sandbox.writers.gias import gias_table, links_table
from sandbox.writers.sen2_xml import write_sen2_xml

CENSUS_DAY = CENSUS_DAYS[CALIBRATED]
AS_OF = dt.date(CALIBRATED, 1, 31)
FAULTS_A_KIND = 5  # in an area of Oxfordshire's size; one at least
_PERSONS_A_FAULT = 1_800  # persons of casework for each fault of a kind


def make_area(
    area: str,
    out: Path,
    *,
    seed: int = 1,
    collection: int = CALIBRATED,
    clean: bool = False,
    scale: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Made:
    """Write the pretend area `area` to the folder `out` (layout: docs/definitions.md) and return what it holds.

    `collection` (2023 to 2027) is the SEN2 collection it is for: the same area, every date moved by whole years.
    `clean` leaves out the planted faults; what is legitimately messy stays. `scale` makes that many times the area:
    casework and school rolls, and with them everything else. Raises SettingsError for an area that is not one of the
    153, for a collection outside those years, for a scale below 1, and for a folder that holds something else.
    """
    if area not in published.area_codes():
        known = "one of the 153 local authority codes that have published figures, such as 931"
        raise SettingsError("--area", expected=known, came=repr(area), where="the call")
    if scale < 1:
        raise SettingsError("--scale", expected="1 or more", came=str(scale), where="the call")
    move = Move.to(collection)
    folder = prepare(out)
    as_of = move.day(AS_OF)
    made = Made(area, seed, collection, as_of, scale, clean)
    clock = _Clock(made, progress)
    casework = make_casework(area, seed, collection=CALIBRATED, scale=scale)
    clock.done("casework")
    population = make_population(
        casework.tables,
        casework.establishments,
        area=area,
        seed=seed,
        census_date=CENSUS_DAY,
        as_of=AS_OF,
        scale=scale,
    )
    clock.done("population")
    extracts = _extracts(population, casework)
    tables = {name: table for extract in extracts.values() for name, table in extract.tables.items()}
    tables |= _other_tables(population, casework)
    tables |= annex_a_lists(population, extracts["s903"].tables)
    tables |= ssd_tables(population, extracts["cin"].tables, extracts["s903"].tables)
    clock.done("extracts")
    unplanted = dict(tables)
    planting = Planting(share=max(1, min(FAULTS_A_KIND, len(population.people) // _PERSONS_A_FAULT)))
    if not clean:
        made.not_planted = _plant(planting, population, extracts, tables, casework, seed)
    truth = pa.concat_tables([_gaps(casework), planting.truth_table()])
    clock.done("faults")
    tables, unplanted = move.tables(tables), move.tables(unplanted)
    tables = care_of_year(tables, collection)
    planting.broken_lines = {t: [move.parts(line, ",") for line in ls] for t, ls in planting.broken_lines.items()}
    truth = _moved_truth(truth, move)
    last_year = _last_year(made, unplanted, tables)
    if last_year is not None and not clean:
        last_year, slips, without = plant_slips(
            last_year,
            share=planting.share,
            leave_alone=planting.used,
            rng=population.streams.of("last year's return"),
        )
        truth = pa.concat_tables([truth, slips])
        made.not_planted = sorted([*made.not_planted, *without])
    clock.done("last year")
    made.rows = {name: table.num_rows for name, table in sorted(tables.items())}
    made.planted = dict(sorted(Counter(truth["kind"].to_pylist()).items()))
    made.children = len(population.children)
    made.notes = [*casework.notes, *notes_of_area(population), *notes_on_years(move, last_year, clean=clean)]
    write_tables(folder, tables, planting.broken_lines, area=area, as_of=as_of)
    (folder / RETURNS).mkdir()  # a drop that is empty before returns were of persons
    if last_year is not None:
        write_sen2_xml(last_year, folder / return_path(area, last_year.collection))
    write_parquet(truth, folder / "truth" / "faults.parquet")
    write_parquet(_persons(extracts, planting), folder / "truth" / "persons.parquet")
    write_config(folder, area)
    (folder / MARK).write_text(json.dumps(about(made), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    finish(folder, out)
    clock.done("files")
    return made


class _Clock:
    def __init__(self, made: Made, progress: Callable[[str], None]) -> None:
        self._made, self._progress, self._since = made, progress, time.monotonic()

    def done(self, stage: str) -> None:
        now = time.monotonic()
        self._made.seconds[stage] = round(now - self._since, 2)
        self._since = now
        self._progress(stage)


def _extracts(population: Population, casework: Casework) -> dict[str, Extract]:
    made = [
        ehc_extract(population, casework.tables),
        census_extract(population),
        leavers_extract(population),
        mis_extract(population),
        s903_extract(population),
        cin_extract(population),
        csds_extract(population),
        waiting_extract(population),
    ]
    return {extract.system: extract for extract in made}


def _other_tables(population: Population, casework: Casework) -> dict[str, pa.Table]:
    """The feeds whose persons, if they have any, are joined with nobody yet."""
    return {
        "gias_establishment": gias_table(casework.establishments),
        "gias_link": links_table(casework.establishments),
        **alternative_tables(population),
        **destination_tables(population),
        **register_tables(population, casework.tables),
        **audit_tables(population, casework.tables),
        **spend_tables(population, casework.tables, casework.establishments),
        **lake_tables(population),
        **outcome_tables(),
        **attainment_tables(population.area),
    }


def _plant(
    planting: Planting,
    population: Population,
    extracts: dict[str, Extract],
    tables: dict[str, pa.Table],
    casework: Casework,
    seed: int,
) -> list[str]:
    """Plant all faults in `tables`; returns the kinds for which this area has no candidate."""
    gaps = set(casework.gaps["record_key"].to_pylist())
    missing = LostLinks(planting, population, extracts, tables).plant()
    flags = flags_of_casework(population, extracts)
    missing += plant_breaches(
        planting, tables, casework.establishments, flags, census=CENSUS_DAY, seed=seed, leave_alone=gaps
    )
    planting.apply(tables)
    missing += plant_broken_rows(planting, tables)
    planting.apply(tables)
    return sorted(missing)


def _gaps(casework: Casework) -> pa.Table:
    """What the published figures leave out; a gap of a review is found under its plan, which is the return's record."""
    reviews = casework.tables["ehc_review"]
    plan_of = dict(zip(reviews["review_ref"].to_pylist(), reviews["plan_ref"].to_pylist(), strict=True))
    keys = [plan_of.get(key, key) for key in casework.gaps["record_key"].to_pylist()]
    place = casework.gaps.schema.get_field_index("record_key")
    return casework.gaps.set_column(place, "record_key", pa.array(keys, pa.string())).cast(TRUTH_SCHEMA)


def _moved_truth(truth: pa.Table, move: Move) -> pa.Table:
    """A few keys of records hold a date."""
    keys = pa.array([move.parts(key, "|") for key in truth["record_key"].to_pylist()], pa.string())
    return truth.set_column(truth.schema.get_field_index("record_key"), "record_key", keys)


def _last_year(made: Made, unplanted: dict[str, pa.Table], tables: dict[str, pa.Table]) -> LastYear | None:
    """The return of the collection before; None before returns were of persons."""
    if made.collection - 1 < EARLIEST:
        return None
    casework = {name: table for name, table in unplanted.items() if name.startswith("ehc_")}
    return make_last_year(
        casework, tables["ehc_person"], area=made.area, collection=made.collection - 1, officers=officers(made.area)
    )


def _persons(extracts: dict[str, Extract], planting: Planting) -> pa.Table:
    """Who is who: one row a source person."""
    systems, keys, children = [], [], []
    for system, extract in extracts.items():
        own = [planting.renamed.get((system, key), key) for key in extract.keys.to_pylist()]
        systems += [system] * len(own)
        keys += own
        children += extract.child.tolist()
    return pa.table({"source_system": systems, "source_key": keys, "true_person": pa.array(children, pa.int64())})
