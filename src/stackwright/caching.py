"""What is worked out once for all threads."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def cached(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Like `functools.cache`, for work that takes long: who comes while it is done waits for it.

    `functools.cache` lets threads that come at the same time all do it; provisioners run side by side and ask for the
    same data first of all.
    https://docs.python.org/3/library/functools.html#functools.cache
    """
    answers: dict[Hashable, _R] = {}
    lock = threading.RLock()

    @functools.wraps(function)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in answers:
            with lock:
                if key not in answers:
                    answers[key] = function(*args, **kwargs)
        return answers[key]

    return answer
