"""`charts <verb>`: what is done with the charts; a module each, its line below."""

import typer

from commands.charts.bring import bring
from commands.charts.check_names import check_names
from commands.charts.enrich import enrich
from commands.charts.rebuild import rebuild
from commands.charts.scrape import scrape

__all__ = ["charts"]

charts = typer.Typer(help="Charts: how they come in, whose rows they are, and the index of that.", no_args_is_help=True)
charts.command()(scrape)
charts.command("import")(bring)
charts.command("check-names")(check_names)
charts.command()(enrich)
charts.command()(rebuild)


@charts.callback()
def verbs() -> None:
    """Charts: how they come in, whose rows they are, and the index of that."""
