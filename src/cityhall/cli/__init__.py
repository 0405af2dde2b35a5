"""Cli: the command `cityhall`, a mirror of what the rooms can do."""
