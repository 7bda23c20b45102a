"""Refreshes a roster of stale artists by one query, and shows what that cost: time, calls, and limits kept or broken.

`python -m bench.refresh` starts a MongoDB, a sandbox that plays the providers and a server of its own. It asks once,
listens for each refresh that ends, and exits with 1 where a promise is broken.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer
from pymongo import MongoClient

from commands.sandbox import running_sandbox
from commands.terminal import table
from services import embedded_mongodb
from services.platforms import Platform
from services.providers import TIERS
from settings import ROOT

ASK = "query($ids: [Int!]!, $wait: Int!) { artists(ids: $ids) { id stats(maxWaitMs: $wait) { fresh } } }"
LISTEN = """
subscription($ids: [Int!]!, $since: DateTime!) {
  artistStatsRefreshed(ids: $ids, since: $since) {
    id
    stats(storedOnly: true) { fresh }
    statsHealth { lastRefreshError }
  }
}
"""
STARTS_WITHIN_S = 60.0
# What an answer may take beside its wait, with 500 artists to read and to encode.
SLACK_MS = 500
STALE_FOR = timedelta(days=30)
# The sandbox's names of providers that have another one with us.
NAMES = {"zylalabs": "instagram"}
LIMITS = {row.name: row.policy.max_in_flight for row in TIERS}


@dataclass(frozen=True, slots=True)
class ProviderCost:
    """What one provider was asked: `calls` counts artists, `most` are calls at once, `broken` those over its rate."""

    name: str
    requests: int
    artists: int
    calls_per_artist: float
    repeated: int
    most: int
    limit: int | None
    broken: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the roster cost."""

    artists: int
    max_wait_ms: int
    answered_ms: float
    fresh_at_once: int
    told: int
    # What was told of providers that could not be read, and of how many artists.
    faults: Mapping[str, int]
    all_fresh_s: float
    calls_per_artist: float
    providers: tuple[ProviderCost, ...] = field(default_factory=tuple)

    def broken(self) -> Iterator[str]:
        """The promises that weren't kept."""
        if self.answered_ms > self.max_wait_ms + SLACK_MS:
            yield f"answered after {self.answered_ms:.0f} ms, with maxWaitMs: {self.max_wait_ms}"
        if self.told < self.artists:
            yield f"{self.artists - self.told} artists were never told of as fresh"
        for provider in self.providers:
            if provider.broken:
                yield f"{provider.name}: {provider.broken} calls over its rate"
            if provider.limit and provider.most > provider.limit:
                yield f"{provider.name}: {provider.most} calls at once, where {provider.limit} may be"
            if provider.repeated:
                yield f"{provider.name}: {provider.repeated} calls were made twice"


