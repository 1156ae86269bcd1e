"""Benchmarks: ratios within one run, never a test that depends on how busy a machine is."""
