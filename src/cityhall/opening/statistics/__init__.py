"""Statistics of what is open: datasets, items, rows, interfaces and their use; by field, region, agency and month.

They count published entries as everybody may see them, from the columns of the search, and never read a value.
"""
