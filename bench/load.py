"""Asks a server as fast as it answers: `python -m bench.load PORT`, a body of a POST to /graphql on each line of stdin.

The bodies go round. What it prints is JSON: how many requests were answered, and the median of their times. It is a
process of its own, so that what is measured elsewhere is the server alone.
"""

import http.client
import itertools
import json
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated

import typer


def main(
    port: Annotated[int, typer.Argument(help="Where the server listens.")],
    seconds: Annotated[float, typer.Option(help="How long to ask.")] = 5.0,
    connections: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 16,
    key: Annotated[str, typer.Option(help="The key that is sent.")] = "",
) -> None:
    """Ask what stands on stdin, and print how that went; an answer that isn't 200 ends it."""
    bodies = [line.rstrip("\n") for line in sys.stdin]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    ask = partial(_ask, port, bodies, headers, time.perf_counter() + seconds)
    with ThreadPoolExecutor(connections) as threads:
        times = [took for found in threads.map(ask, range(connections)) for took in found]
    typer.echo(json.dumps({"requests": len(times), "p50_ms": round(1000 * statistics.median(times), 3)}))


def _ask(port: int, bodies: Sequence[str], headers: dict[str, str], until: float, first: int) -> list[float]:
    """How long each answer took, in seconds; at least one is waited for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: list[float] = []
    for body in itertools.islice(itertools.cycle(bodies), first, None):
        began = time.perf_counter()
        connection.request("POST", "/graphql", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {text[:500].decode()}")
        times.append(time.perf_counter() - began)
        if time.perf_counter() >= until:
            break
    connection.close()
    return times


if __name__ == "__main__":
    typer.run(main)
