"""Text from outside: what can be read is read, what cannot is refused in one sentence."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.paths import data_dir
from rnncore.text.decoding import LARGEST, read_file, read_text
from rnncore.text.normalisation import normalised
from rnncore.text.own_texts import own_text, save_own_text

BEGINNINGS = (
    b"\x1b$B",
    b"+/v8",
    codecs.BOM_UTF8,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
)


def test_marks_and_line_ends_of_other_systems_vanish() -> None:
    assert read_text("\ufeff가\r\nb\rc\n".encode()) == "가\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_text"),
        (b" \n\t", "empty_text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        ("안녕".encode("cp949"), "encoding"),
        ("가나다라".encode()[:-1], "not_utf8"),
        ("안녕".encode("utf-16-be"), "no_mark"),
        (codecs.BOM_UTF16_LE + b"a", "damaged"),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "binary"),
        ("\ufeff\xad\u200b".encode(), "empty_text"),
        (b"a" * (LARGEST + 1), "too_large"),
    ],
)
def test_unusable_bytes_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(TextError) as caught:
        read_text(data)
    assert caught.value.code == code
    with pytest.raises(TextError) as caught:
        save_own_text(data)
    assert caught.value.code == code


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="No such file") as caught:
        read_file(tmp_path / "gone.txt")
    assert caught.value.code == "unreadable"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(TextError, match=r"20 MB"):
        read_file(large)


@given(st.text(min_size=1).filter(lambda text: normalised(text).strip() and "\0" not in text))
def test_own_text_comes_back(text: str) -> None:
    name = save_own_text(text)
    assert name == save_own_text(text.encode())
    assert name.startswith("own-") and len(name) == 16
    assert own_text(name) == normalised(text)


def test_what_is_kept_can_be_read_again_though_utf8_is_longer() -> None:
    korean = ("가" * 79 + "\n") * (LARGEST // 200)
    data = korean.encode("utf-16")
    assert len(data) < LARGEST < len(korean.encode())
    with pytest.raises(TextError) as caught:
        save_own_text(data)
    assert caught.value.code == "too_large"


MARKED = ("utf-8-sig", "utf-16", "utf-32")
TEXT = "The café, 한국어 텍스트\nand 🙂\n"


@pytest.mark.parametrize("codec", MARKED)
def test_a_byte_order_mark_says_how_a_text_is_read(codec: str) -> None:
    assert read_text(TEXT.encode(codec)) == TEXT


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_both_orders_of_bytes_are_read(mark: bytes, codec: str) -> None:
    assert read_text(mark + TEXT.encode(codec)) == TEXT
    with pytest.raises(TextError) as caught:
        read_text(mark + TEXT.encode(codec)[:-1])
    assert caught.value.code == "damaged"


@given(st.binary(max_size=200) | st.tuples(st.sampled_from(BEGINNINGS), st.binary()).map(b"".join))
def test_any_bytes_are_a_text_or_refused_in_one_sentence(data: bytes) -> None:
    try:
        text = read_text(data, "letter.txt")
    except TextError as error:
        assert "letter.txt" in str(error) and "\n" not in str(error)
    else:
        assert text.strip() and normalised(text) == text


@pytest.mark.parametrize("name", ["notes.md", "code.py", "table.csv", "log", "odd.png"])
def test_the_content_makes_a_text_not_the_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, "utf-8")
    assert read_file(tmp_path / name) == TEXT


def test_half_a_character_from_the_clipboard_does_not_stop_a_paste() -> None:
    assert own_text(save_own_text("smile \ud83d here")) == "smile ? here"


@pytest.mark.parametrize("name", ["own-000000000000", "own-../../secret", "/etc/hostname"])
def test_there_is_no_way_to_other_files(name: str) -> None:
    with pytest.raises(TextError) as caught:
        own_text(name)
    assert caught.value.code == "no_own_text"


def test_saving_leaves_nothing_but_the_text(home: Path) -> None:
    name = save_own_text("a text")
    assert [path.name for path in home.rglob("*") if path.is_file()] == [f"{name}.txt"]
    assert data_dir() == home


def test_a_data_folder_that_cannot_be_written_is_named_in_the_sentence(home: Path) -> None:
    home.rmdir()
    home.write_text("in the way")
    with pytest.raises(TextError, match="RNN_EXPLORER_HOME") as caught:
        save_own_text("a text")
    assert caught.value.code == "cannot_save"
