from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from structlog.testing import capture_logs

from services.errors import StoreUnavailable
from services.store.faults import (
    NO_CHANGES,
    NOT_PERMITTED,
    WRONG_PASSWORD,
    ChangesUnavailable,
    translated_changes,
    translated_faults,
)
from tests.services.conftest import counted

AWAY = [
    AutoReconnect("gone"),
    NetworkTimeout("slow"),
    ServerSelectionTimeoutError("nobody"),
    ExecutionTimeout("slow", 50),
    ConfigurationError("no such name"),
    OperationFailure("no", NOT_PERMITTED),
    OperationFailure("who", WRONG_PASSWORD),
]


def kind(error: PyMongoError) -> str:
    return type(error).__name__


def met(fault: Exception, context: Callable[[], AbstractContextManager[None]]) -> None:
    """The fault, met inside."""
    with context():
        raise fault


@pytest.mark.parametrize("fault", AWAY, ids=kind)
def test_a_database_that_is_away_too_slow_or_refuses_us_is_unavailable_and_counted_and_logged_once(
    fault: PyMongoError,
) -> None:
    before = counted("kisum_store_faults_total")

    with capture_logs() as logs, pytest.raises(StoreUnavailable, match="away or too slow"):
        met(fault, translated_faults)

    assert [event["event"] for event in logs] == ["store_unavailable"]
    assert counted("kisum_store_faults_total") == before + 1


@pytest.mark.parametrize("fault", [OperationFailure("odd", 2), ValueError("odd")], ids=["operation", "ours"])
def test_a_defect_stays_what_it_is(fault: Exception) -> None:
    with pytest.raises(type(fault), match="odd"):
        met(fault, translated_faults)


def test_a_refusal_that_is_no_fault_here_stays_what_it_is() -> None:
    with pytest.raises(OperationFailure):
        met(OperationFailure("no", NOT_PERMITTED), lambda: translated_faults((WRONG_PASSWORD,)))


@pytest.mark.parametrize("code", sorted(NO_CHANGES))
def test_a_database_that_tells_no_changes_says_so_by_its_code(code: int) -> None:
    with pytest.raises(ChangesUnavailable, match=str(code)):
        met(OperationFailure("none", code), translated_changes)


def test_another_failure_of_a_stream_stays_what_it_is() -> None:
    with pytest.raises(OperationFailure, match="odd"):
        met(OperationFailure("odd", 2), translated_changes)
