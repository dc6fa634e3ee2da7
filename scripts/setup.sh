#!/bin/sh
# Makes the environment in $1 from the lock file: hashes checked, bytecode compiled. Needs Python 3.11+, make, git and
# a package index; nothing else.
set -eu
venv="$1"
python="${PYTHON:-python3}"

"$python" - <<'PY' || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11" >&2; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY

say() { printf '%s\n' "$*"; }

say "Setting up (once): a virtual environment in $venv"
if ! "$python" -m venv --clear "$venv" 2>/dev/null; then
    # Debian and Ubuntu ship venv's installer apart.
    say "  python3-venv is missing here; installing it"
    version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
    if [ "$(id -u)" = 0 ]; then
        apt-get -qq update && apt-get -qq install -y "python$version-venv" >/dev/null
    else
        say "  please run: sudo apt-get install python$version-venv, then the same command again" >&2
        exit 1
    fi
    "$python" -m venv --clear "$venv"
fi

say "  packages: $(grep -c '^[a-z].*==' requirements/requirements.lock), pinned and hashed"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r requirements/installer.lock
# Some machines set PYTHONDONTWRITEBYTECODE; without compiled bytecode every start would cost ten seconds more.
unset PYTHONDONTWRITEBYTECODE
lock=requirements/requirements.lock
install="$venv/bin/uv pip install --quiet --python $venv/bin/python --require-hashes --compile-bytecode -r $lock"
# uv trusts its own certificates, then the system's; behind a mirror that only pip is told of, pip does it more slowly.
$install 2>/dev/null || $install --system-certs 2>/dev/null \
    || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
say "  done"
