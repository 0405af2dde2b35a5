"""Searching: which datasets hold some words, in which order, and how many there are of each kind.

The database finds (postings made now and then, the rows that changed since, and where those are many an index kept by
triggers in the transaction of the change), columns in memory filter, order and count. It answers what the catalogue
shows to everybody, never a value of a row.
"""
