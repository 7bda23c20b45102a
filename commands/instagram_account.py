"""`instagram-account`: which account is connected, and its forgetting, after which any may be. Never its token."""

import asyncio

import typer

import logs
from commands.database import database_to_read
from commands.terminal import printable, table
from services import open_services
from services.model.instagram_account import StoredAccount
from services.model.instants import rfc3339
from settings import Settings, load_settings

NONE = "No Instagram account is connected."

app = typer.Typer(
    help="The Instagram account that is connected: show or forget it.", no_args_is_help=True, add_completion=False
)


@app.command()
def show() -> None:
    """Tell which account is connected and until when its token holds; exit with 1 where there is none."""
    account = _run(forget=False)
    typer.echo("\n".join(table(_told(account))))


@app.command()
def forget() -> None:
    """Remove the account and its token, so that another can be connected; exit with 1 where there is none."""
    account = _run(forget=True)
    typer.echo(printable(f"Forgotten: {_name(account)}. /instagram/login connects an account again."))


def _run(*, forget: bool) -> StoredAccount:
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)
    with database_to_read(settings) as found:
        account = asyncio.run(_found(found, forget=forget))
    if account is None:
        typer.echo(NONE, err=True)
        raise typer.Exit(1)
    return account


async def _found(settings: Settings, *, forget: bool) -> StoredAccount | None:
    async with open_services(settings, read_only=True) as services:
        accounts = services.store.instagram_account
        account = await accounts.find()
        if account and forget:
            await accounts.forget()
        return account


def _told(account: StoredAccount) -> list[tuple[str, str]]:
    until, since = account.expires_at, account.renewed_at
    return [
        ("account", _name(account)),
        ("token holds until", rfc3339(until) if until else "not stored"),
        ("renewed", rfc3339(since) if since else "not stored"),
        ("token is stored", "encrypted" if account.sealed else "in the clear, until it is renewed"),
        *([("played by", "the sandbox")] if account.sandbox else []),
    ]


def _name(account: StoredAccount) -> str:
    username = f"@{account.username}" if account.username else "an account without a stored name"
    return f"{username} ({account.user_id})" if account.user_id else username
