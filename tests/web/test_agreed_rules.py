"""Quality rules on pages: read by everybody, agreed and ended by the dataset's stewards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.web.city import City

from cityhall.catalog.actions import agree_rules
from cityhall.catalog.errors import ValueWrong
from cityhall.catalog.queries import CheckRule, dataset, revisions, rules_agreed
from cityhall.cli.catalog import catalog

pytestmark = pytest.mark.django_db


def _form(city: City, **fields: str) -> dict[str, str]:
    return {"revision": str(dataset(city.parks).revision), "severity": "error", **fields}


def test_a_rule_is_agreed_and_ended_on_the_page(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client, address = visit("owner", "en"), f"/datasets/{city.parks}/rules/"
    before = dataset(city.parks)
    sent = _form(city, kind="range", item="面积", low="100", high="90000.5", why="Council of March")
    assert client.post(address, sent).status_code == 302
    found = dataset(city.parks)
    (rule,) = {one.code for one in found.rules} - {one.code for one in before.rules}
    agreed = next(one for one in found.rules if one.code == rule)
    assert (agreed.kind, agreed.items, agreed.params) == ("range", ("面积",), {"low": 100, "high": 90000.5})
    assert found.rules_version == before.rules_version + 1
    assert agreed in rules_agreed(city.parks, found.rules_version)
    assert revisions(city.parks)[0].why == "Council of March"
    assert "面积 lies between 100 and 90000.5" in client.get(address).content.decode()
    assert "面积在 100 与 90000.5 之间" in visit("anonymous").get(address).content.decode()
    assert client.post(address, _form(city, end=rule)).status_code == 302
    assert dataset(city.parks).rules == before.rules


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "pattern", "item": "公园名称", "pattern": "("},
        {"kind": "range", "item": "面积", "low": "a lot"},
        {"kind": "compare", "item": "面积", "second": "公园名称", "op": "<"},
        {"kind": "freshness", "item": "建成日期"},
        {"kind": "magic", "item": "面积"},
        {"kind": "required", "item": "nothing"},
    ],
    ids=lambda fields: fields["kind"],
)
def test_a_rule_that_cannot_be_asked_is_refused_and_stays_in_the_form(visit, city: City, fields) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks)
    answer = visit("owner", "en").post(
        f"/datasets/{city.parks}/rules/", _form(city, message_en="Ours", **fields)
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="Ours"' in page
    assert all(f'value="{text}"' in page for name, text in fields.items() if name in ("low", "pattern"))
    assert dataset(city.parks) == before


def test_whoever_was_slower_is_told(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    sent = _form(city, kind="required", item="区县") | {"revision": "1"}
    assert visit("owner").post(f"/datasets/{city.parks}/rules/", sent).status_code == 422
    assert all(one.items != ("区县",) for one in dataset(city.parks).rules if one.kind == "required")


@pytest.mark.parametrize("role", ["anonymous", "citizen", "other"])
def test_only_its_stewards_agree_rules(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks)
    client = visit(role)
    assert client.post(
        f"/datasets/{city.parks}/rules/", _form(city, kind="required", item="区县")
    ).status_code in (302, 403)
    assert dataset(city.parks) == before
    assert "<select" not in client.get(f"/datasets/{city.parks}/rules/").content.decode()


def test_a_rule_about_a_hidden_item_tells_no_value(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    codes = ["13800000077", "13800000078"]
    rule = CheckRule(code="few_phones", kind="list", items=("联系电话",), params={"codes": codes})
    agree_rules(city.actors["owner"], city.parks, (*dataset(city.parks).rules, rule))
    address = f"/datasets/{city.parks}/rules/"
    assert codes[0] in visit("owner").get(address).content.decode()
    for role in ("anonymous", "other"):
        page = visit(role, "en").get(address).content.decode()
        assert codes[0] not in page
        assert "few_phones" not in page
        assert "not shown to you" in page


def test_the_commands_agree_rules_and_tell_the_points_of_what_is_served(city: City, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        return CliRunner().invoke(catalog, list(words), catch_exceptions=False).output

    file = tmp_path / "rules.yaml"
    file.write_text(
        "- {code: large, kind: range, items: [面积], params: {low: 100}, message: {zh: 太小, en: Too small}}\n",
        encoding="utf-8",
    )
    assert run("rules", "parks", "--set", str(file), "--why", "March").startswith("version ")
    assert [(one.code, one.message.en) for one in dataset(city.parks).rules] == [("large", "Too small")]
    assert '"low": 100' in run("rules", "parks")
    points = json.loads(run("quality", "parks", "--json"))
    assert {one["code"] for one in points["indicators"] if one["points"]} >= {
        "access_url_answers",
        "format",
        "download_url",
    }
    with pytest.raises(ValueWrong):
        file.write_text("- {code: large, kind: range, items: [面积], params: {min: 100}}\n", encoding="utf-8")
        run("rules", "parks", "--set", str(file))
