"""The pretend area's GIAS-shaped list of establishments, and the choice of one for a placement."""

from sandbox.establishments.choose import Chooser
from sandbox.establishments.make import make_establishments, pupils_of

__all__ = ["Chooser", "make_establishments", "pupils_of"]
