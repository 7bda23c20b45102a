"""A client of the WebSocket that says and hears one message after the other; and refreshes that end elsewhere."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from services.store import Store

PROTOCOL = "graphql-transport-ws"
DEADLINE_S = 30.0
LISTEN = "subscription($ids: [Int!]!, $since: DateTime) { artistStatsRefreshed(ids: $ids, since: $since) { id name } }"


@dataclass
class Talk:
    """A connection to the server's WebSocket."""

    connection: ClientConnection

    async def say(self, kind: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **fields}))

    async def subscribe(self, operation_id: str, query: str, **variables: Any) -> None:
        await self.say("subscribe", id=operation_id, payload={"query": query, "variables": variables})

    async def hear(self) -> Any:
        """The next message."""
        async with asyncio.timeout(DEADLINE_S):
            return json.loads(await self.connection.recv())

    async def closed(self) -> tuple[int, str]:
        """Why the server closes the connection; what else it says before is not heard."""
        async with asyncio.timeout(DEADLINE_S):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def connected(
    address: str,
    *,
    payload: Mapping[str, Any] | None = None,
    begin: bool = True,
    protocol: str = PROTOCOL,
    **options: Any,
) -> AsyncIterator[Talk]:
    """A connection to the server at the address, acknowledged unless it isn't to `begin`."""
    url = address.replace("http", "ws", 1) + "/graphql"
    async with connect(url, subprotocols=[Subprotocol(protocol)], **options) as connection:
        talk = Talk(connection)
        if begin:
            await talk.say("connection_init", **({} if payload is None else {"payload": payload}))
            assert await talk.hear() == {"type": "connection_ack"}
        yield talk


async def end_refresh(store: Store, artist_id: int, *, error: str | None = None) -> None:
    """A refresh of the artist, begun and ended in another process."""
    lease = await store.leases.take(f"stats:{artist_id}", owner="elsewhere", ttl=timedelta(seconds=30))
    assert lease is not None
    await store.leases.end(lease, error=error, retry_in=timedelta(minutes=15) if error else None)
