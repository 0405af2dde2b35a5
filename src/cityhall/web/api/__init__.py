"""REST below /api/v1/: the same rooms, the same decisions and the same errors as the pages, as JSON with an
OpenAPI description.
"""
