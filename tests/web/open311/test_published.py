"""Our answers beside what others published: the JSON Schemas of GeoReport v2, and the tables of Chicago's documentation.

The published schemas name no draft; `required` as a list and `anyOf` are of draft 4 or later, so they are read as draft 4.
They are wider than the specification: none says that an entry is an object, and `minItems` stands beside a `$ref`, where it
means nothing. `shapes.py` is held against them here, to be strict where they are not and never to know another member.
For the answer to a report, tokens, updates and errors nobody published a schema.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator, FormatChecker
from lxml import etree
from PIL import Image
from referencing import Registry
from referencing.jsonschema import DRAFT4
from tests.web.city import BUILDER, City
from tests.web.open311 import shapes
from tests.web.open311.conftest import Caller

from cityhall.cases.actions import act, attach, open_case
from cityhall.kernel.actor import ANONYMOUS

pytestmark = [pytest.mark.django_db, pytest.mark.realdata]
FOLDER = "08_open311"
OURS = {
    "service": shapes.SERVICE,
    "request": shapes.REQUEST,
    "service-definition": shapes.SCHEMAS["service_definition"],
}
RUBBISH = {"class": "1101", "spot": [120.7, 28.0], "what": "bags", "address": "near the gate"}
Published = dict[str, dict[str, Any]]
FORMATS = FormatChecker(("date-time",))


@FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or value.startswith(("http://", "https://"))


@pytest.fixture(scope="module")
def published(real_data: Path) -> Published:
    """The published schemas by their short names."""
    head, tail = "georeport-v2_", ".schema.json"
    found = (real_data / FOLDER).glob(f"{head}*{tail}")
    return {
        one.name.removeprefix(head).removesuffix(tail): json.loads(one.read_text(encoding="utf-8"))
        for one in found
    }


def fits(published: Published, name: str, answer: Any) -> None:
    """Raise unless an answer is what a published schema describes."""
    registry: Registry[Any] = Registry().with_resources(
        (f"{key}.json", DRAFT4.create_resource(one)) for key, one in published.items()
    )
    Draft4Validator.check_schema(published[name])
    check = Draft4Validator(published[name], registry=registry, format_checker=FORMATS)
    assert not [f"{error.json_path}: {error.message}" for error in check.iter_errors(answer)]


def test_the_schemas_are_all_here_and_refuse_what_is_wrong(published: Published) -> None:
    assert set(published) == {"service", "services", "service-definition", "request", "requests"}
    wrong = {
        "service_request_id": "1",
        "status": "new",
        "service_code": "2",
        "requested_datetime": "yesterday",
    }
    with pytest.raises(AssertionError, match=r"status: 'new' is not one of.*yesterday"):
        fits(published, "requests", [wrong])
    with pytest.raises(AssertionError, match="'type' is a required property"):
        fits(published, "services", [{"service_code": "1", "service_name": "one", "metadata": False}])


def test_services_and_definitions_of_both_packs(published: Published, get: Caller, client: Client) -> None:
    services = get("services", "services")
    fits(published, "services", services)
    groups = {(one["service_code"].partition("-")[0], one["group"]): one for one in services}
    assert {"urban_case", "hotline_call"} <= {name for name, _ in groups}
    for one in groups.values():
        found = client.get(f"/open311/v2/services/{one['service_code']}.json").json()
        fits(published, "service-definition", found)
        assert bool(found["attributes"]) == one["metadata"], "metadata says whether there is more to ask"


def test_requests_open_and_closed_with_and_without_what_may_lack(
    published: Published, get: Caller, post: Caller, city: City
) -> None:
    opened = open_case(ANONYMOUS, "urban_case", RUBBISH)
    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    attach(BUILDER, opened.number, "bags.png", picture.getvalue(), public=True)
    act(BUILDER, opened.number, "accept", {"public_note": "a crew is coming"})
    closed = open_case(ANONYMOUS, "urban_case", {"class": "0117"}).number
    act(BUILDER, closed, "cancel", {"reason": "twice"})
    post("created", "requests", {"service_code": "hotline_call-consultation", "description": "How?"})
    found = get("requests", "requests")
    fits(published, "requests", found)
    assert {one["status"] for one in found} == {"open", "closed"}
    assert {bool(one["media_url"]) for one in found} == {True, False}
    assert {one["lat"] is None for one in found} == {True, False}
    for one in found:
        fits(published, "requests", get("requests", f"requests/{one['service_request_id']}"))


def test_none_found_is_an_empty_list(published: Published, get: Caller) -> None:
    fits(published, "requests", get("requests", "requests", start_date="2001-01-01T00:00:00Z"))


@pytest.mark.parametrize("name", list(OURS))
def test_our_shapes_know_the_same_members_and_are_stricter(published: Published, name: str) -> None:
    stricter(published[name], OURS[name])


def stricter(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """Raise unless our schema has the members of theirs, asks for all that theirs asks for, and takes no type that it refuses."""
    if "properties" in theirs:
        assert set(ours["properties"]) == set(theirs["properties"])
        assert set(ours["required"]) >= set(theirs["required"])
        for name, one in theirs["properties"].items():
            stricter(one, ours["properties"][name])
    elif "items" in theirs:
        stricter(theirs["items"], ours["items"])
    else:
        assert types_of(ours) <= types_of(theirs) | {"integer"}
        assert set(ours.get("enum", ())) == set(theirs.get("enum", ()))


def types_of(schema: dict[str, Any]) -> set[str]:
    """The JSON types that a schema takes."""
    if "anyOf" in schema:
        return set().union(*(types_of(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return {"string"}
    said = schema["type"]
    return {said} if isinstance(said, str) else set(said)


def table(real_data: Path, name: str) -> dict[str, bool]:
    """What Chicago documents of an answer: the member, and whether it is of the standard."""
    text = (real_data / FOLDER / f"chicago_open311_{name}.md").read_text(encoding="utf-8")
    lines = text.partition("## Response Parameters")[2].splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| `")]
    return {row[1].strip(" `"): "Non-standard" not in row[2] for row in rows}


# Chicago's tables call these two non-standard; the specification and the published schema have both.
CHICAGO_ERRS = {"updated_datetime", "media_url"}


@pytest.mark.parametrize(
    ("document", "kind"),
    [("service_list", "services"), ("service_requests", "requests"), ("service_request", "requests")],
)
def test_we_answer_what_chicago_documents(real_data: Path, document: str, kind: str) -> None:
    said = table(real_data, document)
    standard = {name for name, known in said.items() if known} | (CHICAGO_ERRS & set(said))
    assert standard == set(shapes.SCHEMAS[kind]["items"]["properties"]), "their own additions are not ours"


def test_a_definition_has_what_chicago_documents(real_data: Path) -> None:
    attribute = set(shapes.ATTRIBUTE["properties"]) - {"values"}
    assert set(table(real_data, "service_definition")) == {"service_code", "key", "name"} | attribute


def test_a_report_is_answered_as_chicago_does_and_takes_what_it_takes(
    real_data: Path, get: Caller, client: Client
) -> None:
    """The token is theirs for every report, ours where a declaration says so; every argument they document is taken."""
    assert set(table(real_data, "post_service_request")) == {"token"}
    text = (real_data / FOLDER / "chicago_open311_post_service_request.md").read_text(encoding="utf-8")
    lines = text.partition("## Arguments")[2].partition("## Response")[0].splitlines()
    names = {line.split("|")[1].strip(" `") for line in lines if line.startswith("| `")}
    given = dict.fromkeys(names - {"attribute", "jurisdiction_id", "media_url"}, "x")
    sent = given | {
        "service_code": "urban_case-1101", "lat": "41.88", "long": "-87.63", "email": "a@example.org",
        "attribute[pole]": "7",
    }  # fmt: skip
    answer = client.post("/open311/v2/requests.xml", sent)
    assert answer.status_code == 201
    tree = shapes.checked_xml("created", answer.content)
    (found,) = get("requests", f"requests/{tree.findtext('request/service_request_id')}")
    assert (found["address"], found["lat"], found["long"]) == ("x", 41.88, -87.63)


@pytest.mark.parametrize(
    ("path", "entry", "name"),
    [("services", "service", "service"), ("requests", "request", "request"),
     ("services/hotline_call-help", "attributes/attribute", "service-definition")],
)  # fmt: skip
def test_the_elements_in_xml_are_the_members_in_json(
    published: Published, client: Client, types: None, path: str, entry: str, name: str
) -> None:
    open_case(ANONYMOUS, "urban_case", RUBBISH)
    tree = etree.fromstring(client.get(f"/open311/v2/{path}.xml").content)
    schema = published[name]
    members = schema["properties"]["attributes"]["items"] if name == "service-definition" else schema
    for found in tree.findall(entry):
        names = [one.tag for one in found]
        assert len(names) == len(set(names))
        assert set(members["required"]) <= set(names) <= set(members["properties"])
    assert tree.find(entry) is not None
