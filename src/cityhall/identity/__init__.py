"""Identity: who exists (agencies, people, machine keys), how they prove it, and what each role may do (`rights.yaml`).

It never decides which items of a dataset somebody may see (that is `opening`) and never knows another room's tables.
An API key's secret and a password are never stored, only their hashes.
"""
