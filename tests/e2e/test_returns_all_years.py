"""The return of every year, of areas of every size: valid by its schema, and the same when it is read again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from lxml import etree

from area.paths import PROJECT_ROOT
from area.settings import load_settings
from returns.definition.load import load_definition
from returns.definition.model import Definition, Module
from returns.kinds import SEN2
from returns.sen2.xml.reader import read_sen2
from returns.sen2.xml.writer import write_sen2
from sandbox import published
from tests.support.returns_of_years import ReturnsOfYears, casework_of

pytestmark = pytest.mark.slow

YEARS = (2023, 2024, 2025, 2026, 2027)
SMALLEST, MEDIAN, LARGEST = "420", "303", "886"
# Area, seed, with planted faults, years.
SIZES = [
    (SMALLEST, 1, False, YEARS),
    (SMALLEST, 2, True, YEARS),
    ("857", 1, False, YEARS),
    ("857", 2, True, YEARS),
    (MEDIAN, 1, False, (2023, 2024, 2026)),
    ("931", 1, True, (2025,)),
    (LARGEST, 1, False, (2023, 2026)),
]


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> ReturnsOfYears:
    return ReturnsOfYears(tmp_path_factory.mktemp("returns"))


def test_the_sizes_are_the_smallest_the_median_and_the_largest_of_the_153() -> None:
    plans = {area: int(plans_published(area)) for area in published.area_codes()}
    by_size = sorted(plans, key=plans.__getitem__)
    assert len(by_size) == 153
    assert (by_size[0], by_size[76], by_size[-1]) == (SMALLEST, MEDIAN, LARGEST)


def plans_published(area: str) -> str:
    figures = published.total_of("caseload", area, period="202425")
    assert figures
    return str(figures["ehcplans"])


@pytest.mark.parametrize(("area", "seed", "faults", "years"), SIZES)
def test_a_return_is_valid_and_reads_back_as_it_was(
    returns: ReturnsOfYears,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    area: str,
    seed: int,
    faults: bool,
    years: tuple[int, ...],
) -> None:
    casework = casework_of(area, seed=seed, faults=faults)
    for year in years:
        definition = load_definition(SEN2, year)
        con = returns.make(area, year, casework)
        file = tmp_path / f"SEN2_{area}_{year}.xml"
        written = write_sen2(con, file, year=year, settings=load_settings(area, collection=year), validate=False)
        errors = schema_errors(file, year)
        read = read_sen2(file, year=year)
        differences = different(con, read.con, definition)
        persons, plans = written.rows["person"], written.rows["active_plans"]
        con.close()
        read.con.close()
        with capsys.disabled():
            print(
                f"\n{area} {year} seed {seed}{' with faults' if faults else ''}: {persons:,} persons, {plans:,} active "
                f"plans, {written.bytes:,} bytes, {'invalid' if errors else 'valid'}, differences {differences}",
                end="",
            )
        assert errors == []
        assert (read.rows, read.unknown_elements, differences) == (written.rows, 0, 0)
        assert min(rows for module, rows in read.rows.items()) > 0
        assert 0.9 * int(plans_published(area)) <= plans <= persons


def schema_errors(file: Path, year: int) -> list[str]:
    """What libxml2 says of the whole file by the schema as it is committed."""
    schema = etree.XMLSchema(file=str(PROJECT_ROOT / "returns" / "sen2" / "schemas" / f"SEN2_{year}.xsd"))
    try:
        schema.assertValid(etree.parse(file, etree.XMLParser(huge_tree=True)))
    except etree.DocumentInvalid as error:
        return [str(error)]
    return []


def different(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, definition: Definition) -> int:
    """How many headers and persons are in one return and not in the other, with all that is below them."""
    found = 0
    for module in (definition.module("header"), definition.module("person")):
        mine, theirs = contents(one, definition, module), contents(other, definition, module)
        found += len(mine ^ theirs)
    return found


def contents(con: duckdb.DuckDBPyConnection, definition: Definition, module: Module) -> set[tuple[str, int]]:
    """Each record with its values and what is nested in it, without keys, as a digest; and how often it is there."""
    sql = f"select digest, count(*) from ({digests(definition, module)}) group by all"
    return set(con.execute(sql).fetchall())


def digests(definition: Definition, module: Module) -> str:
    """A query: digest of each row of the module, and its parent's key."""
    children = [definition.module(held) for held in module.holds if isinstance(held, str)]
    values = [f"'{item.column}': m.{item.column}" for item in module.items]
    nested, joins = [f"{{{', '.join(values)}}}::varchar"], []
    for child in children:
        nested.append(f"coalesce({child.name}.inside, '')")
        joins.append(
            f"left join (select parent, list_sort(list(digest))::varchar as inside from "
            f"({digests(definition, child)}) group by parent) as {child.name} on {child.name}.parent = m.{module.key}"
        )
    parent = definition.parent_key(module)
    return (
        f"select {f'm.{parent}' if parent else 'null'} as parent, md5(concat_ws('|', {', '.join(nested)})) as digest "
        f"from returns.{module.table} as m {' '.join(joins)}"
    )
