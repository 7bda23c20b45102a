"""Connections that the driver's pool lends to direct reads until it wants them back.

To borrow one and to give it back takes the driver nearly as long as to ask for a document: so they are kept.
"""

import asyncio
from typing import Any

from pymongo.pool_shared import PoolState
from pymongo.server_type import SERVER_TYPE

import telemetry
from services.store.wire import Wire

_ALONE = (SERVER_TYPE.Standalone, SERVER_TYPE.RSPrimary)


class Wires:
    """Those of one client, the one that was used last first."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._seen: object = None
        self._pool: Any = None
        self._free: list[Wire] = []
        self._returning: set[asyncio.Task[None]] = set()

    def take(self) -> Wire | None:
        """One that is free, or that the pool has idle; None where it has none at once, and while no server is known."""
        wire = self._kept() or self._lent()
        if wire is not None:
            telemetry.MONGODB_WAIT.observe(0.0)
            telemetry.MONGODB_IN_USE.inc()
        return wire

    def give_back(self, wire: Wire, *, usable: bool) -> None:
        """Be done with it; where a reply may still come it isn't usable."""
        telemetry.MONGODB_IN_USE.dec()
        pool = wire.pool
        if not usable:
            wire.break_off(OSError("nobody waits for the reply"))
        # Whoever waits for the pool comes first.
        waited_for = pool.size_cond._waiters or pool._max_connecting_cond._waiters
        if usable and pool.state == PoolState.READY and not waited_for:
            self._free.append(wire)
        else:
            self._return(wire)

    def make_room(self) -> None:
        """Give the pool one back, if it has no place left for who is about to ask it."""
        pool = self.pool
        if self._free and pool is not None and pool.requests >= pool.max_pool_size:
            self._return(self._free.pop(0))

    async def close(self) -> None:
        """Give the pool back all that are free; the others follow when they are."""
        while self._free:
            self._return(self._free.pop())
        if self._returning:
            await asyncio.wait(self._returning)

    @property
    def pool(self) -> Any:
        """The pool of the one server that is to be read from, until the driver hears otherwise; None without one."""
        topology = self._client._topology
        description = topology.description if topology is not None else None
        if description is not self._seen:
            self._seen, self._pool = description, _pool_of(topology)
        return self._pool

    def _kept(self) -> Wire | None:
        """One that is free; those that are no longer of use go back."""
        while self._free:
            wire = self._free.pop()
            if wire.pool is self.pool and not (wire.is_broken() or wire.is_stale()):
                return wire
            self._return(wire)
        return None

    def _lent(self) -> Wire | None:
        pool = self.pool
        connection = _lent_by(pool) if pool is not None else None
        return Wire(pool, connection, asyncio.get_running_loop()) if connection is not None else None

    def _return(self, wire: Wire) -> None:
        wire.hand_back()
        # A task of its own: whoever asked may be gone, and the pool must not lose its place.
        task = wire.loop.create_task(_returned(wire))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)


def _pool_of(topology: Any) -> Any:
    if topology is None:
        return None
    known = topology.description.server_descriptions().values()
    alone = [server.address for server in known if server.server_type in _ALONE]
    server = topology.get_server_by_address(alone[0]) if len(alone) == 1 else None
    return server.pool if server is not None else None


def _lent_by(pool: Any) -> Any:
    """An idle connection, as the pool would give it; None where it has none at once."""
    if pool.state != PoolState.READY or not pool.conns or pool.requests >= pool.max_pool_size:
        return None
    connection = pool.conns[0]
    if pool.stale_generation(connection.generation, connection.service_id) or connection.conn_closed():
        return None
    pool.conns.popleft()
    pool.requests += 1
    pool.active_sockets += 1
    pool.operation_count += 1
    pool.active_contexts.add(connection.cancel_context)
    connection.active = True
    return connection


async def _returned(wire: Wire) -> None:
    # One that is whole the pool closes itself, where it no longer wants it, and all once it is closed.
    if wire.is_broken() and not wire.pool.closed:
        await wire.connection.close_conn(None)
    # The driver tells of it as of one that was in use until now.
    telemetry.MONGODB_IN_USE.inc()
    await wire.pool.checkin(wire.connection)
