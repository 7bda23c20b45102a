"""What the driver tells of connections, handed on to telemetry. Commands are counted by `faults`, as they are asked."""

from collections.abc import Callable

from pymongo.monitoring import (
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionCheckOutFailedEvent,
    ConnectionCheckOutStartedEvent,
    ConnectionClosedEvent,
    ConnectionCreatedEvent,
    ConnectionPoolListener,
    ConnectionReadyEvent,
    PoolClearedEvent,
    PoolClosedEvent,
    PoolCreatedEvent,
    PoolReadyEvent,
)

import telemetry


class PoolTelemetry(ConnectionPoolListener):
    """Keeps how many connections are open and at work, and how long operations waited for one.

    `before_wait` is called before an operation asks for one.
    """

    def __init__(self) -> None:
        self.before_wait: Callable[[], None] | None = None

    def connection_created(self, event: ConnectionCreatedEvent) -> None:
        """One more is open."""
        telemetry.MONGODB_OPEN.inc()

    def connection_closed(self, event: ConnectionClosedEvent) -> None:
        """One less is open."""
        telemetry.MONGODB_OPEN.dec()

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None:
        """One more is at work, after a wait."""
        telemetry.MONGODB_IN_USE.inc()
        telemetry.MONGODB_WAIT.observe(event.duration or 0.0)

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None:
        """One less is at work."""
        telemetry.MONGODB_IN_USE.dec()

    def connection_check_out_failed(self, event: ConnectionCheckOutFailedEvent) -> None:
        """The wait was in vain."""
        telemetry.MONGODB_WAIT.observe(event.duration or 0.0)

    def connection_check_out_started(self, event: ConnectionCheckOutStartedEvent) -> None:
        """One is about to be asked for; what is counted is how that ends."""
        if self.before_wait is not None:
            self.before_wait()

    def connection_ready(self, event: ConnectionReadyEvent) -> None:
        """Nothing: it counted when it was created."""

    def pool_created(self, event: PoolCreatedEvent) -> None:
        """Nothing: a pool has no connections at first."""

    def pool_ready(self, event: PoolReadyEvent) -> None:
        """Nothing."""

    def pool_cleared(self, event: PoolClearedEvent) -> None:
        """Nothing: each of its connections tells when it closes."""

    def pool_closed(self, event: PoolClosedEvent) -> None:
        """Nothing: each of its connections has told."""
