"""Saved pages, in a folder and those below it: as `wget` lays them out, or under names of their own; gzip too.

Which page a file is, its path says or else the page itself: by a note of whence it was saved, or its own address.
Where neither says, what a site's pages have of themselves does, such as the entry of the menu that is marked as chosen,
if the page is one that can be read so. A flat chart is known by its columns as well, which no other has.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from services.charts.pages import Page
from services.charts.pages.cells import day
from services.charts.pages.tables import parsed
from services.charts.refusals import PageChanged
from services.charts.sites import SiteRow
from services.charts.sources import Fetched, Got, text_of
from services.model.scraped import Validators

SUFFIXES = (".html", ".htm", ".html.gz", ".htm.gz")
MAX_BYTES = 32 * 2**20

_INDEX = re.compile(r"(?:^|(?<=/))index\.html?$")
_NOTE = re.compile(r"<!--[^>]*?\bsource:\s*(https?://\S+)")
_OWN_ADDRESS = "link[rel=canonical], meta[property='og:url'], [data-link]"


class SavedPages:
    """The pages of a site that are in a folder. A page was got on the day that its file's name has, else as written."""

    name = "file"
    is_partial = True

    def __init__(self, folder: Path, site: SiteRow) -> None:
        self.name = site.site.value
        self._files: dict[str, Path] = {}
        self.pages: list[Page] = []
        # Files that are no page of the site, can't be read, or are one that another is already.
        self.left_out: list[Path] = []
        for file in sorted(found for found in folder.rglob("*") if found.name.lower().endswith(SUFFIXES)):
            path = _path_of(file, folder, site)
            if path is None or path in self._files:
                self.left_out.append(file)
                continue
            self._files[path] = file
            if page := site.at(path):
                self.pages.append(page)

    async def get(self, path: str, known: Validators) -> Fetched:
        """The page of the file."""
        file = self._files.get(path)
        if file is None:
            return Fetched(Got.ABSENT, datetime.now(UTC))
        return Fetched(Got.TEXT, saved_at(file), text_of(read_file(file)), day_in_name(file))


def _path_of(file: Path, folder: Path, site: SiteRow) -> str | None:
    try:
        return path_of(text_of(read_file(file)), file.relative_to(folder).as_posix(), site)
    except PageChanged:
        return None


def path_of(html: str, file: str, site: SiteRow) -> str | None:
    """Where on the site a file is from; None where it is no page of it that we read, or says that it is another's."""
    if path := _first(site, _endings(file)):
        return path
    if note := _NOTE.search(html[:4096]):
        return _first(site, _paths(site, [note[1]]))
    if path := _first(site, _paths(site, _addresses(html, _OWN_ADDRESS))):
        return path
    likely = _first(site, _paths(site, _addresses(html, site.own_links)))
    return likely if likely and _can_be_read(html, likely, site) else _by_columns(html, site)


def read_file(file: Path) -> bytes:
    """The bytes of a file, unpacked where it is gzip by its name; no more than a page has.

    Raises PageChanged where it can't be read.
    """
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as opened:
            return opened.read(MAX_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise PageChanged("a file that can be read", str(error)) from error


def saved_at(file: Path) -> datetime:
    """When what is in the file was got: on the day in its name, else when it was written."""
    if told := day_in_name(file):
        return datetime.combine(told, time(), UTC)
    return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)


def day_in_name(file: Path) -> date | None:
    """The day in the file's name (`listeners_2026-08-12.html`)."""
    return day(re.sub(r"[_.]", " ", file.name))


def _first(site: SiteRow, paths: Iterable[str]) -> str | None:
    return next((path for path in paths if path in site.further or site.at(path)), None)


def _by_columns(html: str, site: SiteRow) -> str | None:
    """The page of the one flat chart that can be read from it."""
    fitting = [page.path for kind in site.kinds if not kind.collection.is_nested for page in kind.pages()]
    found = [path for path in fitting if _can_be_read(html, path, site)]
    return found[0] if len(found) == 1 else None


def _can_be_read(html: str, path: str, site: SiteRow) -> bool:
    page = site.at(path)
    try:
        return page is not None and bool(page.kind.read(html).rows)
    except PageChanged:
        return False


def _endings(path: str) -> Iterator[str]:
    """The path of a file and its ends, the longest first, as a site has them."""
    parts = path.removesuffix(".gz").split("/")
    for start in range(len(parts)):
        yield _INDEX.sub("", "/".join(parts[start:]))


def _addresses(html: str, selectors: str) -> Iterator[str]:
    """The addresses that stand in what is selected, in the order of the selectors."""
    page = parsed(html)
    for selector in selectors.split(", "):
        for node in page.css(selector):
            yield next((value for name in ("href", "content", "data-link") if (value := node.attributes.get(name))), "")


def _paths(site: SiteRow, addresses: Iterable[str]) -> Iterator[str]:
    """The paths of those addresses that are the site's own, or tell no site."""
    host = urlsplit(site.base_url).hostname or ""
    for address in addresses:
        try:
            found = urlsplit(address)
        except ValueError:
            continue
        if found.hostname is None or found.hostname.removeprefix("www.") == host.removeprefix("www."):
            yield _INDEX.sub("", found.path.removeprefix("/"))
