"""Finished files of a version, for downloads: CSV, JSON, GeoJSON, Parquet and worksheets, with masks
applied and formulas made harmless.
"""
