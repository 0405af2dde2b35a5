"""OGC API Features (OGC 17-069r4, part 1: core): datasets whose rows have a place, as collections of features in
WGS-84, as GeoJSON and as pages.

It never decides who may see what, and knows no coordinate system but CRS84; both are the work of `opening`.
"""
