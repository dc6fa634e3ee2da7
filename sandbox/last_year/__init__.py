"""The SEN2 return the pretend council submitted a year before: what it knew then, out of this year's casework.

`make_last_year` says what stood in it; `sandbox/writers/sen2_xml.py` writes the file. Neither knows the project's own
return: a supplier's program wrote it.
"""

from __future__ import annotations

from sandbox.last_year.position import EARLIEST, make_last_year
from sandbox.last_year.types import LastYear

__all__ = ["EARLIEST", "LastYear", "make_last_year"]
