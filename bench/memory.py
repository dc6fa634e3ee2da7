"""How much memory a measurement took."""

from __future__ import annotations

from pathlib import Path


def most_memory() -> float:
    """The most memory this process has had, in MB. Not getrusage: that counts from before the process was its own."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
