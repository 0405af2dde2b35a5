"""Fields, functions and systems: the upper part of the chain of responsibility."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.making import OPERATOR, a_draft, an_agency, steward_of, words

from cityhall.catalog import errors
from cityhall.catalog.actions import draft_dataset, load_fields, register_function, register_system
from cityhall.catalog.queries import dataset, fields, functions, systems
from cityhall.identity.errors import RightMissing

pytestmark = pytest.mark.django_db


def test_a_fresh_node_has_the_22_fields() -> None:
    assert len(fields()) == 22
    assert fields()[0].title == words("Science and innovation", "科技创新")
    assert load_fields(OPERATOR) == 22


def test_a_city_may_have_fields_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "fields.yaml"
    own.write_text(
        "- {code: sea, title: {en: Sea, zh: 海洋}}\n- {code: transport, title: {en: Roads, zh: 道路}}\n",
        "utf-8",
    )
    draft_dataset(OPERATOR, a_draft(an_agency()))
    load_fields(OPERATOR, own)
    assert [field.code for field in fields()] == ["sea", "transport"]
    own.write_text("- {code: sea, title: {en: Sea, zh: 海洋}}\n", "utf-8")
    with pytest.raises(errors.FieldInUse):
        load_fields(OPERATOR, own)


@pytest.mark.parametrize("content", ["- 1", "a: b", "{", "- {title: {en: a}}", "3"])
def test_a_file_that_is_no_list_of_fields_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "fields.yaml").write_text(content, "utf-8")
    with pytest.raises(errors.CatalogueUnreadable):
        load_fields(OPERATOR, tmp_path / "fields.yaml")
    assert len(fields()) == 22


def test_only_an_operator_changes_the_fields() -> None:
    with pytest.raises(RightMissing):
        load_fields(steward_of(an_agency()))


def test_the_chain_from_agency_to_dataset() -> None:
    agency_id = an_agency()
    function_id = register_function(OPERATOR, "roads", agency_id, words("Road maintenance", "道路养护"))
    system_id = register_system(OPERATOR, "road-system", agency_id, words("Road system", "道路系统"), "roads")
    found = dataset(draft_dataset(OPERATOR, a_draft(agency_id, system_id=system_id)))
    (system,) = systems(agency_id)
    assert (found.system_id, system.function_id) == (system_id, function_id)
    assert functions(agency_id)[0].title.zh == "道路养护"


def test_a_foreign_system_or_function_is_refused() -> None:
    mine, other = an_agency(1), an_agency(2)
    register_function(OPERATOR, "roads", other, words("Roads"))
    system_id = register_system(OPERATOR, "road-system", other, words("Road system"))
    with pytest.raises(errors.FunctionUnknown):
        register_system(OPERATOR, "mine", mine, words("Mine"), "roads")
    with pytest.raises(errors.SystemForeign):
        draft_dataset(OPERATOR, a_draft(mine, system_id=system_id))
    with pytest.raises(errors.CodeTaken):
        register_system(OPERATOR, "road-system", mine, words("Mine"))
    with pytest.raises(errors.CodeMalformed):
        register_function(OPERATOR, "a/b", mine, words("Mine"))
