"""The space of a plan as the address carries it, and as a form fills it: texts, taken as typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pages.ui.visit.numbers import parse, written
from rnncore.config import Config, choices, is_number, usual_values
from rnncore.setting import about
from rnncore.sweeps.space import Axis, Range, is_log, is_whole, rounded, varied_settings

Kind = Literal["range", "list"]
ENTRIES, NAME, TO, OR = ";", ":", "~", "|"
"""What stands between settings, after a name, between two ends, and between listed values."""
MARKS = str.maketrans(dict.fromkeys((ENTRIES, NAME, TO, OR), " "))
EXAMPLE = "learning_rate:0.0003~0.1;hidden_size:8~64"
MOST = 12
"""Settings of a space."""
LONGEST = 200
"""Characters of a value."""
WIDER = 10.0
"""By which factor a new range on a logarithmic axis begins below and ends above the setting."""


class Given(NamedTuple):
    """An axis as it was given: two ends of a range, or values; not judged yet."""

    kind: Kind
    texts: tuple[str, ...]


Space = dict[str, Given]


def read(text: str) -> Space:
    """The space that an address says; what is no setting is left out."""
    found: Space = {}
    for entry in text.split(ENTRIES)[:MOST]:
        name, _, axis = entry.partition(NAME)
        if name in varied_settings():
            kind: Kind = "range" if TO in axis else "list"
            parts = axis.split(TO, 1) if kind == "range" else axis.split(OR)
            found[name] = Given(kind, tuple(part.strip()[:LONGEST] for part in parts))
    return found


def write(space: Mapping[str, Given]) -> str:
    """The same as an address carries it."""
    return ENTRIES.join(
        f"{name}{NAME}{(TO if given.kind == 'range' else OR).join(map(clean, given.texts))}"
        for name, given in space.items()
    )


def clean(text: str) -> str:
    """A typed text without the marks of the address."""
    return text.translate(MARKS).strip()[:LONGEST]


def given_of(name: str, axis: Axis) -> Given:
    """An axis of a plan as the form shows it."""
    if isinstance(axis, Range):
        return Given("range", tuple(written(rounded(name, end)) for end in (axis.low, axis.high)))
    texts = (
        str(value).lower() if isinstance(value, bool) or not is_number(name) else written(value)
        for value in axis
    )
    return Given("list", tuple(texts))


def values(name: str, given: Given) -> Any:
    """The axis as a plan takes it.

    Raises   ConfigError for what is no number.
    """
    texts = [text for text in given.texts if text] if given.kind == "list" else given.texts
    if not is_number(name):
        return [text == "true" if text in ("true", "false") else text for text in texts]
    numbers = [parse(text, int if is_whole(name) else float) for text in texts]
    return numbers if given.kind == "list" else {"low": numbers[0], "high": numbers[1]}


def split(text: str) -> tuple[str, ...]:
    """Values that were typed with spaces or commas between them: 8, 16 32."""
    apart = text.replace(", ", " ").replace(";", " ").split()
    return tuple(part.strip(",") for part in apart if part.strip(","))[:50]


def opening(name: str, config: Config) -> Given:
    """The axis that a setting begins with: a range around its value, or all there is to choose."""
    if not is_number(name):
        named = choices(name) or ("true", "false")
        return Given("list", tuple(named))
    usual = sorted(usual_values(name))
    if is_log(name):
        value = float(getattr(config, name)) or usual[-1]
        low, high = value / WIDER**0.5, value * WIDER**0.5
        ends = tuple(float(f"{end:.1g}") for end in (low, high))
        if is_whole(name):
            ends = tuple(float(max(1, round(end))) for end in ends)
        return Given("range", tuple(written(round(e) if is_whole(name) else e) for e in ends))
    return Given("range", (written(usual[0]), written(usual[-1])))


def as_list(name: str, given: Given) -> Given:
    """A range as a list that begins with its ends, or a list as a range from end to end."""
    if given.kind == "range":
        return Given("list", given.texts)
    if not is_number(name) or not given.texts:
        return given
    return Given("range", (given.texts[0], given.texts[-1]))


def scale(name: str) -> str:
    """How the axis of a setting is divided."""
    return str(about(Config.model_fields[name])["scale"])
