"""Every standard element is put to its own examples, and to other people's validators."""

from __future__ import annotations

import random

import duckdb
import pytest
import stdnum.cn.ric
import stdnum.cn.uscc
import stdnum.ean
import stdnum.iban
import stdnum.issn
import stdnum.jp.cn
import stdnum.luhn
from hypothesis import given, settings
from hypothesis import strategies as st
from id_validator import validator as id_validator

from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.readings.choose import reading_of
from cityhall.cleaning.reasons import reasons
from cityhall.cleaning.tables import ItemSpec

CONNECTION = duckdb.connect(config={"threads": 1})
VALID = [(code, value) for code, element in elements().items() for value in element.valid]
INVALID = [(code, *case) for code, element in elements().items() for case in element.invalid]


def states(code: str, values: list[str]) -> list[tuple[int, str | None]]:
    """State (0 valid, 1 repaired, 2 fault) and reason of each value under an element, through DuckDB."""
    reading = reading_of(ItemSpec("x", "x", code, elements()[code].type), "cell")
    why = " ".join(
        f"WHEN {test} THEN '{reason}'" for reason, test in (*reading.faults, ("not_valid", "true"))
    )
    rows = CONNECTION.execute(
        f"SELECT {reading.state} AS s, CASE WHEN s = 2 THEN CASE {why} END END FROM (SELECT unnest(?) AS cell)",
        [values],
    ).fetchall()
    return [(state, reason) for state, reason in rows]


@pytest.mark.parametrize(("code", "value"), VALID)
def test_examples_said_to_be_valid_are(code: str, value: str) -> None:
    assert states(code, [value])[0][0] < 2


@pytest.mark.parametrize(("code", "value", "reason"), INVALID)
def test_examples_said_to_be_invalid_fail_for_the_reason_given(code: str, value: str, reason: str) -> None:
    assert states(code, [value]) == [(2, reason)]


def test_every_reason_an_element_can_give_has_words() -> None:
    given_reasons = {step.reason for element in elements().values() for step in element.steps}
    assert given_reasons <= set(reasons())


def test_every_element_is_named_in_both_languages_and_cites_its_source() -> None:
    for element in elements().values():
        assert element.name.en, element.code
        assert element.name.zh, element.code
        assert element.source, element.code
        assert element.level in ("L1", "L2", "L3", "L4")


@pytest.mark.parametrize("code", [code for code, element in elements().items() if element.personal])
def test_personal_elements_are_sensitive_and_masked(code: str) -> None:
    element = elements()[code]
    assert element.level in ("L3", "L4")
    assert element.mask != "none"


IDENTITY = st.from_regex(
    r"[1-6][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}[0-9X]", fullmatch=True
)
USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC = st.builds(
    lambda head, place, body: head + place + body,
    st.text("0123456789", min_size=2, max_size=2),  # stdnum does not know authorities with letters
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_CHARACTERS, min_size=10, max_size=10),
)


@settings(max_examples=20)
@given(st.lists(IDENTITY, min_size=20, max_size=50))
def test_identity_check_character_agrees_with_stdnum(numbers: list[str]) -> None:
    ours = [state == 0 for state, _ in states("cn_identity_number", numbers)]
    assert ours == [stdnum.cn.ric.calc_check_digit(number) == number[-1] for number in numbers]


@settings(max_examples=20)
@given(st.lists(USCC, min_size=20, max_size=50))
def test_uscc_agrees_with_stdnum(codes: list[str]) -> None:
    assert [state == 0 for state, _ in states("cn_uscc", codes)] == [
        stdnum.cn.uscc.is_valid(code) for code in codes
    ]


def test_uscc_with_right_check_characters_are_all_accepted() -> None:
    dice = random.Random(32100)
    bodies = [
        "".join(dice.choices(USCC_CHARACTERS, k=2))
        + f"{dice.randrange(10**6):06}"
        + "".join(dice.choices(USCC_CHARACTERS, k=9))
        for _ in range(20_000)
    ]
    whole = [body + stdnum.cn.uscc.calc_check_digit(body) for body in bodies]
    assert {state for state, _ in states("cn_uscc", whole)} == {0}
    broken = [code[:-1] + USCC_CHARACTERS[(USCC_CHARACTERS.index(code[-1]) + 1) % 31] for code in whole]
    assert set(states("cn_uscc", broken)) == {(2, "check_digit")}


def test_a_hundred_thousand_identity_numbers_agree_with_stdnum() -> None:
    dice = random.Random(11643)
    bodies = [
        f"33030{dice.randrange(1, 9)}{dice.randrange(1900, 2030)}{dice.randrange(1, 13):02}"
        f"{dice.randrange(1, 29):02}{dice.randrange(1000):03}"
        for _ in range(100_000)
    ]
    numbers = [body + dice.choice("0123456789X") for body in bodies]
    ours = [state == 0 for state, _ in states("cn_identity_number", numbers)]
    assert ours == [stdnum.cn.ric.calc_check_digit(number) == number[-1] for number in numbers]
    assert 5_000 < sum(ours) < 15_000


def test_identity_numbers_made_by_id_validator_are_accepted() -> None:
    made = [id_validator.fake_id(True, "鹿城区", "1988", 1) for _ in range(50)]
    assert {state for state, _ in states("cn_identity_number", made)} == {0}


FOREIGN = {
    "bank_card": (st.from_regex(r"[2-6][0-9]{12,18}", fullmatch=True), stdnum.luhn.is_valid),
    "isbn_13": (st.from_regex(r"97[89][0-9]{10}", fullmatch=True), lambda value: stdnum.ean.is_valid(value)),
    "issn": (st.from_regex(r"[0-9]{4}-[0-9]{3}[0-9X]", fullmatch=True), stdnum.issn.is_valid),
    "jp_corporate_number": (st.from_regex(r"[1-9][0-9]{12}", fullmatch=True), stdnum.jp.cn.is_valid),
}


@pytest.mark.parametrize("code", FOREIGN)
def test_check_digits_agree_with_stdnum(code: str) -> None:
    strategy, theirs = FOREIGN[code]

    @settings(max_examples=10)
    @given(st.lists(strategy, min_size=20, max_size=40))
    def agrees(values: list[str]) -> None:
        assert [state == 0 for state, _ in states(code, values)] == [bool(theirs(value)) for value in values]

    agrees()


def test_iban_agrees_with_stdnum_on_the_check_digits() -> None:
    dice = random.Random(13616)
    bodies = [
        "".join(dice.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=dice.randrange(11, 31)))
        for _ in range(300)
    ]
    right = [f"GB{stdnum.iban.calc_check_digits('GB00' + body)}{body}" for body in bodies]
    wrong = [code[:2] + f"{(int(code[2:4]) + 1) % 100:02}" + code[4:] for code in right]
    assert {state for state, _ in states("iban", right)} == {0}
    assert set(states("iban", wrong)) == {(2, "check_digit")}


@settings(max_examples=6)
@given(st.lists(st.text(max_size=30), min_size=20, max_size=60))
def test_no_text_breaks_any_element(values: list[str]) -> None:
    for code in elements():
        assert all(
            state in (0, 1, 2) for state, _ in states(code, [value.replace("\x00", "") for value in values])
        )
