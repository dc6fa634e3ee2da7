"""`send nightly` itself, through Airflow, for several areas: every published cell comes out again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from area.paths import PROJECT_ROOT

pytestmark = pytest.mark.slow

SEND = Path(sys.executable).parent / "send"


def nightly(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SEND), "nightly", *words],
        cwd=PROJECT_ROOT,
        env=dict(os.environ) | {"SEND_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


@pytest.mark.parametrize("area", ["931"])
def test_every_published_cell_comes_out_again(area: str, tmp_path: Path) -> None:
    done = nightly(tmp_path, "--area", area)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    counted = re.search(r"(\d+) published cells compared, (\d+) equal, (\d+) explained, (\d+) unequal", done.stdout)
    assert counted, done.stdout[-500:]
    compared, equal, explained, unequal = map(int, counted.groups())
    assert compared > 200
    assert (equal + explained, unequal) == (compared, 0)
    run = json.loads((tmp_path / area / "current" / "run.json").read_text())
    assert run["area"] == area
    for path in re.findall(r"^  \w.*?(/\S+)$", done.stdout, re.MULTILINE):
        assert Path(path).exists(), path


def test_a_night_of_another_collection_is_whole(tmp_path: Path) -> None:
    """The smallest area in 2026: every gate, model, rule and page, and no published figure to be compared with."""
    done = nightly(tmp_path, "--area", "420", "--collection", "2026")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "nothing compared" in done.stdout
    current = tmp_path / "420" / "current"
    run = json.loads((current / "run.json").read_text())
    assert (run["area"], run["collection"]) == ("420", 2026)
    assert (current / "sen2" / "2026" / "SEN2_420_2026.xml").stat().st_size > 10_000
    assert (current / "inspection" / "Area_SEND_lists_420_2026-01-31.xlsx").exists()


def test_a_night_that_fails_names_its_own_log_and_leaves_the_earlier_ones(tmp_path: Path) -> None:
    """No source is connected, so that nothing can be pulled."""
    earlier = tmp_path / "420" / "logs" / "airflow-20250130-20250131T030000.log"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("of the night before")
    done = nightly(tmp_path, "--area", "420", "--sources", "configured", "--as-of", "2025-01-31")
    assert done.returncode == 1
    named = re.search(r"Log: (/\S+)", done.stdout)
    assert named, done.stdout[-500:]
    log = Path(named.group(1))
    assert log.name.startswith("airflow-20250131-")
    assert sorted(earlier.parent.glob("airflow*.log")) == [earlier, log]
    assert earlier.read_text() == "of the night before"


def test_a_collection_that_is_not_defined_is_refused_in_words(tmp_path: Path) -> None:
    done = nightly(tmp_path, "--area", "931", "--collection", "2031")
    assert done.returncode == 1
    assert "2031" in done.stderr
    assert "What to do:" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_area_that_does_not_exist_is_refused_in_words(tmp_path: Path) -> None:
    done = nightly(tmp_path, "--area", "999")
    assert done.returncode != 0
    assert "999" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
