"""What a check found, as people read it."""
