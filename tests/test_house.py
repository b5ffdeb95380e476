"""The house rules: who may import whom, and what no file may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "rnncore").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
THIN_PAGES = sorted((ROOT / "pages").glob("*.py"))
FIGURES = [path for path in PAGES if path.parent.name == "figures"]
ALL = [*ENGINE, *PAGES, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "app.py"]

# What stands directly under rnncore, floor by floor: a module imports from lower floors and from
# its own package, never from a neighbour or from above. A view holds plain values and imports
# nothing; it lies low because the probes fill it.
FLOORS = (
    {"errors", "paths", "views", "regular", "private"},
    {"shapes", "console", "atomic", "config_problems", "setting", "elsewhere"},
    {"parameters", "reference", "layers"},
    {"cells"},
    {"config"},
    {"memory", "text", "presets", "interop", "initializers", "optimizers", "sampling"},
    {"model", "multiply_adds"},
    {"reference_model", "generation", "beam_search", "parallel_reading"},
    {"metrics"},
    {"training"},
    {"probes", "baselines", "lockstep"},
    {"experiments", "runs", "progress", "export", "event_log", "overlaps", "stopping"}
    | {"assignments"},
    {"sweeps"},
    {"baseline_command", "sweep_command"},
    {"__init__", "__main__"},
)
FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}

# The rooms of pages/ui, floor by floor. A page's own room stands on the last floor but one.
UI_FLOORS = (
    {"streaming"},
    {"serving"},
    {"visit"},
    {"figures"},
    {"inspected"},
    {"widgets"},
    {"live"},
    {"overview", "corpus", "language_models", "generation"}
    | {"cell", "bptt", "gradients", "states"}
    | {"runs", "tune"},
    {"main"},
)
UI_FLOOR_OF = {name: floor for floor, names in enumerate(UI_FLOORS) for name in names}

FACE = {"streamlit", "plotly", "pandas", "pages", "app"}
HEAVY = {"sqlalchemy", "optuna", "dask", "distributed"}
OWN_GENERATORS = {"default_rng", "Generator", "RandomState", "SeedSequence", "BitGenerator"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Dotted names of all modules that a file imports, those inside functions included."""
    names: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively; write the full name"
            assert node.module is not None
            names += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(names)


def roots(path: Path) -> set[str]:
    """Top-level packages that a file imports."""
    return {module.partition(".")[0] for module in imports(path)}


def importers(paths: list[Path], packages: set[str]) -> list[str]:
    """The files among `paths` that import one of the top-level `packages`."""
    return [name_of(path) for path in paths if roots(path) & packages]


def room(path: Path) -> str:
    """What a file of the engine belongs to: rnncore/text/windows.py -> "text"."""
    return path.relative_to(ROOT / "rnncore").parts[0].removesuffix(".py")


def test_every_room_of_the_engine_has_a_floor() -> None:
    assert sorted({room(path) for path in ENGINE} - set(FLOOR_OF)) == []


def test_engine_imports_point_down() -> None:
    upward = [
        f"{name_of(path)} imports {module}"
        for path in ENGINE
        for module in imports(path)
        if module.startswith("rnncore.")
        and (theirs := module.split(".")[1]) != room(path)
        and FLOOR_OF.get(theirs, len(FLOORS)) >= FLOOR_OF[room(path)]
    ]
    assert upward == []


def test_wings_of_the_probes_know_nothing_of_each_other() -> None:
    """What two of probes/cell, probes/minibatches, ... need lies in probes itself."""
    probes = ROOT / "rnncore" / "probes"
    wings = {path.parent.name for path in probes.glob("*/__init__.py")}
    assert wings == {"cell", "minibatches"}
    found = [
        f"{name_of(path)} imports {module}"
        for path in ENGINE
        if probes in path.parents
        for module in imports(path)
        if (wing := module.removeprefix("rnncore.probes.").partition(".")[0]) in wings
        and module.startswith("rnncore.probes.")
        and wing != path.parent.name
    ]
    assert found == []


def test_engine_knows_nothing_of_the_interface() -> None:
    assert importers(ENGINE, FACE) == []


def test_only_runs_and_sweeps_touch_databases_and_clusters() -> None:
    outside = [path for path in ENGINE if room(path) not in ("runs", "sweeps")]
    assert importers(outside, HEAVY) == []


def test_optuna_is_asked_in_one_place() -> None:
    assert importers(ENGINE, {"optuna"}) == ["rnncore/sweeps/asking.py"]


def test_importing_the_engine_leaves_heavy_packages_unloaded() -> None:
    assert loaded("rnncore") & (FACE | HEAVY) == set()
    assert "optuna" not in loaded("rnncore.sweeps.tending, rnncore.sweeps.book")


