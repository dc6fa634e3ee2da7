"""One landed file into loaded, quarantined and duplicate rows, held against its contract."""
