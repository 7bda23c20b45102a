"""Requests that are carried out as one: which batch functions allow it, and how a request gets out of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from execution.batching import BatchFunction

# `(context, calls, *, fields)`: an answer for each of the calls, of which there are only the arguments.
AtRoot = Callable[..., Awaitable[Sequence[Any]]]


class Apart(Exception):
    """In place of an answer: to whom it goes would wait for something that the others don't need."""


def shared(at_root: AtRoot | None = None) -> Callable[[BatchFunction], BatchFunction]:
    """Says of a batch function that its parents may be several requests' whose contexts are of one kin.

    Before it waits for anything but the store, it asks `Loads.may_wait`. One of the root has `at_root`, which answers
    several calls with other arguments at once.
    """

    def marked(function: BatchFunction) -> BatchFunction:
        function.shared = True  # type: ignore[attr-defined]
        function.at_root = at_root  # type: ignore[attr-defined]
        return function

    return marked


def is_shared(function: Callable[..., Any] | None, *, root: bool) -> bool:
    """Whether the function is one of these, and at the root answers several calls."""
    return getattr(function, "shared", False) and not (root and getattr(function, "at_root", None) is None)


def answers_at_root(
    function: Any, context: Any, calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]
) -> Awaitable[Sequence[Any]]:
    """The answers of a function of the root to several calls."""
    answers: Awaitable[Sequence[Any]] = function.at_root(context, calls, fields=fields)
    return answers
