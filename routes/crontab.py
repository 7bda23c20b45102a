"""What a crontab asks for: the scrapers of charts, started beside the requests."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypedDict

from routes.answers import JSONAnswer
from routes.requests import caller_of, services_of
from services.charts import Site, require_run
from services.errors import Forbidden, MethodNotAllowed

_ACCEPTED = 202
# Whence a browser may ask: this server's own pages, and the address line.
_OWN_SITES = frozenset({"none", "same-origin"})


class RunBegun(TypedDict):
    """What runs."""

    site: Annotated[Site, Field(description="Whose charts come in.")]
    started: Annotated[bool, Field(description="Whether by this request; else a run is under way already.")]
    pages: Annotated[int, Field(description="How many pages a run goes over.")]


class RunAnswer(TypedDict):
    """What runs, in its envelope."""

    data: RunBegun


async def kworb(request: Request) -> JSONAnswer[RunAnswer]:
    """Start scraping Kworb's charts.

    The answer comes at once and the run goes on: how each chart fared is in the log and in telemetry. One run at a
    time, over all processes: where one is under way no other is started. A key that may only read can't start one.
    """
    return await _begun(request, Site.KWORB)


async def billboard(request: Request) -> JSONAnswer[RunAnswer]:
    """Start scraping Billboard's charts.

    As for Kworb's, beside which they may run.
    """
    return await _begun(request, Site.BILLBOARD)


async def _begun(request: Request, site: Site) -> JSONAnswer[RunAnswer]:
    require_run(caller_of(request.scope))
    # Starlette answers HEAD wherever GET is answered; who only looks must start nothing.
    if request.method == "HEAD":
        raise MethodNotAllowed("HEAD starts nothing; POST does.")
    # Without a key a browser would let any page start them, by no more than an image.
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        raise Forbidden("The page of another site can't start the scrapers.")
    begun = await services_of(request.scope).chart_runs.begin(site)
    answer: RunAnswer = {"data": {"site": begun.site, "started": begun.is_new, "pages": begun.pages}}
    return JSONAnswer(answer, status_code=_ACCEPTED, headers={"Cache-Control": "no-store"})
