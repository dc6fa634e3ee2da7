"""Other people's readers of the same files, each in an environment of its own: they want older libraries than ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from area.paths import PROJECT_ROOT

LOCKS = PROJECT_ROOT / "requirements"
ENVIRONMENTS = PROJECT_ROOT / "bench"


def peer_python(name: str) -> Path:
    """The Python of the peer `name` (`cin`, `903`, `liia`), whose environment is made on first use out of its lock.

    The lock is all there is to install: what a peer itself asks for may have been overruled in it.
    """
    home = ENVIRONMENTS / f".venv-{name}"
    python = home / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(home)], check=True)
        flags = ["--quiet", "--compile-bytecode", "--require-hashes", "--no-deps", "--python", str(python)]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(
            [uv, "pip", "install", *flags, "-r", str(LOCKS / f"peer_{name}.lock")], check=True, env=environment
        )
    return python


def ask_peer(name: str, code: str, *arguments: str | Path) -> Any:
    """What the peer answers: `code` is run in its environment, and the last line it prints is JSON."""
    call: Sequence[str] = [str(peer_python(name)), "-W", "ignore", "-c", code, *(str(each) for each in arguments)]
    done = subprocess.run(call, check=True, capture_output=True)
    return json.loads(done.stdout.decode().splitlines()[-1])
