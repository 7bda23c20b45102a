"""The named faults of pages, as the product's readers meet them."""

import pytest

from services.charts import SITES, Site
from services.charts.pages import Page
from services.charts.refusals import PageChanged
from tests.sandbox.conftest import AskProvider
from tests.sandboxes import Sandbox

PAGES = [(site, SITES[site].chosen([name])[0]) for site, name in ((Site.KWORB, "radio"), (Site.BILLBOARD, "hot-100"))]


@pytest.mark.parametrize("named", ["page_without_rows", "page_changed"])
@pytest.mark.parametrize(("site", "page"), PAGES, ids=[page.name for _, page in PAGES])
def test_a_page_of_another_shape_is_refused(
    sandbox: Sandbox, ask: AskProvider, site: Site, page: Page, named: str
) -> None:
    sandbox.fault(site, body={"named": named})

    with pytest.raises(PageChanged):
        page.kind.read(ask(site, f"/{page.path}").text)


@pytest.mark.parametrize(("site", "page"), PAGES, ids=[page.name for _, page in PAGES])
def test_a_page_that_has_shrunk_has_a_third_of_its_rows(
    sandbox: Sandbox, ask: AskProvider, site: Site, page: Page
) -> None:
    whole = page.kind.read(ask(site, f"/{page.path}").text)

    sandbox.fault(site, body={"named": "page_shrunk"})

    assert len(page.kind.read(ask(site, f"/{page.path}").text).rows) == len(whole.rows) // 3 + 1
