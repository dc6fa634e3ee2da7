"""`send sen2`: the SEN2 return by hand. One module a group of commands."""

from cli.sen2 import check, dfe_rules, submission
from cli.sen2.commands import app
from cli.sen2.correct import app as corrections
from cli.sen2.correct import correct
from cli.sen2.notes import app as notes
from cli.sen2.notes import note

app.command()(correct)
app.add_typer(corrections, name="corrections")
app.command()(note)
app.add_typer(notes, name="notes")
app.add_typer(submission.app)
app.command()(check.check)
app.command()(check.report)
app.add_typer(dfe_rules.app, name="dfe-rules")

__all__ = ["app"]
