"""Files handed in by a person, recognised by what is in them."""
