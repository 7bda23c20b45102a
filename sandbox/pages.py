"""Pages as the sites of charts lay them out: tables with what stands above their columns, and how they are sent."""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from html import escape
from itertools import count

from sandbox.protocol import Ask, Reply

# Kworb tells no charset.
HTML = {"content-type": "text/html"}
NOT_FOUND = Reply(b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", 404, HTML)

_ROW = re.compile(rb'<tr><td>.*?</tr>|<div class="o-chart-results-list-row-container">.*?</div>', re.DOTALL)


def table(heading: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, after: str = "") -> str:
    """A page of Kworb: a menu, a heading, a table whose cells are HTML, and what follows it."""
    head = "".join(f"<th>{header}</th>" for header in headers)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>{heading}</title></head><body><div class="container">\n'
        '<div id="mainmenu"><ul><li><a href="/pop">ITUNES</a></li><li><a href="/radio">RADIO</a></li></ul></div>\n'
        f'<span class="pagetitle">{heading}</span><br><br>\n'
        f'<table class="addpos sortable"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table><br><br>\n'
        f"{after}</div></body></html>\n"
    )


def page(ask: Ask, html: str) -> Reply:
    """The page, or that it hasn't changed since the client had it."""
    body = html.encode()
    tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
    headers = {**HTML, "etag": tag}
    return Reply(b"", 304, headers) if ask.headers.get("if-none-match") == tag else Reply(body, headers=headers)


def page_rows(is_kept: Callable[[int], bool]) -> Callable[[bytes], bytes]:
    """What leaves those rows of a page whose place, from 0 on, is kept."""

    def changed(body: bytes) -> bytes:
        places = count()
        return _ROW.sub(lambda row: row[0] if is_kept(next(places)) else b"", body)

    return changed


def page_renamed(body: bytes) -> bytes:
    """The page, its columns and the classes of its rows with other names."""
    return body.replace(b"<th>", b"<th>The ").replace(b"o-chart-results", b"o-ranking")


def text(value: str) -> str:
    """A text as HTML has it."""
    return escape(value, quote=False)
