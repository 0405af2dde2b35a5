"""The catalogue as linked data: DCAT-AP 3 in Turtle, RDF/XML and JSON-LD, written without an RDF store."""
