from datetime import timedelta
from typing import Any

import pytest

from services.artist.terms import query_terms
from services.model.charts import Key, MatchedBy
from services.model.search import IndexState, SearchEntry, SearchHit
from services.store import Store
from services.store.artist_search import COLLECTION, LOOKED_AT, ArtistSearchStore
from services.store.indexes import make_indexes
from tests.builders import NOW
from tests.conftest import Commands, Database
from tests.services.store.plans import explained, keys, stages

POSITION = {"_data": "8268A1"}


def entry(artist_id: int, *terms: str, weight: int = 0, ids: tuple[str, ...] = (), document: Any = None) -> SearchEntry:
    return SearchEntry(artist_id, terms, (f"artist{artist_id}",), ids, weight, document or artist_id)


@pytest.fixture
def search(store: Store) -> ArtistSearchStore:
    return store.artist_search


async def ids_of(search: ArtistSearchStore, *choices: tuple[str, ...], limit: int = 20) -> list[int]:
    return [hit.artist_id for hit in await search.having(*choices, limit=limit)]


async def test_artists_with_a_term_are_found_the_weightiest_first(search: ArtistSearchStore) -> None:
    await search.put(
        [entry(1, "^n", weight=5), entry(2, "^n", "~r", weight=9), entry(3, "^n", weight=5), entry(4, "~n")], gone=[]
    )

    assert await search.having(["^n"], limit=20) == [
        SearchHit(2, ("artist2",)),
        SearchHit(1, ("artist1",)),
        SearchHit(3, ("artist3",)),
    ]


async def test_no_more_are_found_than_asked_for(search: ArtistSearchStore) -> None:
    await search.put([entry(number, "^n", weight=number) for number in range(1, 30)], gone=[])

    assert await ids_of(search, ("^n",), limit=3) == [29, 28, 27]


async def test_one_term_of_a_choice_is_enough(search: ArtistSearchStore) -> None:
    await search.put([entry(1, "^n"), entry(2, "~n", weight=1), entry(3, "^n", "~n", weight=2)], gone=[])

    assert await ids_of(search, ("^n", "~n")) == [3, 2, 1]


async def test_one_term_of_every_choice_is_needed(search: ArtistSearchStore) -> None:
    await search.put([entry(1, "^nova", "~ru"), entry(2, "^nova", weight=9), entry(3, "~nova", "^ru")], gone=[])

    assert await ids_of(search, ("^nova", "~nova"), ("^ru", "~ru")) == [1, 3]


async def test_of_many_with_the_first_choice_a_bounded_number_is_looked_at(search: ArtistSearchStore) -> None:
    heavy = [entry(number, "^nova", weight=1) for number in range(1, LOOKED_AT)]
    await search.put([*heavy, entry(5000, "^nova", "~ru"), entry(5001, "^nova", "~ru")], gone=[])

    assert await ids_of(search, ("^nova",), ("~ru",)) == [5000]


async def test_artists_with_an_id_are_found_the_weightiest_first(search: ArtistSearchStore) -> None:
    await search.put(
        [entry(1, ids=("spotify:a", "deezer:1")), entry(2, ids=("spotify:a",), weight=3), entry(3, ids=("deezer:2",))],
        gone=[],
    )

    assert await search.with_id("spotify:a", limit=20) == [2, 1]
    assert await search.with_id("spotify:a", limit=1) == [2]
    assert await search.with_id("spotify:b", limit=20) == []


async def test_an_artist_is_known_by_the_key_of_its_document(search: ArtistSearchStore) -> None:
    documents: list[Any] = [7, "7", {"a": 1}, 6.5]
    await search.put([entry(number, document=document) for number, document in enumerate(documents, 1)], gone=[])

    assert [await search.with_documents([document, "unknown"]) for document in documents] == [{1}, {2}, {3}, {4}]


async def test_of_some_keys_those_that_any_artist_has_are_known(
    store: Store, search: ArtistSearchStore, database: Database, commands: Commands
) -> None:
    await make_indexes(store.mongo)
    nova, sol, odd = (Key(MatchedBy.NAME, name) for name in ("nova", "sol", "$where.*"))
    known_by = [("name:nova", "slug:nova"), ("name:nova",), ("spotify_id:sol",)]
    entries = [SearchEntry(i, (), (), (), 0, i, known_by=terms) for i, terms in enumerate(known_by, 1)]
    await search.put(entries, gone=[])
    await search.keep_state(IndexState(1, NOW))
    commands.sent.clear()

    assert await search.known([nova, sol, odd]) == {nova}

    (plan,) = [await explained(command, database) for command in commands.sent]
    assert "COLLSCAN" not in stages(plan)


