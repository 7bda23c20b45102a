"""Clients of MongoDB, by its address."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Literal

import pymongo
from pymongo.errors import ConfigurationError, InvalidURI
from pymongo.monitoring import CommandListener

from services.store.driver import Mongo
from services.store.listeners import PoolTelemetry

Driver = Literal["pymongo", "motor"]


class StoreAddressInvalid(Exception):
    """The address isn't one of a MongoDB; the text names the variable and shows nothing of its value."""


def connect(
    uri: str,
    *,
    driver: Driver,
    timeout_ms: int,
    pool_size: int,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
) -> Mongo:
    """A client of the MongoDB at `uri`, connected when first used; raises StoreAddressInvalid."""
    pool_telemetry = PoolTelemetry()
    options = {
        "timeoutMS": timeout_ms,
        # For what timeoutMS doesn't bound: the look-up of a mongodb+srv address, the notice of a silent server.
        "connectTimeoutMS": timeout_ms,
        "maxPoolSize": pool_size,
        "w": "majority",
        "journal": True,
        "tz_aware": True,
        # Python's own: instants are compared without a call to a method of the driver's.
        "tzinfo": UTC,
        # A text or a date that Python can't hold must not fail the documents around it.
        "unicode_decode_error_handler": "replace",
        "datetime_conversion": "DATETIME_AUTO",
        "event_listeners": [pool_telemetry, *listeners],
        "appname": "kisum-musicdata-analyst",
    }
    try:
        mongo = Mongo(_client_class(driver)(uri, **options), timeout_s=timeout_ms / 1000, prefix=prefix)
    except OSError as error:
        told = f"DB_MONGO_PROD_KISUM: a file that it names can't be read ({error.strerror})"
        raise StoreAddressInvalid(told) from None
    except (InvalidURI, ConfigurationError, ValueError):
        # Their texts may quote the address, and the password in it.
        raise StoreAddressInvalid("DB_MONGO_PROD_KISUM: not an address that MongoDB's driver understands") from None
    pool_telemetry.before_wait = mongo.make_room
    return mongo


def _client_class(driver: Driver) -> Any:
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient

        return AsyncIOMotorClient
    return pymongo.AsyncMongoClient
