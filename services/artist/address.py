"""Reads the address of an artist's page, as somebody pastes it, by the table of platforms.

Hosts are compared whole, so that nobody else's page is taken for a platform's.
"""

import re
from urllib.parse import parse_qs, unquote, unquote_plus, urlsplit

from services.platforms import ROWS, Pages, Platform

_BY_HOST = {host: platform for platform, row in ROWS.items() for host in row.hosts}
_LOCALE = re.compile(r"(?:intl-)?[a-z]{2}(?:-[a-z]{2,4})?", re.IGNORECASE)


def read_address(text: str) -> tuple[Platform, str] | None:
    """The platform and the id that the address of an artist's page tells; None for any other text.

    With or without scheme, `www.` or `m.`, a language, a query, a fragment and what follows the id; and Spotify's own
    form, `spotify:artist:…`.
    """
    address = text.strip()
    if address.startswith("spotify:"):
        address = f"open.spotify.com/{address.removeprefix('spotify:').replace(':', '/')}"
    try:
        split = urlsplit(address if "://" in address else f"//{address}")
        platform = _BY_HOST.get(_plain_host(split.hostname or ""))
    except ValueError:
        return None
    if platform is None or split.scheme not in ("", "http", "https"):
        return None
    path, query = split.path, split.query
    if split.fragment.startswith("/"):  # NetEase's pages
        path, _, query = split.fragment.partition("?")
    segments = [segment for segment in path.split("/") if segment]
    for pages in ROWS[platform].pages:
        for template in pages.paths:
            if found := _id_at(template, segments, query, pages):
                return platform, found
    return None


def _id_at(template: str, segments: list[str], query: str, pages: Pages) -> str | None:
    """The id that stands in an address where the template has it."""
    path, _, parameter = template.partition("?")
    wanted = path.split("/")
    if wanted[0] != "{id}" and segments and segments[0] != wanted[0] and _LOCALE.fullmatch(segments[0]):
        segments = segments[1:]
    if len(segments) < len(wanted):
        return None
    found = parse_qs(query).get(parameter.removesuffix("={id}"), [""])[0]
    for expected, segment in zip(wanted, segments, strict=False):
        if expected == "{id}":
            found = unquote_plus(segment) if pages.plus else unquote(segment)
        elif expected not in ("*", segment):
            return None
    return pages.id_in(found)


def _plain_host(host: str) -> str:
    return host.rstrip(".").removeprefix("www.").removeprefix("m.")
