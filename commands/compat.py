"""`compat`: asks two servers the same and lists how their answers differ: what a migration is checked with."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import httpx
import orjson
import typer

from commands.comparison import NOT_JSON, Answer, Difference, Kind, compare
from commands.terminal import table
from services.model.artist import MAX_ARTIST_ID

ROUTES = (
    "/analyst/artists/{id}/stats",
    "/analyst/artists/{id}/stats/health",
    "/analyst/artists/{id}/chart-presence",
    "/analyst/artists/{id}/popularity",
    "/artists/{id}/popularity/spotify",
)
AT_ONCE = 8
# A server may wait 20 s for refreshes before it answers.
TIMEOUT_S = 30.0
_SHOWN_ARTISTS = 5
_KINDS = {
    Kind.STATUS: "status",
    Kind.CONTENT_TYPE: "content type",
    Kind.ONLY_OLD: "only in old",
    Kind.ONLY_NEW: "only in new",
    Kind.TYPE: "type",
    Kind.NULLABLE: "nullable",
    Kind.VALUE: "value",
}


Compared = dict[tuple[str, int], list[Difference]]


class ServerAway(Exception):
    """A server can't be asked; the text is one line that says which and why, and shows no key."""


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two: as the user calls it, and a client of it."""

    name: str
    client: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between the answers to one route, and for which artists."""

    route: str
    difference: Difference
    artist_ids: tuple[int, ...]


