"""Exit code 0 when an Airflow service says it is healthy: `python -m cli.healthy URL` (container healthchecks)."""

from __future__ import annotations

import sys

import requests


def main() -> int:
    """0 if the URL answers 200 and no component in its answer is unhealthy."""
    try:
        answer = requests.get(sys.argv[1], timeout=8)
        return int(answer.status_code != 200 or '"unhealthy"' in answer.text)
    except requests.RequestException:
        return 1


if __name__ == "__main__":
    sys.exit(main())
