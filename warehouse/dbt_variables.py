"""The variables the dbt project is run with: the area's settings, and what the collection's return asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from area.settings import AreaSettings
from returns.definition.load import load_definition
from returns.kinds import SEN2


def dbt_variables(settings: AreaSettings, *, as_of: dt.date) -> dict[str, Any]:
    """`settings.dbt_vars` with `sen2_items`: module -> the columns the collection asks for, from its definition.

    Raises SettingsError for a collection that is not defined.
    """
    definition = load_definition(SEN2, settings.collection)
    asked = {module.name: sorted(item.column for item in module.items) for module in definition.modules.values()}
    return settings.dbt_vars(as_of=as_of) | {"sen2_items": asked}
