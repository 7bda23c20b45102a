"""Measures what a document costs when it is first seen, and that those seen once leave nothing behind.

`python -m bench.documents` carries out operations in this process, over a MongoDB and artists of its own. It tells
three things: a first sight's time in parts of graphql-core's parse and validation; the process' memory while ten
thousand distinct documents pass, as Linux tells it; and what fifty documents cost that differ in literals alone. The
last line is JSON.
"""

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated

import graphql
import typer
import uvloop

import logs
from bench.profile import ARTISTS, fill
from commands.terminal import table
from execution.compiled import source
from execution.documents import Documents
from execution.executor import Request
from resolvers.context import Context
from routes.gate import MAY_DO_ALL
from schema import build_executor, build_schema
from services import embedded_mongodb, open_services
from services.metrics import METRICS
from settings import Settings

SHAPES = 40
LITERALS = 50
STEPS = 4
_FIELDS = [row.field for row in METRICS]

Ask = Callable[[str], Awaitable[float]]


def main(documents: Annotated[int, typer.Option(min=STEPS, help="How many distinct documents pass.")] = 10_000) -> None:
    """Carry documents out, and print what they cost."""
    logs.set_up_logs(level="warning", log_format="json")
    with tempfile.TemporaryDirectory() as folder, embedded_mongodb(Path(folder)) as uri:
        fill(uri)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(_measured(Settings(_env_file=None, embedded_mongodb_uri=uri), documents))
    rows = [[told, f"{value:g}"] for told, value in found.items()]
    typer.echo("\n".join(table(rows, right=(1,))))
    typer.echo(json.dumps(found))


async def _measured(settings: Settings, documents: int) -> dict[str, float]:
    schema, kept = build_schema(), Documents()
    executor = build_executor(schema, kept)
    async with open_services(settings) as services:

        async def ask(text: str) -> float:
            """Have it carried out; in how many seconds."""
            began = time.perf_counter()
            answer = await executor.execute(Request(text), Context(services, MAY_DO_ALL))
            took_s = time.perf_counter() - began
            if answer.codes or not answer.executed:
                typer.echo(answer.body, err=True)
                raise typer.Exit(1)
            return took_s

        await ask("{ artist(id: 1) { name } }")
        firsts = [await _first_sight(ask, schema._schema, text) for text in _shapes(SHAPES, "first")]
        codes = source._code.cache_info().misses
        literals = [await _first_sight(ask, schema._schema, text) for text in _rosters(LITERALS)]
        found = {
            "first sight, times parse and validation": round(statistics.median(firsts), 2),
            f"the same of {LITERALS} documents that differ in literals": round(statistics.median(literals), 2),
            "functions compiled for those": source._code.cache_info().misses - codes,
        }
        for step in range(1, STEPS + 1):
            for text in _shapes(documents // STEPS, f"step{step}"):
                await ask(text)
            found[f"MiB after {step * (documents // STEPS)} documents"] = round(_resident_mib(), 1)
        found["documents kept"] = len(kept)
    return found


async def _first_sight(ask: Ask, schema: graphql.GraphQLSchema, text: str) -> float:
    """What the first time takes more than a later one, in parts of what graphql-core takes to parse and validate."""
    first_s = await ask(text)
    later_s = min([await ask(text) for _ in range(3)])
    began = time.perf_counter()
    graphql.validate(schema, graphql.parse(text))
    return (first_s - later_s) / (time.perf_counter() - began)


def _shapes(count: int, name: str) -> Iterator[str]:
    """Documents that select each something else."""
    chance = random.Random(name)  # noqa: S311  (no secret)
    for number in range(count):
        chosen = chance.sample(_FIELDS, chance.randint(4, len(_FIELDS)))
        fields = " ".join(f"a{number}_{place}: {field}" for place, field in enumerate(chosen))
        yield f"query {name}_{number} {{ artists(ids: [1, 2, 3]) {{ id name stats {{ {fields} }} }} }}"


def _rosters(count: int) -> Iterator[str]:
    """One roster's query, each time for others."""
    chance, fields = random.Random("literals"), " ".join(_FIELDS)  # noqa: S311  (no secret)
    for _ in range(count):
        ids = chance.sample(range(1, ARTISTS + 1), 50)
        yield f"{{ artists(ids: {ids}) {{ id name stats {{ {fields} }} }} }}"


def _resident_mib() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


if __name__ == "__main__":
    typer.run(main)
