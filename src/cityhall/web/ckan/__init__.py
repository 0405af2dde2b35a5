"""The CKAN face: the action API v3 over the same catalogue, rows and rights, for programs written for CKAN. It holds
no rule of its own and no table, shows nothing that opening's decision does not allow, and runs no SQL from outside.
"""
