"""From tables to the files the pretend source systems serve (layout: docs/definitions.md, 'Sandbox output folder')."""
