#!/bin/sh
# Every check that reads code without running it.
set -eu
bin=.venv/bin
say() { printf '\n== %s\n' "$*"; }
say "ruff"
"$bin/ruff" check --quiet .
"$bin/ruff" format --check --quiet .
say "mypy"
"$bin/mypy" --no-error-summary area bench board cli dags expectations ingest lint returns sandbox tests warehouse
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SEND_WAREHOUSE="$scratch/lint.duckdb" SEND_HMAC_KEY=lint
say "dbt parse, deprecations are errors"
"$bin/dbt" --quiet --warn-error-options '{"error": ["Deprecations"]}' parse --no-partial-parse \
    --project-dir dbt_project --profiles-dir dbt_project --target-path "$scratch/target" --log-path "$scratch/logs"
say "layers"
"$bin/python" -m lint.layers "$scratch/target/manifest.json"
say "sqlfluff"
"$bin/sqlfluff" lint --disable-progress-bar --processes 2 dbt_project/models
