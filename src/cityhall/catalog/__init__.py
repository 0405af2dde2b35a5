"""Catalog: what data the city has, whose it is, what each column means, who may see it, which rules it obeys.

The chain of responsibility is agency, function, system, dataset, item. The room keeps words and decisions
with every revision of them; it never holds a row of a dataset and never decides about a single request.
"""
