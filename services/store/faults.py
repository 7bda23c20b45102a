"""The driver's faults, made into ours: a database that is away, too slow or refuses us; one that tells no changes."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import structlog
from pymongo.errors import ConfigurationError, ConnectionFailure, OperationFailure, PyMongoError

import telemetry
from services.errors import StoreUnavailable

# Codes with which a server that is there refuses us.
NOT_PERMITTED, WRONG_PASSWORD = 13, 18
REFUSALS = (NOT_PERMITTED, WRONG_PASSWORD)
# A stand-alone server; changes that the oplog no longer has, in two forms; what another server was to resume after.
NO_CHANGES = frozenset({40573, 286, 280, 260})

log = structlog.get_logger(__name__)


class ChangesUnavailable(Exception):
    """MongoDB tells of no changes: it is no replica set, or has forgotten those that were to be resumed after."""


class translated_faults:
    """Turns the driver's faults of a server that is away, too slow or refuses us into StoreUnavailable, logged once."""

    def __init__(self, refusals: Collection[int] = REFUSALS) -> None:
        self._refusals = refusals

    def __enter__(self) -> None:
        pass

    def __exit__(self, of_type: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, PyMongoError):
            _translate(error, self._refusals)


class asked(translated_faults):
    """The same for one operation, which is counted by the name of its command, with its time.

    Here, as the driver's own events of a command cost a sixth of a small find.
    """

    def __init__(self, command: str, *, refusals: Collection[int] = REFUSALS) -> None:
        self._refusals = refusals
        self._command = command

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, of_type: object, error: BaseException | None, where: object) -> None:
        took_s = time.perf_counter() - self._began
        telemetry.observe_command(self._command, succeeded=error is None, took_s=took_s)
        if error is not None:
            super().__exit__(of_type, error, where)


def _translate(error: PyMongoError, refusals: Collection[int]) -> None:
    refused = isinstance(error, OperationFailure) and error.code in refusals
    # A ConfigurationError at an operation: the name of a mongodb+srv address isn't to be found.
    if error.timeout or refused or isinstance(error, ConnectionFailure | ConfigurationError):
        telemetry.STORE_FAULTS.inc()
        log.warning("store_unavailable", cause=type(error).__name__, detail=str(error)[:300])
        raise StoreUnavailable("The database is away or too slow; try again in a moment.") from error


@contextmanager
def translated_changes() -> Iterator[None]:
    """Turn MongoDB's refusals of a change stream into ChangesUnavailable."""
    try:
        yield
    except OperationFailure as error:
        if error.code not in NO_CHANGES:
            raise
        raise ChangesUnavailable(f"MongoDB tells of no changes: {error.code}") from error
