"""The dbt contracts of the return are those the definition makes, in every year."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from returns.definition.dbt_contract import contract_files
from returns.definition.load import defined_years, load_definition
from returns.kinds import SEN2

CONTRACTS = contract_files(SEN2)


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_is_what_the_definition_makes(path: Path) -> None:
    made = CONTRACTS[path]
    assert path.read_text(encoding="utf-8") == made, "run `send sen2 contracts --write`"


@pytest.mark.parametrize("year", defined_years(SEN2))
def test_a_contract_has_the_columns_of_every_year(year: int) -> None:
    for module in load_definition(SEN2, year).modules.values():
        (path,) = (path for path in CONTRACTS if path.stem == module.table)
        (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        columns = {column["name"]: column["data_type"].upper() for column in model["columns"]}
        assert columns == load_definition(SEN2, year).columns(module)
