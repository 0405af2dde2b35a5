"""The face of cases for programs of other cities and apps: Open311 GeoReport v2 in JSON and XML, with service discovery, paging,
media as uploads, and updates. What is offered follows from `open311:` in the declarations of types; it shows what the public may
see and nothing else, and parses no XML.
"""
