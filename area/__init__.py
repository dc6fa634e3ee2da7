"""What every part of the warehouse shares about one local area: its settings, its paths, its errors, its step log.

This package imports none of the others (see docs/design.md).
"""
