"""What the layer lint needs to know of a dbt project, read from dbt's manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any


@dataclass(frozen=True)
class Model:
    """One model: its layer is the first folder of its path under `models/`."""

    name: str
    path: PurePosixPath
    yml: PurePosixPath | None
    description: str
    contract_enforced: bool
    reads: tuple[str, ...]  # ids of what it reads, such as model.send.fct_plan
    tests: tuple[KeyTest, ...]

    @property
    def layer(self) -> str:
        return self.path.parts[0]


@dataclass(frozen=True)
class KeyTest:
    """One data test: its kind ('unique', 'not_null', 'unique_together') and the columns it is about."""

    kind: str
    columns: tuple[str, ...]


def read_models(manifest: Path) -> dict[str, Model]:
    """Every model of the project by its id, as `dbt parse` wrote them to `manifest`."""
    nodes: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    tests: dict[str, list[KeyTest]] = {}
    for node in nodes.values():
        if node["resource_type"] == "test" and node.get("test_metadata") and node.get("attached_node"):
            tests.setdefault(node["attached_node"], []).append(_key_test(node))
    return {
        key: Model(
            name=node["name"],
            path=PurePosixPath(node["path"]),
            yml=_inside_models(node.get("patch_path")),
            description=node["description"],
            contract_enforced=bool(node["contract"]["enforced"]),
            reads=tuple(node["depends_on"]["nodes"]),
            tests=tuple(tests.get(key, ())),
        )
        for key, node in nodes.items()
        if node["resource_type"] == "model"
    }


def _key_test(node: Mapping[str, Any]) -> KeyTest:
    arguments = node["test_metadata"]["kwargs"]
    columns = arguments.get("columns") or [arguments.get("column_name") or ""]
    return KeyTest(kind=node["test_metadata"]["name"], columns=tuple(columns))


def _inside_models(patch_path: str | None) -> PurePosixPath | None:
    """`send://models/a/b.yml` -> `a/b.yml`."""
    return PurePosixPath(patch_path.split("://models/", 1)[1]) if patch_path else None
