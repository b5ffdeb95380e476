"""Counting the multiply-adds that a computation really makes in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest


class Counted(np.ndarray):
    """Arrays that count the products they take part in."""

    made = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc is np.matmul:
            Counted.count(*inputs)
        given = [_plain(each) for each in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(_plain(each) for each in kwargs["out"])
        if "where" in kwargs:
            kwargs["where"] = _plain(kwargs["where"])
        result = getattr(ufunc, method)(*given, **kwargs)
        return result.view(Counted) if type(result) is np.ndarray else result

    def dot(self, other: Any, out: Any = None) -> Any:
        Counted.count(self, other)
        return self.view(np.ndarray).dot(np.asarray(other), out)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.dot:
            Counted.count(*args[:2])
        return super().__array_function__(func, types, args, kwargs)

    @staticmethod
    def count(left: Any, right: Any) -> None:
        columns = 1 if np.ndim(right) == 1 else np.shape(right)[-1]
        Counted.made += int(np.prod(np.shape(left))) * columns


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


@contextmanager
def counted() -> Iterator[type[Counted]]:
    """Count while this lasts: `made` of what is yielded is the number of multiply-adds."""
    makers = {name: getattr(np, name) for name in ("empty", "zeros", "ones")}

    def counting(make: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: make(*args, **kwargs).view(Counted)

    Counted.made = 0
    with pytest.MonkeyPatch.context() as patch:
        for name, make in makers.items():
            patch.setattr(np, name, counting(make))
        yield Counted
