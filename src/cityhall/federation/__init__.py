"""Federation: what other catalogues publish, kept up to date as entries of ours that say where they come from.

It never opens anything wider than its origin, never copies data except along the road that every file takes, and never
follows an address that a source of collection could not follow.
"""
