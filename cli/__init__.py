"""The `send` command: by hand what the DAGs do on schedule."""
