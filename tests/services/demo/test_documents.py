import re
from datetime import UTC, datetime

import pytest

from sandbox.artists import aggregator_ids
from services.demo.documents import DemoDocuments, demo_documents, sandbox_ids
from services.demo.load import FOLDER, read_files
from services.model.artist import MAX_ARTIST_ID
from tests.builders import SOUNDCHARTS_UUID, Document

NOVA = '{"id": 1, "name": "Nova Ruiz", "ids": {"spotify": "4q3ewBCX7sLwd24euuV69X"}}'
NO_POINTS = "artist_id,platform,date,value\n"


def documents(*, artists: str = NOVA, popularity: str = NO_POINTS, **numbers: str) -> DemoDocuments:
    tables = {f"numbers/{source}.csv": text for source, text in numbers.items()}
    return demo_documents({"artists.jsonl": artists, "popularity.csv": popularity} | tables)


@pytest.fixture(scope="module")
def demo() -> DemoDocuments:
    return demo_documents(read_files(FOLDER))


def test_an_artist_has_the_keys_that_a_source_gives() -> None:
    line = (
        '{"id": 7, "name": "Nova Ruiz", "sort_name": "Ruiz, Nova", "country": "ES", "soundcharts_uuid": "11e8", '
        '"ids": {"spotify": "4q3e", "apple_music": "42"}}'
    )

    (artist,) = documents(artists=line).artists

    assert artist == {
        "id": 7,
        "name": "Nova Ruiz",
        "sortName": "Ruiz, Nova",
        "country": "ES",
        "platforms": {"spotify": {"id": "4q3e"}, "apple_music": {"id": "42"}},
        "external_data": sandbox_ids(7) | {"soundcharts_uuid": "11e8"},
    }


def test_an_artist_lacks_the_keys_that_no_source_gives() -> None:
    (artist,) = documents().artists

    assert artist == {
        "id": 1,
        "name": "Nova Ruiz",
        "platforms": {"spotify": {"id": "4q3ewBCX7sLwd24euuV69X"}},
        "external_data": sandbox_ids(1),
    }


def test_the_ids_of_the_sandbox_follow_from_the_artists_id() -> None:
    assert sandbox_ids(61) == {
        "viberate_uuid": "f7650a0b-3e54-52f0-8357-3c6def74fef3",
        "songstats_id": "6d17f609",
        "soundcharts_uuid": "e74856f3-2261-5e51-895e-1d7de2992fc7",
    }


def test_the_ids_of_the_sandbox_are_those_that_the_sandbox_computes(demo: DemoDocuments) -> None:
    ours = {artist["id"]: sandbox_ids(artist["id"]) for artist in demo.artists}

    theirs = {artist_id: aggregator_ids(artist_id) for artist_id in ours}

    assert ours == {
        artist_id: {
            "viberate_uuid": ids["viberate"],
            "songstats_id": ids["songstats"],
            "soundcharts_uuid": ids["soundcharts"],
        }
        for artist_id, ids in theirs.items()
    }


@pytest.mark.parametrize("name", ["viberate_uuid", "songstats_id", "soundcharts_uuid"])
def test_no_two_artists_of_the_demo_share_an_id_of_the_sandbox(demo: DemoDocuments, name: str) -> None:
    ids = [artist["external_data"][name] for artist in demo.artists]

    assert len(set(ids)) == len(ids)


def test_stats_are_the_newest_number_of_each_metric_with_its_source_and_day() -> None:
    (stats,) = documents(
        tracker="artist_id,date,spotify_followers,spotify_monthly_listeners\n1,2026-03-02,70,900\n1,2026-03-01,60,800\n",
        lists="artist_id,date,spotify_monthly_listeners\n1,2026-08-12,1000\n",
    ).stats

    march, august = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 8, 12, tzinfo=UTC)
    assert stats == {
        "artist_id": 1,
        "spotify_followers": 70,
        "spotify_monthly_listeners": 1000,
        "updatedAt": august,
        "last_refresh_source": "demo:lists+demo:tracker",
        "last_refresh_error": None,
        "provenance": {
            "spotify_followers": {"source": "demo:tracker", "at": march},
            "spotify_monthly_listeners": {"source": "demo:lists", "at": august},
        },
    }


def test_history_has_a_document_for_each_day_with_that_days_numbers() -> None:
    history = documents(
        tracker="artist_id,date,spotify_followers,spotify_monthly_listeners\n1,2026-03-01,60,800\n1,2026-03-02,,900\n"
    ).history

    first = {"source": "demo:tracker", "at": datetime(2026, 3, 1, tzinfo=UTC)}
    second = {"source": "demo:tracker", "at": datetime(2026, 3, 2, tzinfo=UTC)}
    assert history == [
        {
            "artist_id": 1,
            "date": "2026-03-01",
            "spotify_followers": 60,
            "spotify_monthly_listeners": 800,
            "provenance": {"spotify_followers": first, "spotify_monthly_listeners": first},
        },
        {
            "artist_id": 1,
            "date": "2026-03-02",
            "spotify_monthly_listeners": 900,
            "provenance": {"spotify_monthly_listeners": second},
        },
    ]


