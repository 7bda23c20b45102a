"""`charts scrape`: brings charts in from Kworb and Billboard, or from saved pages of theirs."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

import logs
from commands.charts.telling import exit_code, told_all
from commands.database import database_to_read
from services import open_services
from services.charts import SITES, SavedPages, Site, Summary
from services.errors import BadInput
from settings import Settings, load_settings


def scrape(
    site: Annotated[Site, typer.Argument(help="Whose charts.")],
    pages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PAGE",
            help="What to scrape: a kind (listeners, spotify-daily), a page (spotify-daily:us, hot-100), or its path.",
            show_default="all usual ones",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--from", exists=True, file_okay=False, help="A folder of saved pages to read, asking nobody."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Read what hasn't changed too, and store charts that have shrunk.")
    ] = False,
) -> None:
    """Read charts and store them, each whole, with the ids of those who stand in them.

    A page whose shape has changed, and a chart that has shrunk by more than half, is refused: what is stored stays.
    On a terminal a bar shows how far it is; anywhere else each chart is a line of JSON. Exit with 1 when something was
    refused or failed. The database is DB_MONGO_PROD_KISUM's, else the one that `make run` keeps.
    """
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)
    saved = SavedPages(folder, SITES[site]) if folder else None
    try:
        chosen = saved.pages if saved and not pages else SITES[site].chosen(pages or ())
    except BadInput as error:
        raise typer.BadParameter(str(error)) from None
    for file in saved.left_out if saved else ():
        typer.echo(f"left out: {file} is no page of {site} that can be read, or one that was read already", err=True)

    async def run(found: Settings) -> Summary:
        async with (
            open_services(found, read_only=True) as services,
            aclosing(services.chart_runs.scrape(site, chosen, source=saved, force=force)) as outcomes,
        ):
            return await told_all(outcomes, total=len(chosen))

    with database_to_read(settings) as found:
        summary = asyncio.run(run(found))
    raise typer.Exit(exit_code(summary))
