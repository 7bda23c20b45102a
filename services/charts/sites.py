"""THE table of the sites that charts are scraped from: how each is asked, politely, and what is on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.charts.pages import BILLBOARD_PAGES, KWORB_PAGES, Page, PageKind
from services.errors import BadInput
from services.transport import HTTPPolicy, Rate


class Site(StrEnum):
    """Who publishes charts."""

    KWORB = "kworb"
    BILLBOARD = "billboard"


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site: its address, the limits that it is asked within, and the kinds of its pages.

    `own_links` selects the links of a page that are most likely to itself.
    """

    site: Site
    base_url: str
    policy: HTTPPolicy
    kinds: tuple[PageKind, ...]
    own_links: str

    def chosen(self, names: Sequence[str] = ()) -> list[Page]:
        """The pages of these names, in their order; without any, all that are usually scraped. Raises BadInput.

        A name is a page's own (`spotify-daily:us`, `hot-100`), its kind's (`spotify-daily`), or its path.
        """
        if not names:
            return [page for kind in self.kinds for page in kind.pages()]
        return list({page.path: page for name in names for page in self._called(name)}.values())

    def at(self, path: str) -> Page | None:
        """The page at that path; None where it is none of ours."""
        return next((page for kind in self.kinds if (page := kind.at(path))), None)

    @property
    def further(self) -> frozenset[str]:
        """The paths at which a chart goes on that begins at another."""
        return frozenset(path for kind in self.kinds for path in kind.further)

    def _called(self, name: str) -> Iterator[Page]:
        if usual := [page for kind in self.kinds if name and kind.name == name for page in kind.pages()]:
            yield from usual
            return
        named = (page for kind in self.kinds for page in (kind.called(name), kind.at(name)) if page)
        if (page := next(named, None)) is None:
            kinds = ", ".join(kind.name_of({part: f"{{{part}}}" for part in kind.parts}) for kind in self.kinds)
            raise BadInput(f"{self.site} has no page {name[:60]!r}; its pages are {kinds}.")
        yield page


# One page at a time, and slowly: nobody there expects us.
_POLICY = HTTPPolicy(
    timeout_s=30.0, connect_timeout_s=10.0, max_in_flight=1, rate=Rate(calls=1, per_s=1.0), max_bytes=16 * 2**20
)

SITES: dict[Site, SiteRow] = {
    row.site: row
    for row in (
        SiteRow(Site.KWORB, "https://kworb.net", _POLICY, KWORB_PAGES, "a.chosen"),
        SiteRow(Site.BILLBOARD, "https://www.billboard.com", _POLICY, BILLBOARD_PAGES, "a[href*='/charts/']"),
    )
}
