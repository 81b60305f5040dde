"""Benchmarks of the pixel pass against its limit and against other tools: ``make bench``."""
