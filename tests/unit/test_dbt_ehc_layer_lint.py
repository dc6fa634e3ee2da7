"""The layer lint, on models written down by hand and on a small manifest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from lint.layers import main, violations
from lint.manifest import KeyTest, Model, read_models

STAGING = Model(
    name="stg_ehc__plan",
    path=PurePosixPath("staging/ehc/stg_ehc__plan.sql"),
    yml=PurePosixPath("staging/ehc/stg_ehc__plan.yml"),
    description="One row per plan.",
    contract_enforced=False,
    reads=("source.send.ehc.ehc_plan",),
    tests=(KeyTest("unique", ("plan_ref",)), KeyTest("not_null", ("plan_ref",))),
)
FACT = replace(
    STAGING,
    name="fct_plan",
    path=PurePosixPath("marts/ehc/fct_plan.sql"),
    yml=PurePosixPath("marts/ehc/fct_plan.yml"),
    contract_enforced=True,
    reads=("model.send.stg_ehc__plan", "seed.send.areas"),
)
RETURN = replace(
    FACT,
    name="sen2_named_plan",
    path=PurePosixPath("returns/sen2/sen2_named_plan.sql"),
    yml=PurePosixPath("returns/sen2/sen2_named_plan.yml"),
    reads=("model.send.fct_plan",),
)


def broken(**changed: Model) -> list[tuple[str, str]]:
    """(model, rule) of every violation, with models of the clean three replaced."""
    models = {"model.send.stg_ehc__plan": STAGING, "model.send.fct_plan": FACT, "model.send.sen2_named_plan": RETURN}
    for model in changed.values():
        models[f"model.send.{model.name}"] = model
    return [(violation.model, violation.rule) for violation in violations(models)]


def test_a_clean_project_has_no_violation() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        (replace(STAGING, reads=("model.send.fct_plan",)), "direction"),
        (replace(FACT, reads=("source.send.ehc.ehc_plan",)), "direction"),
        (replace(FACT, reads=("model.send.sen2_named_plan",)), "direction"),
        (replace(RETURN, reads=("model.send.stg_ehc__plan",)), "direction"),
        (replace(RETURN, reads=("source.send.ehc.ehc_plan",)), "direction"),
        (replace(FACT, reads=("source.send.overlay.correction",)), "direction"),
        (replace(FACT, path=PurePosixPath("other/fct_plan.sql")), "layer"),
        (replace(FACT, yml=PurePosixPath("marts/ehc/_models.yml")), "yml"),
        (replace(FACT, yml=None), "yml"),
        (replace(FACT, description="Plans."), "grain"),
        (replace(FACT, tests=(KeyTest("unique", ("plan_ref",)),)), "key"),
        (replace(FACT, tests=(KeyTest("not_null", ("plan_ref",)),)), "key"),
        (replace(FACT, tests=(KeyTest("unique", ("plan_ref",)), KeyTest("not_null", ("start_date",)))), "key"),
        (replace(FACT, contract_enforced=False), "contract"),
        (replace(RETURN, contract_enforced=False), "contract"),
    ],
)
def test_each_rule_finds_its_violation(model: Model, rule: str) -> None:
    assert (model.name, rule) in broken(changed=model)


def test_a_return_may_read_what_people_have_said_of_it() -> None:
    assert broken(changed=replace(RETURN, reads=("model.send.fct_plan", "source.send.overlay.correction"))) == []


def test_columns_unique_together_are_a_key() -> None:
    together = (KeyTest("unique_together", ("plan_ref", "rank")), KeyTest("not_null", ("plan_ref",)))
    assert broken(changed=replace(FACT, tests=together)) == []


def manifest(path: Path, *, enforced: bool) -> Path:
    """A manifest as dbt writes it, of one mart that reads a seed."""
    nodes = {
        "model.send.fct_plan": {
            "resource_type": "model",
            "name": "fct_plan",
            "path": "marts/ehc/fct_plan.sql",
            "patch_path": "send://models/marts/ehc/fct_plan.yml",
            "description": "One row per plan.",
            "contract": {"enforced": enforced},
            "depends_on": {"nodes": ["seed.send.areas"]},
        },
        "test.send.unique": {
            "resource_type": "test",
            "attached_node": "model.send.fct_plan",
            "test_metadata": {"name": "unique_together", "kwargs": {"columns": ["plan_ref", "version"]}},
        },
        "test.send.not_null": {
            "resource_type": "test",
            "attached_node": "model.send.fct_plan",
            "test_metadata": {"name": "not_null", "kwargs": {"column_name": "plan_ref"}},
        },
        "test.send.singular": {"resource_type": "test", "attached_node": None},
    }
    path.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    return path


def test_a_manifest_is_read_with_its_tests(tmp_path: Path) -> None:
    model = read_models(manifest(tmp_path / "manifest.json", enforced=True))["model.send.fct_plan"]
    assert (model.layer, model.yml) == ("marts", PurePosixPath("marts/ehc/fct_plan.yml"))
    assert model.tests == (KeyTest("unique_together", ("plan_ref", "version")), KeyTest("not_null", ("plan_ref",)))


def test_the_exit_status_tells_whether_there_is_a_violation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(manifest(tmp_path / "clean.json", enforced=True))]) == 0
    assert main([str(manifest(tmp_path / "loose.json", enforced=False))]) == 1
    assert "fct_plan: contract:" in capsys.readouterr().out
    assert main([]) == 2
