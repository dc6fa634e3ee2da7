"""A macro of the dbt project rendered without dbt, so that thousands of made-up tables can go through its SQL."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader

from area.paths import PROJECT_ROOT


def _return(value: Any) -> Any:
    return value


def render(file: str, call: str, *, env: dict[str, str] | None = None, **variables: Any) -> str:
    """The SQL of `call` (as written in a model) with the macros of `macros/<file>` and the given dbt variables."""
    environment = Environment(
        loader=FileSystemLoader(PROJECT_ROOT / "dbt_project" / "macros"), extensions=["jinja2.ext.do"], autoescape=False
    )
    environment.globals.update({"var": variables.__getitem__, "env_var": (env or {}).__getitem__, "return": _return})
    source = f'{{% import "{file}" as m with context %}}{{{{ m.{call} }}}}'
    return environment.from_string(source).render()
