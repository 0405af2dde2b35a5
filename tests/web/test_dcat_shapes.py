"""The graph of the catalogue: three forms that say the same, in the vocabularies and the shapes of DCAT-AP 3."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pyshacl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import DCAT, DCTERMS, RDF, SH, Graph, URIRef
from tests.web.dcat_sample import (
    FIELDS,
    FOAF,
    NEW_DATA,
    SHAPES,
    SITE,
    SPDX,
    nodes_of,
    parsed,
    problems,
    same,
)

from cityhall.catalog.queries import (
    Contact,
)
from cityhall.kernel.text import Text
from cityhall.opening.queries import FORMATS
from cityhall.web.dcat import shapes
from cityhall.web.dcat.describing import (
    FILE_TYPES,
    THEMES,
)
from cityhall.web.dcat.graph import Iri, Literal, Node, Value
from cityhall.web.dcat.turtle import turtle

# rdflib's own reader of JSON-LD uses a class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def test_new_data_moves_the_date_of_change() -> None:
    graph = same(parsed(nodes_of()))
    (told,) = set(graph.objects(None, DCTERMS.modified))
    assert told.toPython() == NEW_DATA


def test_three_forms_say_the_same() -> None:
    graph = same(parsed(nodes_of()))
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == len(FORMATS)


HARD = (
    '"', '\\"', "'''", '"""', "]]>", "<b>&amp;", "a\r\nb", "\x00\x07\x1b", "\x7f\x85\u2028", "\ufffe",
    "城市公园“名录”", "\\u0041", " x ",
)  # fmt: skip
ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40) | st.sampled_from(HARD)


@given(title=ANY, keywords=st.lists(ANY, max_size=3), person=ANY)
@settings(max_examples=60)
def test_any_words_survive_in_every_form(title: str, keywords: list[str], person: str) -> None:
    contact = Contact(person, f"{person}@city.example", "")
    graph = same(parsed(nodes_of(title=Text(en="", zh=title), keywords=tuple(keywords), contact=contact)))
    dataset_address = URIRef(f"{SITE.address}/datasets/ds_1/#dataset")
    writable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", title)
    assert str(graph.value(dataset_address, DCTERMS.title)) == writable


@given(tail=ANY)
@settings(max_examples=60)
def test_no_address_breaks_out_of_its_place(tail: str) -> None:
    node = Node(Iri(f"https://a.example/{tail}"), ("foaf:Agent",), (("foaf:page", Iri(f"urn:x:{tail}>")),))
    graph = same(parsed([node]))
    assert len(graph) == 2


def test_nodes_without_address_and_of_two_types() -> None:
    inner = Node(None, (), (("rdfs:label", Literal("x", "en")),))
    graph = same(parsed([Node(None, ("foaf:Agent", "vcard:Kind"), (("dct:relation", inner),))]))
    assert len(graph) == 4


# ---- vocabularies ----


def test_every_theme_is_of_a_field_and_every_field_but_other_has_one() -> None:
    fields = {one["code"] for one in yaml.safe_load(FIELDS.read_text(encoding="utf-8"))}
    assert set(THEMES) == fields - {"other"}


def test_every_format_has_a_file_type() -> None:
    assert set(FILE_TYPES) == set(FORMATS)


# ---- the shapes of DCAT-AP ----


def test_what_is_written_has_the_shapes() -> None:
    assert not problems(same(parsed(nodes_of())))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (DCAT.Catalog, DCTERMS.title),
        (DCAT.Catalog, DCTERMS.description),
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
        (FOAF.Agent, FOAF.name),
        (SPDX.Checksum, SPDX.algorithm),
    ],
)
def test_the_shapes_miss_what_is_mandatory(kind: URIRef, name: URIRef) -> None:
    graph = parsed(nodes_of())["ttl"]
    assert list(graph.subjects(RDF.type, kind))
    for subject in list(graph.subjects(RDF.type, kind)):
        graph.remove((subject, name, None))
    assert "MinCount" in problems(graph)


def _spoilt(nodes: list[Node], kind: str, change: Callable[[list[tuple[str, Value]]], Any]) -> list[Node]:
    """The nodes, with the properties of those of a type changed, also within others."""

    def of(node: Node) -> Node:
        properties = [(name, of(one) if isinstance(one, Node) else one) for name, one in node.properties]
        if kind in node.types:
            change(properties)
        return Node(node.iri, node.types, tuple(properties))

    return [of(node) for node in nodes]


def _names(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """(type, property) of everything that occurs."""
    found = {(kind, name) for node in nodes for kind in node.types for name, _ in node.properties}
    inner = [one for node in nodes for _, one in node.properties if isinstance(one, Node)]
    return found | _names(inner) if inner else found


CHANGES: dict[str, Callable[[str], Callable[[list[tuple[str, Value]]], Any]]] = {
    "gone": lambda name: (
        lambda properties: properties.__setitem__(slice(None), [one for one in properties if one[0] != name])
    ),
    "twice": lambda name: lambda properties: properties.append((name, Literal("again"))),
    "empty": lambda name: lambda properties: properties.append((name, Literal("", "fr"))),
    "elsewhere": lambda name: (
        lambda properties: properties.append((name, Iri("https://elsewhere.example/x")))
    ),
    "nothing": lambda name: lambda properties: properties.append((name, Node(None, (), ()))),
}


def test_nothing_is_wrong_with_what_is_written() -> None:
    assert shapes.breaches(nodes_of()) == ()
    assert ("dcat:Dataset", "dct:title") in _names(nodes_of())


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_our_judgement_is_the_validators(change: str) -> None:
    """Each property of each class spoilt in turn: what one finds wrong, so does the other. The validator sees them all
    in one graph, each spoilt description under an address of its own.
    """
    ours, everything = {}, Graph()
    for number, (kind, name) in enumerate(sorted(_names(nodes_of()))):
        site = replace(SITE, address=f"https://{number}.city.example")
        nodes = _spoilt(nodes_of(site), kind, CHANGES[change](name))
        ours[number] = bool(shapes.breaches(nodes))
        everything += Graph().parse(data="".join(turtle(nodes)), format="turtle")
    _, report, _ = pyshacl.validate(everything, shacl_graph=SHAPES, advanced=False)
    blamed = {
        int(found[1])
        for result in report.objects(None, SH.result)
        for subject in report.objects(result, SH.focusNode)
        for address in _owners(everything, subject)
        if (found := re.match(r"https://(\d+)\.city", str(address)))
    }
    assert {number for number, wrong in ours.items() if wrong} == blamed
    assert blamed


def _owners(graph: Graph, subject: Any) -> set[Any]:
    """The node, or for one without an address those that refer to it."""
    if isinstance(subject, URIRef):
        return {subject}
    return {owner for one in graph.subjects(None, subject) for owner in _owners(graph, one)}


def test_a_breach_says_where_and_what() -> None:
    (told,) = shapes.breaches(_spoilt(nodes_of(), "foaf:Agent", CHANGES["gone"]("foaf:name"))[1:2])
    assert told == shapes.Breach("foaf:Agent", "foaf:name", "minCount")


def test_the_shapes_refuse_a_word_outside_its_vocabulary_and_two_of_one() -> None:
    graph = parsed(nodes_of())["ttl"]
    subject = next(graph.subjects(RDF.type, DCAT.Dataset))
    graph.add((subject, DCTERMS.accessRights, URIRef("https://elsewhere.example/PUBLIC")))
    told = problems(graph)
    assert "Pattern" in told
    assert "MaxCount" in told
