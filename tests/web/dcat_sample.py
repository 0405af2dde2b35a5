"""A sample of the catalogue as linked data, written in its three forms, and what a validator says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyshacl
from rdflib import Graph, Namespace
from rdflib.compare import isomorphic

from cityhall.catalog.queries import (
    Contact,
    Dataset,
    Item,
    Opening,
    Sharing,
    Spatial,
    Temporal,
    Term,
)
from cityhall.identity.queries import AgencyInfo
from cityhall.kernel.text import Text
from cityhall.opening.queries import FORMATS
from cityhall.web.dcat import shapes
from cityhall.web.dcat.describing import (
    Entry,
    Offered,
    Site,
    agency_node,
    catalogue_node,
    dataset_nodes,
    publisher_node,
)
from cityhall.web.dcat.graph import Node
from cityhall.web.dcat.jsonld import jsonld
from cityhall.web.dcat.rdfxml import rdfxml
from cityhall.web.dcat.turtle import turtle
from cityhall.web.pages import linked_data

FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
WRITERS = {"ttl": turtle, "rdf": rdfxml, "jsonld": jsonld}
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SHAPES = Graph().parse(shapes.SHAPES)
FIELDS = Path(linked_data.__file__).parents[2] / "catalog" / "vocabulary" / "fields.yaml"
SITE = Site(
    "https://data.city.example",
    Text(en="Data", zh="数据"),
    Text(en="All", zh="全部"),
    Text(en="City", zh="市"),
)


def parsed(nodes: Iterable[Node]) -> dict[str, Graph]:
    kept = list(nodes)
    return {form: Graph().parse(data="".join(WRITERS[form](kept)), format=FORMS[form]) for form in FORMS}


def same(graphs: dict[str, Graph]) -> Graph:
    first, *others = graphs.values()
    assert len(first)
    for other in others:
        assert isomorphic(first, other)
    return first


NEW_DATA = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def sample(**changes: Any) -> Dataset:
    day = datetime(2025, 3, 5, 8, 30, tzinfo=UTC)
    item = Item(name="编号", opening=Opening("unconditional"), sharing=Sharing("unconditional"))
    made = Dataset(
        id="ds_1", code="parks", title=Text(en="Parks", zh="公园"), abstract=Text(en="", zh="名录"),
        agency_id="agy_1", items=(item,), field_code="environment", keywords=("公园", "绿地"),
        contact=Contact("数据科", "data@city.example", ""), spatial=Spatial(bbox=(120.1, 27.5, 121.0, 28.25)),
        temporal=Temporal(date(2020, 1, 1), None), state="published", revision=1, rules_version=0, level=1,
        sharing_class="unconditional", opening_class="unconditional", created=day, modified=day, published=day,
    )  # fmt: skip
    return replace(made, **changes)


def nodes_of(site: Site = SITE, **changes: Any) -> list[Node]:
    agency = AgencyInfo(
        "agy_1", "11330300MB2000012X", Text(en="Parks Bureau", zh="园林局"), "municipal_unit", "", {}
    )
    cycle = Term(
        "yearly",
        Text(en="Yearly", zh="每年"),
        "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
    )
    offered = tuple(Offered(one.code, one.media_type, 12, "ab" * 32) for one in FORMATS.values())
    entry = Entry(sample(**changes), agency, None, cycle, offered, NEW_DATA)
    agents = [publisher_node(site), agency_node(site, agency)]
    return [catalogue_node(site, [entry]), *agents, *dataset_nodes(site, entry)]


def problems(graph: Graph) -> str:
    conforms, _, words = pyshacl.validate(graph, shacl_graph=SHAPES, advanced=False)
    return "" if conforms else str(words)