def compat(
    old_url: Annotated[str, typer.Argument(help="The address of the server that is to be replaced.")],
    new_url: Annotated[str, typer.Argument(help="The address of the one that is to replace it.")],
    ids: Annotated[str, typer.Option(help="Kisum's ids of the artists to ask for, several by commas.")],
    key: Annotated[str | None, typer.Option(envvar="COMPAT_KEY", help="The key that the servers take.")] = None,
    old_key: Annotated[
        str | None, typer.Option(envvar="COMPAT_OLD_KEY", help="The key of the old one, where it is another.")
    ] = None,
    routes: Annotated[
        str,
        typer.Option(
            help="Paths to ask, several by commas; {id} is the artist's.", show_default="stats, charts, popularity"
        ),
    ] = ",".join(ROUTES),
    values: Annotated[bool, typer.Option("--values", help="Compare the values as well.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False,
) -> None:
    """Ask two servers the REST routes for each artist, and list the keys, types and statuses that differ.

    Exit with 0 when nothing differs, 1 when something does, 2 when a server can't be asked.
    """
    asked = [(route, artist_id) for artist_id in _ids(ids) for route in _routes(routes)]
    old, new = _server("OLD_URL", old_url, old_key or key), _server("NEW_URL", new_url, key)
    with typer.progressbar(length=len(asked), file=sys.stderr, hidden=not sys.stderr.isatty()) as progress:
        compared, away = asyncio.run(_run(old, new, asked, values, lambda: progress.update(1)))
    findings = gathered(compared)
    typer.echo(_json(findings, len(compared)) if as_json else told(findings, len(compared)))
    if away:
        typer.echo(f"error: {away}", err=True)
    raise typer.Exit(2 if away else int(bool(findings)))


async def _run(
    old: Server, new: Server, asked: Sequence[tuple[str, int]], values: bool, on_answer: Callable[[], object]
) -> tuple[Compared, ServerAway | None]:
    async with old.client, new.client:
        return await ask_both(old, new, asked, values=values, on_answer=on_answer)


async def ask_both(
    old: Server,
    new: Server,
    asked: Sequence[tuple[str, int]],
    *,
    values: bool = False,
    on_answer: Callable[[], object] = lambda: None,
) -> tuple[Compared, ServerAway | None]:
    """The differences by route and artist, in the order asked, and which server couldn't be asked, if one couldn't.

    No further request is begun then: the differences are those that had been found before.
    """
    free = asyncio.Semaphore(AT_ONCE)
    found: Compared = {}
    away: list[ServerAway] = []

    async def one(route: str, artist_id: int) -> None:
        async with free:
            if away:
                return
            path = route.replace("{id}", str(artist_id))
            try:
                answers = await asyncio.gather(_answer(old, path), _answer(new, path))
            except ServerAway as error:
                away.append(error)
                return
            found[route, artist_id] = compare(*answers, values=values)
            on_answer()

    await asyncio.gather(*(one(*pair) for pair in asked))
    return {pair: found[pair] for pair in asked if pair in found}, away[0] if away else None


async def _answer(server: Server, path: str) -> Answer:
    try:
        response = await server.client.get(path)
    except httpx.HTTPError as error:
        raise ServerAway(f"{server.name} can't be asked for {path} ({type(error).__name__}).") from error
    try:
        body = json.loads(response.content)
    except ValueError:
        body = NOT_JSON
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(response.status_code, content_type, body)


def gathered(compared: Compared) -> list[Finding]:
    """The differences by route, each once with the artists that have it; of values that differ the first is shown."""
    found: dict[tuple[object, ...], tuple[str, Difference, list[int]]] = {}
    for (route, artist_id), differences in compared.items():
        for difference in differences:
            sides = () if difference.kind is Kind.VALUE else (difference.old, difference.new)
            same = (route, difference.kind, difference.path, *sides)
            found.setdefault(same, (route, difference, []))[2].append(artist_id)
    return [Finding(route, difference, tuple(ids)) for route, difference, ids in found.values()]


def told(findings: Sequence[Finding], compared: int) -> str:
    """The findings for people: a block for each route."""
    lines: list[str] = []
    for route in dict.fromkeys(found.route for found in findings):
        rows = [_row(found) for found in findings if found.route == route]
        lines += [route, *(f"  {line}" for line in table(rows)), ""]
    return "\n".join([*lines, f"Differences: {len(findings)}. Answers of each server: {compared}."])


def _row(found: Finding) -> tuple[str, ...]:
    difference = found.difference
    sides = " → ".join(side for side in (difference.old, difference.new) if side)
    shown = ", ".join(map(str, found.artist_ids[:_SHOWN_ARTISTS]))
    more = len(found.artist_ids) - _SHOWN_ARTISTS
    artists = f"{shown} and {more} more" if more > 0 else shown
    return _KINDS[difference.kind], difference.path, sides, f"artists {artists}"


def _json(findings: Sequence[Finding], compared: int) -> str:
    differences = [
        {
            "route": found.route,
            "kind": found.difference.kind,
            "path": found.difference.path,
            "old": found.difference.old or None,
            "new": found.difference.new or None,
            "artists": found.artist_ids,
        }
        for found in findings
    ]
    return orjson.dumps({"compared": compared, "differences": differences}, option=orjson.OPT_INDENT_2).decode()


def _server(name: str, url: str, key: str | None) -> Server:
    headers = {b"X-Internal-API-Key": key.encode()} if key else {}
    try:
        client = httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_S)
    except httpx.InvalidURL:
        raise typer.BadParameter(f"{name} is no address.") from None
    if client.base_url.scheme not in {"http", "https"} or not client.base_url.host:
        raise typer.BadParameter(f"{name} is an address that begins with http:// or https://.")
    return Server(name, client)


def _ids(text: str) -> list[int]:
    ids = [part.strip() for part in text.split(",") if part.strip()]
    if not ids or not all(part.isdecimal() and 0 < int(part) <= MAX_ARTIST_ID for part in ids):
        raise typer.BadParameter("--ids is whole numbers from 1 to 2147483647, several by commas.")
    return [int(part) for part in dict.fromkeys(ids)]


def _routes(text: str) -> list[str]:
    routes = [part.strip() for part in text.split(",") if part.strip()]
    if not routes or not all(route.startswith("/") for route in routes):
        raise typer.BadParameter("--routes is paths that begin with /, several by commas.")
    return routes
