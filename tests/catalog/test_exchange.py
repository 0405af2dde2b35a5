"""The whole catalogue out to a file and in again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from tests.catalog.making import (
    OPERATOR,
    a_draft,
    an_agency,
    an_item,
    catalogue_file,
    dataset_row,
    steward_of,
    uscc,
    words,
)

from cityhall.catalog import errors, models
from cityhall.catalog.actions import (
    draft_dataset,
    import_catalogue,
    publish,
    register_function,
    register_system,
    update_dataset,
    withdraw,
)
from cityhall.catalog.exchange import xlsx_file, yaml_file
from cityhall.catalog.exchange.entries import Entry
from cityhall.catalog.exchange.gathering import gathered
from cityhall.catalog.plain import dataset_from, dataset_plain
from cityhall.catalog.queries import (
    CheckRule,
    Contact,
    Opening,
    Sharing,
    Spatial,
    Temporal,
    dataset,
    export_catalogue,
    fields,
    revisions,
    weigh_catalogue,
)
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS
from cityhall.ledger.models import Entry as LedgerEntry

ENDINGS = pytest.mark.parametrize("ending", ["yaml", "xlsx"])


def _rich_catalogue() -> None:
    """Two agencies, the chain, and datasets that use every part of an entry."""
    first, second = an_agency(1), an_agency(2)
    register_function(OPERATOR, "roads", first, words("Roads", "道路"), words("Road act", "公路法"))
    system_id = register_system(OPERATOR, "road-system", first, words("Road system"), "roads")
    secret = an_item(
        "身份证号",
        level=4,
        element="cn_identity_number",
        mask="identity_number",
        sharing=Sharing("not_shared", words("Act 12", "法 12")),
        opening=Opening("forbidden", words("=1+1", "敏感")),
        params={"formats": ["a", ""], "empty": {}, "zero": 0, "off": False, "ratio": 0.5},
    )
    full = a_draft(
        first,
        code="路灯-1.0",
        system_id=system_id,
        items=(*a_draft(first).items, secret),
        rules=(
            CheckRule(
                code="R1",
                kind="range",
                items=("places",),
                params={"low": 0},
                message=words("Not below 0", "不小于 0"),
            ),
            CheckRule(code="R2", kind="required", items=("name",), severity="warning"),
        ),
        keywords=("0123", "no", "1e5", "二〇二六", "a; b"),
        linked_codes=("330302", "2026-01-01"),
        contact=Contact("desk", "desk@example.org", "0577-12345"),
        spatial=Spatial("330300", (120.1, 27.0, 121.0, 28.5)),
        temporal=Temporal(date(2020, 1, 1)),
        mode="upsert",
        licence="CC0-1.0",
        update_cycle="daily",
        region="330300",
        abstract=words("two\nlines", ""),
    )
    publish(OPERATOR, draft_dataset(OPERATOR, full))
    draft_dataset(OPERATOR, a_draft(second, code="0042", items=(), key=()))
    gone = draft_dataset(OPERATOR, a_draft(second, code="gone"))
    publish(OPERATOR, gone)
    withdraw(OPERATOR, gone, "merged")


def _emptied() -> None:
    for table in (models.Dataset, models.System, models.Function):
        table.objects.all().delete()  # type: ignore[attr-defined]


@pytest.mark.django_db
@ENDINGS
def test_out_and_in_again_is_equal(ending: str, tmp_path: Path) -> None:
    _rich_catalogue()
    before = list(gathered())
    path = export_catalogue(tmp_path / f"catalogue.{ending}")
    _emptied()
    report = import_catalogue(OPERATOR, path)
    assert (report.count("created"), report.count("unchanged")) == (5, 22)
    assert list(gathered()) == before
    assert dataset("路灯-1.0").rules_version == 1


@pytest.mark.django_db
@ENDINGS
def test_importing_what_is_there_changes_nothing(ending: str, tmp_path: Path) -> None:
    _rich_catalogue()
    path = export_catalogue(tmp_path / f"catalogue.{ending}")
    report = import_catalogue(OPERATOR, path)
    assert {row.outcome for row in report.rows} == {"unchanged"}
    assert dataset("路灯-1.0").revision == 2


@pytest.mark.django_db
def test_both_forms_say_the_same(tmp_path: Path) -> None:
    _rich_catalogue()
    as_yaml = list(yaml_file.read(export_catalogue(tmp_path / "a.yaml")))
    as_xlsx = list(xlsx_file.read(export_catalogue(tmp_path / "a.xlsx")))
    assert [_drafted(entry) for entry in as_yaml] == [_drafted(entry) for entry in as_xlsx]


def _drafted(entry: Entry) -> object:
    if entry.kind != "dataset":
        return entry.values
    return dataset_from(
        {name: part for name, part in entry.values.items() if name not in ("state", "published")}
    )


WORDS = st.builds(words, st.text(max_size=8), st.text(max_size=8))
ITEMS = st.builds(
    an_item,
    st.text("ab列1=+-@", min_size=1, max_size=5),
    title=WORDS,
    required=st.booleans(),
    level=st.integers(1, 4),
    params=st.dictionaries(
        st.text(max_size=3),
        st.one_of(st.text(max_size=5), st.integers(-9, 9), st.booleans(), st.floats(-1, 1)),
    ),
)
DRAFTS = st.builds(
    a_draft,
    st.just("330300"),
    title=WORDS,
    abstract=WORDS,
    items=st.lists(ITEMS, max_size=3).map(tuple),
    keywords=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    region=st.text("0123456789.eE-", max_size=6),
    key=st.just(()),
)


@given(DRAFTS)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("form", [yaml_file, xlsx_file], ids=["yaml", "xlsx"])
def test_any_words_survive_a_file(form: object, tmp_path: Path, draft: object) -> None:
    normal = dataset_from(dataset_plain(draft))  # type: ignore[arg-type]
    form.write([Entry("dataset", "", dataset_plain(normal))], tmp_path / "one")  # type: ignore[attr-defined]
    (entry,) = form.read(tmp_path / "one")  # type: ignore[attr-defined]
    assert not entry.problems
    assert dataset_from(entry.values) == normal


@pytest.mark.django_db
def test_one_bad_entry_refuses_all_with_a_report_on_each(tmp_path: Path) -> None:
    an_agency(1)
    sensitive = {"name": "phone", "level": 3, "opening": "unconditional"}
    path = catalogue_file(
        tmp_path,
        datasets=[
            dataset_row("good"),
            dataset_row("leaky", items=[sensitive]),
            dataset_row("good"),
            dataset_row("lost", agency="nobody"),
            dataset_row("odd", colour="green"),
            dataset_row("a b"),
            dataset_row("alien", system="none"),
            dataset_row("soon", state="tomorrow"),
            dataset_row("bare", state="published"),
            dataset_row("dated", published="yesterday"),
        ],
        systems=[{"code": "s", "agency": uscc(1), "function": "none"}],
    )
    with pytest.raises(errors.ImportRefused) as caught:
        import_catalogue(OPERATOR, path)
    report = caught.value.facts["report"]
    found = {
        row.place: [type(problem).__name__ for problem in row.problems] for row in report.rows if row.problems
    }
    assert found == {
        "systems 1": ["FunctionUnknown"],
        "datasets 2": ["LevelNeedsApproval"],
        "datasets 3": ["CodeRepeated"],
        "datasets 4": ["AgencyUnknown"],
        "datasets 5": ["ChangeUnknown"],
        "datasets 6": ["CodeMalformed"],
        "datasets 7": ["SystemUnknown"],
        "datasets 8": ["WordUnknown"],
        "datasets 9": ["ItemsMissing"],
        "datasets 10": ["ValueWrong"],
    }
    assert "systems 1" in caught.value.say("zh")
    assert not models.Dataset.objects.exists()
    assert weigh_catalogue(OPERATOR, path).count("refused") == 10


@pytest.mark.django_db
def test_an_import_is_one_ledger_entry_and_one_revision_each(tmp_path: Path) -> None:
    agency_id = an_agency(1)
    draft_dataset(OPERATOR, a_draft(agency_id, code="old", items=(an_item("a"),), key=()))
    draft_dataset(OPERATOR, a_draft(agency_id, code="untouched"))
    entries = LedgerEntry.objects.count()
    items = [{"name": "a", "sharing": "unconditional", "opening": "unconditional"}]
    rule = {"code": "R1", "kind": "required", "items": ["a"]}
    path = catalogue_file(
        tmp_path,
        datasets=[dataset_row("old", items=items, rules=[rule], state="published"), dataset_row("new")],
    )
    report = import_catalogue(OPERATOR, path, why="yearly review")
    assert [(row.code, row.outcome) for row in report.rows] == [("old", "changed"), ("new", "created")]
    assert LedgerEntry.objects.count() == entries + 1
    old = dataset("old")
    assert (old.state, old.revision, old.rules_version, len(old.items)) == ("published", 2, 1, 1)
    assert old.published is not None
    assert revisions(old.id)[0].why == "yearly review"
    assert update_dataset(OPERATOR, dataset("new").id, {"region": "330302"}, 1) == 2
    assert dataset("untouched").revision == 1


@pytest.mark.django_db
def test_a_published_dataset_never_becomes_a_draft_again(tmp_path: Path) -> None:
    publish(OPERATOR, draft_dataset(OPERATOR, a_draft(an_agency(1))))
    path = catalogue_file(tmp_path, datasets=[dataset_row("bike-stands", state="draft")])
    (row,) = weigh_catalogue(OPERATOR, path).rows
    assert isinstance(row.problems[0], errors.StateBackward)


@pytest.mark.django_db
def test_a_steward_imports_only_for_the_own_agency(tmp_path: Path) -> None:
    mine = an_agency(1)
    an_agency(2)
    steward = steward_of(mine)
    own, foreign = dataset_row("own"), dataset_row("foreign") | {"agency": uscc(2)}
    report = weigh_catalogue(
        steward, catalogue_file(tmp_path, datasets=[own, foreign], fields=[{"code": "sea", "title": "Sea"}])
    )
    refused = [(row.code, type(row.problems[0])) for row in report.refused]
    assert refused == [("sea", RightMissing), ("foreign", RightMissing)]
    import_catalogue(steward, catalogue_file(tmp_path, datasets=[own]))
    assert dataset("own").agency_id == mine
    with pytest.raises(RightMissing):
        import_catalogue(ANONYMOUS, tmp_path / "catalogue.yaml")


@pytest.mark.django_db
def test_a_file_may_bring_fields_and_the_chain(tmp_path: Path) -> None:
    an_agency(1)
    path = catalogue_file(
        tmp_path,
        fields=[{"code": "sea", "title": {"en": "Sea", "zh": "海洋"}}],
        functions=[dataset_row("harbour")],
        systems=[dataset_row("harbour-system", function="harbour")],
        datasets=[dataset_row("berths", field="sea", system="harbour-system")],
    )
    assert import_catalogue(OPERATOR, path).count("created") == 4
    assert fields()[-1].code == "sea"
    assert models.Dataset.objects.get(code="berths").system.function.code == "harbour"  # type: ignore[union-attr]
