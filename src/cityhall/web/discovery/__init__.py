"""What machines read before they come for data: the Data Package of a dataset, the site's map, the rules for
crawlers, and the markup of search engines.

It tells no more of a dataset than its page does to the same visitor.
"""
