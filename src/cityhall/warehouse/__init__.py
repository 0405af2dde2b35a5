"""Warehouse: the only holder of city data. It keeps landed bytes by their hash, typed rows in immutable
Parquet files, and versions of datasets as rows of the application database; it answers typed queries over
any version, compares versions and writes exports.

It never judges whether somebody may see a row (that is a decision of `opening`), never changes a file it
has written, never keeps deletion marks beside a file, and never runs SQL that came from outside.
"""
