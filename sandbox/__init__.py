"""A pretend local area and its source systems, calibrated to what the DfE published for that very area.

Nothing outside this package imports it: the nightly load cannot tell it from real source systems.
"""
