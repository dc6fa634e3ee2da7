"""`send sen2`: the SEN2 return by hand. One module a group of commands."""

from cli.sen2 import submission
from cli.sen2.commands import app

app.add_typer(submission.app)

__all__ = ["app"]
