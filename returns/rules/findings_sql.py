"""The SQL that turns what the rules found into findings: whose record it is, its value, its fingerprint, its note.

Everything is looked up for the records found alone, a module at a time, so the cost follows the findings and not the
size of the return.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from area.sql import literal
from returns.definition.model import Definition, Item, Module
from returns.definition.tables import SCHEMA
from returns.kinds import ReturnKind
from returns.rules.book import Rule

# What a finding id and a fingerprint are made over; the separators cannot stand in a value of a return.
ITEM_END, RECORD_END = "chr(31)", "chr(30)"

BREACH_COLUMNS = {
    "rule_id": "varchar",
    "severity": "varchar",
    "module": "varchar",
    "record_key": "varchar",
    "persontableid": "varchar",
    "item": "varchar",
    "message": "varchar",
    "value": "varchar",
    "detail": "varchar",
    "source_table": "varchar",
    "file_hash": "varchar",
    "file_name": "varchar",
    "row": "bigint",
    "finding_id": "varchar",
    "fingerprint": "varchar",
    "state": "varchar",
    "note_id": "varchar",
}


def found_table(kind: ReturnKind) -> str:
    """What the rules select, as they select it."""
    return f"{kind.name}_found"


def record_table(kind: ReturnKind) -> str:
    """One row a record and item found: the person it is about, its value, where it came from."""
    return f"{kind.name}_found_record"


def fingerprint_table(kind: ReturnKind) -> str:
    """One row a rule and person that breaks it: the values the rule looks at."""
    return f"{kind.name}_found_fingerprint"


def text_of(item: Item, table: str) -> str:
    """The item's value as the file of the return writes it."""
    column = f'{table}."{item.column}"'
    if item.type == "datetime":
        return f"strftime({column}::timestamp, '%Y-%m-%dT%H:%M:%S')"
    return f"{column}::varchar"


def records_sql(definition: Definition, module: Module) -> str:
    """The rows of `record_table` for records of one module."""
    values = " ".join(f"when {literal(item.tag)} then {text_of(item, 'm')}" for item in module.items)
    asked = f"(select distinct record_key, item from {found_table(definition.kind)} where module = '{module.name}')"
    if module.key is None:
        person, joins = "null", f"cross join (from {SCHEMA}.{module.table} limit 1) as m"
    else:
        person, parents = _person_of(definition, module)
        joins = f"inner join {SCHEMA}.{module.table} as m on m.{module.key} = asked.record_key {parents}"
    return (
        f"select '{module.name}' as module, asked.record_key, asked.item, {person} as persontableid, "
        f"case asked.item {values} end as value, m._source_table, m._file_hash, m._row from {asked} as asked {joins}"
    )


def _person_of(definition: Definition, module: Module) -> tuple[str, str]:
    """The key of the person a row `m` of the module is about, and the joins that lead there: a module just below the
    persons has their key itself."""
    joins, alias = "", "m"
    for parent in definition.upwards(module)[1:-1]:
        joins += f" inner join {SCHEMA}.{parent.table} as {parent.name} on {parent.name}.{parent.key} = {alias}."
        joins += f"{parent.key}"
        alias = parent.name
    return f"{alias}.{definition.persons.key}", joins


def fingerprints_sql(definition: Definition, rules: Sequence[Rule]) -> str:
    """The rows of `fingerprint_table`: a digest of every value of the person that the rule's items hold, in the order
    of modules and records. A rule about items that the person has none of has no row."""
    parts = " union all ".join(_parts(definition, rules))
    if not parts:
        return "select null::varchar as rule_id, null::varchar as persontableid, null::varchar as fingerprint limit 0"
    kind = definition.kind
    broken = (
        f"select distinct rule_id, persontableid from {found_table(kind)} "
        f"inner join {record_table(kind)} using (module, record_key, item) where persontableid is not null"
    )
    return (
        f"with broken_rule as materialized ({broken}) "
        f"select rule_id, persontableid, sha256(string_agg(part, {RECORD_END} order by module, record_key)) "
        f"as fingerprint from ({parts}) group by rule_id, persontableid"
    )


