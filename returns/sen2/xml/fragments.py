"""The SQL that turns return tables into XML text, put together from the definition.

Every module's rows become text in one pass over its table and are gathered under their parent by `string_agg` in key
order, from the innermost module outwards, so the database does the nesting, the ordering and the escaping as sets.
"""

from __future__ import annotations

from returns.definition.model import DEFAULT_ORDER, Definition, Item, Module
from returns.definition.tables import SCHEMA

SLICE_TABLE = "sen2_write_slice"

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


def slices_sql(top: Module, size: int) -> str:
    """A temporary table that numbers the persons in the return's order and puts `size` of them in each slice."""
    return f"""
    create or replace temp table {SLICE_TABLE} as
    select {top.key}, (row_number() over (order by {_order(top)}) - 1) // {size} as slice
    from {SCHEMA}.{top.table}
    """


def slice_sql(definition: Definition, top: Module, order: str) -> str:
    """One text a person, in the return's order, of the slice bound to `$slice`."""
    ctes = [
        f"{top.name}_rows as (select m.* from {SCHEMA}.{top.table} as m "
        f"semi join (select * from {SLICE_TABLE} where slice = $slice) as s using ({top.key}))"
    ]
    body = _row(definition, top, order, ctes)
    return f"with {', '.join(ctes)} select xml from ({body}) order by {_order(top)}"


def header_sql(module: Module) -> str:
    """The one text of the header."""
    return f"select {_text(module, DEFAULT_ORDER, {})} as xml from {SCHEMA}.{module.table} as m"


def _order(module: Module) -> str:
    return ", ".join([*module.order_by, str(module.key)])


def _row(definition: Definition, module: Module, order: str, ctes: list[str]) -> str:
    """A query with one row a row of the module: its keys and its text, the texts of modules below inside it."""
    joins, texts = [], {}
    for child in (definition.module(held) for held in module.holds if isinstance(held, str)):
        ctes.append(
            f"{child.name}_rows as (select m.* from {SCHEMA}.{child.table} as m "
            f"semi join {module.name}_rows as p using ({module.key}))"
        )
        body = _row(definition, child, order, ctes)
        if child.most != 1:  # gathering costs most of the time, so it is left out where there is one row at most
            gathered = f"select {module.key}, string_agg(xml, '' order by {_order(child)}) as xml"
            body = f"{gathered} from ({body}) group by all"
        ctes.append(f"{child.name}_xml as ({body})")
        joins.append(f"left join {child.name}_xml as c_{child.name} using ({module.key})")
        texts[child.name] = f"c_{child.name}.xml"
    keys = ", ".join(f"m.{column}" for column in definition.columns(module) if _is_key(definition, module, column))
    text = _text(module, order, texts)
    return f"select {keys}, {text} as xml from {module.name}_rows as m {' '.join(joins)}"


def _is_key(definition: Definition, module: Module, column: str) -> bool:
    return column in {module.key, definition.parent_key(module), *module.order_by}


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
