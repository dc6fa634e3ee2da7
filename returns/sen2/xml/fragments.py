"""The SQL that turns return tables into XML text, put together from the definition.

The persons are numbered in the order of the document. Then, a block of persons at a time (which bounds the memory,
however large the return), every module's rows are laid down in that order in temporary tables keyed by whole numbers;
and, a slice of those at a time, every row becomes text and is put into its parent's text, from the innermost module
outwards. The database does the nesting, the ordering and the escaping as sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from returns.definition.model import DEFAULT_ORDER, Definition, Item, Module
from returns.definition.tables import SCHEMA

PREFIX = "sen2_write_"
ORDER = "sen2_write_order"
# The first so many of a parent's children are joined one by one; only those behind them need an ordered aggregate,
# which costs ten times as much a row and is seldom needed (a person with four requests, a plan with four placements).
JOINED_CHILDREN = 3

# Characters that XML 1.0 cannot hold at all are replaced by U+FFFD, so that a reader sees that something was there. A
# carriage return must be a reference, or every XML reader would take it for a line feed.
XML_TEXT_MACRO = r"""
create or replace temp macro xml_text(x) as
case
    when trim(x, e' \t\r\n') = '' then null
    when regexp_matches(x, '[&<>\x00-\x08\x0B-\x1F\x{FFFE}\x{FFFF}]') then
        replace(replace(replace(replace(
            regexp_replace(x, '[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]', chr(65533), 'g'),
            '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), chr(13), '&#13;')
    else x
end
"""


def order_sql(top: Module) -> str:
    """Makes the temporary table that numbers the persons from 1 in the order of the document."""
    return (
        f"create or replace temp table {ORDER} as "
        f"select row_number() over (order by {_order(top)})::integer as no, {top.key} from {SCHEMA}.{top.table}"
    )


def block_sql(definition: Definition, top: Module, *, first: int, last: int) -> Iterator[str]:
    """Statements that make the temporary tables of the persons numbered `first` to `last`, parents before children:
    `no` numbers the rows in the order of the document, `person_no` says whose they are, `place` is the place among the
    parent's children."""
    yield (
        f"create or replace temp table {PREFIX}{top.name} as "
        f"select n.no, n.no as person_no, {top.key}, {_columns(top)} from {SCHEMA}.{top.table} "
        f"join {ORDER} as n using ({top.key}) where n.no between {first} and {last} order by 1"
    )
    yield from _block_of_children(definition, top)


def _block_of_children(definition: Definition, parent: Module) -> Iterator[str]:
    for child in _children(definition, parent):
        yield (
            f"create or replace temp table {PREFIX}{child.name} as "
            f"select row_number() over (order by p.no, {_order(child, 'm.')})::integer as no, "
            f"(row_number() over (partition by p.no order by {_order(child, 'm.')}))::integer as place, "
            f"p.no as parent_no, p.person_no, {child.key}, {_columns(child)} "
            f"from {SCHEMA}.{child.table} as m join {PREFIX}{parent.name} as p using ({parent.key}) order by 1"
        )
        yield from _block_of_children(definition, child)


def drop_sql(definition: Definition, top: Module) -> str:
    """Drops the temporary tables."""
    names = [ORDER, *(f"{PREFIX}{module.name}" for module in (top, *_below(definition, top)))]
    return "; ".join(f"drop table if exists {name}" for name in names)


def slice_sql(definition: Definition, top: Module, order: str) -> str:
    """One text a person, in the return's order, of the persons numbered `$first` to `$last`."""
    ctes: list[str] = []
    body = _row(definition, top, order, ctes)
    return f"with {', '.join(ctes)} select xml from ({body}) order by no"


def header_sql(module: Module) -> str:
    """The one text of the header."""
    return f"select {_text(module, DEFAULT_ORDER, {})} as xml from {SCHEMA}.{module.table} as m"


def _below(definition: Definition, module: Module) -> Iterator[Module]:
    for child in _children(definition, module):
        yield child
        yield from _below(definition, child)


def _children(definition: Definition, module: Module) -> list[Module]:
    return [definition.module(held) for held in module.holds if isinstance(held, str)]


def _columns(module: Module) -> str:
    return ", ".join(f'"{item.column}"' for item in module.items)


def _order(module: Module, alias: str = "") -> str:
    return ", ".join(f"{alias}{column}" for column in [*module.order_by, str(module.key)])


def _row(definition: Definition, module: Module, order: str, ctes: list[str]) -> str:
    """A query with one row a row of the module: its numbers and its text, the texts of modules below inside it."""
    joins, texts = [], {}
    for child in _children(definition, module):
        body = _row(definition, child, order, ctes)
        name = f"c_{child.name}"
        if child.most == 1:
            joins.append(f"left join ({body}) as {name} on {name}.parent_no = m.no")
            texts[child.name] = f"{name}.xml"
            continue
        places = range(1, min(child.most or JOINED_CHILDREN, JOINED_CHILDREN) + 1)
        ctes.append(f"{name} as materialized ({body})")
        joins += [
            f"left join {name} as {name}_{place} on {name}_{place}.parent_no = m.no and {name}_{place}.place = {place}"
            for place in places
        ]
        joins.append(
            f"left join (select parent_no, string_agg(xml, '' order by place) as xml from {name} "
            f"where place > {places[-1]} group by parent_no) as {name}_more on {name}_more.parent_no = m.no"
        )
        texts[child.name] = ", ".join([*(f"{name}_{place}.xml" for place in places), f"{name}_more.xml"])
    numbers = "m.no" if module.parent is None else "m.no, m.parent_no, m.place"
    return (
        f"select {numbers}, {_text(module, order, texts)} as xml from {PREFIX}{module.name} as m {' '.join(joins)} "
        "where m.person_no between $first and $last"
    )


def _text(module: Module, order: str, texts: dict[str, str]) -> str:
    """The expression of a row's text. `concat` passes over what is null, so absent items leave no element."""
    parts = [f"'<{module.element}>\n'"]
    within: str | None = None
    for held in module.in_order(order):
        group = held.within if isinstance(held, Item) else None
        if group != within:
            parts += [f"'</{within}>\n'"] if within else []
            parts += [f"'<{group}>\n'"] if group else []
            within = group
        parts.append(_element(held) if isinstance(held, Item) else texts[held])
    parts += [f"'</{within}>\n'"] if within else []
    parts.append(f"'</{module.element}>\n'")
    return f"concat({', '.join(parts)})"


def _element(item: Item) -> str:
    column = f'm."{item.column}"'
    if item.type in ("text", "code", "la"):
        value = f"xml_text({column}::varchar)"
    elif item.type == "datetime":
        value = f"strftime({column}::timestamp, '%Y-%m-%dT%H:%M:%S')"
    else:
        value = f"{column}::varchar"
    return f"'<{item.tag}>' || {value} || '</{item.tag}>\n'"
