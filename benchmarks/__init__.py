"""Measurements against peers and limits in one run. `make bench` runs all; `python -m benchmarks road` runs one."""
