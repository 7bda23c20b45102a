"""What people look at: the page at `/`, GraphiQL, REST's documentation, the schema. Open to all; the data is not."""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from routes.answers import NotModified, unless_known
from routes.requests import services_of
from schema import printed_schema
from services.errors import StoreUnavailable

STATIC = Path(__file__).parent / "static"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
EXPLORE = (
    ("/graphql", "GraphiQL", "Ask by GraphQL, from examples"),
    ("/docs", "REST", "Every address, to read and to try"),
    ("/schema.graphql", "Schema", "Every field of GraphQL, described"),
    ("/openapi.json", "OpenAPI", "REST for programs"),
)
INSTAGRAM = ("/instagram/login", "Instagram", "Connect the agency's account")
KEYED = "needed, in a field of GraphiQL and REST's pages, or in the header X-Internal-API-Key"
WATCH = (("/healthz", "alive"), ("/readyz", "ready"), ("/metrics", "telemetry"))
# Told here, since a machine's registry of types may say otherwise, and `nosniff` then breaks the page.
_SCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True)
class About:
    """What the page at `/` tells of this server."""

    version: str
    embedded: bool
    sandbox: bool
    keyed: bool


class GraphiQL:
    """GraphiQL to who asks for a page; everything else goes on to the app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the page, or have the app answer."""
        if scope["method"] in {"GET", "HEAD"} and "text/html" in Headers(scope=scope).get("accept", ""):
            headers = PAGE_HEADERS | {"Cache-Control": "no-cache", "Vary": "Accept"}
            await FileResponse(STATIC / "graphiql" / "index.html", headers=headers)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class PageFiles(StaticFiles):
    """Static files; those in `assets/` carry a hash or a version in their paths, so they are kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the pages' headers; 404 where there is none."""
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if "/assets/" in f"/{path}" else "no-cache"
        response.headers.update(PAGE_HEADERS | {"Cache-Control": kept})
        if path.endswith(".js"):
            response.headers["Content-Type"] = _SCRIPT
        return response


async def docs(request: Request) -> Response:
    """The documentation of REST, which shows `/openapi.json`."""
    return FileResponse(STATIC / "docs" / "index.html", headers=PAGE_HEADERS | {"Cache-Control": "no-cache"})


async def schema(request: Request) -> PlainTextResponse | NotModified:
    """The GraphQL schema as text."""
    text = _printed_schema()
    return unless_known(request, text, lambda: PlainTextResponse(text, headers=PAGE_HEADERS))


async def home(request: Request) -> Response:
    """The page at `/`: what this is, and where to go."""
    about: About = request.app.state.about
    facts = (
        ("Version", about.version),
        ("Database", "its own MongoDB, embedded" if about.embedded else "the configured MongoDB"),
        ("Artists", await _artists(request)),
        ("Keys", KEYED if about.keyed else "none is configured: this machine alone is served, without"),
        ("Providers", "played by a sandbox where no credentials are set" if about.sandbox else "real ones alone"),
    )
    can_log_in = services_of(request.scope).instagram_account.login.is_possible
    explore = (*EXPLORE, INSTAGRAM) if can_log_in else EXPLORE
    return framed("Kisum MusicData Analyst", _main(facts, explore))


async def _artists(request: Request) -> str:
    try:
        return f"{await services_of(request.scope).artists.count():,}".replace(",", "\u202f")
    except StoreUnavailable:
        return "not to be counted: the database is away"


_printed_schema = cache(printed_schema)


def framed(title: str, main: str, *, status: int = 200) -> Response:
    """A page of ours with this title around its main part; both are HTML already. Nobody keeps it."""
    headers = PAGE_HEADERS | {"Cache-Control": "no-store"}
    return HTMLResponse(_FRAME.substitute(title=title, main=main), status, headers=headers)


def _main(facts: tuple[tuple[str, str], ...], explore: tuple[tuple[str, str, str], ...]) -> str:
    told = "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    links = "\n".join(
        f'<li><a href="{href}"><strong>{escape(name)}</strong> <span>{escape(what)}</span></a></li>'
        for href, name, what in explore
    )
    watch = " ".join(f'<a href="{href}">{escape(name)}</a>' for href, name in WATCH)
    return _TEMPLATE.substitute(told=told, explore=links, watch=watch)


_TEMPLATE = Template("""\
<h1>Kisum MusicData Analyst</h1>
<p>Artists' audience data over GraphQL and REST: followers, listeners, popularity over time. Every number says where it
came from, when, and whether it is still fresh.</p>
<nav>
<ul>
$explore
</ul>
</nav>
<dl>
$told
</dl>
<footer>$watch</footer>""")

_FRAME = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<link rel="icon" href="/static/graphiql/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/home/home.css">
</head>
<body>
<main>
$main
</main>
</body>
</html>
""")