def main(
    artists: Annotated[int, typer.Option(min=1, max=500, help="How many stale artists the query names.")] = 60,
    max_wait_ms: Annotated[int, typer.Option(min=0, help="How long the query waits for refreshes.")] = 300,
    delay_ms: Annotated[int, typer.Option(min=0, help="How long each provider takes to answer.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, for programs.")] = False,
) -> None:
    """Refresh a roster, and print what it cost.

    The slowest provider sets the pace: Viberate, asked 120 times a minute, makes 500 artists take over four minutes.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_mongodb(Path(folder)) as uri,
        running_sandbox(0) as bases,
        _server(uri, bases) as url,
        _control(bases) as sandbox,
    ):
        ids = _prepare(uri, sandbox, artists)
        for provider in bases:
            sandbox.put(f"/faults/{provider}", json={"delay_ms": delay_ms}).raise_for_status()
        cost = asyncio.run(_measure(url, sandbox, ids, max_wait_ms))
    typer.echo(json.dumps(asdict(cost), indent=2) if as_json else "\n".join(_shown(cost)))
    for broken in (found := list(cost.broken())):
        typer.echo(f"BROKEN  {broken}", err=True)
    raise typer.Exit(1 if found else 0)


@contextmanager
def _server(uri: str, bases: Mapping[str, str]) -> Iterator[str]:
    """The address of a server over this database and this sandbox, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"EMBEDDED_MONGODB_URI": uri, "SANDBOX_BASES": json.dumps(bases), "LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "uvicorn", "app:from_environment", "--factory", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "DB_MONGO_PROD_KISUM"} | settings
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)  # noqa: S603
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + STARTS_WITHIN_S
    try:
        while not _is_ready(url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise typer.Exit(2)
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _control(bases: Mapping[str, str]) -> httpx.Client:
    """The sandbox's own routes."""
    address = urlsplit(next(iter(bases.values())))
    return httpx.Client(base_url=f"{address.scheme}://{address.netloc}/_sandbox", trust_env=False, timeout=60)


def _prepare(uri: str, sandbox: httpx.Client, count: int) -> list[int]:
    """So many of the sandbox's made-up artists, who are on every platform, with stale stats; their ids."""
    known = [artist for artist in sandbox.get("/artists").json() if artist["id"] > 1_000_000][:count]
    stale = datetime.now(UTC) - STALE_FOR
    with MongoClient[dict[str, Any]](uri) as client:
        client.kisum_data.artists_v2.create_index("id", unique=True)
        client.kisum_data.artists_v2.insert_many([_artist(artist) for artist in known])
        client.data_analyst.artist_data.insert_many(
            [{"artist_id": artist["id"], "spotify_followers": 1, "updatedAt": stale} for artist in known]
        )
    return [artist["id"] for artist in known]


def _artist(known: Mapping[str, Any]) -> dict[str, Any]:
    ids = known["ids"]
    return {
        "id": known["id"],
        "name": known["name"],
        "platforms": {place: {"id": ids[place]} for place in ids if place in set(Platform)},
        "external_data": {
            "viberate_uuid": ids["viberate"],
            "songstats_id": ids["songstats"],
            "soundcharts_uuid": ids["soundcharts"],
        },
    }


async def _measure(url: str, sandbox: httpx.Client, ids: Sequence[int], max_wait_ms: int) -> Cost:
    fresh, faults = set[int](), Counter[str]()
    since = datetime.now(UTC).isoformat()
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=None) as client:  # noqa: S113  (it listens)
        began = time.monotonic()
        rows = await _asked(client, ASK, ids=ids, wait=max_wait_ms)
        answered_s = time.monotonic() - began
        async for artist in _refreshed(client, ids, since):
            if artist["stats"]["fresh"]:
                fresh.add(artist["id"])
            if error := artist["statsHealth"]["lastRefreshError"]:
                faults[error] += 1
            typer.echo(f"\r{len(fresh)} of {len(ids)} fresh after {time.monotonic() - began:.0f} s", err=True, nl=False)
            if len(fresh) == len(ids):
                break
        took_s = time.monotonic() - began
    typer.echo(err=True)
    providers = tuple(_costs(sandbox, len(ids)))
    return Cost(
        artists=len(ids),
        max_wait_ms=max_wait_ms,
        answered_ms=round(1000 * answered_s, 1),
        fresh_at_once=sum(row["stats"]["fresh"] for row in rows["artists"]),
        told=len(fresh),
        faults=faults,
        all_fresh_s=round(took_s, 1),
        calls_per_artist=round(sum(provider.requests for provider in providers) / len(ids), 2),
        providers=providers,
    )


async def _asked(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    if "errors" in answer:
        raise typer.BadParameter(str(answer["errors"][0]["message"]))
    return answer["data"]


async def _refreshed(client: httpx.AsyncClient, ids: Sequence[int], since: str) -> AsyncIterator[Any]:
    """The artists whose refreshes end, as they do."""
    listening = {"query": LISTEN, "variables": {"ids": ids, "since": since}}
    accept = {"accept": "text/event-stream"}
    async with client.stream("POST", "/graphql", json=listening, headers=accept) as events:
        async for line in events.aiter_lines():
            told = line.removeprefix("data:").strip()
            if told.startswith("{"):
                yield json.loads(told)["data"]["artistStatsRefreshed"]


def _costs(sandbox: httpx.Client, artists: int) -> Iterator[ProviderCost]:
    told = sandbox.get("/calls").json()
    repeated = Counter[str]()
    for (provider, _, _), times in Counter(_questions(sandbox)).items():
        repeated[provider] += times - 1
    for name, by_artist in told["calls"].items():
        yield ProviderCost(
            name=name,
            requests=told["requests"][name],
            artists=len(by_artist),
            calls_per_artist=round(sum(by_artist.values()) / artists, 2),
            repeated=repeated[name],
            most=told["maxInFlight"][name],
            limit=LIMITS.get(NAMES.get(name, name)),
            broken=told["rateBroken"].get(name, 0),
        )


def _questions(sandbox: httpx.Client) -> Iterator[tuple[str, str, str]]:
    """Each artist that was asked for, with the provider and the words."""
    for request in sandbox.get("/requests").json()["requests"]:
        for artist in request["artists"]:
            yield request["provider"], f"{request['path']}?{request['query']}", artist


def _shown(cost: Cost) -> Iterator[str]:
    yield f"{cost.artists} stale artists in one query, maxWaitMs: {cost.max_wait_ms}"
    yield f"  answered    after {cost.answered_ms:.0f} ms, {cost.fresh_at_once} of them fresh by then"
    yield f"  all fresh   after {cost.all_fresh_s:.1f} s, {sum(cost.faults.values())} of them without some provider"
    yield f"  calls       {cost.calls_per_artist} an artist"
    yield from (f"  {times:>5} of them  {error}" for error, times in cost.faults.items())
    yield ""
    heads = ("provider", "requests", "artists", "an artist", "repeated", "at once", "of", "over the rate")
    rows = [tuple(str(value) for value in asdict(provider).values()) for provider in cost.providers]
    yield from table([heads, *rows], right=range(1, len(heads)))


if __name__ == "__main__":
    typer.run(main)
