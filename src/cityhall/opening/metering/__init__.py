"""Metering: how often somebody may ask, and how often a dataset is used.

It keeps no address and no cookie, refuses nobody because a counter cannot be reached, and never admits more
than a limit says.
"""
