"""`python -m sandbox.reconcile --area CODE --warehouse FILE`: print the comparison; 1 when something is unexplained."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from area.errors import SendWarehouseError
from sandbox.reconcile import reconcile


def main(arguments: list[str] | None = None) -> int:
    """Compare and print. Returns 0 when every difference is explained, 1 when not, 2 when there is nothing to read."""
    parser = argparse.ArgumentParser(prog="sandbox.reconcile", description="Preview tables against published figures.")
    parser.add_argument("--area", required=True, help="DfE three-digit code")
    parser.add_argument("--warehouse", type=Path, required=True, help="DuckDB file, or folder of preview_*.parquet")
    parser.add_argument("--scale", type=int, default=1, help="how many times the area the sandbox was made")
    parser.add_argument("--out", type=Path, help="folder for the list of differing breakdown cells")
    chosen = parser.parse_args(arguments)
    try:
        result = reconcile(chosen.area, chosen.warehouse, scale=chosen.scale)
    except SendWarehouseError as error:
        print(error, file=sys.stderr)
        return 2
    print(result)
    if chosen.out is not None and result.breakdowns is not None:
        print(f"Listed in {result.breakdowns.write(chosen.out)}")
    return 0 if result.agrees else 1


if __name__ == "__main__":
    sys.exit(main())