async def test_an_entry_replaces_the_former_one(search: ArtistSearchStore) -> None:
    await search.put([entry(1, "^a", ids=("deezer:1",))], gone=[])

    await search.put([entry(1, "^b")], gone=[])

    assert (await ids_of(search, ("^a",)), await ids_of(search, ("^b",))) == ([], [1])
    assert await search.with_id("deezer:1", limit=1) == []


async def test_entries_of_artists_that_are_gone_are_removed(search: ArtistSearchStore) -> None:
    await search.put([entry(number, "^n") for number in (1, 2, 3)], gone=[])

    await search.put([], gone=[1, 3, 77])

    assert await ids_of(search, ("^n",)) == [2]


async def test_between_two_ids_who_has_no_entry_is_gone(search: ArtistSearchStore) -> None:
    await search.put([entry(number, "^n") for number in (1, 2, 3, 4, 5)], gone=[])
    await search.keep_state(IndexState(1, NOW))

    await search.put_between(1, 4, [entry(3, "^n"), entry(4, "^n")])

    assert await ids_of(search, ("^n",)) == [1, 3, 4, 5]
    assert (await search.state()).passed_at == NOW


async def test_entries_after_an_id_are_removed(search: ArtistSearchStore) -> None:
    await search.put([entry(number, "^n") for number in (1, 2, 3)], gone=[])
    await search.keep_state(IndexState(1, NOW))

    await search.remove_after(2)

    assert await ids_of(search, ("^n",)) == [1, 2]
    assert (await search.state()).passed_at == NOW


async def test_an_index_that_is_not_there_has_no_state(search: ArtistSearchStore) -> None:
    assert await search.state() == IndexState(shape=0, passed_at=None, position=None)


async def test_a_state_is_kept_and_its_position_follows(search: ArtistSearchStore) -> None:
    await search.keep_state(IndexState(3, NOW - timedelta(hours=1), POSITION))
    await search.keep_position({"_data": "8268B2"})

    assert await search.state() == IndexState(3, NOW - timedelta(hours=1), {"_data": "8268B2"})


async def test_a_position_alone_is_no_state(search: ArtistSearchStore, database: Database) -> None:
    await search.keep_position(POSITION)

    assert await database.all(COLLECTION) == []


async def test_no_text_and_no_id_finds_the_state(search: ArtistSearchStore) -> None:
    await search.keep_state(IndexState(1, NOW, POSITION))

    assert await ids_of(search, ("state", "^state", "=state")) == []
    assert await search.with_documents([None]) == set()


async def test_a_search_reads_an_index_in_its_order_and_no_more_of_it_than_is_bounded(
    store: Store, database: Database, commands: Commands
) -> None:
    await make_indexes(store.mongo)
    terms = ("^n", "^no", "^nova", "~r", "~ru", "~ruiz", "~gil", "=novaruiz")
    await store.artist_search.put(
        [entry(number, *terms, weight=number % 50) for number in range(1, LOOKED_AT + 501)], gone=[]
    )

    for typed, most in (("n", 20), ("nova", 20), ("nova ru", LOOKED_AT), ("nova ruiz gil", LOOKED_AT)):
        query = query_terms(typed)
        commands.sent.clear()
        await store.artist_search.having([query.whole], limit=20)
        await store.artist_search.having([query.start], limit=20)
        await store.artist_search.having(*query.words, limit=20)
        await store.artist_search.with_id("spotify:a", limit=20)

        plans = [await explained(command, database) for command in commands.sent]
        assert [stages(plan) & {"COLLSCAN", "SORT", "IXSCAN"} for plan in plans] == [{"IXSCAN"}] * 4
        # Beside those answered, the seeks: one for each term of a choice, and one to begin with.
        assert all(keys(plan) <= bound + 3 for plan, bound in zip(plans, (20, 20, most, 20), strict=True))
