from typing import Any

import pytest
from strawberry import UNSET

from resolvers.arguments import mode
from resolvers.context import Context
from services.errors import BadInput, Forbidden
from services.freshness import Caller, ReadMode


def asked(*, may_refresh: bool = True, is_event: bool = False, **arguments: Any) -> ReadMode:
    context = Context(None, Caller(may_refresh=may_refresh), is_event=is_event)  # type: ignore[arg-type]
    return mode(context, **({"refresh": False, "max_wait_ms": UNSET, "stored_only": False} | arguments))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ReadMode()),
        ({"refresh": True}, ReadMode(refresh=True)),
        ({"stored_only": True}, ReadMode(stored_only=True)),
        ({"max_wait_ms": None}, ReadMode()),
        ({"max_wait_ms": 0}, ReadMode(max_wait_ms=0)),
        ({"refresh": True, "max_wait_ms": 800}, ReadMode(refresh=True, max_wait_ms=800)),
        ({"stored_only": True, "max_wait_ms": 800}, ReadMode(stored_only=True, max_wait_ms=800)),
    ],
    ids=["none", "refresh", "stored only", "null wait", "no wait", "refresh and wait", "stored only and wait"],
)
def test_the_arguments_are_one_mode(arguments: dict[str, Any], expected: ReadMode) -> None:
    assert asked(**arguments) == expected


def test_stored_only_and_refresh_exclude_each_other() -> None:
    with pytest.raises(BadInput, match="storedOnly and refresh exclude each other"):
        asked(refresh=True, stored_only=True)


def test_a_wait_is_not_negative() -> None:
    with pytest.raises(BadInput, match="maxWaitMs is -1"):
        asked(max_wait_ms=-1)


def test_a_caller_that_may_only_read_may_not_refresh() -> None:
    with pytest.raises(Forbidden):
        asked(refresh=True, may_refresh=False)


def test_a_caller_that_may_only_read_may_wait() -> None:
    assert asked(max_wait_ms=800, may_refresh=False) == ReadMode(max_wait_ms=800)


def test_an_event_is_answered_from_what_is_stored() -> None:
    assert asked(is_event=True, max_wait_ms=800) == ReadMode(stored_only=True, max_wait_ms=800)


def test_an_event_forces_no_refresh() -> None:
    with pytest.raises(BadInput, match="An event asks no provider"):
        asked(is_event=True, refresh=True)
