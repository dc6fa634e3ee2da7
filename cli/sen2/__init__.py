"""`send sen2`: the SEN2 return by hand. One module a group of commands."""

from cli.sen2 import extracts
from cli.sen2.commands import app

__all__ = ["app", "extracts"]
