"""Measures this server beside others that answer the same queries over the same MongoDB, and compares it with its aims.

`python -m bench.peers` has the peers' own harness do it, with this server as a user runs it: a key, the gate, limits
and the log. The harness is no part of this project; `--folder` says where it is. What this doesn't know is handed on
to it (`--rounds 3`, `--peers go`, `--check-only`: its own `./run --help` lists them). The last line is JSON.
"""

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from settings import ROOT

NAME = "ours"
KEY = "bench"
QUERIES = ("Q1", "Q2", "Q3", "Q4", "Q5")
NODE, GO, REST = ("mercurius-jit", "yoga-jit"), ("go",), ("starlette-rest",)
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached beside the best of some peers: a figure of the harness at so many connections, by query.

    `must` and `aim` are times the peer's: of requests/s at least, of milliseconds at most.
    """

    told: str
    peers: tuple[str, ...]
    figure: str
    connections: int
    must: tuple[float, ...]
    aim: tuple[float, ...]

    def reaches(self, ratio: float, bound: float) -> bool:
        """Whether the ratio is as good as the bound."""
        return ratio <= bound if self.figure == "p50_ms" else ratio >= bound


AIMS = (
    Aim("requests/s, to Node", NODE, "rps", 16, must=(5.5, 3, 5, 4, 3), aim=(7, 4, 6.5, 5, 4)),
    Aim("requests/s, to Go", GO, "rps", 16, must=(2.8, 1.6, 1.5, 1.5, 1.9), aim=(4, 2.2, 2, 2, 2.5)),
    Aim("requests/s, to REST by hand", REST, "rps", 16, must=(3.5, 1.1, 1.1, 1.05, 2.5), aim=(5, 1.6, 1.4, 1.3, 4)),
    Aim("p50 ms, to Node", NODE, "p50_ms", 1, must=(0.75, 0.6, 0.4, 0.4, 1.1), aim=(0.6, 0.5, 0.3, 0.3, 0.9)),
)

Medians = Mapping[tuple[str, str, int], float]

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def main(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(help="The folder of the peers and of their `run`.")] = ROOT
    / "../shared/peers",
) -> None:
    """Run the peers' harness with this server added; other options are the harness's."""
    run = folder.resolve() / "run"
    if not run.is_file():
        typer.echo(f"There is no {run}: name the peers' folder with --folder.", err=True)
        raise typer.Exit(2)
    with tempfile.TemporaryDirectory() as kept:
        samples = Path(kept) / "samples.json"
        lines = _harnessed([str(run), *_arguments(context.args), "--out", str(samples)])
        if not samples.is_file():
            return
        typer.echo("\n".join(lines[:-1]))
        found = list(_ratios(json.loads(samples.read_text(encoding="utf-8"))["samples"]))
    _show(found)
    ratios = json.loads(lines[-1])["ratios"]
    typer.echo(json.dumps({"ratios": ratios, "aims": [{"told": aim.told, **told} for aim, told in found]}))


def _arguments(given: Sequence[str]) -> list[str]:
    """The harness's arguments: this server, and what was given or else the peers and rounds that the aims are of."""
    serve = shlex.join([sys.executable, "-m", "commands", "serve"])
    ours = ["--start", f"{NAME}={serve} --port {{port}}", "--authorization", f"Bearer {KEY}"]
    peers = ",".join((*NODE, *GO, *REST))
    defaults = {"--peers": peers, "--rounds": str(ROUNDS)}
    named = {argument.partition("=")[0] for argument in given}
    missing = (part for name, value in defaults.items() if name not in named for part in (name, value))
    return [*ours, *missing, *given]


def _harnessed(command: Sequence[str]) -> list[str]:
    """What the harness prints; how far it is, it tells on stderr."""
    environment = os.environ | {"MUSICDATA_INTERNAL_API_KEY": KEY, "READ_ONLY_API_KEYS": "", "WORKERS": "1"}
    harness = subprocess.run(  # noqa: S603  (what whoever runs this names)
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if harness.returncode:
        raise typer.Exit(harness.returncode)
    return harness.stdout.splitlines()


def _ratios(samples: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Aim, dict[str, dict[str, Any]]]]:
    """Each aim with what was measured, by query; without queries and peers that were left out or finished nothing."""
    for aim in AIMS:
        medians = _medians(samples, aim.figure)
        told = {}
        for query, must, best in zip(QUERIES, aim.must, aim.aim, strict=True):
            mine, *others = (medians.get((name, query, aim.connections), 0) for name in (NAME, *aim.peers))
            others = [other for other in others if other]
            if mine and others:
                beside = min(others) if aim.figure == "p50_ms" else max(others)
                told[query] = {"ratio": round(mine / beside, 3), "must": must, "aim": best}
        yield aim, told


def _medians(samples: Sequence[Mapping[str, Any]], figure: str) -> Medians:
    grouped: dict[tuple[str, str, int], list[float]] = {}
    for one in samples:
        grouped.setdefault((one["server"], one["query"], one["connections"]), []).append(one[figure])
    return {key: statistics.median(found) for key, found in grouped.items()}


def _show(found: Sequence[tuple[Aim, Mapping[str, Mapping[str, Any]]]]) -> None:
    typer.echo(f"\n{'times the best peer (must / aim)':<32}{''.join(f'{query:>20}' for query in QUERIES)}")
    for aim, told in found:
        cells = (_cell(aim, told[query]) if query in told else "" for query in QUERIES)
        typer.echo(f"{aim.told:<32}{''.join(f'{cell:>20}' for cell in cells)}")


def _cell(aim: Aim, told: Mapping[str, Any]) -> str:
    """The ratio with its bounds; a star where the aim is reached, a minus where not even the must is."""
    ratio, must, best = told["ratio"], told["must"], told["aim"]
    mark = "*" if aim.reaches(ratio, best) else " " if aim.reaches(ratio, must) else "-"
    return f"{ratio:.2f}{mark} ({must:g} / {best:g})"


if __name__ == "__main__":
    app()
