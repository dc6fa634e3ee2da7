"""The pretend area moved to another collection year.

The area is made for 2025, the year its figures were published for. For another year every date in the finished tables
is moved by whole calendar years, so that ages on 31 August, calendar years and terms stay what they are. Census days
are Thursdays and do not move by whole years: January of the collection is stretched so that what was before, on or
after census day still is. 29 February becomes 28 February where the year has none. Clocks that run over a 29 February
or near census day may change by a day or a few: so no published figure is promised for another year. Numbers that hold
a year (a UPN's two digits) stay: nothing checks them against a date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from area.errors import SettingsError

CALIBRATED = 2025  # the collection the published figures belong to
CENSUS_DAYS = {
    2023: dt.date(2023, 1, 19),
    2024: dt.date(2024, 1, 18),
    2025: dt.date(2025, 1, 16),
    2026: dt.date(2026, 1, 15),
    2027: dt.date(2027, 1, 21),
}
DOWN_SYNDROME_FROM = 2025  # first collection with the SEN type DS; until then it was recorded as OTH
SOURCE_OF_ALL_FROM = 2026  # first collection that must have the source of every request; many older ones have none
_USUAL_SOURCE = "2"  # what casework found in the papers of those
_NEEDS = {"ehc_need": "sen_type", "census_senneeds": "sentype", "ap_need": "sen_type", "mis_students": "sen_need_code"}
_MONTH_NUMBERS = ("UNIQUE MONTH ID", "UniqMonthID")  # months since April 1900, as the national data sets count them

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The ways the extracts write a date: 2025-01-31; 2025-Jan-31 00:00:00; 31/01/2025 or 31-01-2025.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d|[A-Z][a-z]{2})-(?P<day>\d\d)(?P<time> 00:00:00)?"
    r"|(?P<day2>\d\d)(?P<mark>[/-])(?P<month2>\d\d)(?P=mark)(?P<year2>\d{4})"
)


@dataclass(frozen=True)
class Move:
    """From the calibrated collection to `collection`."""

    collection: int

    @classmethod
    def to(cls, collection: int) -> Move:
        """Raises SettingsError for a collection without a census day."""
        if collection not in CENSUS_DAYS:
            raise SettingsError(
                "--collection",
                expected=f"a year from {min(CENSUS_DAYS)} to {max(CENSUS_DAYS)}",
                came=str(collection),
                where="the call",
            )
        return cls(collection)

    @property
    def years(self) -> int:
        return self.collection - CALIBRATED

    @property
    def census_day(self) -> dt.date:
        return CENSUS_DAYS[self.collection]

    def day(self, day: dt.date) -> dt.date:
        """The day moved. Order is kept; two neighbouring days may become one."""
        year, old, new = day.year + self.years, CENSUS_DAYS[CALIBRATED].day, self.census_day.day
        if self.years and (day.year, day.month) == (CALIBRATED, 1):
            return day.replace(year=year, day=self._in_january(day.day))
        if (day.month, day.day) == (1, old) and new < old:  # born so as to be of an age on census day itself
            return day.replace(year=year, day=new)
        try:
            return day.replace(year=year)
        except ValueError:  # 29 February
            return day.replace(year=year, day=28)

    def _in_january(self, day: int) -> int:
        old, new = CENSUS_DAYS[CALIBRATED].day, self.census_day.day
        if day == old:
            return new
        if day < old:
            return min(day, new - 1)
        if new < old:
            return day
        # the days left after census day hold all that came after it, the last day staying the last
        return new + 1 + (day - old - 1) * (31 - new - 1) // (31 - old - 1)

    def text(self, value: str) -> str:
        """`value` moved if it is a date in one of the written forms, else as it is.

        A day that does not exist (a planted fault) stays impossible: only its year is moved.
        """
        found = _WRITTEN.fullmatch(value)
        if not found:
            return value
        front = found["year"] is not None
        year, month, of_month = (found[name if front else f"{name}2"] for name in ("year", "month", "day"))
        try:
            number = _MONTHS.index(month) + 1 if month.isalpha() else int(month)
            moved = self.day(dt.date(int(year), number, int(of_month)))
        except ValueError:
            return value.replace(year, f"{int(year) + self.years:04d}")
        day_text, year_text = f"{moved.day:02d}", f"{moved.year:04d}"
        if front:
            return f"{year_text}-{month}-{day_text}{found['time'] or ''}"
        return f"{day_text}{found['mark']}{month}{found['mark']}{year_text}"

    def _change_of(self, column: str) -> Callable[[str], str]:
        if column == "financial_year":
            return lambda year: f"{int(year[:4]) + self.years}-{(int(year[-2:]) + self.years) % 100:02d}"
        if column in _MONTH_NUMBERS:
            return lambda number: str(int(number) + 12 * self.years)
        return self.text

    def parts(self, value: str, separator: str) -> str:
        """Every part of `value` that is a date moved: keys and lines put together from several values."""
        return separator.join(self.text(part) for part in value.split(separator))

    def tables(self, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """All tables of the extracts moved. Codes that the collection does not have yet are put back, and what only it
        insists on is filled in."""
        if not self.years:
            return tables
        moved = {name: self.table(table) for name, table in tables.items()}
        schools = moved["census_schoolcensus"]
        year = pa.array([str(self.collection)] * schools.num_rows, pa.string())
        moved["census_schoolcensus"] = schools.set_column(schools.schema.get_field_index("year"), "year", year)
        if self.collection < DOWN_SYNDROME_FROM:
            for name, column in _NEEDS.items():
                moved[name] = without_down_syndrome(moved[name], column)
        if self.collection >= SOURCE_OF_ALL_FROM:
            moved["ehc_request"] = with_sources(moved["ehc_request"])
        return moved

    def table(self, table: pa.Table) -> pa.Table:
        """One table with every date written as text moved, nested ones as well; so are years and months that are
        written as numbers."""
        columns = [
            _mapped(column.combine_chunks(), self._change_of(name))
            for name, column in zip(table.column_names, table.columns, strict=True)
        ]
        return pa.table(dict(zip(table.column_names, columns, strict=True)))


def without_down_syndrome(table: pa.Table, need: str) -> pa.Table:
    """DS of the field `need` (a column, or a field of a nested one) as OTH.

    A second need of a plan that says OTH once more goes.
    """

    def before(code: str) -> str:
        return "OTH" if code == "DS" else code

    columns = {
        name: _mapped(table[name].combine_chunks(), before, only=need, here=name == need) for name in table.column_names
    }
    out = pa.table(columns)
    if {"plan_ref", "rank"} <= set(out.column_names):
        first = out.filter(pc.and_(pc.equal(out["rank"], "1"), pc.equal(out[need], "OTH")))["plan_ref"]
        again = pc.and_(
            pc.and_(pc.equal(out["rank"], "2"), pc.equal(out[need], "OTH")), pc.is_in(out["plan_ref"], first)
        )
        out = out.filter(pc.invert(pc.fill_null(again, False)))
    return out


def with_sources(requests: pa.Table) -> pa.Table:
    """A source for every request that was received here and has none."""
    missing = pc.and_(pc.is_null(requests["source"]), pc.is_valid(requests["received_date"]))
    filled = pc.if_else(missing, _USUAL_SOURCE, requests["source"])
    return requests.set_column(requests.schema.get_field_index("source"), "source", filled)


def _mapped(array: pa.Array, change: Callable[[str], str], *, only: str | None = None, here: bool = True) -> pa.Array:
    """`change` put to every text of `array`, down into lists and structs; with `only`, to the field of that name."""
    kind = array.type
    if pa.types.is_list(kind):
        inside = _mapped(array.values, change, only=only, here=here)
        return pa.ListArray.from_arrays(array.offsets, inside, mask=array.is_null() if array.null_count else None)
    if pa.types.is_struct(kind):
        names = [field.name for field in kind]
        fields = [
            _mapped(array.field(position), change, only=only, here=only is None or name == only)
            for position, name in enumerate(names)
        ]
        return pa.StructArray.from_arrays(fields, names=names, mask=array.is_null() if array.null_count else None)
    if not pa.types.is_string(kind) or not here:
        return array
    coded = array.dictionary_encode()
    words = pa.array([change(word) for word in coded.dictionary.to_pylist()], type=pa.string())
    return words.take(coded.indices)