def _parts(definition: Definition, rules: Sequence[Rule]) -> Iterator[str]:
    person = definition.persons
    for module in definition.modules.values():
        if module.key is None:
            continue
        items = {item.tag: item for item in module.items}
        looked = {rule.id: [items[tag] for tag in rule.items if tag in items] for rule in rules}
        texts = " ".join(
            f"when '{rule}' then concat_ws({ITEM_END}, {', '.join(_not_null(item) for item in chosen)})"
            for rule, chosen in looked.items()
            if chosen
        )
        if not texts:
            continue
        ids = ", ".join(f"'{rule}'" for rule, chosen in looked.items() if chosen)
        key, parents = _person_of(definition, module)
        yield (
            f"select broken.rule_id, broken.persontableid, '{module.name}' as module, m.{module.key} as record_key, "
            f"'{module.name}' || {ITEM_END} || case broken.rule_id {texts} end as part "
            f"from (from broken_rule where rule_id in ({ids})) as broken "
            + (
                f"inner join {SCHEMA}.{module.table} as m on m.{person.key} = broken.persontableid"
                if module.name == person.name or module.parent == person.name
                else f"inner join (select m.*, {key} as person_key from {SCHEMA}.{module.table} as m {parents}) as m "
                "on m.person_key = broken.persontableid"
            )
        )


def _not_null(item: Item) -> str:
    return f"coalesce({text_of(item, 'm')}, '')"


def breaches_sql(kind: ReturnKind, *, file_names: bool, notes: bool) -> str:
    """The rows of `<return>_rule_breach`, in the order of BREACH_COLUMNS. `file_names`: schema `raw` knows the names of
    the files; `notes`: there is an overlay of notes."""
    name = "delivery.file_name" if file_names else "null"
    deliveries = (
        "left join (select file_hash, min(file_name) as file_name from raw.delivery group by file_hash) as delivery "
        "on delivery.file_hash = found_all.file_hash"
        if file_names
        else ""
    )
    note = f"left join ({notes_sql(kind)}) as note using (finding_id)" if notes else ""
    state = "case when note.id is null then 'open' when note.fingerprint = told.fingerprint then 'explained' "
    state += "else 'lapsed' end"
    return f"""
    with found_all as (
        select
            found.rule_id, found.module, found.record_key, records.persontableid, found.item, records.value,
            found.detail,
            coalesce(found.source_table, records._source_table) as source_table,
            coalesce(found.file_hash, records._file_hash) as file_hash,
            coalesce(found.row, records._row) as row,
            left(sha256(concat_ws('|', found.rule_id, found.module, found.record_key, found.item)), 16) as finding_id
        from {found_table(kind)} as found
        left join {record_table(kind)} as records using (module, record_key, item)
    ),
    told as (
        select
            found_all.*,
            case
                when persontableid is null
                    then sha256(concat_ws({ITEM_END}, coalesce(value, ''), coalesce(detail, '')))
                else coalesce(prints.fingerprint, sha256(''))
            end as fingerprint,
            {name} as file_name
        from found_all
        left join {fingerprint_table(kind)} as prints using (rule_id, persontableid)
        {deliveries}
    )
    select
        told.rule_id, rules.severity, told.module, told.record_key, told.persontableid, told.item, rules.message,
        told.value, told.detail, told.source_table, told.file_hash, told.file_name, told.row, told.finding_id,
        told.fingerprint, {state if notes else "'open'"} as state, {"note.id" if notes else "null"} as note_id
    from told
    inner join {SCHEMA}.{kind.name}_rule as rules using (rule_id)
    {note}
    order by told.rule_id, told.module, told.record_key, told.item, told.file_hash, told.row
    """


def notes_sql(kind: ReturnKind) -> str:
    """Notes that stand: the newest of each finding, of those that no later line withdraws."""
    return f"""
    {standing_notes_sql(kind)}
    qualify row_number() over (partition by finding_id order by made_at desc, id desc) = 1
    """


def standing_notes_sql(kind: ReturnKind) -> str:
    """Every note on a finding of this return that is not withdrawn."""
    return f"""
    select id, finding_id, fingerprint, made_at from overlay.note
    where starts_with(rule_id, '{kind.rule_prefix}-') and coalesce(withdraws, '') = ''
        and id not in (select withdraws from overlay.note where coalesce(withdraws, '') <> '')
    """


def note_states_sql(kind: ReturnKind) -> str:
    """What has become of every note that is not withdrawn: id, finding_id, state."""
    return f"""
    select
        note.id,
        note.finding_id,
        case
            when count(breach.finding_id) = 0 then 'no_longer_found'
            when bool_or(breach.fingerprint = note.fingerprint) then 'explained'
            else 'lapsed'
        end as state
    from ({standing_notes_sql(kind)}) as note
    left join {SCHEMA}.{kind.name}_rule_breach as breach using (finding_id)
    group by note.id, note.finding_id
    order by note.id
    """
