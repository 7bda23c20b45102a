"""`charts rebuild`: the index of where artists stand in the charts, built anew."""

import asyncio
import time
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import logs
from commands.database import database_to_read
from services import open_services
from services.chart_collections import ChartCollection
from settings import Settings, load_settings

ELSEWHERE = "Another process builds it just now: there is nothing left to do."


def rebuild(as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False) -> None:
    """Build the index of where artists stand in the charts anew; it is kept in step by itself, and made where missing.

    Reads go on meanwhile, of the index as it was, and of the new one once it is whole. Exit with 1 where another
    process builds it. The database is DB_MONGO_PROD_KISUM's, else the one that `make run` keeps.
    """
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)
    began = time.monotonic()
    with database_to_read(settings) as found:
        rows = asyncio.run(_rebuilt(found))
    if rows is None:
        typer.echo(ELSEWHERE, err=True)
        raise typer.Exit(1)
    seconds = round(time.monotonic() - began, 1)
    typer.echo(orjson.dumps({"rows": rows, "seconds": seconds}) if as_json else f"{rows:,} rows in {seconds} s")


async def _rebuilt(settings: Settings) -> int | None:
    # Not read-only: what the rows are found by is made too.
    async with open_services(settings) as services:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("documents", total=await services.presence_index.size())

            def told(collection: ChartCollection, *, documents: int, rows: int) -> None:
                progress.update(task, description=collection.name, advance=documents)

            return await services.presence_index.rebuild(told)
