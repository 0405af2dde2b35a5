"""Ledger: the append-only record of who did what to what, when, as a Merkle tree with signed checkpoints (RFC 6962).

It never judges whether something was allowed, never holds personal data in clear, and never changes what it has
recorded.
"""
