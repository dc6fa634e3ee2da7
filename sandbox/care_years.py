"""The social care files of the year asked for: the SSDA903 and the inspection lists as they were laid out then.

The pretend area is made with everything the newest return has; what a year does not know is taken away again here.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

LETTERS_FOR_SEX_FROM = 2025  # SEX M and F; 1 and 2 before
SUPPORTED_ACCOMMODATION_FROM = 2024  # PLACE K3; H5 before
KINDS_OF_OTHER_PLACE_FROM = 2026  # PLACE Z11 to Z14; Z1 before
WORKERS_FROM = 2024  # the file of social workers
LIBERTY_FROM = 2027  # the file of deprivation of liberty orders
LISTS_TELL_SEX_FROM = 2026  # heading of the inspection lists; Gender before
_LIST_HEADING = {"Gender": "Sex"}
_CONFERENCES = {
    "cin_section47": "conference",
    "cin_protection_plan": "start_date",
    "cin_episode": "initial_conference",
}
# Where a child is placed: child, place (the list says what it means too) and register number.
_PLACED = {
    "s903_episodes": ("CHILD", "PLACE", "URN"),
    "annex_a_looked_after": ("Child Unique ID", "Placement Type", "URN of Placement"),
}
_BEFORE_SUPPORTED = {"K3": "H5", "K3 Supported accommodation": "H5 Semi-independent living"}
_OTHER_PLACES = ("Z11", "Z12", "Z13", "Z14")


def not_asked(collection: int) -> set[str]:
    """Tables of the 903 that the year does not have yet."""
    began = {"s903_sw_episodes": WORKERS_FROM, "s903_dolo": LIBERTY_FROM}
    return {name for name, year in began.items() if collection < year}


def care_of_year(tables: dict[str, pa.Table], collection: int) -> dict[str, pa.Table]:
    """`tables` with the 903's tables and codes and the lists' words of the year to March of `collection`."""
    out = {name: table for name, table in tables.items() if name not in not_asked(collection)}
    if collection < LETTERS_FOR_SEX_FROM:
        for name in ("s903_header", "s903_uasc"):
            out[name] = _recoded(out[name], "SEX", {"M": "1", "F": "2"})
    for name, (child, place, number) in _PLACED.items():
        if name in out and collection < SUPPORTED_ACCOMMODATION_FROM:
            out[name] = _recoded(_unregistered(out[name], place, number), place, _BEFORE_SUPPORTED)
        if name in out and collection >= KINDS_OF_OTHER_PLACE_FROM:
            out[name] = _other_places(out[name], child, place)
    if collection >= LISTS_TELL_SEX_FROM:
        for name in [name for name in out if name.startswith("annex_a_")]:
            out[name] = out[name].rename_columns([_LIST_HEADING.get(each, each) for each in out[name].column_names])
    for name, column in _CONFERENCES.items():  # all that is told of one conference moves with it
        out[name] = _on_working_days(out[name], column)
    return out


def _recoded(table: pa.Table, column: str, codes: dict[str, str]) -> pa.Table:
    values = table[column].combine_chunks().dictionary_encode()
    words = pa.array([codes.get(word, word) for word in values.dictionary.to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index(column), column, words.take(values.indices))


def _unregistered(table: pa.Table, place: str, number: str) -> pa.Table:
    """What is supported accommodation now was on no register then."""
    supported = pc.fill_null(pc.starts_with(table[place], "K3"), False)
    numbers = pc.if_else(supported, None, table[number])
    return table.set_column(table.schema.get_field_index(number), number, numbers)


def _on_working_days(table: pa.Table, column: str) -> pa.Table:
    """Conferences are not held at weekends: the Friday before, or the Monday after where a census begins.

    `column` has dates like 2025-01-31; a day that does not exist (a planted fault) stays.
    """
    values = table[column].combine_chunks().dictionary_encode()
    words = pa.array([_working_day(word) for word in values.dictionary.to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index(column), column, words.take(values.indices))


def _working_day(written: str) -> str:
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        return written
    friday = day - dt.timedelta(days=max(day.weekday() - 4, 0))
    new_year = (day.month, day.day) in ((4, 1), (4, 2))  # the Friday would be of the census before
    return (friday + dt.timedelta(days=3 if new_year and friday != day else 0)).isoformat()


def _other_places(table: pa.Table, child: str, place: str) -> pa.Table:
    """One of the four kinds for each Z1, in turn by child: a child's stays the same."""
    kinds = [_OTHER_PLACES[sum(key.encode()) % len(_OTHER_PLACES)] for key in table[child].to_pylist()]
    split = [
        kind + word[2:] if word is not None and word[:2] == "Z1" else word
        for kind, word in zip(kinds, table[place].to_pylist(), strict=True)
    ]
    return table.set_column(table.schema.get_field_index(place), place, pa.array(split, pa.string()))
