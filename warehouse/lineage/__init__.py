"""From a cell of a return back to the row it came from: models, corrections, rules, file."""
