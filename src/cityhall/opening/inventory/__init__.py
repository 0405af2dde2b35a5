"""Inventories over the whole catalogue: islands of information, and who is responsible for what. Names of datasets, agencies
and items only, never a value.
"""
