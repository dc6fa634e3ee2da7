"""What a return holds, year by year: loaded from YAML, and what is made of it (tables, pages)."""
