"""The typed query language: what may be asked of a version, compiled to SQL by us with quoted names and
bound values only.

No text that came from outside ever becomes SQL.
"""
