"""The package: its wheel, built from a clean copy, trains where there is no clone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
from email.parser import Parser
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns
from typing import NamedTuple
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import rnncore

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
LISTS = {
    "requirements-engine.txt": "",
    "requirements.txt": '; extra == "app"',
    "requirements-tensorboard.txt": '; extra == "tensorboard"',
    "requirements-cluster.txt": '; extra == "cluster"',
}
"""What the package needs, by the extra that asks for it."""
NEEDED = ("pyproject.toml", "README.md", "LICENSE", *LISTS)


def call(
    *command: str | Path, folder: Path = ROOT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, with these environment variables and no PYTHONPATH but theirs."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment | settings,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy that holds nothing but what a build needs."""
    folder = tmp_path_factory.mktemp("build")
    build_system = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    fetched = call(*PIP, "install", "--target", folder / "tools", *build_system["requires"])
    if fetched.returncode:
        pytest.skip(f"pip cannot fetch {build_system['requires']}: {fetched.stderr.strip()[-200:]}")
    copy = folder / "copy"
    copy.mkdir()
    for name in NEEDED:
        copy2(ROOT / name, copy)
    for name in ("rnncore", "assets"):
        copytree(ROOT / name, copy / name, ignore=ignore_patterns("__pycache__"))
    options = ("--no-build-isolation", "--no-deps", "--wheel-dir", folder / "wheels")
    built = call(*PIP, "wheel", *options, copy, PYTHONPATH=str(folder / "tools"))
    assert built.returncode == 0, built.stderr
    (wheel,) = (folder / "wheels").iterdir()
    return wheel


class Installed(NamedTuple):
    """An environment into which the wheel was installed, and an empty folder to work in."""

    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> str:
        """What a program of the environment writes to standard output."""
        done = call(self.programs / program, *arguments, folder=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; what it depends on is shared with the tests' own."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    installed = call(*PIP, "--python", folder, "install", "--no-deps", "--no-index", wheel)
    assert installed.returncode == 0, installed.stderr
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return Path(sysconfig.get_path("scripts", "venv", paths))


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Installed:
    folder = tmp_path / "empty"
    folder.mkdir()
    return Installed(environment, folder)


def test_what_is_imported_is_the_installed_package(installed: Installed) -> None:
    code = "import rnncore; print(rnncore.__file__, rnncore.__version__)"
    place, version = installed.run("python", "-c", code).split()
    assert installed.programs.parent in Path(place).parents
    assert version == rnncore.__version__
    assert installed.run("rnncore", "--version") == f"rnncore {version}\n"
    assert installed.run("rnncore", "--help").startswith("usage: rnncore ")


def test_the_installed_command_trains_writes_and_exports(installed: Installed) -> None:
    small = ("hidden_size=8", "embedding_size=8", "grammar_tokens=2000", "epochs=1")
    settings = [part for setting in small for part in ("--set", setting)]
    run = "run.safetensors"
    installed.run("rnncore", "train", "--corpus", "reber", *settings, "--checkpoint", run)
    drawing = ("--prompt", "B", "--length", "30", "--seed", "1")
    written = installed.run("rnncore", "generate", "--checkpoint", run, *drawing)
    assert len(written) > 30
    script = ("--to", "script", "--output", "alone.py")
    installed.run("rnncore", "export", "--checkpoint", run, *script)
    assert installed.run("python", "alone.py", *drawing) == written


def test_the_installed_package_brings_its_texts(installed: Installed) -> None:
    code = """
from rnncore import Config, corpus_names, load_corpus

for name in corpus_names():
    if name != "ptb":  # is downloaded
        corpus = load_corpus(Config(corpus=name))
        print(name, len(corpus.train), len(corpus.vocabulary))
"""
    here = call(sys.executable, "-c", code)
    assert here.returncode == 0, here.stderr
    assert installed.run("python", "-c", code) == here.stdout


def test_the_wheel_asks_for_what_the_lists_ask_for(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    asked = {Requirement(line) for line in metadata.get_all("Requires-Dist", [])}
    declared = {
        Requirement(requirement + extra)
        for file, extra in LISTS.items()
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
        if (requirement := line.partition("#")[0].strip()) and not line.startswith("-")
    }
    assert asked == declared
