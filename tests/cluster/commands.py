"""The commands of docs/cluster.md, which the tests run on ports and in folders of their own."""

from __future__ import annotations

import shlex

CREATE = "createdb --host=127.0.0.1 --port=5432 --username=postgres rnn"
STORE = "export RNN_EXPLORER_DB=postgresql://postgres@127.0.0.1:5432/rnn"
CHECKPOINTS = "export RNN_EXPLORER_CHECKPOINTS=/shared/checkpoints"
SCHEDULER = (
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=0 dask scheduler --host 127.0.0.1 --port 8786"
)
WORKER = "dask worker tcp://127.0.0.1:8786 --nthreads 1"
SWEEP = "python -m rnncore sweep space.toml --scheduler tcp://127.0.0.1:8786"
APP = "RNN_EXPLORER_SCHEDULER=tcp://127.0.0.1:8786 python -m streamlit run app.py"
ALL = (CREATE, STORE, CHECKPOINTS, SCHEDULER, WORKER, SWEEP, APP)


def split(command: str, **places: str) -> tuple[dict[str, str], list[str]]:
    """The variables that a command sets and its words, with other places put in.

    places   what stands instead: `port` of the database, name of the `database`, address and port
             of the `scheduler`, `folder` of the checkpoints
    """
    written = {
        "port": "5432",
        "database": "rnn",
        "scheduler": "127.0.0.1:8786",
        "folder": "/shared/checkpoints",
    }
    words = shlex.split(command.removeprefix("export "))
    for name, place in places.items():
        words = [_put(word, written[name], place) for word in words]
    variables = {}
    while words and words[0].split("=")[0].isupper():
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    return variables, words


def _put(word: str, written: str, place: str) -> str:
    """The word with a place in the place of the one that is written, where that ends it."""
    if word == written.partition(":")[2]:  # the port of the scheduler stands alone
        return place.partition(":")[2]
    head, found, tail = word.rpartition(written)
    whole = found and not head[-1:].isalnum() and not tail[:1].isalnum()
    return f"{head}{place}{tail}" if whole else word
