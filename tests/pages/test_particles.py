"""Korean sentences with values: the particle that fits."""

from __future__ import annotations

import pytest

from pages.ui.visit.i18n import texts
from pages.ui.visit.particles import agreed


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("학습률을(를) 바꿉니다", "학습률을 바꿉니다"),
        ("은닉 크기을(를) 바꿉니다", "은닉 크기를 바꿉니다"),
        ("8 – 64을(를)", "8 – 64를"),
        ("**0.21**은(는) **100**이(가)", "**0.21**은 **100**이"),
        ("차이의 35%을(를)", "차이의 35%를"),
        ("3에서 1(으)로, 10(으)로, 7(으)로, 2(으)로", "3에서 1로, 10으로, 7로, 2로"),
        ("‘서울’(으)로 ‘부산’(으)로", "‘서울’로 ‘부산’으로"),
        ("고양이와(과) 강과(와)", "고양이와 강과"),
        ("dog을(를) 읽습니다", "dog을(를) 읽습니다"),
    ],
)
def test_a_particle_follows_the_sound_before_it(said: str, expected: str) -> None:
    assert agreed(said) == expected


def test_sentences_of_the_interface_agree() -> None:
    said = texts("ko")(
        "tune.form.said", text="글", budget="2분", trials=8, settings="은닉 크기 8 – 64"
    )
    assert "64를 바꿉니다" in said
