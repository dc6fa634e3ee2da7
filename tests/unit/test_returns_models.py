"""The dbt models of the return make the tables that the definition describes."""

from __future__ import annotations

import pytest
import yaml

from area.paths import PROJECT_ROOT
from returns.definition.load import load_definition
from returns.definition.model import Module
from returns.kinds import SEN2

MODELS = PROJECT_ROOT / "dbt_project" / "models" / "returns" / "sen2"
DEFINITION = load_definition(SEN2, 2025)


@pytest.mark.parametrize("module", DEFINITION.modules.values(), ids=lambda module: module.name)
def test_a_models_contract_has_the_columns_of_the_definition(module: Module) -> None:
    described = yaml.safe_load((MODELS / f"{module.table}.yml").read_text(encoding="utf-8"))
    (model,) = (model for model in described["models"] if model["name"] == module.table)
    columns = {column["name"]: column["data_type"].upper() for column in model["columns"]}
    expected = DEFINITION.columns(module)
    assert list(columns) == list(expected)
    whole_numbers = {"INTEGER", "BIGINT"}
    for name, sql_type in expected.items():
        assert columns[name] == sql_type or {columns[name], sql_type} <= whole_numbers
