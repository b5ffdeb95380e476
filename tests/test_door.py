"""The door of the engine: what `rnncore` itself offers changes on purpose only."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import rnncore
from rnncore import errors

ROOT = Path(__file__).parents[1]
CONSTANTS = ["CHARACTERS", "JAMO", "PRESETS", "STORIES", "WORDS"]
CLASSES = [
    "CheckpointError",
    "ClusterError",
    "Config",
    "ConfigError",
    "Corpus",
    "Diverged",
    "GradientFlow",
    "Prober",
    "ReferenceRnnlm",
    "RnnError",
    "Rnnlm",
    "RunView",
    "ShapeError",
    "SnapshotView",
    "StoreError",
    "TextError",
    "Trainer",
    "Vocabulary",
    "Windows",
]
FUNCTIONS = [
    "bits",
    "corpus_names",
    "generate",
    "gradient_flow",
    "held_out_loss",
    "live_settings",
    "load_corpus",
    "perplexity",
    "preset_config",
]


def documented_constants(module: str) -> set[str]:
    """Names of a module that are assigned and then explained in a string of their own."""
    file = ROOT / Path(*module.split(".")).with_suffix(".py")
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {
        ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
        for node, text in pairwise(body)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def sources() -> dict[str, str]:
    """The module that each name of the door comes from."""
    door = ast.parse((ROOT / "rnncore" / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.name: str(node.module)
        for node in door.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_door_offers_these_names_in_this_order() -> None:
    assert rnncore.__all__ == [*CONSTANTS, *CLASSES, *FUNCTIONS]
    for kind in (CONSTANTS, CLASSES, FUNCTIONS):
        assert kind == sorted(kind)


def test_every_name_of_the_door_is_what_it_looks_like() -> None:
    offered = {name: getattr(rnncore, name) for name in rnncore.__all__}
    assert [name for name in offered if inspect.isclass(offered[name])] == CLASSES
    assert [name for name in offered if inspect.isfunction(offered[name])] == FUNCTIONS


def test_nothing_public_is_missing_from_the_list() -> None:
    public = {
        name
        for name, value in vars(rnncore).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(rnncore.__all__)


def test_every_error_that_can_be_raised_goes_through_the_door() -> None:
    family = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.RnnError)
    }
    assert family <= set(rnncore.__all__)


def test_every_name_of_the_door_is_documented() -> None:
    undocumented = [
        name
        for name in [*CLASSES, *FUNCTIONS]
        # A named tuple and a dataclass write "Name(field, ...)" where they are given nothing.
        if not (text := getattr(rnncore, name).__doc__) or text.startswith(f"{name}(")
    ]
    undocumented += [
        name for name in CONSTANTS if name not in documented_constants(sources()[name])
    ]
    assert undocumented == []
