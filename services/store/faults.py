"""The driver's faults, made into ours: a database that is away, too slow or refuses us; one that tells no changes."""

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


@contextmanager
def translated_faults(refusals: Collection[int] = REFUSALS) -> Iterator[None]:
    """Turn the driver's faults of a server that is away, too slow or refuses us into StoreUnavailable, logged once."""
    try:
        yield
    except PyMongoError as error:
        refused = isinstance(error, OperationFailure) and error.code in refusals
        # A ConfigurationError at an operation: the name of a mongodb+srv address isn't to be found.
        if not (error.timeout or refused or isinstance(error, ConnectionFailure | ConfigurationError)):
            raise
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
