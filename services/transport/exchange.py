"""Sends one request to a provider and reads what comes back, within its time and its size.

Nothing of httpx's is let out: the texts of its errors, and the requests they hold, may have a key in them.
"""

import asyncio
import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from services.transport.answers import Answer, Request
from services.transport.bodies import ACCEPTED, read_body
from services.transport.faults import ProviderError, ProviderRefused, ProviderUnavailable, ProviderUnreadable
from services.transport.policy import HTTPPolicy

USER_AGENT = "KisumMusicDataAnalyst/0.1.0 (+https://music.kisum.dev)"

_SCHEMES = ("http", "https")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Exchange:
    """The pooled connections to one provider."""

    def __init__(self, base_url: str, policy: HTTPPolicy) -> None:
        self._base_url = base_url
        self._policy = policy
        self._http = httpx.AsyncClient(
            # One limit for the whole call is set around it; one for each read would let a byte a second through.
            timeout=httpx.Timeout(None, connect=policy.connect_timeout_s),
            limits=httpx.Limits(max_connections=policy.max_in_flight),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": ACCEPTED},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
            trust_env=False,
            verify=_trusted(),
        )

    async def send(self, request: Request, *, within_s: float) -> Answer:
        """The answer, whatever its status; raises ProviderUnavailable, ProviderUnreadable and ProviderRefused."""
        fault: ProviderError
        built = self._built(request)
        try:
            async with asyncio.timeout(within_s):
                return await self._answer(built)
        except TimeoutError:
            fault = ProviderUnavailable(f"took longer than {within_s:.2g} s")
        except httpx.LocalProtocolError:
            fault = _unsendable()
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            fault = _leads_nowhere()
        except httpx.ConnectTimeout:
            fault = ProviderUnavailable(f"could not be reached within {self._policy.connect_timeout_s:.2g} s")
        except httpx.ConnectError:
            fault = ProviderUnavailable("could not be reached")
        except httpx.HTTPError as error:
            fault = ProviderUnavailable(f"broke the call off ({type(error).__name__})")
        # Raised out here, it has no context that would keep the request.
        raise fault

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _built(self, request: Request) -> httpx.Request:
        try:
            built = self._http.build_request(
                request.method,
                (request.base_url or self._base_url).rstrip("/") + request.path,
                params=request.params or None,
                headers=request.headers,
                data=request.form,
            )
        except (httpx.InvalidURL, UnicodeError):
            built = None
        if built is None or built.url.scheme not in _SCHEMES or not built.url.host:
            raise _unsendable()
        return built

    async def _answer(self, request: httpx.Request) -> Answer:
        answer = await self._follow(request)
        if isinstance(answer, httpx.Request):
            answer = await self._follow(answer)
        if isinstance(answer, httpx.Request):
            raise ProviderUnreadable("leads from one address to the next")
        return answer

    async def _follow(self, request: httpx.Request) -> Answer | httpx.Request:
        """The answer, or the request that it leads to."""
        response = await self._http.send(request, stream=True)
        try:
            if request.method == "GET" and response.status_code in _REDIRECTS and "location" in response.headers:
                return _led_to(request, response.headers["location"])
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, await read_body(response, most=self._policy.max_bytes))
        finally:
            await response.aclose()


def _led_to(request: httpx.Request, location: str) -> httpx.Request:
    """The same request at another address of the same host; another host would get the key."""
    try:
        url = request.url.join(location)
    except ValueError:
        url = None
    if url is None:
        raise _leads_nowhere()
    if (url.scheme, url.host, url.port) != (request.url.scheme, request.url.host, request.url.port):
        raise ProviderUnreadable("leads to another host, which would get the key too")
    return httpx.Request("GET", url, headers=request.headers, extensions=request.extensions)


def _leads_nowhere() -> ProviderUnreadable:
    return ProviderUnreadable("leads to what is no address")


def _unsendable() -> ProviderRefused:
    return ProviderRefused("can't be asked: its address or its key can't be sent as it is")


@cache
def _trusted() -> ssl.SSLContext:
    """What certificates are trusted, read once: that takes longer than all else a client is made of."""
    return httpx.create_ssl_context(trust_env=False)
