"""The documents: their example runs, and every file and folder they name exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.commands import ALL

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = "|".join(
    re.escape(path.name)
    for path in ROOT.iterdir()
    if path.is_dir() and path.name not in {".git", ".venv"}
)
PATH = re.compile(rf"(?<![\w./~-])(?:{FOLDERS})/[\w./<>-]*\w[>/]?")
"""A path from the root, wherever it stands; <page> is any name."""
FILE = re.compile(r"`([\w-]+\.(?:py|js|toml|md|txt)|Makefile|LICENSE)`")
"""The mere name of a file, in code."""
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
OTHERS = {"ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"}
"""Files that come from elsewhere."""


def named(document: Path) -> set[str]:
    """Everything that a document says is there, as patterns from the root."""
    text = document.read_text(encoding="utf-8")
    paths = {re.sub(r"<\w+>", "*", path) for path in PATH.findall(text)}
    names = {name if (ROOT / name).exists() else f"*/**/{name}" for name in FILE.findall(text)}
    return (paths | names) - {f"*/**/{name}" for name in OTHERS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    assert [path for path in sorted(named(document)) if not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_paths_are_recognised(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("`pages/ui/<page>/nothing`, in tests/none.py. `none.js`, `ptb.test.txt`")
    assert named(document) == {"pages/ui/*/nothing", "tests/none.py", "*/**/none.js"}


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in (ROOT / "rnncore").glob("*/__init__.py")]
    rooms = [path.name for path in (ROOT / "pages" / "ui").iterdir() if any(path.glob("*.py"))]
    missing = [f"rnncore/{name}" for name in packages if f"`{name}`" not in text]
    missing += [
        f"pages/ui/{name}" for name in rooms if not re.search(rf"`(pages/ui/)?{name}`", text)
    ]
    assert missing == []


def blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_a_cluster_is_set_up_by_the_commands_that_its_tests_run() -> None:
    text = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    given = "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    lines = given.replace("\\\n", "").splitlines()
    told = [" ".join(line.partition("#")[0].split()) for line in lines]
    assert [line for line in told if not line.startswith(("pip ", "make "))] == list(ALL)


@pytest.mark.slow
def test_the_example_in_the_readme_prints_what_stands_below_it(tmp_path: Path) -> None:
    """Its sentences and the last digits are left to the machine: training is chaotic."""
    (example,), (shown,) = blocks("python"), blocks("text")
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    number = re.compile(r"\d+(?:\.\d+)?")
    printed, promised = (
        [line for line in text.splitlines() if number.search(line)] for text in (done.stdout, shown)
    )
    assert printed[0] == promised[0]  # the floor is computed and not trained
    assert [number.sub("#", line) for line in printed] == [
        number.sub("#", line) for line in promised
    ]
    for ours, theirs in zip(printed[1:-1], promised[1:-1], strict=True):
        values, expected = (
            [float(found) for found in number.findall(line)] for line in (ours, theirs)
        )
        assert values == pytest.approx(expected, rel=0.05)
    assert len(done.stdout.splitlines()) > len(printed)  # and it has written something
