"""A trained network as a script of its own: NumPy, the weights, and nothing of this project."""

from __future__ import annotations

import base64
import inspect
import io
import json
import textwrap

import numpy as np

from rnncore.cells import CELLS
from rnncore.paths import assets_dir
from rnncore.text.jamo import WRITTEN
from rnncore.text.normalisation import LINE_ENDS, REMOVED
from rnncore.training.checkpoint import Checkpoint

LINE = 96


def export_script(checkpoint: Checkpoint) -> str:
    """The source of a Python script that writes the text `python -m rnncore generate` would.

    With the same prompt, length, temperature and seed it draws the same tokens. The weights are
    in the script, as base64 of an .npz file.
    """
    config, weights = checkpoint.config, checkpoint.weights
    cell = CELLS[config.cell]
    archive = io.BytesIO()
    np.savez_compressed(archive, allow_pickle=False, **weights)
    summary = (
        f"A network of {config.layers} x {config.cell} with D = {config.embedding_size}, "
        f"H = {config.hidden_size} and V = {len(checkpoint.vocabulary)}, after "
        f"{checkpoint.header['steps']:,} updates."
    )
    values = {
        "SUMMARY": textwrap.fill(summary, LINE),
        "LAYERS": str(config.layers),
        "STATES": str(len(cell.states)),
        "TOKENIZER": checkpoint.tokenizer.name,
    }
    # Encoded as JSON in JSON, so that no token can end the literal it stands in.
    literals = {
        "LINE_ENDS": json.dumps(LINE_ENDS),
        "REMOVED": json.dumps(REMOVED),
        "WRITTEN": json.dumps(WRITTEN),
        "VOCABULARY": json.dumps(json.dumps(checkpoint.vocabulary.tokens)),
        "WEIGHTS": _wrapped(base64.b64encode(archive.getvalue()).decode("ascii")),
    }
    script = (assets_dir() / "export" / "generate.py").read_text(encoding="utf-8")
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    script = script.replace('tick = "@TICK@"\n', inspect.getsource(cell.tick))
    for name, literal in literals.items():
        script = script.replace(f'"@{name}@"', literal)
    return script


def _wrapped(text: str) -> str:
    """A triple-quoted literal of short lines; base64 reads over line ends."""
    lines = (text[start : start + LINE] for start in range(0, len(text), LINE))
    return '"""\n' + "\n".join(lines) + '\n"""'
