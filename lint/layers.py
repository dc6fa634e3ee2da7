"""Layer lint of the dbt project: `python -m lint.layers <manifest.json>`. No baseline: every violation is an error.

Rules (docs/design.md, style): a model reads its own layer or the ones it may build on; sources are read by staging
alone; every model has a YAML file of its own name beside it, a description that begins with its grain, and tests of
its key (unique and not null); marts, returns, board and pseudonymised tables have an enforced contract.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lint.manifest import Model, read_models

MAY_READ: Mapping[str, frozenset[str]] = {
    "staging": frozenset({"source", "seed", "staging"}),
    "intermediate": frozenset({"seed", "staging", "intermediate"}),
    "marts": frozenset({"seed", "staging", "intermediate", "marts"}),
    "returns": frozenset({"seed", "marts", "returns", "overlay"}),
    "board": frozenset({"seed", "staging", "marts", "returns", "board"}),
    "pseudonymised": frozenset({"seed", "marts", "pseudonymised"}),
}
"""What a model of each layer may read. A return is made of facts, and of what people have said about it: the overlay is
no extract, so it has no staging and is read where it is laid over. The board also shows what is no fact of ours and
comes straight from staging: figures others published, and the record of what was delivered."""

CONTRACTED = frozenset({"marts", "returns", "board", "pseudonymised"})
"""Layers that other programs read, so their columns and types are promised."""

GRAIN = "One row per "


@dataclass(frozen=True)
class Violation:
    """One rule broken by one model."""

    model: str
    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.model}: {self.rule}: {self.detail}"


def violations(models: Mapping[str, Model]) -> list[Violation]:
    """Every violation of `models` (by id), in the order of their names."""
    return sorted(
        (found for model in models.values() for found in _of_model(model, models)),
        key=lambda violation: (violation.model, violation.rule, violation.detail),
    )


def _of_model(model: Model, models: Mapping[str, Model]) -> Iterator[Violation]:
    if model.layer not in MAY_READ:
        yield Violation(model.name, "layer", f"'{model.layer}' is none of {sorted(MAY_READ)}")
        return
    for read in model.reads:
        kind = models[read].layer if read in models else _kind(read)
        if kind not in MAY_READ[model.layer]:
            yield Violation(model.name, "direction", f"{model.layer} may not read {read} ({kind})")
    if model.yml != model.path.with_suffix(".yml"):
        yield Violation(model.name, "yml", f"expected {model.path.with_suffix('.yml')}, found {model.yml}")
    if not model.description.startswith(GRAIN):
        yield Violation(model.name, "grain", f"the description does not begin with '{GRAIN.strip()} …'")
    if not _key_is_tested(model):
        yield Violation(model.name, "key", "no key is tested both for being unique and for not being null")
    if model.layer in CONTRACTED and not model.contract_enforced:
        yield Violation(model.name, "contract", f"contracts are enforced in {model.layer}")


def _kind(read: str) -> str:
    """Of what is no model: `source.send.overlay.correction` is of the overlay, any other source is an extract."""
    parts = read.split(".")
    return parts[2] if parts[0] == "source" and parts[2] == "overlay" else parts[0]


def _key_is_tested(model: Model) -> bool:
    """A key is one column, or columns together of which at least one is never null."""
    not_null = {column for test in model.tests if test.kind == "not_null" for column in test.columns}
    return any(
        test.kind in {"unique", "unique_together"} and not_null.intersection(test.columns) for test in model.tests
    )


def main(arguments: list[str]) -> int:
    """Print every violation of the manifest named in `arguments`; the exit status is 1 when there is one."""
    if len(arguments) != 1:
        print("usage: python -m lint.layers <manifest.json>", file=sys.stderr)
        return 2
    models = read_models(Path(arguments[0]))
    found = violations(models)
    for violation in found:
        print(violation)
    print(f"{len(models)} models, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
