"""Searching: which datasets hold some words, in which order, and how many there are of each kind.

The database finds (one index of bigrams, kept by triggers in the transaction of the change), columns in memory
filter, order and count. It answers what the catalogue shows to everybody, never a value of a row.
"""
