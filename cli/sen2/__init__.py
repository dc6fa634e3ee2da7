"""`send sen2`: the SEN2 return by hand. One module a group of commands."""

from cli.sen2 import check, dfe_rules, submission
from cli.sen2.commands import app

app.add_typer(submission.app)
app.command()(check.check)
app.command()(check.report)
app.add_typer(dfe_rules.app, name="dfe-rules")

__all__ = ["app"]
