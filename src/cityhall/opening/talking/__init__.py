"""What visitors and agencies say to each other around a dataset: comments and official replies, requests to open or to
correct, where data is used, favourites, saved searches. It decides nothing about data: an answer promises, the catalogue
grants.
"""
