"""Pages of what people do around data: talking, asking, following, and the news of the site. Everything works without
JavaScript; a form that is refused tells why on a page and changes nothing.
"""
