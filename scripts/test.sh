#!/bin/sh
# Everything that must hold: lint, then every test. Installs Debian's Chromium when it is missing and may.
set -eu
if ! command -v chromium >/dev/null 2>&1 && [ -z "${SEND_CHROMIUM:-}" ]; then
    if [ "$(id -u)" = 0 ]; then
        printf '== installing chromium for the browser tests\n'
        apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null
    else
        printf 'Chromium is missing: sudo apt-get install chromium, or set SEND_CHROMIUM to one.\n' >&2
        exit 1
    fi
fi
sh scripts/lint.sh
printf '\n== pytest\n'
# The real Airflow and the whole nights come at the end, a file at a time on each core.
.venv/bin/python -m pytest -q -n 2 --dist loadfile -m "not airflow and not slow" tests
.venv/bin/python -m pytest -v -n 2 --dist loadfile -m "airflow or slow" tests
