"""What a quality rule needs before it may be agreed: a rule that is agreed can be asked of every row."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.catalog.queries import NEEDS, CheckRule, rule_usable
from cityhall.cleaning.queries import Contract, ItemSpec, Rule, Staged, check
from cityhall.kernel import clock

TYPES = {
    "name": "text",
    "area": "decimal",
    "floors": "integer",
    "opened": "date",
    "seen": "datetime",
    "open": "boolean",
}
CELLS = {
    "name": "P1",
    "area": "12.5",
    "floors": "3",
    "opened": "2024-03-05",
    "seen": "2024-03-05 10:00:00",
    "open": "true",
}


def a_rule(kind: str, items: tuple[str, ...], **params: Any) -> CheckRule:
    return CheckRule(code="r", kind=kind, items=items, params=params)  # type: ignore[arg-type]


GOOD = [
    a_rule("required", ("name", "area")),
    a_rule("key", ("name",)),
    a_rule("range", ("area",), low=0),
    a_rule("range", ("floors",), low=0, high=90.5),
    a_rule("range", ("opened",), high="2026-12-31"),
    a_rule("range", ("name",), low="A"),
    a_rule("pattern", ("name",), pattern="[A-Z][0-9]+(?:-(?P<part>x))?"),
    a_rule("list", ("name",), codes=["P1", "P2"]),
    a_rule("list", ("floors",), codes=[1, 2]),
    a_rule("reference", ("name",), dataset="parks", item="编号"),
    a_rule("compare", ("floors", "area"), op="<="),
    a_rule("compare", ("opened", "seen"), op="!="),
    a_rule("freshness", ("opened",), days=30),
]
BAD = [
    a_rule("required", ()),
    a_rule("range", ("area",)),
    a_rule("range", ("area",), low="a lot"),
    a_rule("range", ("area", "floors"), low=1),
    a_rule("range", ("opened",), low=2020),
    a_rule("range", ("opened",), low="2020-13-45"),
    a_rule("range", ("open",), low=1),
    a_rule("pattern", ("name",)),
    a_rule("pattern", ("area",), pattern="x"),
    a_rule("pattern", ("name",), pattern="("),
    a_rule("pattern", ("name",), pattern="(?=x)y"),
    a_rule("pattern", ("name",), pattern=r"(a)\1"),
    a_rule("pattern", ("name",), pattern="a++"),
    a_rule("list", ("name",)),
    a_rule("list", ("name",), codes=[]),
    a_rule("list", ("floors",), codes=["one"]),
    a_rule("reference", ("name",), dataset="parks"),
    a_rule("compare", ("floors",), op="<"),
    a_rule("compare", ("floors", "name"), op="<"),
    a_rule("compare", ("floors", "area"), op="like"),
    a_rule("freshness", ("name",), days=3),
    a_rule("freshness", ("opened",), days="soon"),
    a_rule("freshness", ("opened",), days=-1),
]


@pytest.mark.parametrize("rule", GOOD, ids=lambda rule: f"{rule.kind}{rule.params}")
def test_a_whole_rule_is_taken_and_can_be_asked(rule: CheckRule, tmp_path: Any) -> None:
    assert rule_usable(rule, TYPES)
    _ask(rule, tmp_path)


@pytest.mark.parametrize("rule", BAD, ids=lambda rule: f"{rule.kind}{rule.items}{rule.params}")
def test_half_a_rule_is_not(rule: CheckRule) -> None:
    assert not rule_usable(rule, TYPES)


PARAMETERS = st.one_of(
    st.none(), st.integers(-9, 9), st.floats(-9, 9), st.booleans(), st.text("aP1(?=*+[])\\-20", max_size=10),
    st.sampled_from(["2024-01-01", "<", "<=", "parks"]), st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=2),
)  # fmt: skip
RULES = st.builds(
    CheckRule,
    code=st.just("r"),
    kind=st.sampled_from(sorted(NEEDS)),
    items=st.lists(st.sampled_from(sorted(TYPES)), max_size=2, unique=True).map(tuple),
    params=st.dictionaries(
        st.sampled_from(["low", "high", "pattern", "codes", "op", "days", "dataset", "item"]),
        PARAMETERS,
        max_size=4,
    ),
)


@given(RULES)
def test_what_is_taken_never_fails_at_the_rows(
    tmp_path_factory: pytest.TempPathFactory, rule: CheckRule
) -> None:
    if rule_usable(rule, TYPES):
        _ask(rule, tmp_path_factory.mktemp("asked"))


def _ask(rule: CheckRule, folder: Any) -> None:
    """The rule over one row through the real check."""
    file = folder / "staged.parquet"
    pq.write_table(pa.table({name: [cell] for name, cell in CELLS.items()}), file)
    contract = Contract(
        items=tuple(ItemSpec(name=name, column=name, type=kind) for name, kind in TYPES.items()),
        key=rule.items if rule.kind == "key" else (),
        rules=(Rule(code="r", kind=rule.kind, items=rule.items, params=rule.params, severity="error"),),
        version=1,
    )
    staged = Staged((file,), tuple(CELLS), 1, "1", {})
    found = check(staged, contract, workdir=folder / "work", as_of=clock.now())
    assert found.rows == 1
