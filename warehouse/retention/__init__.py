"""How long what was delivered is kept, what is never deleted, and the record of what was."""
