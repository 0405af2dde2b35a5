"""Opening: the one place that decides which items of a dataset somebody may see, and the ways to get them: preview,
rows, files.

It never shows a value that its decision has not allowed, never lets a hidden item be filtered, sorted or counted by,
and never changes data.
"""
