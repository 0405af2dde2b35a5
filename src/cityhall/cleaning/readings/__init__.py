"""Readings: how the text of a cell becomes a value, and which cells cannot. Pure SQL fragments; nothing is
run here."""
