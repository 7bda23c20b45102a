"""The commands, put together: `python -m commands --help` lists them."""

import gc
import sys

# What is imported stays: to look through it again and again for garbage is a tenth of a start.
gc.disable()

import typer

from commands.charts import charts
from commands.compat import compat
from commands.explain import explain
from commands.generate import generate
from commands.instagram_account import app as instagram_account
from commands.serve import serve
from services import EmbeddedMongoUnavailable, StoreAddressInvalid
from services.charts import RunUnderWay
from services.demo import DemoFilesMissing
from services.errors import StoreUnavailable
from settings import SettingsInvalid

gc.enable()

app = typer.Typer(
    help="Kisum MusicData Analyst: artists' audience data over GraphQL and REST.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(explain)
app.command()(generate)
app.command()(compat)
app.add_typer(instagram_account, name="instagram-account")
app.add_typer(charts, name="charts")


# What a person can mend; each text says how.
_MENDABLE = (
    SettingsInvalid,
    StoreAddressInvalid,
    StoreUnavailable,
    EmbeddedMongoUnavailable,
    DemoFilesMissing,
    RunUnderWay,
)


def main() -> None:
    """Run the command that is named; a fault that a person can mend is one line and exit code 2."""
    try:
        app()
    except _MENDABLE as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