def test_a_point_carries_the_uuid_of_its_artist_and_the_source_of_real_points() -> None:
    line = f'{{"id": 7, "name": "Nova Ruiz", "soundcharts_uuid": "{SOUNDCHARTS_UUID}", "ids": {{}}}}'

    (point,) = documents(artists=line, popularity=NO_POINTS + "7,spotify,2022-06-28,87\n").points

    assert point == {
        "artist_id": 7,
        "platform": "spotify",
        "date": "2022-06-28",
        "value": 87,
        "source": "soundchart",
        "soundcharts_uuid": SOUNDCHARTS_UUID,
        "updatedAt": datetime(2022, 6, 28, tzinfo=UTC),
    }


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(ValueError, match="myspace"):
        documents(artists='{"id": 1, "name": "Nova Ruiz", "ids": {"myspace": "1"}}')


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="myspace_friends"):
        documents(tracker="artist_id,date,myspace_friends\n1,2026-03-01,60\n")


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="month must be in"):
        documents(tracker="artist_id,date,spotify_followers\n1,2026-13-01,60\n")


def test_an_unknown_platform_of_popularity_is_refused() -> None:
    with pytest.raises(ValueError, match="myspace"):
        documents(popularity=NO_POINTS + "1,myspace,2022-06-28,87\n")


def test_the_demo_has_many_artists(demo: DemoDocuments) -> None:
    assert len(demo.artists) > 900


def test_the_ids_of_the_demo_are_unique_and_int32(demo: DemoDocuments) -> None:
    ids = [artist["id"] for artist in demo.artists]

    assert len(set(ids)) == len(ids)
    assert all(type(artist_id) is int and 0 < artist_id <= MAX_ARTIST_ID for artist_id in ids)


def test_every_artist_of_the_demo_has_a_name(demo: DemoDocuments) -> None:
    assert [
        artist["id"] for artist in demo.artists if artist["name"] != artist["name"].strip() or not artist["name"]
    ] == []


def test_every_artist_of_the_demo_has_a_spotify_or_a_musicbrainz_id(demo: DemoDocuments) -> None:
    assert [
        artist["id"] for artist in demo.artists if not {"spotify", "musicbrainz"} & artist["platforms"].keys()
    ] == []


@pytest.mark.parametrize("platform", ["spotify", "musicbrainz"])
def test_no_two_artists_of_the_demo_share_an_id(demo: DemoDocuments, platform: str) -> None:
    ids = [artist["platforms"][platform]["id"] for artist in demo.artists if platform in artist["platforms"]]

    assert len(set(ids)) == len(ids)


def test_every_number_of_the_demo_is_of_an_artist_of_the_demo(demo: DemoDocuments) -> None:
    ids = {artist["id"] for artist in demo.artists}

    assert {document["artist_id"] for document in (*demo.stats, *demo.history, *demo.points)} <= ids


def test_every_number_of_the_demo_is_positive(demo: DemoDocuments) -> None:
    assert [
        document for document in demo.history if not all(document[name] > 0 for name in document["provenance"])
    ] == []


def test_every_point_of_the_demo_is_from_1_to_100_and_of_an_artist_with_a_uuid(demo: DemoDocuments) -> None:
    assert [point for point in demo.points if not (1 <= point["value"] <= 100 and point["soundcharts_uuid"])] == []


def test_the_demo_has_no_day_twice(demo: DemoDocuments) -> None:
    keys = [(point["artist_id"], point["platform"], point["date"]) for point in demo.points]

    assert len(set(keys)) == len(keys)


def test_every_source_of_the_demo_is_told_in_sources_md(demo: DemoDocuments) -> None:
    told = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")

    sources = {origin["source"] for document in demo.history for origin in document["provenance"].values()}

    assert sources
    assert {source for source in sources if f"`{source}`" not in told} == set()


def test_sources_md_tells_how_many_rows_each_file_has() -> None:
    told = dict(
        re.findall(
            r"^\| `([\w./-]+)` \|.*?\| (\d+) \|", (FOLDER / "SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    rows = {path: len(text.splitlines()) - path.endswith(".csv") for path, text in read_files(FOLDER).items()}

    assert {path: int(count) for path, count in told.items()} == rows


def test_every_number_of_the_demo_has_its_provenance(demo: DemoDocuments) -> None:
    def metrics(document: Document) -> set[str]:
        return document.keys() - {"artist_id", "date", "provenance"}

    assert [document for document in demo.history if metrics(document) != document["provenance"].keys()] == []
