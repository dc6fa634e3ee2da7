"""Which columns of which models a column was made from, read from the SQL the models were run with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from warehouse.lineage.keep import Columns, kept_columns, kept_sql

DIALECT = "duckdb"
# Corrections are told on their own, with who made them and why.
NOT_TRACED = ("overlay",)
# An answer later than this is of no use at a desk; what is not traced by then is said not to be.
SECONDS = 3.0


@dataclass(frozen=True, order=True)
class Column:
    """One column of one table or view of the warehouse."""

    schema: str
    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}.{self.name}"


@dataclass(frozen=True)
class Step:
    """A column and the columns it was made from: none for the rows of a file, or where tracing was not possible."""

    column: Column
    depth: int
    made_from: tuple[Column, ...]
    traced: bool = True


@dataclass
class Tracer:
    """Traces columns through the models kept with a night (`folder`, see keep.py). Each model is read once."""

    folder: Path
    seconds: float = SECONDS
    _columns: Columns = field(init=False)
    _scopes: dict[str, Scope | None] = field(init=False, default_factory=dict)
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._columns = kept_columns(self.folder)
        self._until = time.process_time() + self.seconds

    def chain(self, column: Column) -> list[Step]:
        """The column and everything it was made from, each followed by what it was made from; every column once."""
        steps: dict[Column, Step] = {}
        waiting = [(column, 0)]
        while waiting:
            current, depth = waiting.pop()
            if current in steps:
                continue
            above = self.made_from(current)
            steps[current] = Step(current, depth, above or (), traced=above is not None)
            waiting += [(each, depth + 1) for each in reversed(above or ())]
        return list(steps.values())

    def made_from(self, column: Column) -> tuple[Column, ...] | None:
        """The columns a column was made from directly; None where the model's SQL could not be traced in time."""
        if kept_sql(self.folder, column.table) is None:
            return ()
        if time.process_time() > self._until:
            return None
        try:
            scope = self._scope(column.table)
            if scope is None:
                return None
            node = lineage(column.name, scope.expression, {}, scope=scope, dialect=DIALECT)
        except (SqlglotError, ValueError, KeyError, RecursionError):
            return None
        return tuple(sorted({leaf for leaf in _leaves(node) if leaf.schema not in NOT_TRACED}))

    def _scope(self, model: str) -> Scope | None:
        """The model's SQL with every column's table named, as sqlglot wants it."""
        if model not in self._scopes:
            sql = kept_sql(self.folder, model) or ""
            tree = sqlglot.parse_one(sql, dialect=DIALECT)
            for table in tree.find_all(exp.Table):
                table.set("catalog", None)  # one file, one database
            schema: dict[str, Any] = {}
            for table in tree.find_all(exp.Table):
                if table.db:
                    known = self._columns.get(table.db, {}).get(table.name, {})
                    schema.setdefault(table.db, {})[table.name] = known
            qualified = qualify(tree, schema=schema, dialect=DIALECT, validate_qualify_columns=False, identify=False)
            self._scopes[model] = build_scope(_by_position(qualified))
        return self._scopes[model]


def _by_position(tree: exp.Expr) -> exp.Expr:
    """The query with every `union by name` written as one by position, which is all that sqlglot's lineage follows."""
    for union in list(tree.find_all(exp.SetOperation)):
        sides = [union.left, union.right]
        if not union.args.get("by_name") or not all(isinstance(side, exp.Select) for side in sides):
            continue
        names = list(dict.fromkeys(select.alias_or_name for side in sides for select in side.selects))
        for side in sides:
            own = {select.alias_or_name: select for select in side.selects}
            side.set("expressions", [own.get(name) or exp.alias_(exp.null(), name) for name in names])
        union.set("by_name", False)
    return tree


def _leaves(node: object) -> Iterator[Column]:
    for each in node.walk():  # type: ignore[attr-defined]
        table = each.expression
        if not each.downstream and isinstance(table, exp.Table) and table.db:
            yield Column(table.db, table.name, each.name.rpartition(".")[2].strip('"'))
