import pytest

from services.charts.sites import SITES, Site
from services.errors import BadInput

KWORB, BILLBOARD = SITES[Site.KWORB], SITES[Site.BILLBOARD]


def names(*chosen: str, site: Site = Site.KWORB) -> list[str]:
    return [page.name for page in SITES[site].chosen(chosen)]


def test_every_site_has_its_row() -> None:
    assert set(SITES) == set(Site)


def test_without_a_choice_all_usual_pages_are_chosen() -> None:
    assert {"listeners", "spotify-daily:global", "deezer:es", "radio"} <= set(names())
    assert "radio-archive" not in names()
    assert names(site=Site.BILLBOARD)[:3] == ["hot-100", "billboard-200", "artist-100"]


@pytest.mark.parametrize(
    ("chosen", "page"),
    [
        ("listeners", "listeners"),
        ("spotify-daily:es", "spotify-daily:es"),
        ("spotify/country/es_daily.html", "spotify-daily:es"),
        ("radio-archive:20261119", "radio-archive:20261119"),
    ],
)
def test_a_page_is_chosen_by_its_name_or_its_path(chosen: str, page: str) -> None:
    assert names(chosen) == [page]


def test_a_kind_is_chosen_with_all_its_usual_pages_and_no_page_twice() -> None:
    chosen = names("shazam", "shazam:es")

    assert len(chosen) == len(set(chosen)) > 50
    assert all(name.startswith("shazam:") for name in chosen)


@pytest.mark.parametrize(
    ("chosen", "path"),
    [
        ("hot-100", "charts/hot-100/"),
        ("country-songs", "charts/country-songs/"),
        ("hot-100:2026-11-14", "charts/hot-100/2026-11-14/"),
        ("year-end:2025:top-artists", "charts/year-end/2025/top-artists/"),
    ],
)
def test_any_chart_of_billboard_can_be_chosen_of_any_week(chosen: str, path: str) -> None:
    assert [page.path for page in BILLBOARD.chosen([chosen])] == [path]


@pytest.mark.parametrize("name", ["", "hot-100", "spotify-daily:Spain", "../etc", "spotify-daily:"])
def test_what_is_no_page_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(BadInput, match=r"kworb has no page .*; its pages are listeners, .*spotify-daily:\{country\}"):
        KWORB.chosen([name])


def test_a_site_is_asked_slowly_and_one_page_at_a_time() -> None:
    assert all(
        row.policy.max_in_flight == 1 and row.policy.rate.calls <= row.policy.rate.per_s for row in SITES.values()
    )
