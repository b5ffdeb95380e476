"""What an own text is called: by its file, or by its first words."""

from __future__ import annotations

import pytest

from rnncore.text.own_texts import opening_words, own_path, save_own_text, title


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("notes.md", "notes.md"),
        ("  The cat\n\tsat.  ", "The cat sat."),
        ("The old man and the sea is a short novel.", "The old man and the sea is a short…"),
        ("가나다라마바사아자차카타파하" * 4, ("가나다라마바사아자차카타파하" * 4)[:39] + "…"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("a\u202eb\x00c", "abc"),
        ("", ""),
    ],
)
def test_a_title_is_one_short_line(words: str, called: str) -> None:
    assert title(words) == called
    assert len(title(words)) <= 40


def test_a_text_opens_with_its_first_words() -> None:
    name = save_own_text("옛날 옛적에 호랑이가 살았습니다. " * 200)
    assert (
        opening_words(name) == "옛날 옛적에 호랑이가 살았습니다. 옛날 옛적에 호랑이가 살았습니다.…"
    )
    own_path(name).unlink()
    assert opening_words(name) == ""
