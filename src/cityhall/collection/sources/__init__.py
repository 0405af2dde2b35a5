"""The kinds of sources: each knows how to fetch what is new into a file, and nothing about what is in it."""
