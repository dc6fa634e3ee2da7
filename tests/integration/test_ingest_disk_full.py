"""A disk that fills up while the rows of a file are compared, which takes room beyond memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from area.paths import PROJECT_ROOT

# Argument 2: no file of this process may grow beyond 100 kB, which is what a full disk or a quota does to it.
COMPARE = """
import resource, signal, sys
from pathlib import Path
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
import ingest.reading.key_checks as checks
from area.errors import DiskFullError
from ingest.contract.model import load_contract

table = load_contract("plan_audits").tables[0]
folder = Path(sys.argv[1]) / "plan_audits"
folder.mkdir()
count = 400_000
texts = np.char.add("a text that is long enough to fill memory ", np.arange(count).astype(str))
pq.write_table(pa.table({name: pa.array(texts) for name in table.columns}), folder / "rows.parquet")
checks.MEMORY = "12MB"
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if sys.argv[2:] == ["limited"]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with checks.KeyChecks(folder) as keys:
        keys.repeats(table, folder / "rows.parquet", count)
except DiskFullError as error:
    print(error.retryable, error.feed, sorted(path.name for path in folder.iterdir()))
"""


# A disk of its own that has room for the rows, and for four files and folders in all.
SMALL_DISK = 'mount -t tmpfs -o size=100m,nr_inodes=4 none "$0" && exec "$@"'
SAID = "True plan_audits ['rows.parquet']"


def compared(*command: str) -> str:
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout.strip()


def test_no_room_to_compare_rows_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    assert compared(sys.executable, "-c", COMPARE, str(tmp_path), "limited") == SAID


def test_no_room_for_one_file_more_is_said_too(tmp_path: Path) -> None:
    own = ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, str(tmp_path)]
    if subprocess.run([*own, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test have a disk of its own")
    assert compared(*own, sys.executable, "-c", COMPARE, str(tmp_path)) == SAID
