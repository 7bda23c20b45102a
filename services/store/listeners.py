"""What the driver tells of commands and connections, handed on to telemetry.

The names of commands are those that code of ours and the driver send: no client has a say in them.
"""

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
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


class CommandTelemetry(CommandListener):
    """Counts each command by name and how it ended, and how long it took; a `getMore` waits for changes, too."""

    def started(self, event: CommandStartedEvent) -> None:
        """Nothing: what is counted is how it ends."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Count it."""
        _observe(event, succeeded=True)

    def failed(self, event: CommandFailedEvent) -> None:
        """Count it; that the connection broke counts as well."""
        _observe(event, succeeded=False)


class PoolTelemetry(ConnectionPoolListener):
    """Keeps how many connections are open and at work, and how long operations waited for one."""

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
        """Nothing: what is counted is how it ends."""

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


def _observe(event: CommandSucceededEvent | CommandFailedEvent, *, succeeded: bool) -> None:
    telemetry.observe_command(event.command_name, succeeded=succeeded, took_s=event.duration_micros / 1_000_000)
