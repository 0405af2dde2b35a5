"""Cleaning: says what each column is, checks every row against what was agreed, and tells the source what to correct.

It sorts rows into clean, quarantined and duplicate and loses none; it explains each fault in plain words. It never
changes what a value means, never guesses a missing one, and never decides from a sample. `engine` is the pure part
(files in, files and facts out); the tables, actions and queries beside it keep reports, findings and corrections.
"""
