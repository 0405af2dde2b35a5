"""Where files that must last are kept: in the state folder, or in a bucket (`CITYHALL_STORE`) of which the state folder
holds copies.

A file has a name (`data/DATASET/dat_….parquet`, `raw/ab/abcd…`, `exports/…`, `cases/ab/abcd…`), is written once and never
changes, so that a copy at hand is never stale. Readers read copies at hand only.
"""
