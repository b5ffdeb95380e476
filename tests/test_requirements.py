"""The lists of packages: what is imported is declared, and what is declared has a fixed version."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PARTS_OF_LISTS = ("-engine", "", "-dev", "-bench", "-tensorboard", "-cluster")
ENGINE, APP, TESTS, BENCH, TENSORBOARD, CLUSTER = (
    f"requirements{part}.txt" for part in PARTS_OF_LISTS
)
OURS = {"app", "assets", "pages", "rnncore", "tests"}
PARTS = {"pydantic-core": "pydantic"}
"""Packages that come with another in the one version it is made for."""
TOOLS = {"mypy", "pytest-xdist", "ruff"}
"""Programs and plugins, which nobody imports."""
DRIVERS = {"psycopg"}
"""Packages that another one imports by the name in an address."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def requirements(name: str) -> dict[str, Requirement]:
    """What a list asks for by itself, by package."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("-r")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def locked(name: str, python: str) -> dict[str, Version]:
    """The version of each package that a list of versions fixes for a Python on Linux."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    environment |= {"sys_platform": "linux", "platform_system": "Linux"}
    versions: dict[str, Version] = {}
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("#"):
            continue
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (bound,) = requirement.specifier
            assert bound.operator == "=="
            package = canonicalize_name(requirement.name)
            assert package not in versions, f"{package} has two versions on Python {python}"
            versions[package] = Version(bound.version)
    return versions


def imported(*names: str) -> set[str]:
    """Packages that these Python files and those in these folders import, inside functions too:
    all of them are named as their modules are."""
    paths = [ROOT / name for name in names]
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))]
    modules: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module).partition(".")[0])
    foreign = modules - OURS - set(sys.stdlib_module_names)
    packages = {canonicalize_name(module) for module in foreign}
    return {PARTS.get(package, package) for package in packages}


def test_the_engine_declares_exactly_the_packages_it_imports() -> None:
    # Imported where they are asked for alone.
    extra = set(requirements(TENSORBOARD)) | set(requirements(CLUSTER)) - DRIVERS
    assert imported("rnncore") == set(requirements(ENGINE)) | extra


def test_the_app_declares_exactly_what_it_imports_besides() -> None:
    lists = (ENGINE, APP, TENSORBOARD, CLUSTER)
    declared = {package for name in lists for package in requirements(name)}
    assert imported("rnncore", "pages", "app.py") == declared - DRIVERS


def test_the_tests_declare_exactly_what_they_import_besides() -> None:
    lists = (ENGINE, APP, TESTS, BENCH, TENSORBOARD, CLUSTER)
    engine, app, tests, bench, extra, cluster = (set(requirements(name)) for name in lists)
    declared = engine | app | tests - TOOLS | bench | extra | cluster - DRIVERS
    assert imported("tests", "rnncore", "pages", "app.py") == declared


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_has_one_version_within_the_bounds(python: str) -> None:
    versions = locked("constraints.txt", python)
    asked: dict[str, Requirement] = {}
    for name in (ENGINE, APP, TESTS, CLUSTER):
        asked |= requirements(name)
    assert set(asked) <= set(versions)
    outside = [name for name in asked if versions[name] not in asked[name].specifier]
    assert outside == [], "`make lock` writes constraints.txt anew"


def test_the_lowest_versions_are_those_of_the_bounds() -> None:
    versions = locked(".ci/lowest.txt", PYTHONS[0])
    for name, requirement in {**requirements(ENGINE), **requirements(APP)}.items():
        (lowest,) = (b.version for b in requirement.specifier if b.operator == ">=")
        numbers = Version(lowest).release
        assert versions[name].release[: len(numbers)] == numbers, "`make lock` writes it anew"
