"""The tables of pages, and what all kinds of them promise."""

from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chart_collections import COLLECTIONS
from services.charts.pages import BILLBOARD_PAGES, COUNTRIES, KWORB_PAGES, PageKind
from services.charts.pages.kind import PLACES
from services.charts.refusals import PageChanged
from tests.services.charts.html import (
    NOVA,
    billboard_page,
    billboard_row,
    daily_page,
    daily_row,
    listener,
    listeners_page,
    song,
)

KINDS = [*KWORB_PAGES, *BILLBOARD_PAGES]
PAGES = [
    listeners_page(listener(1, "Nova Ruiz", NOVA, "5,102,233")),
    daily_page(daily_row(1, song())),
    billboard_page(billboard_row(1, "Sol")),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_a_kind_names_only_what_may_differ_in_an_address(kind: PageKind) -> None:
    in_scope = {name for value in kind.scope.values() for _, name, _, _ in Formatter().parse(value) if name}

    assert set(kind.parts) <= PLACES.keys()
    assert in_scope <= set(kind.parts)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_every_usual_page_is_found_by_its_path_and_its_name(kind: PageKind) -> None:
    assert all(kind.at(page.path) == page == kind.called(page.name) for page in kind.pages())


def test_every_collection_has_a_kind_of_page() -> None:
    assert {kind.collection.name for kind in KINDS} == {collection.name for collection in COLLECTIONS}


def test_no_page_comes_twice() -> None:
    paths = [page.path for kind in KINDS for page in kind.pages()]

    assert len(paths) == len(set(paths))
    assert len(COUNTRIES) == len(set(COUNTRIES))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
@settings(max_examples=40, deadline=None)
@given(
    html=st.one_of(
        st.text(),
        st.builds(
            lambda page, start, length, filling: page[:start] + filling + page[start + length :],
            st.sampled_from(PAGES),
            st.integers(0, 900),
            st.integers(0, 400),
            st.text(max_size=20),
        ),
    )
)
def test_a_garbled_page_is_read_or_refused_and_never_breaks(kind: PageKind, html: str) -> None:
    try:
        rows = kind.read(html).rows
    except PageChanged:
        return
    assert rows
    assert all(row.artist and (row.rank is None or row.rank > 0) for row in rows)
