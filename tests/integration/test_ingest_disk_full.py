"""A disk that fills up while the rows of a file are compared, which takes room beyond memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from area.paths import PROJECT_ROOT

# No file of this process may grow beyond 100 kB, which is what a full disk or a quota does to it.
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
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with checks.KeyChecks(folder) as keys:
        keys.repeats(table, folder / "rows.parquet", count)
except DiskFullError as error:
    print(error.retryable, error.feed, sorted(path.name for path in folder.iterdir()))
"""


def test_no_room_to_compare_rows_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMPARE, str(tmp_path)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("True plan_audits ['rows.parquet']", 0), done.stderr[-500:]
