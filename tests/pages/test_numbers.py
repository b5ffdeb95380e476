"""What stands in a number's box, read as a person means it, and written so that it is read back."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.visit.address import write_settings
from pages.ui.visit.numbers import parse, written
from rnncore.config import Config
from rnncore.errors import ConfigError

WHOLE = st.integers(-(10**29), 10**29)
REAL = st.floats(allow_nan=False, allow_infinity=False)
FULL_WIDTH = {ord(plain): chr(ord(plain) + 0xFEE0) for plain in "0123456789.,-+e"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.0012", 0.0012),
        ("0,0012", 0.0012),
        (",5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1E+1", 10.0),
        ("2,5e-4", 2.5e-4),
        ("\u22120.5", -0.5),
        ("\uff10\uff0e\uff11", 0.1),
        ("\uff11\uff45\uff0d\uff13", 0.001),
        ("\u200e0.25\ufeff", 0.25),
        (" 1\u2009000,5 ", 1000.5),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        ("1,000", 1.0),
        ("0.00123456789", 0.00123456789),
        ("0.1000000000000000055511151231257827", 0.1),
    ],
)
def test_reals_are_read_as_they_are_meant(text: str, value: float) -> None:
    found = parse(text, float)
    assert found == value
    assert isinstance(found, float)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55", 55),
        (" 007 ", 7),
        ("1e1", 10),
        ("1.5e3", 1500),
        ("10.0", 10),
        ("10,0", 10),
        ("1 000", 1000),
        ("1\u202f000\u202f000", 1_000_000),
        ("1_000", 1000),
        ("1,000,000", 1_000_000),
        ("1.000.000", 1_000_000),
        ("\uff13\uff12", 32),
        ("1,000e0", 1),
    ],
)
def test_whole_numbers_are_read_as_they_are_meant(text: str, value: int) -> None:
    found = parse(text, int)
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "one", "many"),
    [
        ("1,000", "1", "1000"),
        ("1.000", "1", "1000"),
        ("-12,345", "-12.345", "-12345"),
        ("200,000", "200", "200000"),
        ("\uff11\uff0c\uff10\uff10\uff10", "1", "1000"),
    ],
)
def test_a_whole_number_with_two_readings_is_refused_with_both(
    text: str, one: str, many: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text, int)
    assert refused.value.code == "number_two_readings"
    assert f"as {one} and as {many};" in str(refused.value)


@pytest.mark.parametrize("kind", [int, float])
@pytest.mark.parametrize(
    "text",
    ["", " ", "many", "1 2", "10\u00b2", "1,00,000", "--5", "0x10", "nan", "inf", "1e", "e5", ",",
     "1.2.3", "10%", "\u00bd", "1e9999999999", "1" * 300_000 + "x"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str, kind: type[int] | type[float]) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text, kind)
    assert refused.value.code == "number_none"
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("1.5", int, "number_whole"),
        ("1,5", int, "number_whole"),
        ("1e-400", int, "number_whole"),
        ("1e99", int, "number_far"),
        ("1e999999999", int, "number_far"),
        ("9" * 5000, int, "number_far"),
        ("1e400", float, "number_far"),
        ("1e-400", float, "number_far"),  # not zero, which may mean something else
    ],
)
def test_a_number_that_would_become_another_is_refused(
    text: str, kind: type[int] | type[float], code: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text, kind)
    assert refused.value.code == code


def test_words_for_zero_are_read_where_they_are_offered() -> None:
    for word in ("off", " Off", "없음"):
        assert parse(word, int, ("off", "없음")) == 0
        with pytest.raises(ConfigError):
            parse(word, int)
    assert written(0, "off") == "off"
    assert written(0.0) == written(-0.0) == "0"


@given(WHOLE | REAL)
def test_what_is_written_is_read_back_as_it_was(value: int | float) -> None:
    kind = type(value)
    again = parse(written(value), kind)
    assert again == value
    assert type(again) is kind
    if kind is float and value:
        assert struct.pack("d", again) == struct.pack("d", value)


@given(REAL)
def test_commas_and_full_width_change_no_value(value: float) -> None:
    text = written(value)
    assert parse(text.replace(".", ","), float) == value
    assert parse(text.translate(FULL_WIDTH), float) == value
    assert parse(text.replace("-", "\u2212"), float) == value


@given(st.text(max_size=12) | st.from_regex(r"[-+]?[0-9.,_ e]{0,12}", fullmatch=True))
def test_any_text_is_a_finite_number_or_a_sentence(text: str) -> None:
    for kind in (int, float):
        try:
            value = parse(text, kind)
        except ConfigError as refused:
            assert str(refused).endswith(".")
        else:
            assert type(value) is kind
            assert parse(written(value), kind) == value


@given(st.floats(1e-300, 1e30))
def test_an_address_carries_a_rate_exactly(rate: float) -> None:
    assert Config.parse(write_settings({"learning_rate": rate})).learning_rate == rate
