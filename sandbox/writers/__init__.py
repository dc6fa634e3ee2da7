"""From tables to the files the pretend source systems serve (layout: docs/interfaces.md, 'Sandbox output folder')."""
