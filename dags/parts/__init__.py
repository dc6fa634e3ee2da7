"""What the DAG files share. Not DAG files themselves (see ../.airflowignore)."""
