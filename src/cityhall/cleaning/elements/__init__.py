"""The standard elements, declared as data: what each one is called, how it is checked, how sensitive it is.

One YAML file per family; `catalogue` reads them. A city adds or changes elements here, never in code.
"""
