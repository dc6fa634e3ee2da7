"""Benchmarks: each compares in one run, side by side, and prints ratios. `make bench`."""
