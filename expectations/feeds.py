"""The feeds as their contracts describe them, read as data: title, owner, whether the night needs it, allowed age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from area.paths import PROJECT_ROOT

CONTRACTS = PROJECT_ROOT / "ingest" / "contracts"


@dataclass(frozen=True)
class ContractFeed:
    """One feed. `allowed_age_days` is how old its newest extract may be; None for history, which is never late."""

    feed: str
    title: str
    sector: str
    owner: str
    required: bool
    allowed_age_days: int | None


def contract_feeds(root: Path = CONTRACTS, *, allowed_age_days: Mapping[str, int] | None = None) -> list[ContractFeed]:
    """All feeds by sector and name; `allowed_age_days` (an area's settings) wins over the contract."""
    feeds = []
    for path in sorted(root.glob("*/*.yml")):
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = str(contract["feed"])
        allowed = contract["allowed_age_days"]
        feeds.append(
            ContractFeed(
                feed=name,
                title=str(contract["title"]),
                sector=str(contract["sector"]),
                owner=str(contract["owner"]),
                required=bool(contract["required"]),
                allowed_age_days=(allowed_age_days or {}).get(name, None if allowed == "any" else int(allowed)),
            )
        )
    return sorted(feeds, key=lambda f: (f.sector, f.feed))
