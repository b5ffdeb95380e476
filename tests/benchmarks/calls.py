"""Times every NumPy call that the engine makes, where it makes it.

While `timed()` is on, arrays that the engine makes are `Timed`: an operation on one is handed to
NumPy with plain arrays between two looks at the clock. Only what NumPy itself takes is counted,
with the cost of being called from Python, so that the figures are those of the engine as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

import rnncore

ROOT = Path(rnncore.__file__).parent
MAKERS = ("arange", "array", "asarray", "empty", "full", "ones", "zeros")
METHODS = (
    "__getitem__", "__setitem__", "argsort", "astype", "copy", "cumsum", "dot", "max", "mean",
    "min", "nonzero", "ravel", "repeat", "reshape", "sum", "swapaxes", "take",
)  # fmt: skip


class Call(NamedTuple):
    """One call: of what, from which line of which file under rnncore, how long."""

    name: str
    file: str
    line: int
    nanoseconds: int


def plain(value: Any) -> Any:
    """The same without Timed, inside tuples and lists too."""
    if isinstance(value, Timed):
        return value.view(np.ndarray)
    if type(value) in (tuple, list):
        return type(value)(map(plain, value))
    return value


def wrapped(value: Any) -> Any:
    if type(value) is np.ndarray:
        return value.view(Timed)
    return tuple(map(wrapped, value)) if type(value) is tuple else value


class Timed(np.ndarray):
    """An array that writes down what is done with it."""

    log: list[Call] = []  # noqa: RUF012 (one for all arrays, by intent)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        call = ufunc if method == "__call__" else getattr(ufunc, method)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        out = named.get("out", ())
        if len(out) == 1 and len(named) == 1 and method == "__call__":  # as the layers write it
            return _time(name, sys._getframe(1), call, (*inputs, *out), {}, out[0])
        return _time(name, sys._getframe(1), call, inputs, named, *out)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _time(function.__name__, sys._getframe(1), function, args, kwargs)


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np.ndarray, name)

    def timed(self: Timed, *args: Any, **kwargs: Any) -> Any:
        bound = getattr(self.view(np.ndarray), name)
        return _time(_name_of(function, args), sys._getframe(1), bound, args, kwargs)

    return timed


def _name_of(function: Any, args: tuple[Any, ...]) -> str:
    """An index that is an array looks up; one of numbers and slices only makes a view."""
    if function is np.ndarray.__getitem__:
        return "look-up" if isinstance(args[0], np.ndarray) else "view"
    return str(function.__name__)


for _name in METHODS:
    setattr(Timed, _name, _method(_name))


def _time(
    name: str, frame: FrameType, call: Any, args: Any, kwargs: Any, returned: Any = None
) -> Any:
    args, kwargs = plain(args), {key: plain(value) for key, value in kwargs.items()}
    if kwargs:
        started = perf_counter_ns()
        result = call(*args, **kwargs)
        ended = perf_counter_ns()
    else:
        started = perf_counter_ns()
        result = call(*args)
        ended = perf_counter_ns()
    file = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
    Timed.log.append(Call(name, file, frame.f_lineno, ended - started))
    return wrapped(result) if returned is None else returned


class _Numpy:
    """NumPy with makers that give Timed arrays."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        if name not in MAKERS:
            return found
        return lambda *args, **kwargs: wrapped(found(*args, **kwargs))


@contextmanager
def timed() -> Iterator[list[Call]]:
    """What the engine's modules do with NumPy meanwhile is written into the list."""
    modules = [module for name, module in sys.modules.items() if name.startswith("rnncore.")]
    modules = [module for module in modules if getattr(module, "np", None) is np]
    Timed.log.clear()
    for module in modules:
        vars(module)["np"] = _Numpy()
    try:
        yield Timed.log
    finally:
        for module in modules:
            vars(module)["np"] = np


def clock_cost() -> float:
    """Nanoseconds that two looks at the clock see between them."""
    looks = []
    for _ in range(2_000):
        started = perf_counter_ns()
        looks.append(perf_counter_ns() - started)
    return median(looks)


def call_cost(name: str) -> float:
    """Nanoseconds of a call of a ufunc, or of `dot`, on eight numbers: that of being called."""
    zeros = np.zeros(8, np.float32)  # every ufunc leaves them so
    square, eight = np.zeros((2, 2), np.float32), zeros.reshape(2, 4)
    call: Any = square.dot if name == "dot" else getattr(np, name)
    args = {"dot": (eight, eight.copy()), "matmul": (square, eight, eight.copy())}.get(
        name, (zeros,) * getattr(call, "nargs", 0)
    )
    times = []
    for _ in range(2_000):
        started = perf_counter_ns()
        call(*args)
        times.append(perf_counter_ns() - started)
    return median(times) - clock_cost()
