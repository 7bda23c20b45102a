"""Shows where a request's time goes, for five queries from one artist's name to 500 artists' stats.

`python -m bench.profile` serves the app in this process, over a MongoDB and artists of its own, with a key, the gate,
limits and the log, while another process asks. The CPU time of the process is told by parts, in
milliseconds a request; what waits for MongoDB is told beside it, as the driver saw it. The last line is JSON.
"""

import asyncio
import json
import os
import random
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, redirect_stderr
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
import uvloop
from pymongo import MongoClient

import logs
import telemetry
from app import create_app
from bench.sampling import ELSEWHERE, Part, sampled
from commands.terminal import table
from routes.protocol import HttpProtocol
from services import embedded_mongodb
from services.metrics import METRICS
from settings import Settings

Document = dict[str, Any]

KEY = "bench"
ARTISTS, POINTS = 500, 400
# Different variables that are sent in turn.
VARIANTS = 64
WARM_UP_S = 1.0

_ALL = " ".join(row.field for row in METRICS)
_SOME = " ".join(row.field for row in METRICS[:8])
_HEALTH = "statsHealth { exists fresh updatedAt }"
# What is asked, and of how many artists; None asks for one by `id`.
QUERIES: dict[str, tuple[str, int | None]] = {
    "Q1": (f"query Q1($id: Int!) {{ artist(id: $id) {{ id name stats {{ {_ALL} }} {_HEALTH} }} }}", None),
    "Q2": (f"query Q2($ids: [Int!]!) {{ artists(ids: $ids) {{ id name stats {{ {_ALL} }} {_HEALTH} }} }}", 50),
    "Q3": (f"query Q3($ids: [Int!]!) {{ artists(ids: $ids) {{ id name stats {{ {_SOME} }} }} }}", 500),
    "Q4": ("query Q4($ids: [Int!]!) { artists(ids: $ids) { id name popularity { items { date value } } } }", 20),
    "Q5": ("query Q5($id: Int!) { artist(id: $id) { name } }", None),
}
# The first that fits a frame counts.
PARTS = (
    Part(
        "log and telemetry",
        r"/(logs|telemetry|collectors)\.py:|/(structlog|prometheus_client|logging)/|/store/listeners\.py:",
    ),
    Part("parse and validate", r"/graphql/(language|validation)/|/execution/documents\.py:"),
    Part("build", r"<compiled operation>|/compiled/(building|completion)\.py:"),
    Part("encode", r"/compiled/executor\.py:CompiledExecutor\.answer|/execution/executor\.py:.*execute"),
    Part("plan", r"/execution/"),
    Part("graphql-core", r"/(graphql|strawberry|schema)/|/aiodataloader"),
    Part("driver: decode", r"/bson/|/pymongo/message\.py:.*unpack"),
    Part("driver: the rest", r"/(pymongo|motor)/|/services/store/(direct_reads|wires?|deadlines)\.py:"),
    Part("store", r"/services/store/"),
    Part("services", r"/(services|resolvers)/"),
    Part("HTTP", r"/(uvicorn|starlette|routes)/"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a request of a query took, in milliseconds: at the client, of CPU by parts, and in MongoDB's round trips."""

    query: str
    requests: int
    p50_ms: float
    cpu_ms: float
    parts_ms: dict[str, float]
    finds: float
    finds_ms: float


def main(
    seconds: Annotated[float, typer.Option(min=0.5, help="How long each query is asked.")] = 5.0,
    connections: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 16,
    queries: Annotated[str, typer.Option(help="Those to ask, by commas.")] = ",".join(QUERIES),
) -> None:
    """Serve, ask, and print where the time of a request went."""
    with tempfile.TemporaryDirectory() as folder, embedded_mongodb(Path(folder)) as uri:
        fill(uri)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(_profiles(uri, queries.split(","), seconds, connections))
    _show(found)
    typer.echo(json.dumps({"connections": connections, "profiles": [asdict(profile) for profile in found]}))


async def _profiles(uri: str, queries: Sequence[str], seconds: float, connections: int) -> list[Profile]:
    """Each query in turn, asked of one server."""
    settings = Settings(_env_file=None, embedded_mongodb_uri=uri, musicdata_internal_api_key=(KEY,))
    async with _served(settings) as port:
        return [await _profile(query, port, seconds, connections) for query in queries]


@asynccontextmanager
async def _served(settings: Settings) -> AsyncIterator[int]:
    """The port of the app, served by this thread; its log is written, and goes nowhere."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: ASYNC230  (nobody is served yet)
        redirect_stderr(nowhere),
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        logs.set_up_logs(level="info", log_format="json")
        app = create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            await serving


async def _profile(query: str, port: int, seconds: float, connections: int) -> Profile:
    bodies = _bodies(query)
    await _asked(port, bodies, WARM_UP_S, connections)
    before = _round_trips()
    with sampled(PARTS) as spent:
        told = await _asked(port, bodies, seconds, connections)
    requests = told["requests"]
    finds, finds_s = (now - then for now, then in zip(_round_trips(), before, strict=True))
    names = (*(part.name for part in PARTS), ELSEWHERE)
    parts = {name: round(1000 * spent.seconds(name) / requests, 4) for name in names}
    return Profile(
        query=query,
        requests=requests,
        p50_ms=told["p50_ms"],
        cpu_ms=round(1000 * spent.cpu_s / requests, 4),
        parts_ms=parts,
        finds=round(finds / requests, 2),
        finds_ms=round(1000 * finds_s / requests, 3),
    )


async def _asked(port: int, bodies: Sequence[str], seconds: float, connections: int) -> dict[str, Any]:
    """What `bench.load` tells of having asked."""
    options = [f"--seconds={seconds}", f"--connections={connections}", f"--key={KEY}"]
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load", str(port), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=sys.__stderr__,
    )
    told, _ = await asking.communicate("\n".join(bodies).encode())
    if asking.returncode:
        raise typer.Exit(asking.returncode)
    found: dict[str, Any] = json.loads(told)
    return found


def _bodies(query: str) -> list[str]:
    """The query with different artists each time."""
    chance, (text, number) = random.Random(query), QUERIES[query]  # noqa: S311  (no secret)
    rosters = [chance.sample(range(1, ARTISTS + 1), number or 1) for _ in range(VARIANTS)]
    variables = ({"ids": ids} if number else {"id": ids[0]} for ids in rosters)
    return [json.dumps({"query": text, "operationName": query, "variables": asked}) for asked in variables]


def fill(uri: str) -> None:
    """Artists with fresh stats, and a series of popularity up to yesterday each."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [(today - timedelta(days=past)).date().isoformat() for past in range(POINTS, 0, -1)]
    ids = range(1, ARTISTS + 1)
    with MongoClient[Document](uri) as client:
        client.kisum_data.artists_v2.create_index("id", unique=True)
        client.kisum_data.artists_v2.insert_many([_artist(i) for i in ids])
        client.data_analyst.artist_data.insert_many([_stats(i, today) for i in ids])
        for i in ids:
            client.data_analyst.artist_popularity.insert_many([_point(i, day) for day in days])


def _artist(artist_id: int) -> Document:
    return {
        "id": artist_id,
        "name": f"Artist {artist_id}",
        "platforms": {"spotify": {"id": f"{artist_id:022}"}},
        "external_data": {"soundcharts_uuid": f"uuid-{artist_id}"},
    }


def _stats(artist_id: int, at: datetime) -> Document:
    metrics = {row.name: 1_000_000 + artist_id for row in METRICS}
    origins = {name: {"source": "viberate", "at": at} for name in metrics}
    return {"artist_id": artist_id, **metrics, "updatedAt": at, "provenance": origins}


def _point(artist_id: int, day: str) -> Document:
    value = 40 + (artist_id + int(day[-2:])) % 45
    return {"artist_id": artist_id, "platform": "spotify", "date": day, "value": value, "source": "soundchart"}


def _show(profiles: Sequence[Profile]) -> None:
    rows = [["", *(profile.query for profile in profiles)]]
    for name in profiles[0].parts_ms:
        rows.append([name, *(_share(profile, name) for profile in profiles)])
    rows.append(["CPU ms", *(f"{profile.cpu_ms:.2f}" for profile in profiles)])
    rows.append(["MongoDB ms (commands)", *(f"{one.finds_ms:.2f} ({one.finds:g})" for one in profiles)])
    rows.append(["p50 ms at the client", *(f"{profile.p50_ms:.2f}" for profile in profiles)])
    rows.append(["requests", *(f"{profile.requests:,}" for profile in profiles)])
    typer.echo("\n".join(table(rows, right=range(1, len(profiles) + 1))))


def _share(profile: Profile, name: str) -> str:
    took = profile.parts_ms[name]
    return f"{took:.2f} {took / profile.cpu_ms:>4.0%}" if profile.cpu_ms else ""


def _round_trips() -> tuple[float, float]:
    """How many operations MongoDB has answered until now, and in how many seconds.

    As telemetry has them: with a listener of commands the driver would be asked in a slower way.
    """
    samples = [sample for metric in telemetry.MONGODB_SECONDS.collect() for sample in metric.samples]
    count, took_s = (sum(one.value for one in samples if one.name.endswith(end)) for end in ("_count", "_sum"))
    return count, took_s


if __name__ == "__main__":
    typer.run(main)