def loaded(modules: str) -> set[str]:
    """The modules that a process has which imports these."""
    command = [sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"]
    return set(subprocess.check_output(command, cwd=ROOT, text=True).split())


def test_engine_has_no_pickle_and_no_global_randomness() -> None:
    assert importers(ENGINE, {"pickle", "random", "shelve", "marshal"}) == []
    shared = [
        f"{name_of(path)}:{node.lineno} np.random.{node.attr}"
        for path in ENGINE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) == "np.random"
        and node.attr not in OWN_GENERATORS
    ]
    assert shared == []


def test_engine_does_not_print() -> None:
    prints = [
        f"{name_of(path)}:{node.lineno}"
        for path in ENGINE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert prints == []


def test_pages_are_imported_by_nobody() -> None:
    pages = tuple(f"pages.{page.stem}." for page in THIN_PAGES)
    found = [
        f"{name_of(path)} imports {module}"
        for path in PAGES
        for module in imports(path)
        if f"{module}.".startswith(pages)
    ]
    assert found == []


def test_figures_know_nothing_of_streamlit() -> None:
    assert importers(FIGURES, {"streamlit"}) == []


def test_figures_import_no_page() -> None:
    """A figure takes what the engine measured: nothing of a page, and no control. One that a page
    has for itself may import others of that page."""
    shared = ("pages.ui.figures.", "pages.ui.visit.i18n.", "pages.ui.streaming.operations.")
    found = [
        f"{name_of(path)} imports {module}"
        for path in FIGURES
        for module in imports(path)
        if module.startswith("pages.")
        and not module.startswith((*shared, ".".join(path.relative_to(ROOT).parent.parts) + "."))
    ]
    assert found == []


def ui_room(path: Path) -> str:
    """What a file below pages/ui belongs to: pages/ui/visit/address.py -> "visit"."""
    return path.relative_to(ROOT / "pages" / "ui").parts[0].removesuffix(".py")


def test_rooms_of_the_interface_point_down() -> None:
    rooms = [path for path in PAGES if path not in THIN_PAGES]
    assert sorted({ui_room(path) for path in rooms} - set(UI_FLOOR_OF)) == []
    upward = [
        f"{name_of(path)} imports {module}"
        for path in rooms
        for module in imports(path)
        if module.startswith("pages.ui.")
        and (theirs := module.split(".")[2]) != ui_room(path)
        and UI_FLOOR_OF[theirs] >= UI_FLOOR_OF[ui_room(path)]
    ]
    assert upward == []


def test_only_a_page_imports_what_is_its_own() -> None:
    """pages/ui/<page>/ serves pages/<page>.py alone, no other page and nothing that pages share."""
    found = [
        f"{name_of(path)} imports {module}"
        for path in PAGES
        for page in (page.stem for page in THIN_PAGES)
        for module in imports(path)
        if f"{module}.".startswith(f"pages.ui.{page}.")
        and path != ROOT / "pages" / f"{page}.py"
        and ROOT / "pages" / "ui" / page not in path.parents
    ]
    assert found == []


def test_only_session_touches_session_state() -> None:
    touched = [
        f"{name_of(path)}:{node.lineno}"
        for path in PAGES
        if path != ROOT / "pages" / "ui" / "visit" / "session.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "session_state"
    ]
    assert touched == []


def test_pages_run_again_through_the_session() -> None:
    """A bare st.rerun() in a fragment takes over the URL that the browser had a moment ago."""
    bare = [
        f"{name_of(path)}:{node.lineno}"
        for path in PAGES
        if path != ROOT / "pages" / "ui" / "visit" / "session.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.rerun"
    ]
    assert bare == []


def test_only_widgets_put_values_into_widgets() -> None:
    """A control that holds a page's value is one of widgets/held.py."""
    widgets = ROOT / "pages" / "ui" / "widgets"
    seeding = [
        f"{name_of(path)}:{node.lineno}"
        for path in PAGES
        if path.parent != widgets
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "session.seed"
    ]
    assert seeding == []


def test_pages_write_no_html_of_their_own() -> None:
    allowing = [
        f"{name_of(path)}:{node.lineno}"
        for path in PAGES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and any(keyword.arg == "unsafe_allow_html" for keyword in node.keywords)
    ]
    assert allowing == []


def test_pages_are_thin() -> None:
    assert importers(THIN_PAGES, {"numpy", "plotly", "sqlalchemy"}) == []
    assert [name_of(path) for path in THIN_PAGES if lines(path) > 150] == []


def test_files_have_fewer_than_300_lines() -> None:
    assert [name_of(path) for path in ALL if lines(path) >= 300] == []
