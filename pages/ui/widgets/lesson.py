"""Lessons: Markdown files that open a page and end with questions to predict, then check."""

from __future__ import annotations

from rnncore.paths import assets_dir

RULE = "\n---\n"
"""Stands before every question of a lesson."""


def questions(language: str, page: str) -> list[str]:
    """The questions at the end of a page's lesson."""
    path = assets_dir() / "lessons" / language / f"{page}.md"
    return [part.strip() for part in path.read_text(encoding="utf-8").split(RULE)[1:]]
