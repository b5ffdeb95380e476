"""The small trainings that a page drives: one at a time, and what has been made of the others."""

from __future__ import annotations

from collections.abc import Iterator

from pages.ui.visit.session import Session
from pages.ui.widgets import training


def counting(last: int) -> Iterator[int]:
    yield from range(last)


def finished(visit: Session, name: str) -> None:
    work = training.start(visit, name, counting(3))
    while work.going:
        work.advance()


def points(visit: Session, name: str) -> list[int] | None:
    found = training.current(visit, name)
    return None if found is None else found.points


def test_what_one_has_measured_is_there_when_another_is_done() -> None:
    visit = Session("en")
    finished(visit, "rates")
    finished(visit, "seeds")
    assert points(visit, "rates") == points(visit, "seeds") == [0, 1, 2]
    training.start(visit, "rates", counting(9))
    assert points(visit, "rates") == [] and points(visit, "seeds") == [0, 1, 2]


def test_one_is_under_way_at_a_time_and_few_are_kept() -> None:
    visit = Session("en")
    training.start(visit, "left", counting(9))
    for number in range(5):
        finished(visit, f"{number}")
    assert points(visit, "left") is None
    kept = [name for name in map(str, range(5)) if points(visit, name) is not None]
    assert kept == ["1", "2", "3", "4"]
