"""Identity: who exists (agencies, people, machine keys), how they prove it, and what each role may do.

The table of rights is `rights.yaml`. This room never decides which items of a dataset somebody may see (`opening`
does) and never knows another room's tables. An API key's secret and a password are never stored, only their hashes.
"""
