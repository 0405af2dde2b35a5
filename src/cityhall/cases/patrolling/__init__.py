"""Inspectors on their rounds: check-ins, which cells were visited and which were not."""
