"""`charts import`: stores the charts of files, such as others have gathered."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

import logs
from commands.charts.telling import exit_code, told_all
from commands.database import database_to_read
from services import open_services
from services.charts import Summary
from settings import Settings, load_settings


def bring(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV or JSON.")],
    chart: Annotated[
        str | None,
        typer.Option(help="Which chart of Billboard it is (hot-100), where neither the file nor its name tells."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Store charts that have shrunk, too.")] = False,
) -> None:
    """Store the charts of files, each whole, with the ids of those who stand in them.

    Billboard's as CSV or JSON, Kworb's tables as CSV; packed with gzip too. Done again it changes nothing. What a file
    doesn't say its name does: the country, the format of radio, the years. Exit with 1 when something was refused.
    """
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)

    async def run(found: Settings) -> Summary:
        async with (
            open_services(found, read_only=True) as services,
            aclosing(services.chart_runs.bring(files, chart=chart, force=force)) as outcomes,
        ):
            return await told_all(outcomes, total=None)

    with database_to_read(settings) as found:
        summary = asyncio.run(run(found))
    raise typer.Exit(exit_code(summary))
