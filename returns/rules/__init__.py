"""The engine of the rules: book, run, cases. The rules themselves are files in each return's folder."""
