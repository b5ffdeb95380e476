"""Encodings that are not read are refused by their names."""

from __future__ import annotations

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.errors import TextError
from rnncore.text.decoding import read_text

KOREAN = "안녕하세요. 오늘은 날씨가 좋네요.\n우리는 학교에 갑니다."
GERMAN = "Der Mann geht über die Straße. Die Vögel singen schön."
JAPANESE = "吾輩は猫である。名前はまだ無い。"
CHINESE = "我们是中国人。今天天气很好，我要去学校。"
RUSSIAN = "Все счастливые семьи похожи друг на друга."


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (KOREAN, "cp949", "CP949"),
        (KOREAN, "euc_kr", "EUC-KR"),
        ("안녕", "cp949", "CP949"),
        ("뷁 똠방각하", "cp949", "CP949"),
        (KOREAN, "johab", "Johab"),
        (KOREAN, "iso2022_kr", "ISO-2022-KR"),
        (KOREAN, "utf-16-le", "UTF-16-LE"),
        (KOREAN, "utf-16-be", "UTF-16-BE"),
        ("안녕", "utf-16-le", "UTF-16-LE"),
        (KOREAN, "utf-32-le", "UTF-32-LE"),
        (KOREAN, "utf-32-be", "UTF-32-BE"),
        (GERMAN, "latin-1", "Latin-1"),
        (GERMAN, "cp1252", "Windows-1252"),
        (GERMAN, "utf-16-le", "UTF-16-LE"),
        (GERMAN, "utf-16-be", "UTF-16-BE"),
        (GERMAN, "cp850", "CP850"),
        (GERMAN, "mac_roman", "Mac Roman"),
        ("L’été était très chaud, où êtes-vous ?", "cp1252", "Windows-1252"),
        ("café", "latin-1", "Latin-1"),
        ("Zażółć gęślą jaźń.", "cp1250", "Windows-1250"),
        ("Zażółć gęślą jaźń.", "iso8859_2", "ISO-8859-2"),
        ("Bugün hava çok güzel, şimdi okula gidiyorum.", "cp1254", "Windows-1254"),
        (JAPANESE, "shift_jis", "Shift-JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
        ("こんにちは", "shift_jis", "Shift-JIS"),
        (CHINESE, "gb18030", "GB18030"),
        ("你好", "gbk", "GBK"),
        ("人之初，性本善。性相近，習相遠。", "big5", "Big5"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (RUSSIAN, "cp866", "CP866"),
        (RUSSIAN, "iso8859_5", "ISO-8859-5"),
        ("Καλημέρα κόσμε. Σήμερα είναι μια όμορφη μέρα.", "cp1253", "Windows-1253"),
        ("בראשית ברא אלהים את השמים ואת הארץ", "cp1255", "Windows-1255"),
        ("مرحبا بالعالم. اليوم يوم جميل جدا.", "cp1256", "Windows-1256"),
        ("สวัสดีชาวโลก วันนี้อากาศดีมาก", "tis_620", "TIS-620"),
        ("hello", "utf-7", "UTF-7"),
    ],
)
def test_another_encoding_is_refused_by_name_with_the_cure(
    text: str, codec: str, name: str
) -> None:
    data = b"+/v8-hello" if codec == "utf-7" else text.encode(codec)
    for given in (data, b"plain beginning\n" * 2000 + data) if codec.startswith("cp") else (data,):
        with pytest.raises(TextError) as caught:
            read_text(given, "letter.txt")
        for said in (str(caught.value), *(texts(code).explain(caught.value) for code in LANGUAGES)):
            plain = said.replace("\\", "")
            assert name in plain and "letter.txt" in plain and "UTF-8" in plain


def test_a_damaged_byte_is_no_other_encoding() -> None:
    data = KOREAN.encode()
    with pytest.raises(TextError) as caught:
        read_text(data[:40] + b"\xff" + data[40:])
    assert caught.value.code == "not_utf8"


def test_the_first_byte_that_is_not_ascii_may_come_late() -> None:
    with pytest.raises(TextError, match="Latin-1"):
        read_text(b"plain\n" * 500_000 + GERMAN.encode("latin-1"))


def test_colours_of_a_terminal_are_no_encoding() -> None:
    assert read_text(b"\x1b[31mred\x1b[0m") == "[31mred[0m"
