"""Readers of other catalogues: each turns what a kind of catalogue answers into `RemoteEntry` values."""
