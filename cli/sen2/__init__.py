"""`send sen2`: the SEN2 return by hand. One module a group of commands."""

from cli.sen2 import check, contracts, correct, dfe_rules, extracts, history, notes, submission
from cli.sen2.commands import app

app.command()(check.check)
app.command()(check.report)
app.command()(correct.correct)
app.add_typer(correct.app, name="corrections")
app.command()(notes.note)
app.add_typer(notes.app, name="notes")
app.add_typer(submission.app)
app.command()(history.bridge)
app.command()(history.changes)
app.add_typer(dfe_rules.app, name="dfe-rules")
app.command()(contracts.contracts)

__all__ = ["app", "extracts"]
