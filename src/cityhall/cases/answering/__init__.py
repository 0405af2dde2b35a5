"""Answers that everybody may read: the knowledge base, whose entries close a question at once, and public replies to cases.

An entry is kept by clerks; a public reply follows from its case's events and exists nowhere else. Both are found by the words of
a question.
"""
